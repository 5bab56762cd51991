import { createTask, DeadlockError, gather, Lock, run, sleep, yieldNow } from "../../mod.ts";
import { explore, LeakError, runTest, SeedError, type TestBody } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, FRONT_ENDS, type Program, rejection } from "../futures/trial.ts";

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`explore() runs a body under so many schedules, each afresh (${name})`, async () => {
    const orders = new Set<string>();
    const loops = new Set<unknown>();
    let runs = 0;
    await explore(
      50,
      as(function* ({ loop, clock }): Program {
        assertEquals(clock.now(), 3);
        runs++;
        loops.add(loop);
        const order: number[] = [];
        yield gather([0, 1, 2].map((n) =>
          as(function* () {
            yield yieldNow();
            order.push(n);
          })
        ));
        orders.add(order.join(""));
        yield sleep(1);
      }) as TestBody,
      { start: 3 },
    );
    assertEquals([runs, loops.size, orders.size], [50, 50, 6]);
  });

  Deno.test(`explore() finds a race, and its seed replays it (${name})`, async () => {
    const body = as(function* ({ random }): Program {
      let balance = 0;
      yield gather([1, 2].map(() =>
        as(function* () {
          yield sleep(random.below(4));
          const before = balance;
          yield yieldNow();
          balance = before + 1;
        })
      ));
      if (balance !== 2) throw new Boom("a deposit is lost");
    }) as TestBody;
    const error = await rejection(
      explore(1000, body),
      SeedError,
      "a deposit is lost",
      "{ schedule: { seed: ",
    );
    assert(error.cause instanceof Boom);
    assert(error.message.includes(`seed: ${error.seed} `), error.message);
    const { seed } = error;
    await rejection(runTest(body, { schedule: { seed } }), Boom);
    await rejection(explore([seed], body), SeedError, `seed: ${seed} `);
    if (seed > 1) await explore(seed - 1, body); // No seed before it fails.
  });
}

Deno.test("explore() finds what only some orders leave behind or block", async () => {
  const leaking = await rejection(
    explore(100, async () => {
      const order: number[] = [];
      const arrive = (n: number) => async () => {
        await yieldNow();
        order.push(n);
      };
      await gather([arrive(1), arrive(2)]);
      if (order[0] === 2) createTask(() => sleep(1), { name: "late" });
    }),
    SeedError,
    "task late waits on sleep(1)",
  );
  assert(leaking.cause instanceof LeakError);
  const blocked = await rejection(
    explore(100, async () => {
      const [a, b] = [new Lock(), new Lock()];
      const both = (first: Lock, second: Lock) => async () => {
        await yieldNow();
        using _first = await first.acquire();
        await yieldNow();
        using _second = await second.acquire();
      };
      await gather([both(a, b), both(b, a)]);
    }),
    SeedError,
    "waits on Lock.acquire()",
  );
  assert(blocked.cause instanceof DeadlockError);
});

Deno.test("explore() tries the seeds it is given, in their order, up to the first that fails", async () => {
  const drawn: number[] = [];
  const body: TestBody = async ({ random }) => {
    drawn.push(random.below(1_000_000));
    await yieldNow();
    if (drawn.length === 3) throw new Boom();
  };
  const { seed } = await rejection(explore(new Set([9, 4, 7, 1]), body), SeedError);
  assertEquals([seed, new Set(drawn).size], [7, 3]);
});

Deno.test("explore() refuses what are no seeds", async () => {
  const body = () => sleep(0);
  await rejection(explore(0, body), RangeError, "0");
  await rejection(explore(1.5, body), RangeError, "1.5");
  await rejection(explore(NaN, body), RangeError, "NaN");
  await rejection(explore([], body), RangeError, "give at least one");
  await rejection(explore([0.5], body), RangeError, "0.5");
  await rejection(explore(["a"] as never, body), TypeError, '"a"');
  await rejection(explore(true as never, body), TypeError, "true");
  await rejection(explore(3, 5 as never), TypeError, "5");
  const options = { schedule: { seed: 1 } } as never;
  await rejection(explore(3, body, options), TypeError, "explore()", '"schedule"');
});

Deno.test("explore() in a running loop says so", async () => {
  await run(async () => {
    await rejection(explore(1, () => sleep(0)), SeedError, "inside of a running loop");
  }, { signals: [] });
});
