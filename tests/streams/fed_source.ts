/**
 * A source of bytes that gives what a test tells it to, when the test says so.
 *
 * @module
 */

import type { Bytes, ByteSource } from "../../io.ts";

const encoder = new TextEncoder();

/** A source whose reads wait until they are given something. */
export class FedSource implements ByteSource {
  #given: Uint8Array[] = [];
  #isEnded = false;
  #failure: Error | undefined;
  #read: { into: Bytes; settle: PromiseWithResolvers<number | null> } | undefined;
  /** Counts the reads that were asked for. */
  reads = 0;

  /** Returns whether a read waits. */
  get isAsked(): boolean {
    return this.#read !== undefined;
  }

  read(into: Bytes): Promise<number | null> {
    if (this.#read !== undefined) throw new Error("The source was read twice at once");
    this.reads++;
    const settle = Promise.withResolvers<number | null>();
    this.#read = { into, settle };
    this.#serve();
    return settle.promise;
  }

  /** Gives bytes. */
  give(data: string | Uint8Array): void {
    this.#given.push(typeof data === "string" ? encoder.encode(data) : data);
    this.#serve();
  }

  /** Ends it. */
  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  /** Makes it fail. */
  fail(error: Error): void {
    this.#failure = error;
    this.#serve();
  }

  #serve(): void {
    if (this.#read === undefined) return;
    const { into, settle } = this.#read;
    const [bytes] = this.#given;
    if (bytes !== undefined) {
      const part = bytes.subarray(0, into.length);
      into.set(part);
      if (part.length < bytes.length) this.#given[0] = bytes.subarray(part.length);
      else this.#given.shift();
      settle.resolve(part.length);
    } else if (this.#failure !== undefined) {
      settle.reject(this.#failure);
    } else if (this.#isEnded) {
      settle.resolve(null);
    } else {
      return;
    }
    this.#read = undefined;
  }
}

/** Makes a source that gives these pieces, then ends. */
export function fed(...pieces: (string | Uint8Array)[]): FedSource {
  const source = new FedSource();
  for (const piece of pieces) source.give(piece);
  source.end();
  return source;
}

/** Writes bytes as text. */
export function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && new TextDecoder().decode(bytes);
}
