import {
  CancelledError,
  type CancelScope,
  cancelScope,
  createTask,
  currentTask,
  Future,
  gather,
  getRunningLoop,
  isCancelled,
  RuntimeError,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, caught, failure, type FrontEnd, trial } from "./trial.ts";

/** Makes a body that hands out its scope and then waits for long. */
function waiting(as: FrontEnd, scopes: CancelScope[]) {
  return as(function* (scope: CancelScope) {
    scopes.push(scope);
    yield sleep(1000);
    return "not this";
  });
}

trial("cancelScope() gives the body's result when nobody cancels it", function* (as) {
  const scopes: CancelScope[] = [];
  const result = yield cancelScope(as(function* (scope: CancelScope) {
    scopes.push(scope);
    yield sleep(5);
    return "result";
  }));
  const { cancelCalled, cancelCaught, shield, deadline } = scopes[0];
  assertEquals([result, cancelCalled, cancelCaught, shield, deadline], [
    "result",
    false,
    false,
    false,
    undefined,
  ]);
});

trial("cancelScope() hands on the body's failure", function* (as) {
  yield* failure(
    cancelScope(as(function* (scope: CancelScope) {
      scope.cancel();
      yield* caught(sleep(1));
      throw new Boom("b");
    })),
    Boom,
    "b",
  );
  yield sleep(1);
});

trial("cancelScope() cancelled from outside the task ends without an error", function* (as) {
  const scopes: CancelScope[] = [];
  const task = createTask(() => cancelScope(waiting(as, scopes)));
  yield sleep(3);
  scopes[0].cancel("outside");
  scopes[0].cancel("again");
  assertEquals([yield task, getRunningLoop().time(), task.cancelling], [undefined, 3, 0]);
  assertEquals([scopes[0].cancelCalled, scopes[0].cancelCaught], [true, true]);
});

trial(
  "cancelScope() throws at every wait until it ends, so swallowing does no harm",
  function* (as) {
    let swallowed = 0;
    const result = yield cancelScope(as(function* (scope: CancelScope) {
      scope.cancel("for good");
      const waits = [
        () => sleep(10),
        () => sleep(0),
        () => yieldNow(),
        () => new Future<void>(),
        () => gather([sleep(10), sleep(20)]),
        () => createTask(() => sleep(10)),
        () =>
          timeout(
            1000,
            as(function* () {
              yield sleep(10);
            }),
          ),
      ];
      for (let round = 0; round < 3; round++) {
        for (const wait of waits) {
          const error = yield* caught(wait());
          assert(isCancelled(error), `${wait}: ${error}`);
          swallowed++;
        }
      }
      return "went on";
    }));
    assertEquals([result, swallowed, getRunningLoop().time()], ["went on", 21, 0]);
    assertEquals(currentTask()!.cancelling, 0);
    yield sleep(1); // It is over outside of the scope.
  },
);

trial("cancelScope() that is cancelled and waits for nothing ends normally", function* (as) {
  const result = yield cancelScope(as(function* (scope: CancelScope) {
    scope.cancel();
    return "never waited";
  }));
  assertEquals(result, "never waited");
  yield sleep(1);
});

trial("cancelScope() does not interrupt what is done already", function* (as) {
  const done = new Future<number>();
  done.setResult(1);
  const result = yield cancelScope(as(function* (scope: CancelScope) {
    scope.cancel();
    return yield done;
  }));
  assertEquals(result, 1);
});

trial("cancelScope() costs no steps while its task waits to be interrupted", function* (as) {
  const stubborn = createTask(as(function* () {
    yield cancelScope(as(function* (scope: CancelScope) {
      scope.cancel();
      yield cancelScope(
        as(function* () {
          yield sleep(1000);
        }),
        { shield: true },
      );
    }));
  }));
  yield sleep(1);
  const { steps } = getRunningLoop().metrics();
  yield sleep(500);
  assertEquals(getRunningLoop().metrics().steps - steps, 2); // Those of this task's own sleep.
  yield stubborn;
});

trial("cancelScope() with a shield keeps out the scope around it until it ends", function* (as) {
  const log: string[] = [];
  const result = yield cancelScope(as(function* (outer: CancelScope) {
    outer.cancel();
    yield cancelScope(
      as(function* () {
        yield sleep(5);
        log.push("shielded");
      }),
      { shield: true },
    );
    yield sleep(5);
    log.push("not this");
  }));
  assertEquals([result, log, getRunningLoop().time()], [undefined, ["shielded"], 5]);
});

trial("cancelScope() with a shield lets cleanup finish", function* (as) {
  const log: string[] = [];
  const scopes: CancelScope[] = [];
  const task = createTask(() =>
    cancelScope(as(function* (scope: CancelScope) {
      scopes.push(scope);
      try {
        yield sleep(1000);
      } finally {
        yield cancelScope(
          as(function* () {
            yield sleep(7);
            log.push("cleaned");
          }),
          { shield: true },
        );
      }
    }))
  );
  yield sleep(1);
  scopes[0].cancel();
  yield task;
  assertEquals([log, getRunningLoop().time()], [["cleaned"], 8]);
});

