/** Nests task groups and mixes them with the other ways to wait. */
import {
  createTask,
  currentTask,
  gather,
  shield,
  sleep,
  taskGroup,
  timeout,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, type Deadline, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms = 100): Coroutine<string> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
    return name;
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Raises after a sleep. */
function* fail(t: Trace, ms: number, error: Error): Coroutine<void> {
  yield* sleep(ms);
  t.log("raise", error);
  throw error;
}

/** Logs the error with which a block was left, and the count of requests. */
function left(t: Trace, name: string, error: unknown): void {
  t.log(name, "left with", error, currentTask()!.cancelling);
}

/** Nests the error of the inner group in that of the outer one. */
export function* innerChildFails(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (outer) {
      outer.createTask(() => nap(t, "outer child"));
      yield* taskGroup(function* (inner) {
        inner.createTask(() => fail(t, 5, new Boom("inner")));
        yield* nap(t, "body");
      });
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Cancels the inner group silently when a child of the outer one fails. */
export function* outerChildFails(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (outer) {
      outer.createTask(() => fail(t, 5, new Boom("outer")));
      try {
        yield* taskGroup(function* (inner) {
          inner.createTask(() => nap(t, "inner child"));
          yield* nap(t, "body");
        });
      } catch (error) {
        left(t, "inner", error);
        throw error;
      }
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Keeps the body cancelled after the inner error is handled. */
export function* bothFailInOneIteration(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (outer) {
      outer.createTask(() => fail(t, 5, new Boom("outer")));
      try {
        yield* taskGroup(function* (inner) {
          inner.createTask(() => fail(t, 5, new Crash("inner")));
          yield* nap(t, "body");
        });
      } catch (error) {
        left(t, "inner", error);
      }
      yield* nap(t, "after");
      t.log("not reached");
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Keeps the body cancelled when the inner child fails before the outer one. */
export function* bothFailInnerFirst(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (outer) {
      yield* taskGroup(function* (inner) {
        inner.createTask(() => fail(t, 5, new Crash("inner")));
        outer.createTask(() => fail(t, 5, new Boom("outer")));
        yield* nap(t, "body");
      });
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Goes on in the outer body after handling the inner error. */
export function* innerErrorHandled(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (outer) {
    outer.createTask(() => nap(t, "outer child", 20));
    try {
      yield* taskGroup(function* (inner) {
        inner.createTask(() => fail(t, 5, new Boom("inner")));
      });
    } catch (error) {
      left(t, "inner", error);
    }
    yield* nap(t, "body", 5);
  });
  t.log("left");
}

/** Cancels three nested groups from the outside. */
export function* threeLevelsCancelled(t: Trace): Coroutine<void> {
  function* parent(): Coroutine<void> {
    yield* taskGroup(function* (first) {
      first.createTask(() => nap(t, "one"));
      yield* taskGroup(function* (second) {
        second.createTask(() => nap(t, "two"));
        yield* taskGroup(function* (third) {
          third.createTask(() => nap(t, "three"));
          yield* nap(t, "body");
        });
      });
    });
  }

  const task = createTask(() => parent());
  yield* sleep(5);
  task.cancel("outside");
  try {
    yield* task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Nests the group error of a child in the parent's group. */
export function* groupOfAChildFails(t: Trace): Coroutine<void> {
  function* family(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("grandchild")));
      group.createTask(() => nap(t, "grandchild"));
    });
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => family());
      group.createTask(() => nap(t, "child"));
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Cancels a gather in the body when a child fails. */
export function* gatherInAGroup(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      yield* gather([() => nap(t, "a"), () => nap(t, "b")]);
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Lets a shielded task outlive the group that fails around it. */
export function* shieldInAGroup(t: Trace): Coroutine<void> {
  const precious = createTask(() => nap(t, "precious", 20));
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      yield* shield(precious);
    });
  } catch (error) {
    left(t, "group", error);
  }
  t.log(yield* precious);
}

/** Fails the group with the timeout of a child. */
export function* timeoutInAChild(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* timeout(5, function* () {
      yield* nap(t, "child");
    });
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => child());
      group.createTask(() => nap(t, "sibling"));
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Times out in the body without harm to the children. */
export function* timeoutInTheBody(t: Trace): Coroutine<void> {
  yield* taskGroup(function* (group) {
    group.createTask(() => nap(t, "child", 20));
    try {
      yield* timeout(5, function* () {
        yield* nap(t, "body");
      });
    } catch (error) {
      left(t, "block", error);
    }
  });
  t.log("left");
}

/** Keeps the abort when the deadline of the body's block fires in the same instant. */
export function* timeoutInTheBodyWithAnError(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      yield* sleep(0);
      let scope!: Deadline;
      try {
        yield* timeout(5, function* (block) {
          scope = block;
          yield* nap(t, "body");
        });
      } catch (error) {
        left(t, "block", error);
      }
      t.log("after the block", scope.expired);
      yield* nap(t, "after");
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Cancels a group through waitFor. */
export function* waitForAroundAGroup(t: Trace): Coroutine<void> {
  function* family(): Coroutine<void> {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
    });
  }

  try {
    yield* waitFor(() => family(), 5);
  } catch (error) {
    left(t, "wait_for", error);
  }
}

/** Aborts children that wait for each other. */
export function* childJoinsItsSibling(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      const slow = group.createTask(() => nap(t, "slow"));

      function* joiner(): Coroutine<void> {
        try {
          yield* slow;
        } finally {
          t.log("joiner over");
        }
      }

      group.createTask(() => joiner());
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, "group", error);
  }
}
