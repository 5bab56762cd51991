import {
  CancelledError,
  createTask,
  currentTask,
  ExceptionGroup,
  getRunningLoop,
  RuntimeError,
  sleep,
  TaskGroup,
  taskGroup,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, type FrontEnd, trial } from "./trial.ts";

/** Makes a coroutine that fails after a time. */
function failing(as: FrontEnd, ms: number, message: string) {
  return as(function* () {
    yield sleep(ms);
    throw new Boom(message);
  });
}

/** Tells the messages of a group's errors. */
function messages(error: unknown): string[] {
  assertError(error, ExceptionGroup);
  return error.errors.map((one) => (one as Error).message);
}

trial("TaskGroup waits for its tasks and gives the body's result", function* (as) {
  const ended: string[] = [];
  const child = (name: string, ms: number) =>
    as(function* () {
      yield sleep(ms);
      ended.push(name);
    });
  const result = yield taskGroup(as(function* (group) {
    group.createTask(child("slow", 20));
    group.createTask(child("quick", 10), { name: "quick", priority: 1 });
    return "body";
  }));
  assertEquals([result, ended, getRunningLoop().time()], ["body", ["quick", "slow"], 20]);
});

trial("TaskGroup cancels the rest at the first failure, and throws all of them", function* (as) {
  let cleaned = false;
  const group = taskGroup(as(function* (group) {
    group.createTask(failing(as, 5, "first"));
    group.createTask(as(function* () {
      try {
        yield sleep(1000);
      } catch {
        throw new Boom("second");
      }
    }));
    group.createTask(as(function* () {
      try {
        yield sleep(1000);
      } finally {
        yield sleep(2);
        cleaned = true;
      }
    }));
    yield sleep(1000);
  }));
  assertEquals(messages(yield* caught(group)), ["first", "second"]);
  assertEquals([cleaned, getRunningLoop().time(), currentTask()!.cancelling], [true, 7, 0]);
});

trial("TaskGroup throws the body's failure with the others, last", function* (as) {
  const group = taskGroup(as(function* (group) {
    group.createTask(as(function* () {
      try {
        yield sleep(1000);
      } catch {
        throw new Boom("child");
      }
    }));
    yield sleep(1);
    throw new Boom("body");
  }));
  assertEquals(messages(yield* caught(group)), ["child", "body"]);
});

trial("TaskGroup cancelled from outside cancels all, waits, and is cancelled", function* (as) {
  const ended: string[] = [];
  const task = createTask(as(function* () {
    yield taskGroup(as(function* (group) {
      for (const name of ["a", "b"]) {
        group.createTask(as(function* () {
          try {
            yield sleep(1000);
          } finally {
            yield sleep(3);
            ended.push(name);
          }
        }));
      }
      yield sleep(1000);
    }));
  }));
  yield sleep(1);
  task.cancel("outside");
  yield* failure(task, CancelledError, "outside");
  assertEquals([ended, getRunningLoop().time()], [["a", "b"], 4]);
});

trial("TaskGroup is not bothered by a child that was cancelled by hand", function* (as) {
  yield taskGroup(as(function* (group) {
    const child = group.createTask(() => sleep(1000));
    yield sleep(1);
    child.cancel();
  }));
  assertEquals(getRunningLoop().time(), 1);
});

trial("TaskGroup.cancel() ends body and tasks without an error, however often", function* (as) {
  const ended: string[] = [];
  const result = yield taskGroup(as(function* (group) {
    group.createTask(as(function* () {
      try {
        yield sleep(1000);
      } finally {
        ended.push("child");
      }
    }));
    yield sleep(1);
    group.cancel();
    group.cancel();
    try {
      yield sleep(1000);
    } finally {
      ended.push("body");
    }
    return "not this";
  }));
  assertEquals([result, ended], [undefined, ["child", "body"]]);
  assertEquals([getRunningLoop().time(), currentTask()!.cancelling], [1, 0]);
  yield sleep(1); // No cancellation is left.
});

trial("TaskGroup.cancel() works from a child, and while the group waits", function* (as) {
  for (const bodyMs of [0, 1000]) {
    yield taskGroup(as(function* (group) {
      group.createTask(as(function* () {
        yield sleep(5);
        group.cancel();
        yield sleep(1000);
      }));
      yield sleep(bodyMs);
    }));
  }
  assertEquals(getRunningLoop().time(), 10);
});

trial("TaskGroup.cancel() works from an eager child before it first waits", function* (as) {
  const group = taskGroup(as(function* (group) {
    group.createTask(
      as(function* () {
        group.cancel();
        yield sleep(1000);
      }),
      { eager: true },
    );
    yield sleep(1000);
  }));
  assertEquals([yield group, getRunningLoop().time()], [undefined, 0]);
});

trial("TaskGroup.cancel() after the end does nothing", function* (as) {
  const groups: TaskGroup[] = [];
  yield taskGroup(as(function* (group) {
    groups.push(group);
  }));
  groups[0].cancel();
  assertEquals(currentTask()!.cancelling, 0);
  yield sleep(1);
});

