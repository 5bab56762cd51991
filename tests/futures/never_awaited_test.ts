import {
  type Coroutine,
  createTask,
  currentTask,
  Event,
  gather,
  getRunningLoop,
  Lock,
  Queue,
  Semaphore,
  shield,
  sleep,
  timeout,
  until,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { toldBy } from "./told.ts";
import { asGenerator, asNative, type FrontEnd } from "./trial.ts";

/** A generator coroutine that nobody awaits. */
function* work(): Coroutine<void> {
  yield* sleep(1);
}

/** Lists what does nothing unless it is awaited, by its name in the report. */
const FORGOTTEN: Record<string, () => unknown> = {
  "Queue.put()": () => new Queue<number>().put(1),
  "Queue.get()": () => new Queue<number>().get(),
  "Lock.acquire()": () => new Lock().acquire(),
  "Semaphore.acquire()": () => new Semaphore(1).acquire(),
  "Event.wait()": () => new Event().wait(),
  "sleep(5)": () => sleep(5),
  "timeout()": () => timeout(5, () => sleep(1)),
};

/** Finds the line of this file that a report names. */
function linesOf(told: string): number[] {
  return [...told.matchAll(/never_awaited_test\.ts:(\d+)/g)].map(([, line]) => Number(line));
}

/** Tells the line of this file that calls it. */
function here(): number {
  return linesOf(new Error().stack!)[1];
}

for (const [front, as] of [["generator", asGenerator], ["native async", asNative]] as const) {
  for (const [name, forget] of Object.entries(FORGOTTEN)) {
    Deno.test(`debug mode reports ${name} that was never awaited (${front})`, async () => {
      const { lines, all, error } = await toldBy(as(function* () {
        forget();
        yield sleep(50);
      }));
      assertEquals(error, undefined);
      assertEquals(lines.length, 1, `one report must be there: ${all}`);
      assert(all.includes("never awaited"), all);
      assert(all.includes(name.replace(/\(\d*\)$/, "(")), all);
    });
  }
}

Deno.test("debug mode tells the line that made what was never awaited", async () => {
  let line = 0;
  const { all } = await toldBy(async () => {
    line = here() + 1;
    new Queue<number>().put(1);
    await sleep(1);
  });
  assertEquals(linesOf(all), [line], all);
});

Deno.test("debug mode reports what main made last and never awaited", async () => {
  const { all } = await toldBy(async () => {
    await sleep(1);
    sleep(5);
  });
  assert(all.includes("never awaited") && all.includes("sleep("), `it must be told: ${all}`);
});

Deno.test("debug mode reports a generator coroutine that native code awaited as it is", async () => {
  const { all } = await toldBy(async () => {
    await work();
    await sleep(1);
  });
  assert(all.includes("generator") && all.includes("createTask("), `it must be told: ${all}`);
});

Deno.test("debug mode tells the line that awaited a generator coroutine as it is", async () => {
  let line = 0;
  const { all } = await toldBy(async () => {
    line = here() + 1;
    await work();
    await sleep(1);
  });
  assertEquals(linesOf(all), [line], all);
});

Deno.test("debug mode reports no generator that somebody runs, and leaves generators as they were", async () => {
  const { all, error } = await toldBy(async () => {
    const make = async () => {
      await sleep(1);
      return work();
    };
    await createTask(await make());
    const numbers = await Promise.resolve(function* () {
      yield 1;
    }());
    assertEquals([...numbers], [1]);
    (await make()).return();
  });
  assertEquals([all, error], ["", undefined]);
  assert(!("then" in work()));
});

/** Runs programs that await all they make, in many ways. */
function awaited(as: FrontEnd) {
  return as(function* () {
    const lock = new Lock();
    const permit: Disposable = yield lock.acquire();
    permit[Symbol.dispose]();
    yield gather([sleep(1), sleep(2), () => sleep(3)]);
    yield timeout(50, () => sleep(1));
    yield shield(sleep(1));
    const later = sleep(5);
    yield sleep(10);
    yield later;
    const queue = new Queue<number>(1);
    queue.putNowait(1);
    const put = createTask(() => queue.put(2));
    yield sleep(1);
    put.cancel();
    yield until(Promise.resolve());
    const cancelled = createTask(() => sleep(5));
    cancelled.cancel();
    yield sleep(1);
    return getRunningLoop().debug && currentTask() !== undefined;
  });
}

for (const [front, as] of [["generator", asGenerator], ["native async", asNative]] as const) {
  Deno.test(`debug mode reports nothing of a program that awaits all (${front})`, async () => {
    const { lines, error } = await toldBy(awaited(as));
    assertEquals([lines, error], [[], undefined]);
  });
}

Deno.test("debug mode does not report strands that are awaited together", async () => {
  const { lines, error } = await toldBy(async () => {
    const all = [sleep(5), sleep(1), timeout(50, () => sleep(2))];
    await Promise.all(all);
    const { promise, resolve } = Promise.withResolvers<void>();
    sleep(1).then(resolve);
    await promise;
  });
  assertEquals([lines, error], [[], undefined]);
});