trial("cancelScope() with a shield can be cancelled itself", function* (as) {
  yield cancelScope(
    as(function* (scope: CancelScope) {
      scope.cancel();
      yield sleep(1000);
    }),
    { shield: true },
  );
  assertEquals(getRunningLoop().time(), 0);
});

trial("cancelScope()'s shield does not keep out the cancellation of the task", function* (as) {
  const task = createTask(() =>
    cancelScope(
      as(function* () {
        yield sleep(1000);
      }),
      { shield: true },
    )
  );
  yield sleep(1);
  task.cancel("task");
  yield* failure(task, CancelledError, "task");
});

trial("cancelScope() inside of another: each ends with its own cancellation", function* (as) {
  const log: string[] = [];
  yield cancelScope(as(function* (outer: CancelScope) {
    yield cancelScope(as(function* (inner: CancelScope) {
      inner.cancel();
      yield sleep(1000);
    }));
    log.push("inner ended");
    yield cancelScope(as(function* () {
      outer.cancel();
      yield sleep(1000);
    }));
    log.push("not this");
  }));
  assertEquals([log, getRunningLoop().time()], [["inner ended"], 0]);
});

trial("cancelScope() is cancelled at its deadline, which can be moved", function* (as) {
  yield cancelScope(
    as(function* () {
      yield sleep(1000);
    }),
    { deadline: 10 },
  );
  assertEquals(getRunningLoop().time(), 10);
  yield cancelScope(
    as(function* (scope: CancelScope) {
      scope.deadline = 40;
      yield sleep(20);
      assertEquals([scope.deadline, scope.cancelCalled], [40, false]);
      scope.deadline = undefined;
      yield sleep(20);
      scope.deadline = 55;
      yield sleep(1000);
    }),
    { deadline: 20 },
  );
  assertEquals([getRunningLoop().time(), getRunningLoop().metrics().timers], [55, 0]);
});

trial("cancelScope() with a deadline in the past is cancelled at its first wait", function* (as) {
  yield sleep(5);
  yield cancelScope(
    as(function* () {
      yield sleep(1000);
    }),
    { deadline: 1 },
  );
  assertEquals(getRunningLoop().time(), 5);
});

trial("cancelScope() leaves a cancellation of its task one", function* (as) {
  const scopes: CancelScope[] = [];
  for (const also of [false, true]) {
    const task = createTask(() => cancelScope(waiting(as, scopes)));
    yield sleep(1);
    task.cancel("task");
    if (also) scopes.at(-1)!.cancel();
    yield* failure(task, CancelledError);
    assert(task.cancelled);
  }
});

trial("cancelScope() inside of a timeout, and around one", function* (as) {
  yield* failure(
    timeout(
      5,
      as(function* () {
        yield cancelScope(as(function* () {
          yield sleep(1000);
        }));
      }),
    ),
    TimeoutError,
  );
  yield cancelScope(
    as(function* () {
      yield timeout(
        100,
        as(function* () {
          yield sleep(1000);
        }),
      );
    }),
    { deadline: 10 },
  );
  assertEquals([getRunningLoop().time(), currentTask()!.cancelling], [10, 0]);
});

trial("cancelScope() around a task group ends its tasks", function* (as) {
  let cleaned = false;
  yield cancelScope(
    as(function* () {
      yield taskGroup(as(function* (group) {
        group.createTask(as(function* () {
          try {
            yield sleep(1000);
          } finally {
            yield sleep(2);
            cleaned = true;
          }
        }));
        yield sleep(0);
      }));
    }),
    { deadline: 5 },
  );
  assertEquals([cleaned, getRunningLoop().time()], [true, 7]);
});

trial("cancelScope() cancelled after it ended does nothing", function* (as) {
  const scopes: CancelScope[] = [];
  yield cancelScope(as(function* (scope: CancelScope) {
    scopes.push(scope);
  }));
  scopes[0].cancel();
  yield sleep(1);
  assertEquals([scopes[0].cancelCaught, currentTask()!.cancelling], [false, 0]);
});

trial("cancelScope() refuses ill-typed arguments, and runs once", function* (as) {
  const body = function* () {};
  assertThrows(() => cancelScope(5 as never), TypeError, "body");
  assertThrows(() => cancelScope(body, { shield: 1 as never }), TypeError, "shield");
  assertThrows(() => cancelScope(body, { deadline: NaN }), RangeError, "deadline");
  assertThrows(() => cancelScope(body, { deadline: "1" as never }), TypeError, "deadline");
  yield* failure(cancelScope((() => 5) as never), TypeError, "5");
  const scope = cancelScope(body);
  yield scope;
  assertError(yield* caught(scope), RuntimeError, "second time");
  yield cancelScope(as(function* (scope: CancelScope) {
    assertThrows(() => scope.deadline = NaN, RangeError, "deadline");
    yield sleep(0);
  }));
});
