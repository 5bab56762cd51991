import {
  type Awaitable,
  createTask,
  type Executor,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  VirtualClock,
} from "../../mod.ts";
import { Operation, provideDefaultExecutor } from "../../src/lowlevel.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { failure, inWorld, trial } from "./trial.ts";

/** An executor that calls nothing: it says what it was asked for, a while later. */
class Echo implements Executor {
  readonly closed: string[] = [];

  run<T>(module: string | URL, name: string, ...args: readonly unknown[]): Awaitable<T> {
    return new Operation("Echo.run()", function* () {
      yield* sleep(5);
      if (name === "fail") throw new RangeError("it failed over there");
      return [String(module), name, ...args] as T;
    });
  }

  close(): Awaitable<void> {
    const { closed } = this;
    return new Operation("Echo.close()", function* () {
      yield* sleep(1);
      closed.push("closed");
    });
  }
}

trial("runInExecutor() begins at once, and its future gives the result", function* () {
  const loop = getRunningLoop();
  const future = loop.runInExecutor<unknown[]>(new Echo(), "file:///m.ts", "f", 1, "two");
  assertEquals(future.done, false);
  yield sleep(5.5);
  assertEquals(future.result(), ["file:///m.ts", "f", 1, "two"]);
  const failing = loop.runInExecutor(new Echo(), "file:///m.ts", "fail");
  yield* failure(failing, RangeError, "over there");
});

trial("cancelling the future of an executor cancels the call", function* () {
  const future = getRunningLoop().runInExecutor(new Echo(), "file:///m.ts", "f");
  yield sleep(1);
  future.cancel();
  yield sleep(1);
  assertEquals([future.cancelled, getRunningLoop().time()], [true, 2]);
});

trial("without a default executor, the error says where to get one", function* () {
  const loop = getRunningLoop();
  const call = () => loop.runInExecutor(undefined, "file:///m.ts", "f");
  assertThrows(call, RuntimeError, "import workers.ts");
  for (const wrong of [null, {}, 5]) {
    assertThrows(() => loop.runInExecutor(wrong as unknown as Executor, "m", "f"), TypeError);
    assertThrows(() => loop.setDefaultExecutor(wrong as unknown as Executor), TypeError);
  }
  yield sleep(0);
});

Deno.test("run() closes the default executor, after all tasks have ended", async () => {
  const echo = new Echo();
  await run(function* () {
    const loop = getRunningLoop();
    loop.setDefaultExecutor(echo);
    createTask(function* () {
      try {
        yield* sleep(1000);
      } finally {
        echo.closed.push("task");
      }
    });
    const result = yield* loop.runInExecutor(undefined, new URL("file:///m.ts"), "f");
    assertEquals(result, ["file:///m.ts", "f"]);
    assertEquals(echo.closed, []);
  }, { clock: new VirtualClock() });
  assertEquals(echo.closed, ["task", "closed"]);
});

Deno.test("a default executor is made once a loop, when it is first needed", async () => {
  const made: Echo[] = [];
  provideDefaultExecutor(() => {
    made.push(new Echo());
    return made.at(-1)!;
  });
  await inWorld(({ loop }) =>
    function* () {
      assertEquals(made.length, 0);
      yield* loop.runInExecutor(undefined, "file:///m.ts", "f");
      yield* loop.runInExecutor(undefined, "file:///m.ts", "g");
    }
  );
  assertEquals(made.map((echo) => echo.closed), [["closed"]]);
});
