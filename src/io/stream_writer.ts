/**
 * Writing a stream of bytes, with back-pressure.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkOptions,
  type Coroutine,
  isCancelled,
  Operation,
  show,
} from "../lowlevel.ts";
import { WaitQueue } from "../sync/wait_queue.ts";
import { type ByteSink, sinkOf } from "./byte_sink.ts";
import { Closed, Draining } from "./stream_writes.ts";
import { WriteBuffer } from "./write_buffer.ts";

/** Is how many bytes may wait to be written, unless something else is given. */
const HIGH_WATER = 65_536;

/** Configures a writer. */
export interface StreamWriterOptions {
  /** Is how many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
  /** Is how few must be left for it to go on; a quarter of `highWater` unless given. */
  lowWater?: number | undefined;
}

/** Tells how far a writer has come towards its end. */
type Stage = "open" | "ending" | "closing" | "closed";

/**
 * Writes bytes to a stream of the host, or to what takes them from memory, as a `Deno.Conn` does.
 *
 * `write()` returns at once; what one task writes before others have their turn goes to the host as
 * one. `drain()` keeps a writer that is too fast waiting. A failure of the stream is thrown by
 * `drain()` and `waitClosed()`; what is written after it is dropped.
 *
 * **Cancel safety.** What was written will be sent, whoever is cancelled.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { StreamWriter } from "@weft/weft/io.ts";
 *
 * const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
 * const sent = new Response(readable).text();
 * await run(async () => {
 *   await using writer = new StreamWriter(writable);
 *   for (let n = 1; n <= 3; n++) {
 *     writer.writeLine(`line ${n}`);
 *     await writer.drain();
 *   }
 * });
 * console.assert(await sent === "line 1\nline 2\nline 3\n");
 * ```
 */
export class StreamWriter implements AsyncDisposable {
  readonly #sink: ByteSink;
  readonly #highWater: number;
  readonly #lowWater: number;
  readonly #drains = new WaitQueue("a StreamWriter");
  readonly #draining = new Draining(this, this.#drains);
  readonly #closes = new WaitQueue("a StreamWriter");
  /** Is what the host gets next. */
  #next = new WriteBuffer();
  /** Is what the host has got. */
  #sending = new WriteBuffer();
  #stage: Stage = "open";
  /** Is true once the host was asked to write, until all has been written. */
  #isBusy = false;
  /** Is true from too many bytes to few enough. */
  #isFull = false;
  #hasSaidEnd = false;
  /** Is true once the sink is closed. */
  #isOver = false;
  /** Is true once somebody was thrown what it failed with. */
  #isTold = false;
  #failure: { readonly error: unknown } | undefined;
  readonly #onTurn = () => this.#sendNext();
  readonly #onWritten = (count: number) => this.#noteWritten(count);
  readonly #onFailure = (error: unknown) => this.#fail(error);

  /** Writes to a sink, which nobody else may write to. */
  constructor(
    sink: WritableStream<Uint8Array> | ByteSink,
    options: StreamWriterOptions = {},
  ) {
    checkOptions("StreamWriter", options, ["highWater", "lowWater"]);
    const { highWater = HIGH_WATER, lowWater = Math.floor(highWater / 4) } = options;
    checkMark("highWater", highWater);
    checkMark("lowWater", lowWater);
    if (lowWater > highWater) {
      throw new RangeError(`lowWater MUST NOT BE ABOVE highWater ${highWater}: ${lowWater}`);
    }
    this.#sink = sinkOf(sink);
    this.#highWater = highWater;
    this.#lowWater = lowWater;
  }

  /** Counts the bytes that the host has not taken yet. */
  get buffered(): number {
    return this.#next.length + this.#sending.length;
  }

  /** Tells whether it was closed: nothing can be written any more. */
  get closing(): boolean {
    return this.#stage === "closing" || this.#stage === "closed";
  }

