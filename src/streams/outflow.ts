/**
 * What a writer shares with those who wait at it: the bytes that are to be written, and how it ends.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { show, WaitQueue } from "../lowlevel.ts";
import type { ByteSink } from "./byte_sink.ts";
import { WriteBuffer } from "./write_buffer.ts";

/** How far a writer has come towards its end. */
type Stage = "open" | "ending" | "closing" | "closed";

/** Bytes on their way to a sink, as fast as that takes them. */
export class Outflow {
  /** Where those wait who have written too much. */
  readonly drains: WaitQueue = new WaitQueue("a StreamWriter", { isForHost: true });
  /** Where those wait who want it closed. */
  readonly closes: WaitQueue = new WaitQueue("a StreamWriter", { isForHost: true });
  /** Where those wait who want all that is there to be written. */
  readonly flushes: WaitQueue = new WaitQueue("a StreamWriter", { isForHost: true });
  /** A function to call once it is closed. */
  onEnd: (() => void) | undefined;
  readonly #sink: ByteSink;
  readonly #highWater: number;
  readonly #lowWater: number;
  /** What the host gets next. */
  #next = new WriteBuffer();
  /** What the host has got. */
  #sending = new WriteBuffer();
  #stage: Stage = "open";
  /** Whether the host was asked to write, and has not written all. */
  #isBusy = false;
  /** Whether there were too many bytes, and are not few enough yet. */
  #isFull = false;
  #hasSaidEnd = false;
  /** Whether the sink is closed. */
  #isOver = false;
  /** Whether somebody was thrown what it failed with. */
  #isTold = false;
  #failure: { readonly error: unknown } | undefined;
  readonly #onTurn = () => this.#sendNext();
  readonly #onWritten = (count: number) => this.#noteWritten(count);
  readonly #onFailure = (error: unknown) => this.#fail(error);

  /** Makes one that has nothing to send yet. */
  constructor(sink: ByteSink, highWater: number, lowWater: number) {
    this.#sink = sink;
    this.#highWater = highWater;
    this.#lowWater = lowWater;
  }

  /** The number of bytes that the host has not taken yet. */
  get buffered(): number {
    return this.#next.length + this.#sending.length;
  }

  /** Whether it was closed here: nothing can be written any more. */
  get isClosing(): boolean {
    return this.#stage === "closing" || this.#stage === "closed";
  }

  /** Whether the sink is closed. */
  get isClosed(): boolean {
    return this.#isOver;
  }

  /** Whether those who write should wait. */
  get isFull(): boolean {
    return this.#isFull && this.#failure === undefined && this.#stage !== "closed";
  }

  /** What it failed with. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Whether somebody was thrown what it failed with. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** Throws what it failed with, if it did. */
  checkFailure(): void {
    if (this.#failure === undefined) return;
    this.#isTold = true;
    throw this.#failure.error;
  }

  /** Adds a copy of bytes, or text in UTF-8. */
  write(data: string | Uint8Array): void {
    if (this.#stage !== "open") {
      const call = this.isClosing ? "close()" : "writeEof()";
      throw new RuntimeError(`Cannot write: ${call} was called before`);
    }
    if (this.#failure !== undefined) return;
    if (typeof data === "string") this.#next.addText(data);
    else this.#next.add(data);
    if (this.buffered > this.#highWater) this.#isFull = true;
    this.#go();
  }

  /** Ends the writing, once all is written. */
  end(): void {
    if (this.#stage !== "open") return;
    if (this.#sink.closeWrite === undefined) {
      throw new RuntimeError(
        "Cannot end the writing alone: the sink has no closeWrite(), so call close()",
      );
    }
    this.#stage = "ending";
    this.#go();
  }

  /** Closes it, once all is written. */
  close(): void {
    if (this.isClosing) return;
    this.#stage = "closing";
    this.#go();
  }

  /** Closes it now, and drops what is not written. */
  abort(): void {
    if (this.#stage === "closed") return;
    this.#stage = "closing";
    this.#finish(true);
  }

  /** Sees to it that the host gets what is there, all that is written now together. */
  #go(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    queueMicrotask(this.#onTurn);
  }

  /** Hands over what is there; with nothing left, ends what was asked to end. */
  #sendNext(): void {
    this.#isBusy = false;
    if (this.#stage === "closed") return;
    if (this.#failure !== undefined) this.#next = new WriteBuffer();
    if (this.#next.length > 0) {
      const written = this.#sending;
      this.#sending = this.#next;
      this.#next = written;
      this.#send();
    } else if (this.#stage === "closing") {
      this.#finish();
    } else if (this.#stage === "ending" && !this.#hasSaidEnd && this.#failure === undefined) {
      this.#hasSaidEnd = true;
      this.#sayEnd();
    }
  }

  /** Ends the sink, which may go on to be read. */
  async #sayEnd(): Promise<void> {
    try {
      await this.#sink.closeWrite!();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Asks the host to write. */
  #send(): void {
    this.#isBusy = true;
    try {
      this.#sink.write(this.#sending.bytes).then(this.#onWritten, this.#onFailure);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Goes on with the rest. */
  #noteWritten(count: number): void {
    if (this.#stage === "closed") return;
    const { length } = this.#sending;
    if (!(count >= 1 && count <= length)) {
      const message = `write() of a sink must return how many of ${length} bytes it took`;
      return this.#fail(new TypeError(`${message}: ${show(count)}`));
    }
    this.#sending.drop(count);
    if (this.buffered <= this.#lowWater) this.#wakeDrains();
    if (this.buffered === 0) this.#wakeFlushes();
    if (this.#sending.length > 0) this.#send();
    else this.#sendNext();
  }

  /** Notes that the stream has failed: nobody cares once it was closed here. */
  #fail(error: unknown): void {
    if (this.#stage === "closed") return;
    this.#failure = { error };
    this.#sending = new WriteBuffer();
    this.#wakeDrains();
    this.#wakeFlushes();
    this.#sendNext();
  }

  #wakeDrains(): void {
    this.#isFull = false;
    while (this.drains.wakeNext());
  }

  #wakeFlushes(): void {
    while (this.flushes.wakeNext());
  }

  /** Closes the sink: nothing is left, or nothing is wanted. */
  #finish(isAborted = false): void {
    this.#stage = "closed";
    this.#next = this.#sending = new WriteBuffer();
    const over = (failure?: { error: unknown }) => {
      this.#failure ??= failure;
      this.#isOver = true;
      this.onEnd?.();
      this.#wakeDrains();
      this.#wakeFlushes();
      while (this.closes.wakeNext());
    };
    const fail = (error: unknown) => over(isAborted ? undefined : { error });
    const sink = this.#sink;
    let closing: void | Promise<void>;
    try {
      closing = isAborted && sink.abort !== undefined ? sink.abort() : sink.close?.();
    } catch (error) {
      return fail(error);
    }
    if (closing === undefined) return over();
    closing.then(() => over(), fail);
  }
}
