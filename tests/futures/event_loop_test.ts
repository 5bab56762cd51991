import {
  type CoroutineLike,
  createTask,
  EventLoop,
  type ExceptionContext,
  Future,
  RuntimeError,
  sleep,
  Task,
  type TaskOptions,
  VirtualClock,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurns } from "../host_turns.ts";
import { assertError, Boom, inWorld, rejection, takeReport, trial } from "./trial.ts";

/** Runs a body with `console.error` and `console.warn` replaced, and gives what was written. */
async function written(body: () => unknown): Promise<unknown[][]> {
  const lines: unknown[][] = [];
  const { error, warn } = console;
  console.error = console.warn = (...parts: unknown[]) => void lines.push(parts);
  try {
    await body();
  } finally {
    Object.assign(console, { error, warn });
  }
  return lines;
}

trial("callSoon() calls in the next turn, in order, with arguments", function* (_, { loop }) {
  const calls: unknown[] = [];
  const note = (...args: unknown[]) => calls.push(args);
  loop.callSoon(note, 1, "a");
  loop.callSoon(() => loop.callSoon(note, "nested"));
  loop.callSoon(note);
  assertEquals(calls, []);
  yield yieldNow();
  assertEquals(calls, [[1, "a"], []]);
  yield yieldNow();
  assertEquals(calls.length, 3);
});

trial("callLater() and callAt() call at their times, ties in order", function* (_, { loop }) {
  const calls: string[] = [];
  const note = (name: string) => calls.push(`${name} ${loop.time()}`);
  loop.callLater(10, note, "a");
  const handles = ["b", "c", "d", "e", "f"].map((name) => loop.callAt(10, note, name));
  loop.callLater(5, note, "early");
  handles[1].cancel();
  assertEquals([handles[0].when, handles[1].cancelled, handles[0].cancelled], [10, true, false]);
  yield sleep(20);
  assertEquals(calls, ["early 5", "a 10", "b 10", "d 10", "e 10", "f 10"]);
});

trial("callLater() in the past is due at once, the earliest first", function* (_, { loop }) {
  const calls: number[] = [];
  for (const ms of [0, -1, -2, -Infinity, -1]) loop.callLater(ms, () => calls.push(ms));
  yield sleep(0);
  yield sleep(0);
  assertEquals(calls, [-Infinity, -2, -1, -1, 0]);
});

trial("a callback's context is that of its scheduling", function* (_, { loop }) {
  const handle = loop.callSoon(() => {});
  assertEquals(handle.context.size, 0);
  handle.cancel();
  handle.cancel();
  assert(handle.cancelled);
  yield sleep(0);
});

trial("a callback that throws is reported, and nothing else suffers", function* (_, world) {
  const { loop } = world;
  let called = false;
  const handle = loop.callSoon(function broken() {
    throw new Boom("b");
  });
  loop.callSoon(() => called = true);
  yield sleep(0);
  assert(called);
  const report = takeReport(world, "Exception in callback", "broken()");
  assertError(report.exception, Boom, "b");
  assertEquals(report.handle, handle);
});

Deno.test("the loop refuses what it cannot schedule", () => {
  const loop = new EventLoop();
  const call = () => {};
  for (const value of [5, undefined, null, "text", {}]) {
    assertThrows(() => loop.callSoon(value as never), TypeError, "callback");
    assertThrows(() => loop.callLater(1, value as never), TypeError, "callback");
    assertThrows(() => loop.callAt(1, value as never), TypeError, "callback");
    assertThrows(() => loop.createTask(value as never), TypeError, "coroutine");
  }
  for (const value of ["5", undefined, null, {}, 5n]) {
    assertThrows(() => loop.callLater(value as never, call), TypeError, "ms");
    assertThrows(() => loop.callAt(value as never, call), TypeError, "when");
  }
  assertThrows(() => loop.callLater(NaN, call), RangeError, "NaN");
  assertThrows(() => loop.callAt(NaN, call), RangeError, "NaN");
  assertThrows(() => loop.setExceptionHandler(5 as never), TypeError, "handler");
  assertThrows(() => loop.setTaskFactory(5 as never), TypeError, "factory");
  assertThrows(() => new EventLoop({ onError: 5 as never }), TypeError, "handler");
  assertEquals([loop.metrics().ready, loop.metrics().timers], [0, 0]);
  loop.close();
});

