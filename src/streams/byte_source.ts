/**
 * Where bytes come from: a stream of the host, or something that is read into memory.
 *
 * @module
 */

import { show } from "../lowlevel.ts";
import type { ByteBuffer, Bytes } from "./byte_buffer.ts";

/** Something that is read into memory, as a `Deno.Conn` or a `Deno.FsFile` is. */
export interface ByteSource {
  /** Reads some bytes into memory; returns how many, `null` at the end. */
  read(into: Bytes): Promise<number | null>;
}

/** The way from a source into a buffer, one read at a time. */
export interface Pump {
  /** Asks the host for more. */
  pull(buffer: ByteBuffer): Promise<unknown>;
  /** Takes over what the host has given; returns false at the end. */
  accept(buffer: ByteBuffer, given: unknown): boolean;
  /** Lets go of the source: nobody will read it any more. */
  release(): Promise<void>;
}

/** Makes the pump of a source. */
export function pumpOf(source: ReadableStream<Uint8Array> | ByteSource): Pump {
  if (source instanceof ReadableStream) return new StreamPump(source);
  if (typeof (source as ByteSource | undefined)?.read === "function") return new MemoryPump(source);
  throw new TypeError(
    `source must be a ReadableStream or have a method read(): ${show(source)}`,
  );
}

/** A pump that lets the host write into the buffer's own memory. */
class MemoryPump implements Pump {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  pull(buffer: ByteBuffer): Promise<number | null> {
    return this.#source.read(buffer.target());
  }

  accept(buffer: ByteBuffer, count: number | null): boolean {
    buffer.commit(count ?? 0);
    return count !== null;
  }

  release(): Promise<void> {
    return Promise.resolve(); // Whoever opened the source closes it.
  }
}

/** A pump that takes the pieces of a stream. */
class StreamPump implements Pump {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  pull(): Promise<ReadableStreamReadResult<Uint8Array>> {
    return this.#reader.read();
  }

  accept(buffer: ByteBuffer, { done, value }: ReadableStreamReadResult<Uint8Array>): boolean {
    if (done) return false;
    if (!(value instanceof Uint8Array)) {
      throw new TypeError(`A stream of bytes must have chunks of Uint8Array: ${show(value)}`);
    }
    buffer.append(value as Bytes);
    return true;
  }

  release(): Promise<void> {
    return this.#reader.cancel();
  }
}
