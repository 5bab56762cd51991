// Generated from programs/group_nesting.ts by translate.ts.
// deno-lint-ignore-file
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
import { Boom, Crash, type Deadline, type Trace } from "../support.ts";

/** Sleeps and logs the end or the cancel. */
async function nap(t: Trace, name: string, ms = 100): Promise<string> {
  try {
    await sleep(ms);
    t.log(name, "slept");
    return name;
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

/** Logs the error with which a block was left, and the count of requests. */
function left(t: Trace, name: string, error: unknown): void {
  t.log(name, "left with", error, currentTask()!.cancelling);
}

/** Nests the error of the inner group in that of the outer one. */
export async function innerChildFails(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (outer) {
      outer.createTask(() => nap(t, "outer child"));
      await taskGroup(async function (inner) {
        inner.createTask(() => fail(t, 5, new Boom("inner")));
        await nap(t, "body");
      });
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Cancels the inner group silently when a child of the outer one fails. */
export async function outerChildFails(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (outer) {
      outer.createTask(() => fail(t, 5, new Boom("outer")));
      try {
        await taskGroup(async function (inner) {
          inner.createTask(() => nap(t, "inner child"));
          await nap(t, "body");
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
export async function bothFailInOneIteration(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (outer) {
      outer.createTask(() => fail(t, 5, new Boom("outer")));
      try {
        await taskGroup(async function (inner) {
          inner.createTask(() => fail(t, 5, new Crash("inner")));
          await nap(t, "body");
        });
      } catch (error) {
        left(t, "inner", error);
      }
      await nap(t, "after");
      t.log("not reached");
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Keeps the body cancelled when the inner child fails before the outer one. */
export async function bothFailInnerFirst(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (outer) {
      await taskGroup(async function (inner) {
        inner.createTask(() => fail(t, 5, new Crash("inner")));
        outer.createTask(() => fail(t, 5, new Boom("outer")));
        await nap(t, "body");
      });
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Goes on in the outer body after handling the inner error. */
export async function innerErrorHandled(t: Trace): Promise<void> {
  await taskGroup(async function (outer) {
    outer.createTask(() => nap(t, "outer child", 20));
    try {
      await taskGroup(async function (inner) {
        inner.createTask(() => fail(t, 5, new Boom("inner")));
      });
    } catch (error) {
      left(t, "inner", error);
    }
    await nap(t, "body", 5);
  });
  t.log("left");
}

/** Cancels three nested groups from the outside. */
export async function threeLevelsCancelled(t: Trace): Promise<void> {
  async function parent(): Promise<void> {
    await taskGroup(async function (first) {
      first.createTask(() => nap(t, "one"));
      await taskGroup(async function (second) {
        second.createTask(() => nap(t, "two"));
        await taskGroup(async function (third) {
          third.createTask(() => nap(t, "three"));
          await nap(t, "body");
        });
      });
    });
  }

  const task = createTask(() => parent());
  await sleep(5);
  task.cancel("outside");
  try {
    await task;
  } catch (error) {
    t.log("ended", error, task.cancelling);
  }
}

/** Nests the group error of a child in the parent's group. */
export async function groupOfAChildFails(t: Trace): Promise<void> {
  async function family(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("grandchild")));
      group.createTask(() => nap(t, "grandchild"));
    });
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => family());
      group.createTask(() => nap(t, "child"));
    });
  } catch (error) {
    left(t, "outer", error);
  }
}

/** Cancels a gather in the body when a child fails. */
export async function gatherInAGroup(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      await gather([() => nap(t, "a"), () => nap(t, "b")]);
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Lets a shielded task outlive the group that fails around it. */
export async function shieldInAGroup(t: Trace): Promise<void> {
  const precious = createTask(() => nap(t, "precious", 20));
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      await shield(precious);
    });
  } catch (error) {
    left(t, "group", error);
  }
  t.log(await precious);
}

/** Fails the group with the timeout of a child. */
export async function timeoutInAChild(t: Trace): Promise<void> {
  async function child(): Promise<void> {
    await timeout(5, async function () {
      await nap(t, "child");
    });
  }

  try {
    await taskGroup(async function (group) {
      group.createTask(() => child());
      group.createTask(() => nap(t, "sibling"));
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Times out in the body without harm to the children. */
export async function timeoutInTheBody(t: Trace): Promise<void> {
  await taskGroup(async function (group) {
    group.createTask(() => nap(t, "child", 20));
    try {
      await timeout(5, async function () {
        await nap(t, "body");
      });
    } catch (error) {
      left(t, "block", error);
    }
  });
  t.log("left");
}

/** Keeps the abort when the deadline of the body's block fires in the same instant. */
export async function timeoutInTheBodyWithAnError(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      group.createTask(() => fail(t, 5, new Boom("child")));
      await sleep(0);
      let scope!: Deadline;
      try {
        await timeout(5, async function (block) {
          scope = block;
          await nap(t, "body");
        });
      } catch (error) {
        left(t, "block", error);
      }
      t.log("after the block", scope.expired);
      await nap(t, "after");
    });
  } catch (error) {
    left(t, "group", error);
  }
}

/** Cancels a group through waitFor. */
export async function waitForAroundAGroup(t: Trace): Promise<void> {
  async function family(): Promise<void> {
    await taskGroup(async function (group) {
      group.createTask(() => nap(t, "a"));
      group.createTask(() => nap(t, "b"));
    });
  }

  try {
    await waitFor(() => family(), 5);
  } catch (error) {
    left(t, "wait_for", error);
  }
}

/** Aborts children that wait for each other. */
export async function childJoinsItsSibling(t: Trace): Promise<void> {
  try {
    await taskGroup(async function (group) {
      const slow = group.createTask(() => nap(t, "slow"));

      async function joiner(): Promise<void> {
        try {
          await slow;
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
