/**
 * Where bytes come from: a stream of the host, or something that is read into memory.
 *
 * @module
 */

import { show } from "../lowlevel.ts";
import type { ByteBuffer, OwnBytes } from "./byte_buffer.ts";

/** Is read into memory, as a `Deno.Conn` or a `Deno.FsFile` is. */
export interface ByteSource {
  /** Reads some bytes into memory; gives how many, `null` at the end. */
  read(into: OwnBytes): Promise<number | null>;
}

/** Reads once from a source into a buffer; gives how many bytes came, `null` at the end. */
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
    `source MUST BE A ReadableStream OR HAVE A METHOD read(): ${show(source)}`,
  );
}

/** Lets the host write into the buffer's own memory. */
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

/** Takes the pieces of a stream. */
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
      throw new TypeError(`A STREAM OF BYTES MUST GIVE CHUNKS OF Uint8Array: ${show(value)}`);
    }
    buffer.append(value as OwnBytes);
    return true;
  }

  release(): Promise<void> {
    return this.#reader.cancel();
  }
}
