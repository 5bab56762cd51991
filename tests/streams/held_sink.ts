/**
 * A sink of bytes that takes what a test lets it take, when the test says so.
 *
 * @module
 */

import type { ByteSink } from "../../io.ts";

/** A sink whose writes wait until they are let go. */
export class HeldSink implements ByteSink {
  readonly log: string[] = [];
  #text = "";
  #write: { bytes: Uint8Array; settle: PromiseWithResolvers<number> } | undefined;
  /** Fails the next close. */
  closeFailure: Error | undefined;

  /** Returns whether a write waits. */
  get isAsked(): boolean {
    return this.#write !== undefined;
  }

  /** Is all that was taken. */
  get text(): string {
    return this.#text;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#write !== undefined) throw new Error("The sink was written to twice at once");
    this.log.push(`write ${bytes.length}`);
    const settle = Promise.withResolvers<number>();
    this.#write = { bytes, settle };
    return settle.promise;
  }

  closeWrite(): Promise<void> {
    this.log.push("end");
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.log.push("close");
    return this.closeFailure ? Promise.reject(this.closeFailure) : Promise.resolve();
  }

  abort(): void {
    this.log.push("abort");
  }

  /** Takes what is offered, or a part of it. */
  take(count: number = Infinity): void {
    const { bytes, settle } = this.#write!;
    this.#write = undefined;
    const taken = bytes.subarray(0, count);
    this.#text += new TextDecoder().decode(taken);
    settle.resolve(taken.length);
  }

  /** Fails the write that waits. */
  fail(error: Error): void {
    const { settle } = this.#write!;
    this.#write = undefined;
    settle.reject(error);
  }
}
