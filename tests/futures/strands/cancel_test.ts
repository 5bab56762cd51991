import {
  CancelledError,
  cancelScope,
  createTask,
  currentTask,
  sleep,
  timeout,
  wait,
} from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { assertError, caughtBy, inWorld } from "../trial.ts";
import { foreign } from "./foreign.ts";

Deno.test("one request is thrown once, though the task has two waits", async () => {
  await inWorld(({ loop }) => async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      try {
        await Promise.all([sleep(1), sleep(1000)]);
      } finally {
        log.push(String(await caughtBy(sleep(5))));
        log.push(`cancelling ${currentTask()!.cancelling}`);
      }
    });
    await sleep(20);
    task.cancel();
    await wait([task]);
    assertEquals([log, task.cancelled, loop.time()], [["undefined", "cancelling 1"], true, 25]);
  });
});

for (const [way, before] of [["a sleep", sleep], ["the host", foreign]] as const) {
  Deno.test(`a request by a strand that ends leaves the cleanup of others alone, after ${way}`, async () => {
    await inWorld(() => async () => {
      const log: string[] = [];
      const worker = async () => {
        try {
          await sleep(1000);
        } finally {
          await sleep(1);
          log.push("cleaned up");
        }
      };
      const watcher = async () => {
        await before(5);
        currentTask()!.cancel();
      };
      const task = createTask(() => Promise.all([worker(), watcher()]));
      await wait([task]);
      assertEquals([log, task.cancelled], [["cleaned up"], true]);
    });
  });
}

Deno.test("a request by a strand that waits next is thrown there, too", async () => {
  await inWorld(() => async () => {
    const caught: unknown[] = [];
    const asker = async () => {
      await sleep(5);
      currentTask()!.cancel();
      caught.push(await caughtBy(sleep(1000)));
    };
    const task = createTask(() => Promise.all([asker(), sleep(1000)]));
    await wait([task]);
    assertEquals([caught.map((error) => error instanceof CancelledError), task.cancelled], [
      [true],
      true,
    ]);
  });
});

Deno.test("a request is thrown once in each strand, and cleanups of all of them end", async () => {
  await inWorld(({ loop }) => async () => {
    const log: string[] = [];
    const strand = async (name: string, before: (ms: number) => PromiseLike<void>) => {
      try {
        await before(1);
        await sleep(1000);
      } catch (error) {
        assertError(error, CancelledError, "why");
        await sleep(5);
        await sleep(5);
        log.push(`${name} cleaned up`);
        throw error;
      }
    };
    const task = createTask(async () => {
      const all = [strand("a", sleep), strand("b", foreign)];
      await Promise.allSettled([...all, timeout(500, () => strand("c", foreign))]);
      log.push(`cancelling ${currentTask()!.cancelling}`);
      await sleep(1);
      return "went on";
    });
    await sleep(20);
    task.cancel("why");
    assertEquals(await task, "went on");
    assertEquals(log.sort(), ["a cleaned up", "b cleaned up", "c cleaned up", "cancelling 1"]);
    assertEquals(loop.time(), 31);
  });
});

Deno.test("two requests are thrown twice in each strand", async () => {
  await inWorld(({ loop }) => async () => {
    const thrown: string[] = [];
    const strand = async (name: string) => {
      for (let n = 0; n < 3; n++) {
        const error = await caughtBy(sleep(100)) as Error | undefined;
        if (error) thrown.push(`${name} ${error.message}`);
      }
    };
    const task = createTask(async () => {
      await Promise.all([strand("a"), timeout(1000, () => strand("b"))]);
    });
    await sleep(10);
    task.cancel("first");
    await sleep(10);
    task.cancel("second");
    await task;
    assertEquals(thrown.sort(), ["a first", "a second", "b first", "b second"]);
    assertEquals([task.cancelling, loop.time()], [2, 120]);
  });
});

Deno.test("a cancel that some strands throw is not thrown again by what another one does next", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      const waits = async () => {
        for (const ms of [1, 0]) log.push(`${ms}: ${await caughtBy(sleep(ms))}`);
      };
      await Promise.all([waits(), cancelScope(async () => {}, { deadline: 20 })]);
    });
    createTask(async () => await Promise.resolve(task.cancel())); // It runs as the scope is about to end.
    await wait([task]);
    assertEquals(log, ["1: CancelledError", "0: undefined"]);
  });
});

Deno.test("code that cancels its own task is cancelled at its next wait, others waiting or not", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    const task = createTask(async () => {
      const other = (async () => log.push(`other ${await caughtBy(sleep(10))}`))();
      await cancelScope(async () => await Promise.resolve(currentTask()!.cancel()));
      log.push(`own ${await caughtBy(sleep(1))}`);
      await other;
    });
    await wait([task]);
    assertEquals(log.sort(), ["other CancelledError", "own CancelledError"]);
  });
});
