/**
 * Where bytes go: a stream of the host, or something that takes them from memory.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** Takes bytes from memory, as a `Deno.Conn` or a `Deno.FsFile` does. */
export interface ByteSink {
  /** Writes some of the bytes; gives how many. The memory is left alone until then. */
  write(bytes: Uint8Array): Promise<number>;
  /** Says that no more will be written, while reading goes on. */
  closeWrite?(): Promise<void>;
  /** Closes it; all was written. */
  close?(): void | Promise<void>;
  /** Closes it where it stands; `close()` does if this is missing. */
  abort?(): void | Promise<void>;
}

/** Takes the sink of a writer, or makes one of a stream. */
export function sinkOf(target: WritableStream<Uint8Array> | ByteSink): ByteSink {
  if (target instanceof WritableStream) return new StreamSink(target);
  if (typeof (target as ByteSink | undefined)?.write === "function") return target;
  throw new TypeError(`sink MUST BE A WritableStream OR HAVE A METHOD write(): ${show(target)}`);
}

/** Writes to a stream. */
class StreamSink implements ByteSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  #ending: Promise<void> | undefined;

  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {}); // The write in progress tells.
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