trial("TaskGroup.cancel() still throws what fails on the way out", function* (as) {
  const group = taskGroup(as(function* (group) {
    group.createTask(as(function* () {
      try {
        yield sleep(1000);
      } catch {
        throw new Boom("unwinding");
      }
    }));
    yield sleep(1);
    group.cancel();
  }));
  assertEquals(messages(yield* caught(group)), ["unwinding"]);
});

trial("TaskGroup.cancel() swallows no cancellation from outside", function* (as) {
  for (const first of ["group", "task"]) {
    const groups: TaskGroup[] = [];
    const task = createTask(as(function* () {
      yield taskGroup(as(function* (group) {
        groups.push(group);
        yield sleep(1000);
      }));
    }));
    yield sleep(1);
    if (first === "group") groups[0].cancel();
    task.cancel("outside");
    if (first === "task") groups[0].cancel();
    yield* failure(task, CancelledError);
    assertEquals(task.cancelled, true, first);
  }
});

trial("TaskGroup.cancel() swallows no timeout around it", function* (as) {
  const both = timeout(
    5,
    as(function* () {
      yield taskGroup(as(function* (group) {
        group.createTask(as(function* () {
          yield sleep(5);
          group.cancel();
        }));
        yield sleep(1000);
      }));
      yield sleep(1000);
    }),
  );
  yield* failure(both, TimeoutError);
  assertEquals(getRunningLoop().time(), 5);
});

trial("TaskGroup refuses tasks before, while shutting down and after", function* (as) {
  const made: TaskGroup[] = [];
  let began = false;
  const child = function* () {
    began = true;
    yield* sleep(1);
  };
  const refuse = (group: TaskGroup, why: string) => {
    const coroutine = child();
    assertThrows(() => group.createTask(coroutine), RuntimeError, why);
    assertEquals(coroutine.next().done, true); // It was closed.
  };
  refuse(new TaskGroup(), "not been entered");
  yield taskGroup(as(function* (group) {
    made.push(group);
    yield sleep(1);
    group.cancel();
    refuse(group, "shutting down");
  }));
  refuse(made[0], "has ended");
  assertEquals(began, false);
});

trial("TaskGroup lets its tasks start more while it waits", function* (as) {
  const ended: number[] = [];
  yield taskGroup(as(function* (group) {
    const child = (left: number): () => ReturnType<ReturnType<typeof as>> =>
      as(function* () {
        yield sleep(1);
        ended.push(left);
        if (left > 0) group.createTask(child(left - 1));
      });
    group.createTask(child(3));
  }));
  assertEquals([ended, getRunningLoop().time()], [[3, 2, 1, 0], 4]);
});

trial("TaskGroup inside of another: the failure of one ends both", function* (as) {
  const group = taskGroup(as(function* (outer) {
    outer.createTask(() => sleep(1000));
    yield taskGroup(as(function* (inner) {
      inner.createTask(failing(as, 3, "inner"));
      yield sleep(1000);
    }));
  }));
  const error = yield* caught(group);
  assertError(error, ExceptionGroup);
  assertEquals(messages(error.errors[0]), ["inner"]);
  assertEquals(getRunningLoop().time(), 3);
});

trial("TaskGroup runs as many of its tasks at once as its limit says", function* (as) {
  let running = 0;
  let most = 0;
  yield taskGroup(
    as(function* (group) {
      for (let n = 0; n < 10; n++) {
        group.createTask(as(function* () {
          most = Math.max(most, ++running);
          yield sleep(1);
          running--;
        }));
      }
      yield sleep(0);
    }),
    { limit: 3 },
  );
  assertEquals([most, running, getRunningLoop().time()], [3, 0, 4]);
});

trial("TaskGroup with a deadline throws a TimeoutError after its cleanup", function* (as) {
  const group = taskGroup(
    as(function* (group) {
      group.createTask(as(function* () {
        try {
          yield sleep(1000);
        } finally {
          yield sleep(2);
        }
      }));
      yield sleep(0);
    }),
    { deadline: 5 },
  );
  yield* failure(group, TimeoutError);
  assertEquals(getRunningLoop().time(), 7);
});

trial("taskGroup() refuses ill-typed arguments", function* () {
  assertThrows(() => taskGroup(5 as never), TypeError, "body");
  assertThrows(() => taskGroup(undefined as never), TypeError, "body");
  assertThrows(() => taskGroup(function* () {}, { limit: 0 }), RangeError, "limit");
  assertThrows(() => taskGroup(function* () {}, { limit: 1.5 }), RangeError, "limit");
  assertThrows(() => taskGroup(function* () {}, { limit: "1" as never }), TypeError, "limit");
  assertThrows(() => taskGroup(function* () {}, { deadline: NaN }), RangeError, "deadline");
  const error = yield* failure(taskGroup((() => 5) as never), ExceptionGroup);
  assertError(error.errors[0], TypeError, "5");
  const promise = yield* failure(
    taskGroup(function* (group) {
      group.createTask(Promise.resolve() as never);
      yield* sleep(0);
    }),
    ExceptionGroup,
  );
  assertError(promise.errors[0], TypeError, "() => f()");
  assert(currentTask()!.cancelling === 0);
});
