/** Lets children and bodies of task groups fail. */
// deno-lint-ignore-file require-yield
import { CancelledError, currentTask, sleep, taskGroup } from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, Crash, Halt, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
function* nap(t: Trace, name: string, ms = 100): Coroutine<void> {
  try {
    yield* sleep(ms);
    t.log(name, "slept");
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

/** Logs the error with which a group was left, and the count of requests. */
function left(t: Trace, error: unknown): void {
  t.log("left with", error, currentTask()!.cancelling);
}

/** Cancels the siblings and the body, waits, and raises the group. */
export function* childFails(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => fail(t, 5, new Boom("child")));
      group.createTask(() => nap(t, "b"));
      yield* nap(t, "body", 50);
      t.log("not reached");
    });
  } catch (error) {
    left(t, error);
  }
  yield* sleep(5);
  t.log("over");
}

/** Cancels the siblings when the body is over already. */
export function* childFailsWhileLeaving(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Interrupts the body at its next suspension after the child's callback. */
export function* childFailsAtOnce(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 0, new Boom("child")));
      for (let step = 0; step < 5; step++) {
        t.log("body", step);
        yield* sleep(0);
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Collects the errors in the order in which the children ended. */
export function* childrenFailTogether(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 6, new Boom("a")));
      group.createTask(() => fail(t, 5, new Crash("b")));
      group.createTask(() => fail(t, 5, new Halt("c")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Adds the error of a cleanup to the group. */
export function* siblingFailsInItsCleanup(t: Trace): Coroutine<void> {
  function* sibling(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      yield* sleep(5);
      throw new Crash("cleanup");
    }
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => sibling());
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Waits for a sibling that goes on in spite of the cancel. */
export function* siblingSwallowsTheCancel(t: Trace): Coroutine<void> {
  function* sibling(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      t.log("swallowed");
    }
    yield* nap(t, "sibling", 10);
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => sibling());
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Takes a CancelledError of a child's own for a silent end. */
export function* childRaisesCancelledError(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    yield* sleep(5);
    throw new CancelledError("own idea");
  }

  yield* taskGroup(function* (group) {
    group.createTask(() => child());
    group.createTask(() => nap(t, "a", 10));
  });
  t.log("left");
}

/** Cancels the children and raises the body's error in a group. */
export function* bodyFails(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      yield* sleep(5);
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Wraps the body's error even when there are no children. */
export function* bodyFailsWithoutChildren(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* () {
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Never starts children that were added just before the body failed. */
export function* bodyFailsBeforeTheStart(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Puts the body's error last. */
export function* bodyAndCleanupOfAChildFail(t: Trace): Coroutine<void> {
  function* child(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      throw new Crash("child");
    }
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => child());
      yield* sleep(5);
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Adds the error into which the body turns its cancel. */
export function* bodyConvertsTheCancel(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        yield* sleep(100);
      } catch {
        throw new Crash("body");
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Goes on in a body that swallows its cancel; the group fails all the same. */
export function* bodySwallowsTheCancel(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        yield* sleep(100);
      } catch {
        t.log("swallowed", currentTask()!.cancelling);
      }
      yield* sleep(5);
      t.log("body over");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Passes on a CancelledError of the body's own, after cancelling the children. */
export function* bodyRaisesCancelledError(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => nap(t, "a"));
      yield* sleep(5);
      throw new CancelledError("own idea");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Refuses new children while aborting, without starting them. */
export function* abortingGroupRefuses(t: Trace): Coroutine<void> {
  function* late(): Coroutine<void> {
    t.log("not reached");
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        yield* sleep(100);
      } finally {
        try {
          group.createTask(() => late());
        } catch (error) {
          t.log("refused", error);
        }
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Ends children that replace themselves for ever once one fails. */
export function* endlessSpawningEnds(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      function* child(depth: number): Coroutine<void> {
        t.log("child", depth);
        yield* sleep(5);
        group.createTask(() => child(depth + 1));
        if (depth === 2) throw new Boom("enough");
      }

      group.createTask(() => child(0));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Lets a cancelled body wait in its cleanup while another child fails. */
export function* cleanupInTheBodyWaits(t: Trace): Coroutine<void> {
  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("first")));
      group.createTask(() => linger(t));
      try {
        yield* sleep(100);
      } finally {
        t.log("cleanup");
        yield* sleep(20);
        t.log("cleaned");
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Fails some time after the cancel. */
function* linger(t: Trace): Coroutine<void> {
  try {
    yield* sleep(100);
  } catch {
    yield* sleep(5);
    t.log("second fails");
    throw new Crash("second");
  }
}

/** Keeps the count straight when a resource fails on the way out of the body. */
export function* errorOfAnInnerResource(t: Trace): Coroutine<void> {
  function* withResource(): Coroutine<void> {
    try {
      yield* sleep(100);
    } catch {
      yield* sleep(1);
      throw new Crash("resource");
    }
  }

  try {
    yield* taskGroup(function* (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      yield* withResource();
    });
  } catch (error) {
    left(t, error);
  }
  yield* sleep(1);
  t.log("over");
}
