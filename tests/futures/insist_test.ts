import { cancelScope, type Coroutine, createTask, sleep } from "../../mod.ts";
import { Lock } from "../../mod.ts";
import { insist } from "../../src/lowlevel.ts";
import { ended } from "../../src/sync/ended.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, inWorld } from "./trial.ts";

Deno.test("what is insisted on is waited for in spite of cancellations, of which the last is given", async () => {
  await inWorld(() =>
    function* (): Coroutine<void> {
      const lock = new Lock();
      yield* lock.acquire();
      let tried = 0;
      const task = createTask(() => insist(() => lock.acquire(), () => tried++));
      yield* sleep(1);
      task.cancel("first");
      yield* sleep(1);
      task.cancel("last");
      yield* sleep(1);
      assertEquals([task.done, tried], [false, 2]);
      lock.release();
      assertEquals(((yield* task) as Error).message, "last");
      lock.release();
    }
  );
});

Deno.test("an error that is no cancellation ends what is insisted on", async () => {
  await inWorld(() =>
    function* (): Coroutine<void> {
      const failing = function* (): Coroutine<void> {
        yield* sleep(1);
        throw new Boom("b");
      };
      const task = createTask(() => insist(failing));
      yield* sleep(2);
      assertThrows(() => task.result(), Boom, "b");
    }
  );
});

Deno.test("a generator that is closed while it insists leaves its task in its cancel scope", async () => {
  await inWorld(() =>
    function* (): Coroutine<void> {
      const task = createTask(() => sleep(10));
      const waits: Record<string, () => Coroutine<unknown>> = {
        insist: () => insist(() => task),
        ended: () => ended([task], "the task"),
      };
      for (const [name, wait] of Object.entries(waits)) {
        let isReached = false;
        yield* cancelScope(function* (scope) {
          scope.cancel();
          const generator = wait();
          generator.next(); // It waits, and nobody steps it on.
          generator.return(undefined);
          yield* sleep(1); // It is cancelled: the scope is still around it.
          isReached = true;
        });
        assertEquals(isReached, false, name);
      }
      yield* task;
    }
  );
});
