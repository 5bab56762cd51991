import {
  cancelScope,
  createTask,
  currentTask,
  getRunningLoop,
  isCancelled,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertError, Boom, caughtBy, inWorld } from "./trial.ts";

/** Makes what takes a while to be disposed. */
const resource = (ms = 10) => ({ [Symbol.asyncDispose]: async () => await sleep(ms) });

/** Sleeps for long, and holds something that must be disposed. */
async function hold(): Promise<void> {
  await using _held = resource();
  await sleep(1000);
}

Deno.test("await using in a cancelled scope leaves it as a cancellation does", async () => {
  await inWorld(({ loop }) => async () => {
    const deadline = getRunningLoop().time() + 5;
    let isCaught = false;
    const result = await cancelScope(async (scope) => {
      try {
        await hold();
      } finally {
        isCaught = scope.cancelCalled;
      }
      return "not this";
    }, { deadline });
    assertEquals([result, isCaught, loop.time()], [undefined, true, 5]);
  });
});

Deno.test("a task cancelled again while it disposes is cancelled, not failed", async () => {
  await inWorld(() => async () => {
    const task = createTask(hold);
    await sleep(1);
    task.cancel("first");
    await sleep(1);
    task.cancel("second");
    await wait([task]);
    assert(task.cancelled, "it must be cancelled");
    assert(isCancelled(await caughtBy(task)));
  });
});

Deno.test("isCancelled() knows a suppressed cancellation, and no suppressed failure", () => {
  const cancelled = Object.assign(new Error(), { isCancelled: true });
  const one = new SuppressedError(cancelled, cancelled);
  assert(isCancelled(one) && isCancelled(new SuppressedError(one, cancelled)));
  assert(!isCancelled(new SuppressedError(new Boom(), cancelled)));
});

Deno.test("a group takes children that were cancelled while they disposed", async () => {
  await inWorld(({ loop }) => async () => {
    await taskGroup(async (group) => {
      const child = group.createTask(hold);
      await sleep(1);
      child.cancel();
      await sleep(1);
      child.cancel();
    });
    assertEquals([loop.time(), currentTask()!.cancelling], [2, 0]);
  });
});

Deno.test("a timeout whose body is cancelled again while it disposes is a TimeoutError", async () => {
  await inWorld(() => async () => {
    const error = await caughtBy(timeout(5, async () => {
      await timeout(7, hold);
    }));
    assertError(error, TimeoutError);
    assertEquals(currentTask()!.cancelling, 0);
  });
});

Deno.test("a failure while a cancelled task disposes is a failure", async () => {
  await inWorld(() => async () => {
    const task = createTask(async () => {
      await using _held = {
        [Symbol.asyncDispose]: async () => {
          await sleep(1);
          throw new Boom("disposal");
        },
      };
      await sleep(1000);
    });
    await sleep(1);
    task.cancel();
    const error = await caughtBy(task);
    assertError(error, SuppressedError);
    assertError((error as SuppressedError).error, Boom, "disposal");
    assert(!task.cancelled && !isCancelled(error));
  });
});
