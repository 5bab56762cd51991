// deno-lint-ignore-file require-yield -- a coroutine need not wait
import {
  CancelledError,
  Context,
  ContextVar,
  copyContext,
  createTask,
  currentTask,
  Future,
  getRunningLoop,
  isCancelled,
  RuntimeError,
  sleep,
  type Task,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, trial } from "./trial.ts";

trial("Task has the outcome of its coroutine", function* (as) {
  const good = createTask(as(function* () {
    yield sleep(1);
    return 5;
  }));
  const bad = createTask(as(function* () {
    yield sleep(2);
    throw new Boom("b");
  }));
  assertEquals(yield good, 5);
  const error = yield* failure(bad, Boom, "b");
  assertEquals([bad.exception() === error, bad.done, bad.cancelled], [true, true, false]);
});

trial("Task cancelled before its first step never begins", function* (as) {
  let began = false;
  const task = createTask(as(function* () {
    began = true;
    yield sleep(1);
  }));
  assert(task.cancel("never"));
  yield* failure(task, CancelledError, "never");
  assertEquals([began, task.cancelled, task.cancelling], [false, true, 1]);
});

trial("Task cancelled while it waits can clean up, and may even go on", function* (as) {
  const log: string[] = [];
  const cleaning = createTask(as(function* () {
    try {
      yield sleep(100);
    } finally {
      yield sleep(1);
      log.push("cleaned");
    }
  }));
  const stubborn = createTask(as(function* () {
    yield* caught(sleep(100));
    yield sleep(1);
    return "went on";
  }));
  yield sleep(1);
  assert(cleaning.cancel());
  assert(stubborn.cancel());
  yield* failure(cleaning, CancelledError);
  assertEquals([yield stubborn, stubborn.cancelled, log], ["went on", false, ["cleaned"]]);
});

trial("Task cancelled after it was woken is cancelled all the same", function* (as) {
  const future = new Future<number>();
  const seen: unknown[] = [];
  const task = createTask(as(function* () {
    seen.push(yield* caught(future));
  }));
  yield sleep(1);
  future.setResult(1);
  task.cancel("late");
  yield task;
  assertError(seen[0], CancelledError, "late");
});

trial("Task that requests its own cancellation gets it at its next wait", function* (as) {
  const task = createTask(as(function* () {
    currentTask()!.cancel("self");
    yield* failure(sleep(10), CancelledError, "self");
    yield sleep(10);
    return "once";
  }));
  assertEquals(yield task, "once");
});

trial("Task that is done refuses to be cancelled", function* () {
  const task = createTask(() => sleep(1, "kept"));
  yield task;
  assertEquals([task.cancel(), task.cancelling, task.result()], [false, 0, "kept"]);
});

trial("Task counts requests, and uncancel() takes them back down to none", function* (as) {
  const task = createTask(as(function* () {
    yield* caught(sleep(100));
    yield sleep(1);
    return "survived";
  }));
  yield sleep(1);
  task.cancel();
  task.cancel();
  assertEquals(task.cancelling, 2);
  assertEquals([task.uncancel(), task.uncancel(), task.uncancel()], [1, 0, 0]);
  assertEquals(yield task, "survived");
});

trial("Task that swallows every cancellation still ends when it wants to", function* (as) {
  let swallowed = 0;
  const task = createTask(as(function* () {
    while (swallowed < 20) {
      try {
        yield sleep(1000);
      } catch (error) {
        assert(isCancelled(error));
        swallowed++;
      }
    }
    return "at last";
  }));
  yield yieldNow();
  while (!task.done) {
    task.cancel();
    yield yieldNow();
  }
  assertEquals([yield task, swallowed, getRunningLoop().time()], ["at last", 20, 0]);
});

trial("Task cannot await itself", function* (as) {
  const task: Task<unknown> = createTask(as(function* () {
    yield task;
  }));
  yield* failure(task, RuntimeError, "in itself", task.name);
});

trial("Task's outcome is its coroutine's, and cannot be set", function* () {
  const task = createTask(() => sleep(1)) as Future<void>;
  assertThrows(() => task.setResult(), RuntimeError, "result");
  assertThrows(() => task.setException(new Boom()), RuntimeError, "failure");
  yield task;
});

