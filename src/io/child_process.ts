/**
 * A process that this one has started.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Coroutine,
  type EventLoop,
  isCancelled,
  leaveScope,
  Operation,
  until,
} from "../lowlevel.ts";
import type { OwnBytes } from "./byte_buffer.ts";
import { callAfter } from "./call_after.ts";
import { StreamReader } from "./stream_reader.ts";
import { StreamWriter } from "./stream_writer.ts";

/** Says what becomes of a stream of the process: a pipe to here, the one of this process, nothing. */
export type StreamUse = "piped" | "inherit" | "null";

/** Are the options of a process that matter after it was started. */
export interface ProcessOptions {
  /** Is what was started. */
  readonly command: string;
  /** Says what its input is. */
  readonly stdin: StreamUse;
  /** Says where its output goes. */
  readonly stdout: StreamUse;
  /** Says where its errors go. */
  readonly stderr: StreamUse;
  /** Bounds, in bytes, a line or what comes before a separator. */
  readonly limit: number | undefined;
  /** Bounds, in ms, how long it may take to end when it is told to. */
  readonly grace: number;
  /** Tells that it is ended when a wait for it is cancelled. */
  readonly killOnCancel: boolean;
}

/** Tells how a process ended. */
export interface ProcessStatus {
  /** Is true if it ended by itself, with 0. */
  readonly success: boolean;
  /** Is what it ended with; 128 and the signal's number if that ended it. */
  readonly code: number;
  /** Is the signal that ended it. */
  readonly signal: Deno.Signal | null;
}

/** Is what a process wrote until its end: nothing of a stream that is not piped. */
export interface ProcessOutput extends ProcessStatus {
  /** Is what it wrote to its output. */
  readonly stdout: OwnBytes;
  /** Is what it wrote to its errors. */
  readonly stderr: OwnBytes;
}

const NOTHING = new Uint8Array(0);

/**
 * Is a process that this one has started, and its streams. Made by `spawn()` and `spawnShell()`.
 *
 * To end it is to send it SIGTERM, and SIGKILL if it is still there after `grace` ms of the host's
 * time; then its pipes are closed, whoever else may hold them open. It is ended when it is disposed, when its `signal` is
 * aborted, and when its loop ends.
 *
 * **Cancel safety.** A cancelled `wait()` or `communicate()` leaves the process alone, and loses no
 * output; with `killOnCancel` it ends the process first, and then passes the cancellation on. A
 * second cancellation kills it at once.
 *
 * **Gotchas.** `wait()` alone may never end if the process fills a pipe that nobody reads:
 * `communicate()` reads both.
 */
export class ChildProcess implements AsyncDisposable {
  readonly #loop: EventLoop;
  readonly #child: Deno.ChildProcess;
  readonly #options: ProcessOptions;
  readonly #stdin: StreamWriter | undefined;
  readonly #stdout: StreamReader | undefined;
  readonly #stderr: StreamReader | undefined;
  readonly #exit: Promise<void>;
  readonly #guard = { close: () => this.#end() };
  #status: ProcessStatus | undefined;
  /** Calls off the end of its grace. */
  #spare: (() => void) | undefined;
  #isEnding = false;