  /** @internal Is what it failed with. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Writes a copy of bytes, or text in UTF-8. */
  write(data: string | Uint8Array): void {
    if (typeof data !== "string" && !(data instanceof Uint8Array)) {
      throw new TypeError(`data MUST BE A STRING OR BYTES: ${show(data)}`);
    }
    if (this.#stage !== "open") {
      const call = this.closing ? "close()" : "writeEof()";
      throw new RuntimeError(`CANNOT WRITE, THE WRITER HAS ENDED: ${call} WAS CALLED`);
    }
    if (this.#failure !== undefined) return;
    if (typeof data === "string") this.#next.addText(data);
    else this.#next.add(data);
    if (this.buffered > this.#highWater) this.#isFull = true;
    this.#go();
  }

  /** Writes text and a line feed. */
  writeLine(text = ""): void {
    if (typeof text !== "string") throw new TypeError(`text MUST BE A STRING: ${show(text)}`);
    this.write(`${text}\n`);
  }

  /**
   * Waits until few enough bytes are left; any number of tasks may.
   *
   * It does not wait, nor let others run, as long as `highWater` is not passed.
   */
  drain(): Awaitable<void> {
    return this.#draining;
  }

  /** Says that no more will be written, once all is; reading goes on. Harmless when done before. */
  writeEof(): void {
    if (this.#stage !== "open") return;
    if (this.#sink.closeWrite === undefined) {
      throw new RuntimeError("THIS SINK CANNOT END WITHOUT BEING CLOSED: CALL close()");
    }
    this.#stage = "ending";
    this.#go();
  }

  /** Closes it, once all is written; `waitClosed()` waits for that. Harmless when done before. */
  close(): void {
    if (this.closing) return;
    this.#stage = "closing";
    this.#go();
  }

  /** Closes it now, and drops what is not written. Harmless when done before. */
  abort(): void {
    if (this.#stage === "closed") return;
    this.#stage = "closing";
    this.#finish(true);
  }

  /** Waits until it is closed, by whomever; throws what it failed with. */
  waitClosed(): Awaitable<void> {
    return new Closed(this, this.#closes);
  }

  /** Closes it at the end of an `await using`; a cancellation meanwhile drops what is not written. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return new Operation("the end of a StreamWriter", () => this.#dispose());
  }

  *#dispose(): Coroutine<void> {
    const wasTold = this.#isTold;
    this.close();
    try {
      yield* this.waitClosed();
    } catch (error) {
      if (isCancelled(error)) this.abort();
      else if (wasTold) return; // Whoever leaves the scope knows, and may be throwing it.
      throw error;
    }
  }

  /** @internal Tells whether `drain()` waits. */
  get isFull(): boolean {
    return this.#isFull && this.#failure === undefined && this.#stage !== "closed";
  }

  /** @internal Tells whether it is closed. */
  get isClosed(): boolean {
    return this.#isOver;
  }

  /** @internal Throws what it failed with. */
  checkFailure(): void {
    if (this.#failure === undefined) return;
    this.#isTold = true;
    throw this.#failure.error;
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

  /** Tells the sink that no more will be written. */
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
      const message = `write() OF A SINK MUST GIVE HOW MANY BYTES OF ${length} IT TOOK`;
      return this.#fail(new TypeError(`${message}: ${show(count)}`));
    }
    this.#sending.drop(count);
    if (this.buffered <= this.#lowWater) this.#wakeDrains();
    if (this.#sending.length > 0) this.#send();
    else this.#sendNext();
  }

  /** Notes that the stream has failed: nobody cares once it was closed here. */
  #fail(error: unknown): void {
    if (this.#stage === "closed") return;
    this.#failure = { error };
    this.#sending = new WriteBuffer();
    this.#wakeDrains();
    this.#sendNext();
  }

  #wakeDrains(): void {
    this.#isFull = false;
    while (this.#drains.wakeNext());
  }

  /** Closes the sink: nothing is left, or nothing is wanted. */
  #finish(isAborted = false): void {
    this.#stage = "closed";
    this.#next = this.#sending = new WriteBuffer();
    const over = (failure?: { error: unknown }) => {
      this.#failure ??= failure;
      this.#isOver = true;
      this.#wakeDrains();
      while (this.#closes.wakeNext());
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

/** Refuses what cannot be a mark. */
export function checkMark(name: string, mark: unknown): void {
  if (typeof mark !== "number") throw new TypeError(`${name} MUST BE A NUMBER: ${show(mark)}`);
  if (!(mark >= 0)) throw new RangeError(`${name} MUST BE 0 OR MORE: ${mark}`);
}
