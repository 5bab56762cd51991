/**
 * Writing a stream of bytes, with back-pressure.
 *
 * @module
 */

import {
  type Awaitable,
  checkAtLeast,
  checkOptions,
  checkString,
  type Coroutine,
  isCancelled,
  Operation,
  show,
} from "../lowlevel.ts";
import { type ByteSink, sinkOf } from "./byte_sink.ts";
import { Outflow } from "./outflow.ts";
import { Draining, waitClosed } from "./stream_writes.ts";

/** How many bytes may wait to be written, unless something else is given. */
const HIGH_WATER = 65_536;

/** The configuration of a writer. */
export interface StreamWriterOptions {
  /** How many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
  /** How few must be left for it to go on; a quarter of `highWater` unless given. */
  lowWater?: number | undefined;
}

/** Returns what a writer shares with those who wait at it. */
export let outflowOf: (writer: StreamWriter) => Outflow;

/**
 * A writer of bytes: to a stream of the host, or to what takes them from memory, as a `Deno.Conn` does.
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
  readonly #outflow: Outflow;
  readonly #draining: Draining;

  static {
    outflowOf = (writer) => writer.#outflow;
  }

  /** Writes to a sink, which nobody else may write to. */
  constructor(
    sink: WritableStream<Uint8Array> | ByteSink,
    options: StreamWriterOptions = {},
  ) {
    checkOptions("StreamWriter", options, ["highWater", "lowWater"]);
    const { highWater = HIGH_WATER, lowWater = Math.floor(highWater / 4) } = options;
    checkAtLeast("highWater", highWater, 0);
    checkAtLeast("lowWater", lowWater, 0);
    if (lowWater > highWater) {
      throw new RangeError(`lowWater must not be above highWater (${highWater}): ${lowWater}`);
    }
    this.#outflow = new Outflow(sinkOf(sink), highWater, lowWater);
    this.#draining = new Draining(this.#outflow);
  }

  /** The number of bytes that the host has not taken yet. */
  get buffered(): number {
    return this.#outflow.buffered;
  }

  /** Whether it was closed: nothing can be written any more. */
  get closing(): boolean {
    return this.#outflow.isClosing;
  }

  /** Writes a copy of bytes, or text in UTF-8. */
  write(data: string | Uint8Array): void {
    if (typeof data !== "string" && !(data instanceof Uint8Array)) {
      throw new TypeError(`data must be a string or bytes: ${show(data)}`);
    }
    this.#outflow.write(data);
  }

  /** Writes text and a line feed. */
  writeLine(text = ""): void {
    checkString("text", text);
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

  /** Ends the writing, once all is written; reading goes on. Harmless when done before. */
  writeEof(): void {
    this.#outflow.end();
  }

  /** Closes it, once all is written; `waitClosed()` waits for that. Harmless when done before. */
  close(): void {
    this.#outflow.close();
  }

  /** Closes it now, and drops what is not written. Harmless when done before. */
  abort(): void {
    this.#outflow.abort();
  }

  /** Waits until it is closed, by whomever; throws what it failed with. */
  waitClosed(): Awaitable<void> {
    return waitClosed(this.#outflow);
  }

  /** Closes it at the end of an `await using`; a cancellation meanwhile drops what is not written. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return new Operation("the end of a StreamWriter", () => this.#dispose());
  }

  *#dispose(): Coroutine<void> {
    const wasTold = this.#outflow.isTold;
    this.close();
    try {
      yield* this.waitClosed();
    } catch (error) {
      if (isCancelled(error)) this.abort();
      else if (wasTold) return; // Whoever leaves the scope knows, and may be throwing it.
      throw error;
    }
  }
}
