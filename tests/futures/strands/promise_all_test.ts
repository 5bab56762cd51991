import {
  cancelScope,
  createTask,
  each,
  Event,
  Future,
  Limiter,
  retry,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  waitFor,
} from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { assertError, inWorld } from "../trial.ts";
import { foreign } from "./foreign.ts";

/** Makes tasks that are done a turn after they begin. */
function quickTasks(): [PromiseLike<number>, PromiseLike<number>] {
  return [createTask(() => Promise.resolve(1)), createTask(() => Promise.resolve(2))];
}

Deno.test("Promise.all, allSettled, race and any of tasks that are done at once end", async () => {
  await inWorld(() => async () => {
    assertEquals(await Promise.all(quickTasks()), [1, 2]);
    assertEquals((await Promise.allSettled(quickTasks())).map(({ status }) => status), [
      "fulfilled",
      "fulfilled",
    ]);
    assertEquals(await Promise.race(quickTasks()), 1);
    assertEquals(await Promise.any(quickTasks()), 1);
  });
});

Deno.test("Promise.all of tasks that one event wakes ends", async () => {
  await inWorld(() => async () => {
    const event = new Event();
    const tasks = [1, 2, 3].map((n) =>
      createTask(async () => {
        await event.wait();
        return n;
      })
    );
    await sleep(1);
    event.set();
    assertEquals(await Promise.all(tasks), [1, 2, 3]);
  });
});

Deno.test("Promise.all of futures that are done already, and that one callback settles, ends", async () => {
  await inWorld(({ loop }) => async () => {
    const futures = [1, 2, 3].map(() => new Future<number>());
    loop.callLater(5, () => futures.forEach((future, n) => future.setResult(n)));
    assertEquals(await Promise.all(futures), [0, 1, 2]);
    assertEquals(await Promise.all(futures), [0, 1, 2]);
    assertEquals(loop.time(), 5);
  });
});

/** Ways to have a body in a scope that gives what the body gives. */
const SCOPES: Record<string, (body: () => Promise<string>) => PromiseLike<string | undefined>> = {
  "timeout()": (body) => timeout(1000, body),
  "cancelScope()": (body) => cancelScope(body),
  "taskGroup()": (body) => taskGroup(body),
  "retry()": (body) => retry(body, { delay: 1 }),
  "waitFor()": (body) => waitFor(body, 1000),
};

for (const [name, scope] of Object.entries(SCOPES)) {
  for (const [what, wait] of [["the host", foreign], ["the library", sleep]] as const) {
    Deno.test(`${name} that waits for ${what} may be awaited beside another wait`, async () => {
      await inWorld(({ loop }) => async () => {
        const answer = scope(async () => {
          await wait(5);
          return "answer";
        });
        assertEquals(await Promise.all([answer, sleep(20, "slept")]), ["answer", "slept"]);
        assertEquals(loop.time(), 20);
        const late = scope(async () => {
          await wait(30);
          return "late";
        });
        assertEquals(await Promise.all([sleep(20, "slept"), late]), ["slept", "late"]);
        assertEquals(loop.time(), 50);
        await sleep(1); // The task is as good as before.
      });
    });
  }
}

Deno.test("each() with an async body may be awaited beside another wait", async () => {
  await inWorld(({ loop }) => async () => {
    const seen: number[] = [];
    const all = each([1, 2, 3], async (n) => {
      await foreign(5);
      await sleep(1);
      seen.push(n);
    });
    await Promise.all([all, sleep(7), sleep(50)]);
    assertEquals([seen, loop.time()], [[1, 2, 3], 50]);
  });
});

Deno.test("timeouts around a limiter and the host may be awaited together", async () => {
  await inWorld(() => async () => {
    const limiter = new Limiter(2);
    let inside = 0;
    let most = 0;
    const get = (ms: number) =>
      timeout(50, async () => {
        using _permit = await limiter.acquire();
        most = Math.max(most, ++inside);
        try {
          await foreign(ms);
          await sleep(0);
        } finally {
          inside--;
        }
        return ms;
      });
    const results = await Promise.allSettled([10, 20, 10, 100, 10, 10].map(get));
    assertEquals(results.map((one) => one.status === "fulfilled" ? one.value : "late"), [
      10,
      20,
      10,
      "late",
      10,
      10,
    ]);
    assertError((results[3] as PromiseRejectedResult).reason, TimeoutError);
    assertEquals([most, inside, limiter.statistics().borrowed], [2, 0, 0]);
  });
});

Deno.test("retry() waits for its next attempt beside another wait", async () => {
  await inWorld(({ loop }) => async () => {
    let attempts = 0;
    const flaky = retry(async () => {
      await foreign(5);
      if (++attempts < 2) throw new Error("not yet");
      return "answer";
    }, { delay: 50, jitter: 0 } as never);
    assertEquals(await Promise.all([flaky, sleep(20, "slept")]), ["answer", "slept"]);
    assertEquals([attempts, loop.time()], [2, 60]);
  });
});