Deno.test("the loop that is closed refuses work, and closing again is harmless", async () => {
  const loop = new EventLoop();
  loop.close();
  loop.close();
  assert(loop.closed && !loop.running);
  const call = () => {};
  assertThrows(() => loop.callSoon(call), RuntimeError, "it is closed");
  assertThrows(() => loop.callLater(1, call), RuntimeError, "it is closed");
  assertThrows(() => loop.callAt(1, call), RuntimeError, "it is closed");
  assertThrows(() => loop.createTask(function* () {}), RuntimeError, "it is closed");
  await rejection(Promise.resolve().then(() => loop.runForever()), RuntimeError, "it is closed");
  await rejection(loop.runUntilComplete(new Future<void>(loop)), RuntimeError, "it is closed");
});

Deno.test("the loop that is running cannot be closed, or run again", async () => {
  await inWorld(({ loop }) => async () => {
    assertThrows(() => loop.close(), RuntimeError, "while it is running: stop it first");
    let error: unknown;
    await Promise.resolve().then(() => loop.runForever()).catch((thrown) => error = thrown);
    assertError(error, RuntimeError, "it is running already");
    assert(loop.running && !loop.closed);
  });
});

Deno.test("closing the loop drops what is scheduled without calling it", async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  const calls: string[] = [];
  loop.callSoon(() => calls.push("soon"));
  const timer = loop.callLater(1, () => calls.push("later"));
  const task = loop.createTask(() => sleep(1));
  loop.close();
  timer.cancel();
  assertEquals([task.cancel(), task.done], [true, false]);
  await hostTurns();
  assertEquals(calls, []);
});

Deno.test("stop() lets the batch end, and keeps the rest for the next run", async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  const calls: string[] = [];
  loop.callSoon(() => {
    calls.push("a");
    loop.stop();
    loop.callSoon(() => {
      calls.push("c");
      loop.stop();
    });
  });
  loop.callSoon(() => calls.push("b"));
  await loop.runForever();
  assertEquals([calls, loop.running], [["a", "b"], false]);
  await loop.runForever();
  assertEquals(calls, ["a", "b", "c"]);
  loop.callSoon(() => calls.push("d"));
  loop.stop();
  await loop.runForever();
  assertEquals(calls.at(-1), "d");
  loop.close();
});

Deno.test("the exception handler may take the report alone, or the loop too", async () => {
  const seen: unknown[][] = [];
  const loop = new EventLoop({ onError: (context: ExceptionContext) => void seen.push([context]) });
  const context = { message: "m", exception: new Boom() };
  loop.callExceptionHandler(context);
  loop.setExceptionHandler((loop: EventLoop, context: ExceptionContext) => {
    seen.push([loop, context]);
  });
  loop.callExceptionHandler(context);
  assertEquals(seen.map((args) => args.length), [1, 2]);
  assert(seen[0][0] === context && seen[1][0] === loop && seen[1][1] === context);
  loop.setExceptionHandler(undefined);
  const lines = await written(() => loop.callExceptionHandler(context));
  assertEquals(lines, [["m", context.exception]]);
  loop.close();
});

Deno.test("the exception handler that throws is replaced by the default one, once", async () => {
  const loop = new EventLoop();
  const broken = new Boom("handler");
  loop.setExceptionHandler(() => {
    throw broken;
  });
  const lines = await written(() => loop.callExceptionHandler({ message: "m", note: "n" }));
  assertEquals(lines, [["Unhandled error in exception handler", broken], ['m\nnote: "n"']]);
  loop.close();
});