trial("Task has a name of its own unless it is given one", function* () {
  const named = createTask(() => sleep(0), { name: "given" });
  const other = createTask(() => sleep(0));
  assert(/^Task-\d+$/.test(other.name), other.name);
  assertEquals([named.name, String(named)], ["given", "<task given pending>"]);
  named.name = "changed";
  assertEquals(named.name, "changed");
  yield named;
  yield other;
});

trial("Task tells what it waits on", function* (as) {
  const inner = createTask(() => sleep(7), { name: "inner" });
  const outer = createTask(as(function* () {
    yield inner;
  }));
  assertEquals(outer.waitingOn, undefined);
  yield sleep(1);
  assertEquals(outer.waitingOn, inner);
  assertEquals(String(inner.waitingOn), "sleep(7)");
  yield outer;
  assertEquals(outer.waitingOn, undefined);
});

trial("Task has a signal, which a request to cancel aborts with its message", function* (as) {
  const signals: AbortSignal[] = [];
  const task = createTask(as(function* () {
    signals.push(currentTask()!.signal);
    yield sleep(100);
  }));
  yield sleep(1);
  assertEquals([signals[0].aborted, task.signal === signals[0]], [false, true]);
  task.cancel("stop");
  assert(signals[0].aborted);
  assertError(signals[0].reason, CancelledError, "stop");
  yield* failure(task, CancelledError, "stop");
});

trial(
  "Task's signal exists on demand only, and is aborted if the request came first",
  function* () {
    const made: unknown[] = [];
    const { AbortController } = globalThis;
    globalThis.AbortController = class extends AbortController {
      constructor() {
        super();
        made.push(this);
      }
    };
    try {
      const task = createTask(() => sleep(100));
      yield sleep(1);
      task.cancel();
      yield* failure(task, CancelledError);
      assertEquals(made.length, 0);
      assert(task.signal.aborted);
      assertEquals(made.length, 1);
    } finally {
      globalThis.AbortController = AbortController;
    }
  },
);

trial("Task is cancelled by the signal it was given, with its reason", function* () {
  const controller = new AbortController();
  const task = createTask(() => sleep(100), { signal: controller.signal });
  const done = createTask(() => sleep(0, 1), { signal: controller.signal });
  yield sleep(1);
  controller.abort(new Boom("why"));
  yield* failure(task, CancelledError, "why");
  assertEquals([yield done, done.cancelling], [1, 0]);
  let began = false;
  const late = createTask(
    function* () {
      began = true;
    },
    { signal: controller.signal },
  );
  yield* failure(late, CancelledError);
  assertEquals(began, false);
});

trial("Task that ends lets go of the signal it was given", function* () {
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: unknown[]) => {
    listeners++;
    add(...args as Parameters<typeof add>);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    listeners--;
    remove(...args as Parameters<typeof remove>);
  };
  const task = createTask(() => sleep(1), { signal });
  assertEquals(listeners, 1);
  yield task;
  assertEquals(listeners, 0);
});

trial("Task runs in a copy of its creator's context, or in the one it is given", function* (as) {
  const variable = new ContextVar("variable", { default: "none" });
  variable.set("creator's");
  const read = as(function* () {
    yield yieldNow();
    const before = variable.get();
    variable.set("child's");
    yield sleep(1);
    return [before, variable.get()];
  });
  const given = new Context();
  const copying = createTask(read);
  const sharing = createTask(read, { context: given });
  assertEquals(yield copying, ["creator's", "child's"]);
  assertEquals(yield sharing, ["none", "child's"]);
  assertEquals([variable.get(), given.run(() => variable.get())], ["creator's", "child's"]);
  assertEquals([sharing.context === given, copyContext().get(variable)], [true, "creator's"]);
});

trial("Task that is eager runs its first step inside createTask()", function* (as) {
  const log: string[] = [];
  const me = currentTask();
  const step = (name: string, ms: number | undefined) =>
    as(function* () {
      log.push(`${name} ${currentTask() !== me}`);
      if (ms !== undefined) yield sleep(ms);
      return name;
    });
  const waiting = createTask(step("waits", 3), { eager: true });
  const failing = createTask(
    function* () {
      throw new Boom("eager");
    },
    { eager: true },
  );
  log.push("created");
  assertEquals(log, ["waits true", "created"]);
  assert(failing.done);
  assertEquals(currentTask(), me);
  yield* failure(failing, Boom, "eager");
  assertEquals(yield waiting, "waits");
});
