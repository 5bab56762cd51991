/**
 * The standard streams of the process.
 *
 * @module
 */

import { closeAtEnd, type Coroutine, type EventLoop, runningLoop } from "../lowlevel.ts";
import type { ByteSink } from "./byte_sink.ts";
import type { Bytes } from "./byte_buffer.ts";
import type { ByteSource } from "./byte_source.ts";
import { outflowOf, StreamWriter } from "./stream_writer.ts";
import { inflowOf, StreamReader } from "./stream_reader.ts";

/** What the host has for a stream that may or may not keep the process alive. */
type Holding = Record<symbol, (() => void) | undefined>;

/** The standard input, which keeps the process alive only as long as somebody waits for it. */
class StandardInput implements ByteSource {
  #isReading = false;

  async read(into: Bytes): Promise<number | null> {
    this.#isReading = true;
    try {
      return await Deno.stdin.read(into);
    } finally {
      this.#isReading = false;
      callHidden(Deno.stdin, "REF"); // For others who read it.
    }
  }

  /** Makes the read in flight keep the process alive, or not. */
  note(isWaiting: boolean): void {
    if (this.#isReading) callHidden(Deno.stdin, isWaiting ? "REF" : "UNREF");
  }
}

/** Calls a method that the host has for itself, if it has it. */
function callHidden(stream: object, name: "REF" | "UNREF"): void {
  const symbols = Object.getOwnPropertySymbols(Object.getPrototypeOf(stream));
  const symbol = symbols.find(({ description }) => description === name);
  if (symbol !== undefined) (stream as Holding)[symbol]?.();
}

/** A standard output, for the writers of all loops: what one hands over is written as a whole. */
class StandardOutput implements ByteSink {
  readonly label: string;
  readonly #host: { write(bytes: Uint8Array): Promise<number> };
  readonly #writers = new WeakMap<EventLoop, StreamWriter>();
  /** The end of the last write. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(label: string, host: { write(bytes: Uint8Array): Promise<number> }) {
    this.label = label;
    this.#host = host;
  }

  write(bytes: Uint8Array): Promise<number> {
    const written = this.#turn.then(() => this.#writeAll(bytes));
    this.#turn = written.catch(() => {});
    return written;
  }

  async #writeAll(bytes: Uint8Array): Promise<number> {
    for (let at = 0; at < bytes.length;) at += await this.#host.write(bytes.subarray(at));
    return bytes.length;
  }

  /** Returns the writer of the running loop, or a new one if that was closed. */
  writer(): StreamWriter {
    const loop = runningLoop();
    const known = this.#writers.get(loop);
    if (known !== undefined && !known.closing) return known;
    const writer = new StreamWriter(this);
    this.#writers.set(loop, writer);
    const guard = { close: () => finish(writer) };
    outflowOf(writer).onEnd = closeAtEnd(guard, this.label, loop);
    return writer;
  }
}

/** Waits until all is written; that nobody reads it any more is no failure then. */
function* finish(writer: StreamWriter): Coroutine<void> {
  writer.close();
  try {
    yield* writer.waitClosed();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

let input: StreamReader | undefined;
let output: StandardOutput | undefined;
let errors: StandardOutput | undefined;

/**
 * Returns the reader of the standard input: one for the whole process.
 *
 * **Cancel safety.** A cancelled read loses no byte: the next one gets them, whoever reads, and in
 * whichever `run`. It does not keep the process alive.
 *
 * **Gotchas.** The reader reads ahead: do not read `Deno.stdin` beside it. For lines of more than
 * 65,536 bytes, make a `StreamReader` of `Deno.stdin` with another `limit`.
 *
 * ```ts ignore
 * import { run } from "@weft/weft";
 * import { stdin, stdout } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   for await (const line of stdin()) {
 *     stdout().writeLine(line.toUpperCase());
 *     await stdout().drain();
 *   }
 * });
 * ```
 */
export function stdin(): StreamReader {
  if (input === undefined) {
    const source = new StandardInput();
    input = new StreamReader(source);
    inflowOf(input).onDemand = (isWaiting) => source.note(isWaiting);
  }
  return input;
}

/**
 * Returns the writer of the standard output: one for each loop.
 *
 * `drain()` waits for a reader that is too slow. What is written is written before `run` ends; that
 * nobody reads it any more, as behind `| head`, is thrown by `drain()`, and is no failure at the end.
 *
 * **Cancel safety.** What was written will go out, whoever is cancelled.
 *
 * **Gotchas.** `console.log()` writes at once, before what waits here. To close the writer leaves the
 * output open: the next call makes another.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { stdout } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   const out = stdout();
 *   for (let row = 0; row < 3; row++) {
 *     out.writeLine(`row ${row}`);
 *     await out.drain();
 *   }
 *   console.assert(out === stdout());
 * });
 * ```
 */
export function stdout(): StreamWriter {
  return (output ??= new StandardOutput("the standard output", Deno.stdout)).writer();
}

/**
 * Returns the writer of the standard error: one for each loop. It is as that of `stdout()`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { stderr } from "@weft/weft/io.ts";
 *
 * await run(function* () {
 *   stderr().writeLine("half of it is done");
 *   yield* stderr().drain();
 *   console.assert(stderr().buffered <= 65_536);
 * });
 * ```
 */
export function stderr(): StreamWriter {
  return (errors ??= new StandardOutput("the standard error", Deno.stderr)).writer();
}
