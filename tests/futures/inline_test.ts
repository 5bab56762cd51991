import { currentTask, getRunningLoop, sleep, yieldNow } from "../../mod.ts";
import { callBody, checkBody } from "../../src/lowlevel.ts";
import { awaitInline } from "../../src/futures/inline.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, inWorld } from "./trial.ts";

Deno.test("callBody() runs any body in the current task", async () => {
  await inWorld(() =>
    function* () {
      const me = currentTask();
      const bodies = [
        function* (n: number) {
          yield* yieldNow();
          assertEquals(currentTask(), me);
          return n;
        },
        async (n: number) => {
          await sleep(1);
          await null;
          assertEquals(currentTask(), me);
          return n;
        },
        (n: number) => sleep(1, n),
        (n: number) => Promise.resolve(n),
      ];
      for (const body of bodies) assertEquals(yield* callBody(body, 5), 5);
      assertEquals(getRunningLoop().allTasks().size, 1);
    }
  );
});

Deno.test("callBody() hands on what a body throws, at once or later", async () => {
  await inWorld(() =>
    function* () {
      const bodies = [
        () => {
          throw new Boom("b");
        },
        () => Promise.reject(new Boom("b")),
        async () => {
          await sleep(1);
          throw new Boom("b");
        },
        function* () {
          yield* sleep(1);
          throw new Boom("b");
        },
      ];
      for (const body of bodies) {
        let error: unknown;
        try {
          yield* callBody(body, undefined);
        } catch (thrown) {
          error = thrown;
        }
        assertError(error, Boom, "b");
      }
    }
  );
});

Deno.test("awaitInline() awaits what can be awaited, and refuses the rest", async () => {
  await inWorld(() =>
    function* () {
      const coroutine = function* () {
        yield* sleep(1);
        return "c";
      };
      assertEquals(yield* awaitInline(coroutine), "c");
      assertEquals(yield* awaitInline(coroutine()), "c");
      assertEquals(yield* awaitInline(sleep(1, "s")), "s");
      for (const value of [5, undefined, Promise.resolve(), [], "text"]) {
        let error: unknown;
        try {
          yield* awaitInline(value as never);
        } catch (thrown) {
          error = thrown;
        }
        assertError(error, TypeError, "give the function");
      }
    }
  );
});

Deno.test("checkBody() takes functions only", () => {
  checkBody(() => {});
  for (const value of [5, undefined, Promise.resolve(), {}, function* () {}()]) {
    assertThrows(() => checkBody(value), TypeError, "body");
  }
});
