/**
 * Where bytes go: a stream of the host, or something that takes them from memory.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** Something that takes bytes from memory, as a `Deno.Conn` or a `Deno.FsFile` does. */
export interface ByteSink {
  /** Writes some of the bytes; returns how many. The memory is left alone until then. */
  write(bytes: Uint8Array): Promise<number>;
  /** Ends the writing, while reading goes on. */
  closeWrite?(): Promise<void>;
  /** Closes it; all was written. */
  close?(): void | Promise<void>;
  /** Closes it where it stands; `close()` does if this is missing. */
  abort?(): void | Promise<void>;
}

/** Returns a sink as it is, and makes one of a stream. */
export function sinkOf(target: WritableStream<Uint8Array> | ByteSink): ByteSink {
  if (target instanceof WritableStream) return new StreamSink(target);
  if (typeof (target as ByteSink | undefined)?.write === "function") return target;
  throw new TypeError(`sink must be a WritableStream or have a method write(): ${show(target)}`);
}

/** A sink that writes to a stream. */
class StreamSink implements ByteSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #ending: Promise<void> | undefined;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {}); // The write in progress throws it.
  }

  async write(bytes: Uint8Array): Promise<number> {
    await this.#writer.write(bytes.slice()); // A stream keeps what it is given.
    return bytes.length;
  }

  closeWrite(): Promise<void> {
    return this.close();
  }

  close(): Promise<void> {
    return this.#ending ??= this.#writer.close();
  }

  abort(): Promise<void> {
    return this.#writer.abort();
  }
}
