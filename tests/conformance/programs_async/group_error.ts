// Generated from programs/group_error.ts by translate.ts.
// deno-lint-ignore-file
/** Lets children and bodies of task groups fail. */
import { CancelledError, currentTask, sleep, taskGroup } from "../../../mod.ts";
import { Boom, Crash, Halt, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms = 100): Promise<void> {
  try {
    await sleep(ms);
    t.log(name, "slept");
  } catch (error) {
    t.log(name, "caught", error);
    throw error;
  }
}

/** Raises after a sleep. */
async function fail(t: Trace, ms: number, error: Error): Promise<void> {
  await sleep(ms);
  t.log("raise", error);
  throw error;
}

/** Logs the error with which a group was left, and the count of requests. */
function left(t: Trace, error: unknown): void {
  t.log("left with", error, currentTask()!.cancelling);
}

/** Cancels the siblings and the body, waits, and raises the group. */
export async function childFails(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => fail(t, 5, new Boom("child")));
      group.createTask(() => nap(t, "b"));
      await nap(t, "body", 50);
      t.log("not reached");
    });
  } catch (error) {
    left(t, error);
  }
  await sleep(5);
  t.log("over");
}

/** Cancels the siblings when the body is over already. */
export async function childFailsWhileLeaving(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Interrupts the body at its next suspension after the child's callback. */
export async function childFailsAtOnce(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 0, new Boom("child")));
      for (let step = 0; step < 5; step++) {
        t.log("body", step);
        await sleep(0);
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Collects the errors in the order in which the children ended. */
export async function childrenFailTogether(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 6, new Boom("a")));
      group.createTask(() => fail(t, 5, new Crash("b")));
      group.createTask(() => fail(t, 5, new Halt("c")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Adds the error of a cleanup to the group. */
export async function siblingFailsInItsCleanup(t: Trace): Promise<void> {
  async function sibling(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      await sleep(5);
      throw new Crash("cleanup");
    }
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => sibling());
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Waits for a sibling that goes on in spite of the cancel. */
export async function siblingSwallowsTheCancel(t: Trace): Promise<void> {
  async function sibling(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      t.log("swallowed");
    }
    await nap(t, "sibling", 10);
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => sibling());
      group.createTask(() => fail(t, 5, new Boom("child")));
    });
  } catch (error) {
    left(t, error);
  }
}

/** Takes a CancelledError of a child's own for a silent end. */
export async function childRaisesCancelledError(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await sleep(5);
    throw new CancelledError("own idea");
  }

  await taskGroup(async function (group) {
    group.createTask(() => child());
    group.createTask(() => nap(t, "a", 10));
  });
  t.log("left");
}

/** Cancels the children and raises the body's error in a group. */
export async function bodyFails(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      await sleep(5);
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Wraps the body's error even when there are no children. */
export async function bodyFailsWithoutChildren(t: Trace): Promise<void> {
  try {
    await taskGroup(async function () {
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Never starts children that were added just before the body failed. */
export async function bodyFailsBeforeTheStart(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Puts the body's error last. */
export async function bodyAndCleanupOfAChildFail(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      throw new Crash("child");
    }
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => child());
      await sleep(5);
      throw new Boom("body");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Adds the error into which the body turns its cancel. */
export async function bodyConvertsTheCancel(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        await sleep(100);
      } catch {
        throw new Crash("body");
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Goes on in a body that swallows its cancel; the group fails all the same. */
export async function bodySwallowsTheCancel(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        await sleep(100);
      } catch {
        t.log("swallowed", currentTask()!.cancelling);
      }
      await sleep(5);
      t.log("body over");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Passes on a CancelledError of the body's own, after cancelling the children. */
export async function bodyRaisesCancelledError(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      await sleep(5);
      throw new CancelledError("own idea");
    });
  } catch (error) {
    left(t, error);
  }
}

/** Refuses new children while aborting, without starting them. */
export async function abortingGroupRefuses(t: Trace): Promise<void> {
  async function late(): Promise<void> {
    t.log("not reached");
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      try {
        await sleep(100);
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
export async function endlessSpawningEnds(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      async function child(depth: number): Promise<void> {
        t.log("child", depth);
        await sleep(5);
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
export async function cleanupInTheBodyWaits(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("first")));
      group.createTask(() => linger(t));
      try {
        await sleep(100);
      } finally {
        t.log("cleanup");
        await sleep(20);
        t.log("cleaned");
      }
    });
  } catch (error) {
    left(t, error);
  }
}

/** Fails some time after the cancel. */
async function linger(t: Trace): Promise<void> {
  try {
    await sleep(100);
  } catch {
    await sleep(5);
    t.log("second fails");
    throw new Crash("second");
  }
}

/** Keeps the count straight when a resource fails on the way out of the body. */
export async function errorOfAnInnerResource(t: Trace): Promise<void> {
  async function withResource(): Promise<void> {
    try {
      await sleep(100);
    } catch {
      await sleep(1);
      throw new Crash("resource");
    }
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      await withResource();
    });
  } catch (error) {
    left(t, error);
  }
  await sleep(1);
  t.log("over");
}
