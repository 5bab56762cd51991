import {
  type Awaitable,
  cancelScope,
  createTask,
  gather,
  getRunningLoop,
  RuntimeError,
  sleep,
  taskGroup,
  timeout,
  wait,
  waitFor,
  yieldNow,
} from "../../mod.ts";
import { Operation } from "../../src/lowlevel.ts";
import { assertEquals } from "../assert.ts";
import { assertError, Boom, failure, inWorld, rejection, trial } from "./trial.ts";

/** Makes one of each operation. */
function operations(): Record<string, Awaitable<unknown>> {
  const body = function* () {
    yield* sleep(1);
    return "body";
  };
  return {
    "timeout(": timeout(10, body),
    "taskGroup(": taskGroup(body),
    "cancelScope(": cancelScope(body),
    "waitFor(": waitFor(body, 10),
  };
}

trial("an operation runs nothing until it is awaited", function* () {
  let began = 0;
  const operation = new Operation("made up", function* () {
    began++;
    yield* yieldNow();
    return "result";
  });
  yield sleep(1);
  assertEquals(began, 0);
  assertEquals([yield operation, began], ["result", 1]);
});

trial("an operation is awaited once, and says which it was", function* () {
  for (const [label, operation] of Object.entries(operations())) {
    assertEquals(yield operation, "body");
    yield* failure(operation, RuntimeError, "second time", label);
  }
});

trial("an operation that throws at its start throws into the task", function* () {
  // deno-lint-ignore require-yield -- it throws instead
  const operation = new Operation("made up", function* () {
    throw new Boom("start");
  });
  yield* failure(operation, Boom, "start");
});

trial("an operation can be a task, and be gathered", function* () {
  const all = Object.values(operations());
  assertEquals(yield createTask(() => all[0]), "body");
  assertEquals(yield gather(all.slice(1)), ["body", "body", "body"]);
  assertEquals(getRunningLoop().time(), 2);
});

Deno.test("an operation outside of a task rejects, and says what to do", async () => {
  for (const [label, operation] of Object.entries(operations())) {
    await rejection(operation, RuntimeError, "outside of a task", label, "run()");
  }
  const errors: unknown[] = [];
  await inWorld(({ loop }) =>
    function* () {
      const task = createTask(() => sleep(1));
      loop.callSoon(() => void wait([task]).then(undefined, (error) => errors.push(error)));
      yield* task;
    }
  );
  assertError(errors[0], RuntimeError, "wait()");
});

Deno.test("operations awaited at once by native code run side by side", async () => {
  await inWorld(({ loop }) => async () => {
    assertEquals(await Promise.all(Object.values(operations())), Array(4).fill("body"));
    assertEquals(loop.time(), 1);
  });
});
