import { retry, sleep } from "../../mod.ts";
import { RetryBudget } from "../../resilience.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Makes a call that always fails, and counts. */
function failing(as: FrontEnd) {
  const seen = { attempts: 0 };
  const call = as(function* () {
    seen.attempts++;
    yield sleep(0);
    throw new Boom(`${seen.attempts}`);
  });
  return { seen, call };
}

trial("RetryBudget pays for a part of the calls once it is used up", function* (as) {
  const budget = new RetryBudget({ ratio: 0.25, most: 3 });
  const { seen, call } = failing(as);
  const attempts: number[] = [];
  for (let n = 0; n < 10; n++) {
    const before = seen.attempts;
    yield* failure(retry(call, { attempts: 3, delay: 1, budget }), Boom);
    attempts.push(seen.attempts - before);
  }
  assertEquals(attempts, [3, 2, 1, 1, 2, 1, 1, 1, 2, 1]);
});

trial("RetryBudget is shared, and saved up by calls that need nothing", function* (as) {
  const budget = new RetryBudget({ ratio: 0.5, most: 2 });
  const { seen, call } = failing(as);
  yield* failure(retry(call, { attempts: 9, delay: 1, budget }), Boom, "3");
  assertEquals([seen.attempts, budget.balance], [3, 0]);
  const fine = as(function* () {
    yield sleep(0);
  });
  for (let n = 0; n < 4; n++) yield retry(fine, { budget });
  assertEquals(budget.balance, 2);
  yield* failure(retry(call, { attempts: 2, delay: 1, budget }), Boom, "5");
  assertEquals(budget.balance, 1);
});

trial("RetryBudget is not asked for what is not worth another attempt", function* (as) {
  const budget = new RetryBudget({ ratio: 0, most: 1 });
  const { call } = failing(as);
  yield* failure(retry(call, { when: () => false, budget }), Boom, "1");
  yield* failure(retry(call, { attempts: 1, budget }), Boom, "2");
  assertEquals(budget.balance, 1);
  yield* failure(retry(call, { delay: 1, budget }), Boom, "4");
  yield* failure(retry(call, { delay: 1, budget }), Boom, "5");
});

Deno.test("RetryBudget pays out sums of parts in full", () => {
  const budget = new RetryBudget({ most: 1 });
  assertEquals([budget.spend(), budget.spend()], [true, false]);
  for (let n = 0; n < 10; n++) budget.earn();
  assertEquals([budget.balance, budget.spend(), budget.spend()], [1, true, false]);
});

Deno.test("RetryBudget refuses bad input, and retry() what is none", () => {
  for (const ratio of [-0.1, 1.1, NaN]) {
    assertThrows(() => new RetryBudget({ ratio }), RangeError, "ratio");
  }
  for (const most of [0, -1, NaN]) {
    assertThrows(() => new RetryBudget({ most }), RangeError, "most");
  }
  assertThrows(() => new RetryBudget({ perSecond: 1 } as never), TypeError, "Unknown option");
  assertThrows(() => retry(() => sleep(0), { budget: 5 as never }), TypeError, "RetryBudget");
});
