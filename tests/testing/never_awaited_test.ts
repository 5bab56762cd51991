import { type Coroutine, Lock, Queue, sleep } from "../../mod.ts";
import { runTest } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { caughtBy } from "../futures/trial.ts";

/** A generator coroutine that nobody awaits. */
function* work(): Coroutine<void> {
  yield* sleep(1);
}

/** Lists what does nothing unless it is awaited, by words of the failure. */
const FORGOTTEN: Record<string, () => unknown> = {
  "Queue.put(": () => new Queue<number>().put(1),
  "Lock.acquire(": () => new Lock().acquire(),
  "sleep(1000": () => sleep(1000),
};

for (const debug of [false, true]) {
  const mode = debug ? "in debug mode" : "as it runs by itself";
  for (const [words, forget] of Object.entries(FORGOTTEN)) {
    Deno.test(`a test ${mode} fails whose body never awaits ${words})`, async () => {
      const error = await caughtBy(runTest(async () => {
        forget();
        await sleep(1);
      }, { debug }));
      assert(error instanceof Error, "the test must fail");
      const { message } = error;
      assert(message.includes("never awaited") && message.includes(words), message);
    });
  }

  Deno.test(`a test ${mode} fails whose body never awaits an async function`, async () => {
    let isClean = false;
    const error = await caughtBy(runTest(async () => {
      const save = async () => {
        try {
          await sleep(1000);
        } finally {
          isClean = true;
        }
      };
      save().catch(() => {});
      await sleep(1);
    }, { debug, name: "forgetful" }));
    assert(error instanceof Error, "the test must fail");
    assert(error.message.includes("forgetful (left behind)"), error.message);
    assert(error.message.includes("sleep(1000)"), error.message);
    assert(isClean, "its cleanup must run");
  });

  Deno.test(`a test ${mode} fails whose body awaits a generator coroutine as it is`, async () => {
    const error = await caughtBy(runTest(async () => {
      await work();
      await sleep(1);
    }, { debug }));
    assert(error instanceof Error, "the test must fail");
    assert(error.message.includes("generator coroutine was awaited"), error.message);
  });
}

Deno.test("a test in debug mode tells the lines of what its body never awaits", async () => {
  const error = await caughtBy(runTest(async () => {
    sleep(1000);
    await work();
  }, { debug: true }));
  const lines = (error as Error).message.match(/never_awaited_test\.ts:\d+/g);
  assertEquals(lines?.length, 2, String(error));
});

Deno.test("a test that awaits all it makes passes", async () => {
  const result = await runTest(async () => {
    const lock = new Lock();
    using _permit = await lock.acquire();
    await Promise.all([sleep(1), sleep(2)]);
    return "passed";
  }, { debug: true });
  assertEquals(result, "passed");
});
