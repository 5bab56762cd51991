/**
 * Giving a process what another source of bytes gives.
 *
 * @module
 */

import type { Coroutine, EventLoop } from "../lowlevel.ts";
import { inflowOf, type StreamReader } from "../streams/stream_reader.ts";
import { outflowOf, type StreamWriter } from "../streams/stream_writer.ts";

/**
 * Writes what a reader gives, as fast as the process takes it, and ends the writing after it.
 *
 * When the process wants no more, or is over, the reader is let go: whoever writes to it learns of that.
 */
export function* feed(
  loop: EventLoop,
  reader: StreamReader,
  writer: StreamWriter,
): Coroutine<void> {
  const inflow = inflowOf(reader);
  try {
    yield* pump(reader, writer);
  } catch (exception) {
    // That the process wants no more is no failure.
    if (exception === inflow.failure?.error) {
      loop.callExceptionHandler({ message: "Cannot read what a process is fed", exception });
    } else if (exception !== outflowOf(writer).failure?.error) {
      throw exception;
    }
  } finally {
    writer.abort(); // Nothing is left to write, or nobody wants it.
    inflow.release().catch(() => {});
  }
}

function* pump(reader: StreamReader, writer: StreamWriter): Coroutine<void> {
  for (;;) {
    const piece = yield* reader.read();
    if (piece === undefined) break;
    writer.write(piece);
    yield* writer.drain();
  }
  writer.close();
  yield* writer.waitClosed();
}
