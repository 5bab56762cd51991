/**
 * Closing connections that nobody waits for.
 *
 * @module
 */

import { callAfter, closeAtEnd, type Coroutine, type EventLoop, isCancelled } from "../lowlevel.ts";
import { outflowOf } from "../streams/stream_writer.ts";
import type { Connection } from "./connection.ts";

/** How long, in ms, bytes may take to go that no program waits for. */
const LINGER = 1000;

/** Closes a connection; what was written gets a last chance. A failure is left with its writer. */
export function* linger(connection: Connection): Coroutine<void> {
  const calm = callAfter(LINGER, () => connection.abort());
  connection.close();
  try {
    yield* connection.waitClosed();
  } catch (error) {
    if (isCancelled(error)) throw error;
  } finally {
    calm();
  }
}

/** Closes a connection when its loop ends, unless it was closed before. */
export function closeWithLoop(connection: Connection, loop: EventLoop): void {
  const guard = { close: () => closeLeftOpen(connection, loop) };
  outflowOf(connection.writer).onEnd = closeAtEnd(guard, "a connection", loop);
}

/** Closes a connection that was left open; reports its failure. */
function* closeLeftOpen(connection: Connection, loop: EventLoop): Coroutine<void> {
  yield* linger(connection);
  const { failure } = outflowOf(connection.writer);
  if (failure === undefined) return;
  const message = `Cannot close a connection that was left open: ${connection}`;
  loop.callExceptionHandler({ message, exception: failure.error });
}