Deno.test("a report that cannot be written does not end the loop", async () => {
  const nasty = {
    toString: () => {
      throw new Boom("toString");
    },
    [Symbol.for("Deno.customInspect")]: () => {
      throw new Boom("inspect");
    },
  };
  const thrower = () => {
    throw nasty;
  };
  for (const onError of [undefined, thrower]) {
    const lines = await written(async () => {
      const note = console.error;
      console.error = (...parts: unknown[]) => {
        if (parts.includes(nasty)) throw new Boom("console");
        note(...parts);
      };
      const loop = new EventLoop({ clock: new VirtualClock(), onError });
      loop.callSoon(thrower);
      await loop.runUntilComplete(loop.createTask(() => sleep(1)));
      loop.close();
    });
    assert(lines.length >= 1, "something must be written");
  }
});

Deno.test("the task factory makes the tasks, with their options", async () => {
  class Counted<T> extends Task<T> {}
  await inWorld(({ loop }) =>
    function* () {
      const seen: TaskOptions[] = [];
      loop.setTaskFactory(
        <T>(loop: EventLoop, coroutine: CoroutineLike<T>, options: TaskOptions) => {
          seen.push(options);
          return new Counted(loop, coroutine, options);
        },
      );
      const task = createTask(() => sleep(1, "made"), { name: "n", priority: 1 });
      assert(task instanceof Counted);
      assertEquals([yield* task, task.name, task.priority], ["made", "n", 1]);
      assertEquals(seen, [{ name: "n", priority: 1 }]);
      loop.setTaskFactory(undefined);
      assert(!(createTask(() => sleep(0)) instanceof Counted));
      yield* sleep(1);
    }
  );
});

Deno.test("the task factory that makes no task is told so", async () => {
  await inWorld(({ loop }) =>
    function* () {
      loop.setTaskFactory((() => 5) as never);
      assertThrows(() => createTask(function* () {}), TypeError, "5");
      loop.setTaskFactory(() => {
        throw new Boom("factory");
      });
      assertThrows(() => createTask(function* () {}), Boom, "factory");
      loop.setTaskFactory(undefined);
      yield* sleep(0);
    }
  );
});

Deno.test("debug mode reports a step that took long", async () => {
  const lines = await written(async () => {
    const loop = new EventLoop({ debug: true, clock: new VirtualClock() });
    loop.slowCallbackDuration = 0;
    loop.callSoon(function slow() {});
    await loop.runUntilComplete(loop.createTask(() => sleep(1), { name: "task" }));
    loop.close();
  });
  const texts = lines.map(([text]) => String(text));
  assert(texts.some((text) => /slow\(\).* took \d+ ms/.test(text)), texts.join("\n"));
  assert(texts.some((text) => /task.* took \d+ ms/.test(text)), texts.join("\n"));
});

Deno.test("metrics() tells what the loop has done and holds", async () => {
  await inWorld(({ loop }) =>
    function* () {
      const before = loop.metrics();
      assert(Object.isFrozen(before));
      assertEquals([before.ready, before.timers, before.engine], [0, 0, "wasm"]);
      loop.callSoon(() => {});
      const timers = [1, 2, 3].map((ms) => loop.callLater(ms, () => {}));
      timers[2].cancel();
      assertEquals([loop.metrics().ready, loop.metrics().timers], [1, 2]);
      yield* sleep(10);
      const after = loop.metrics();
      assertEquals([after.ready, after.timers], [0, 0]);
      assertEquals(after.timersArmed - before.timersArmed, 4);
      assertEquals(after.timersCancelled - before.timersCancelled, 1);
      assertEquals(after.timersExpired - before.timersExpired, 3);
      assert(after.steps > before.steps && after.iterations > before.iterations);
      assert(after.mostTimers >= 3 && after.mostReady >= 1 && after.bytes > 0);
      assertEquals(after.stale, 0);
    }
  );
});
