/**
 * Handles coroutine objects: lazy until awaited or made a task.
 *
 * Generator front end only: a native async function starts when it is called, and adopts a future that it returns.
 */
// deno-lint-ignore-file require-yield
import {
  createTask,
  type Future,
  gather,
  getRunningLoop,
  sleep,
  taskGroup,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Logs the first and the last step. */
function* child(t: Trace, name: string): Coroutine<string> {
  t.log(name, "starts");
  yield* sleep(5);
  t.log(name, "ends");
  return name;
}

/** Runs nothing of a coroutine before it is awaited. */
export function* lazyUntilAwaited(t: Trace): Coroutine<void> {
  const coroutine = child(t, "a");
  t.log("made");
  yield* sleep(10);
  t.log("awaiting");
  t.log(yield* coroutine);
}

/** Takes a coroutine object for a task. */
export function* taskOfACoroutineObject(t: Trace): Coroutine<void> {
  const coroutine = child(t, "a");
  const task = createTask(coroutine);
  t.log("created");
  t.log(yield* task);
}

/** Runs a coroutine object given twice once and lists its result twice. */
export function* gatheredTwice(t: Trace): Coroutine<void> {
  const coroutine = child(t, "once");
  t.log(yield* gather([coroutine, child(t, "other"), coroutine]));
}

/** Hands a returned future over without awaiting it. */
export function* returnedFutureIsHandedOver(t: Trace): Coroutine<void> {
  const future = getRunningLoop().createFuture<void>();

  function* give(): Coroutine<Future<void>> {
    return future;
  }

  const given = yield* createTask(() => give());
  t.log(given === future, given.done);
  const inline = yield* give();
  t.log(inline === future, inline.done);
}

/** Closes a coroutine object that a finished group refuses. */
export function* refusedByAFinishedGroup(t: Trace): Coroutine<void> {
  let refuse!: () => unknown;
  yield* taskGroup(function* (group) {
    refuse = () => group.createTask(child(t, "refused"));
  });
  try {
    refuse();
  } catch (error) {
    t.log("refused", error);
  }
  yield* sleep(10);
  t.log("over");
}

/** Closes a coroutine object that gets no time at all. */
export function* neverStartedByWaitFor(t: Trace): Coroutine<void> {
  try {
    yield* waitFor(child(t, "late"), 0);
  } catch (error) {
    t.log("raised", error);
  }
  yield* sleep(10);
  t.log("over");
}

/** Raises the error of an inline coroutine where it is awaited. */
export function* errorThroughAnInlineCoroutine(t: Trace): Coroutine<void> {
  function* fail(): Coroutine<void> {
    yield* sleep(1);
    throw new Boom("inline");
  }

  const coroutine = fail();
  try {
    yield* coroutine;
  } catch (error) {
    t.log("raised", error);
  }
}