  /** @internal Use `spawn()`. */
  constructor(loop: EventLoop, child: Deno.ChildProcess, options: ProcessOptions) {
    const { stdin, stdout, stderr, limit } = options;
    this.#loop = loop;
    this.#child = child;
    this.#options = options;
    if (stdin === "piped") this.#stdin = new StreamWriter(child.stdin);
    if (stdout === "piped") this.#stdout = new StreamReader(child.stdout, { limit });
    if (stderr === "piped") this.#stderr = new StreamReader(child.stderr, { limit });
    for (const reader of [this.#stdout, this.#stderr]) {
      if (reader !== undefined) reader.onEnd = () => this.#forget();
    }
    this.#exit = child.status.then((status) => this.#noteEnd(status));
    loop.generators.add(this.#guard);
  }

  /** Tells its number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Tells how it ended, `undefined` as long as it runs. */
  get status(): ProcessStatus | undefined {
    return this.#status;
  }

  /** Writes to it; throws unless its standard input is piped. */
  get stdin(): StreamWriter {
    return this.#stdin ?? this.#refuse("stdin");
  }

  /** Reads what it writes; throws unless its standard output is piped. */
  get stdout(): StreamReader {
    return this.#stdout ?? this.#refuse("stdout");
  }

  /** Reads what it writes about errors; throws unless its standard error is piped. */
  get stderr(): StreamReader {
    return this.#stderr ?? this.#refuse("stderr");
  }

  #refuse(name: "stdin" | "stdout" | "stderr"): never {
    throw new RuntimeError(
      `${name} IS NOT PIPED, SPAWN IT WITH { ${name}: "piped" }: ${this.#options[name]}`,
    );
  }

  /** Waits until it has ended, and tells how. */
  wait(): Awaitable<ProcessStatus> {
    return new Operation(`wait() for ${this}`, () => this.#orEnd(() => this.#wait()));
  }

  *#wait(): Coroutine<ProcessStatus> {
    if (this.#status === undefined) yield* until(this.#exit, { label: `${this}` });
    return this.#status!;
  }

  /**
   * Writes the input, if any, and ends it; reads all output; waits until the process has ended.
   *
   * That the process did not read all of its input is no failure. What was read or is read by others
   * before is not among the output. Cancelled, it may be called again, without the input: nothing of
   * the output is lost.
   */
  communicate(input?: string | Uint8Array): Awaitable<ProcessOutput> {
    return new Operation(
      `communicate() with ${this}`,
      () => this.#orEnd(() => this.#communicate(input)),
    );
  }

  *#communicate(input: string | Uint8Array | undefined): Coroutine<ProcessOutput> {
    if (input !== undefined) this.stdin.write(input);
    this.#stdin?.close(); // Should it fail, the process has not wanted it.
    const readers = [this.#stdout, this.#stderr].filter((reader) => reader !== undefined);
    for (const reader of readers) reader.readAhead(true); // Both, or it might fill the other pipe.
    try {
      const stdout = this.#stdout ? yield* this.#stdout.readAll() : NOTHING;
      let stderr = NOTHING;
      try {
        if (this.#stderr) stderr = yield* this.#stderr.readAll();
        return { ...(yield* this.#wait()), stdout, stderr };
      } catch (error) {
        this.#stdout?.buffer.unshift(stdout); // For whoever asks again.
        this.#stderr?.buffer.unshift(stderr);
        throw error;
      }
    } finally {
      for (const reader of readers) reader.readAhead(false);
    }
  }

  /** Sends it a signal, SIGKILL unless given; harmless once it has ended. */
  kill(signal: Deno.Signal = "SIGKILL"): void {
    if (this.#status !== undefined) return;
    try {
      this.#child.kill(signal);
    } catch (error) {
      // The host may know of its end before it has told.
      const isGone = error instanceof TypeError && /terminated/.test(error.message);
      if (!isGone && !(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Asks it to end, by SIGTERM; harmless once it has ended. */
  terminate(): void {
    this.kill("SIGTERM");
  }

  /** Ends it at the end of an `await using`, and waits for that. Harmless when it has ended. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return new Operation(`the end of ${this}`, () => this.#end());
  }

  /** @internal Begins to end it. */
  stop(): void {
    if (this.#isEnding || this.#status !== undefined) return;
    this.#isEnding = true;
    const { grace } = this.#options;
    if (grace === 0) return this.kill();
    this.terminate();
    this.#spare = callAfter(grace, () => this.kill());
  }

  /** Runs a wait; if that is cancelled and the options say so, ends the process. */
  *#orEnd<T>(wait: () => Coroutine<T>): Coroutine<T> {
    try {
      return yield* wait();
    } catch (error) {
      if (!isCancelled(error) || !this.#options.killOnCancel) throw error;
      const restore = leaveScope(); // A cancelled scope would interrupt every wait.
      try {
        yield* this.#end();
      } catch (again) {
        if (!isCancelled(again)) throw again;
      } finally {
        restore();
      }
      throw error;
    }
  }

  /** Ends it, waits for that, and closes its pipes; a cancellation kills it, and is passed on. */
  *#end(): Coroutine<void> {
    let cancellation: unknown;
    this.stop();
    while (this.#status === undefined) {
      try {
        yield* this.#wait();
      } catch (error) {
        if (!isCancelled(error)) throw error;
        cancellation = error;
        this.kill();
      }
    }
    this.#stdin?.abort();
    const streams = [this.#stdout, this.#stderr].map((reader) => reader?.release());
    yield* until(Promise.allSettled(streams));
    if (cancellation !== undefined) throw cancellation;
  }

  /** Notes how it ended. */
  #noteEnd(status: ProcessStatus): void {
    this.#status = Object.freeze({ ...status });
    this.#spare?.();
    this.#forget();
  }

  /** Makes the loop forget it, once it has ended and nothing more will come of its pipes. */
  #forget(): void {
    const isOpen = [this.#stdout, this.#stderr].some((reader) => reader?.isEnded === false);
    if (this.#status !== undefined && !isOpen) this.#loop.generators.delete(this.#guard);
  }

  /** Says what it is. */
  toString(): string {
    return `process ${this.pid} (${this.#options.command})`;
  }
}
