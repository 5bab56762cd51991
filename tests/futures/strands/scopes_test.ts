import {
  type CancelScope,
  cancelScope,
  createTask,
  currentTask,
  sleep,
  taskGroup,
  timeout,
} from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { caughtBy, inWorld } from "../trial.ts";
import { foreign } from "./foreign.ts";

/** Lists values and the names of errors. */
function outcomes(results: PromiseSettledResult<unknown>[]): unknown[] {
  return results.map((one) => one.status === "fulfilled" ? one.value : one.reason.name);
}

Deno.test("of two timeouts side by side, the one that is late is the one that expires", async () => {
  await inWorld(({ loop }) => async () => {
    const work = async (ms: number, value: string) => {
      await foreign(ms);
      await sleep(1);
      return value;
    };
    const both = [timeout(10, () => work(30, "a")), timeout(1000, () => work(20, "b"))];
    assertEquals(outcomes(await Promise.allSettled(both)), ["TimeoutError", "b"]);
    assertEquals([loop.time(), currentTask()!.cancelling], [30, 0]);
    await sleep(5); // Nothing is left to be thrown.
  });
});

Deno.test("timeouts side by side that wait for the library do not nest either", async () => {
  await inWorld(({ loop }) => async () => {
    const work = async (ms: number) => {
      await sleep(ms);
      await sleep(1);
      return ms;
    };
    const all = [30, 5, 20].map((ms, at) => timeout([1000, 1000, 10][at], () => work(ms)));
    assertEquals(outcomes(await Promise.allSettled(all)), [30, 5, "TimeoutError"]);
    assertEquals([loop.time(), currentTask()!.cancelling], [31, 0]);
  });
});

Deno.test("a cancelled scope ends with its body, though another one beside it goes on", async () => {
  await inWorld(() => async () => {
    const results = await Promise.all([
      cancelScope(async (scope) => {
        scope.cancel();
        await foreign(10);
      }),
      cancelScope(async () => {
        await foreign(20);
        return "beside it";
      }),
    ]);
    assertEquals(results, [undefined, "beside it"]);
    for (let n = 0; n < 2; n++) assertEquals(await caughtBy(sleep(1)), undefined);
  });
});

Deno.test("a timeout in a callback of the host does not cancel the task that registered it", async () => {
  for (const scope of ["timeout", "group", "scope"]) {
    await inWorld(({ loop }) => async () => {
      const ended = Promise.withResolvers<unknown>();
      const body = async (it?: { cancel(): void }) => {
        loop.callLater(5, () => it?.cancel());
        await foreign(20);
        await sleep(1);
      };
      setTimeout(async () => {
        if (scope === "timeout") ended.resolve(await caughtBy(timeout(5, () => body())));
        else if (scope === "group") ended.resolve(await caughtBy(taskGroup(body)));
        else ended.resolve(await caughtBy(cancelScope(body)));
      }, 0);
      await new Promise<void>((resolve) => void setTimeout(resolve, 0));
      const begun = loop.time();
      await foreign(10);
      assertEquals(await caughtBy(sleep(5)), undefined, scope);
      assertEquals(loop.time() - begun, 15);
      const error = await ended.promise as Error | undefined;
      assertEquals(error?.name, scope === "timeout" ? "TimeoutError" : undefined);
      assertEquals(currentTask()!.cancelling, 0);
    });
  }
});

Deno.test("a cancelled scope interrupts what waits beside a shielded one inside of it", async () => {
  await inWorld(({ loop }) => async () => {
    let results: unknown[] = [];
    const result = await cancelScope(async (scope) => {
      scope.cancel();
      results = await Promise.allSettled([
        cancelScope(() => sleep(30, "cleaned up"), { shield: true }),
        sleep(400),
        loop.createFuture(),
      ]);
    });
    assertEquals(outcomes(results as PromiseSettledResult<unknown>[]), [
      "cleaned up",
      "CancelledError",
      "CancelledError",
    ]);
    assertEquals([result, loop.time()], [undefined, 30]);
  });
});

Deno.test("a scope cancelled while strands of it wait interrupts each, and again at the next wait", async () => {
  await inWorld(({ loop }) => async () => {
    let scope: CancelScope | undefined;
    const thrown: string[] = [];
    const stubborn = async (name: string) => {
      for (let n = 0; n < 2; n++) {
        const error = await caughtBy(sleep(100)) as Error;
        thrown.push(`${name} ${error.name}`);
      }
    };
    const task = createTask(() =>
      cancelScope(async (own) => {
        scope = own;
        await Promise.all([stubborn("a"), stubborn("b"), timeout(500, () => stubborn("c"))]);
      })
    );
    await sleep(5);
    scope!.cancel();
    await task;
    assertEquals(
      thrown.sort(),
      ["a", "a", "b", "b", "c", "c"].map((one) => `${one} CancelledError`),
    );
    assertEquals(loop.time(), 5);
  });
});
