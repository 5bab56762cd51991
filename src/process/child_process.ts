/**
 * A process that this one has started.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  callAfter,
  closeAtEnd,
  type Coroutine,
  type EventLoop,
  insist,
  isCancelled,
  Operation,
  type Task,
  until,
} from "../lowlevel.ts";
import { ended } from "../sync/ended.ts";
import type { Bytes } from "../streams/byte_buffer.ts";
import { inflowOf, StreamReader } from "../streams/stream_reader.ts";
import type { Inflow } from "../streams/inflow.ts";
import { StreamWriter } from "../streams/stream_writer.ts";
import { feed } from "./feed.ts";
import { LOOK_EVERY, ProcessGroup } from "./process_group.ts";

/** What becomes of a stream of a process: a pipe to here, the one of this process, or nothing. */
export type StreamUse = "piped" | "inherit" | "null";

/** What of the configuration of a process matters after it was started. */
interface ProcessSettings {
  readonly command: string;
  readonly stdin: StreamUse;
  readonly stdout: StreamUse;
  readonly stderr: StreamUse | "stdout";
  /** What it is fed; it has its own input otherwise. */
  readonly source: StreamReader | undefined;
  /** Whether it leads a group, which is ended with it. */
  readonly isLeader: boolean;
  /** The most bytes in a line, or before a separator. */
  readonly limit: number | undefined;
  /** How long, in ms, it may take to end when it is asked to. */
  readonly grace: number;
  /** Whether it is ended when a wait for it is cancelled. */
  readonly killOnCancel: boolean;
  /** A signal that ends it when aborted. */
  readonly signal: AbortSignal | undefined;
}

/** How a process ended. */
export interface ProcessStatus {
  /** Whether it ended by itself, with 0. */
  readonly success: boolean;
  /** What it ended with; 128 and the signal's number if that ended it. */
  readonly code: number;
  /** The signal that ended it. */
  readonly signal: Deno.Signal | null;
}

/** What a process wrote until its end: nothing of a stream that is not piped. */
export interface ProcessOutput extends ProcessStatus {
  /** What it wrote to its output. */
  readonly stdout: Bytes;
  /** What it wrote to its errors. */
  readonly stderr: Bytes;
}

const NOTHING = new Uint8Array(0);

/** A function that takes charge of a process that was started. */
export let newProcess: (
  loop: EventLoop,
  child: Deno.ChildProcess,
  settings: ProcessSettings,
) => ChildProcess;

/**
 * A process that this one has started, and its streams. Made by `spawn()` and `spawnShell()`.
 *
 * To end it is to send it SIGTERM, and SIGKILL if it is still there after `grace` ms of the host's
 * time; then its pipes are closed, whoever else may hold them open. If it leads a group, all of that is
 * ended so, also what is left when it has ended itself. It is ended when it is disposed, when its `signal` is
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
  readonly #settings: ProcessSettings;
  readonly #stdin: StreamWriter | undefined;
  readonly #stdout: StreamReader | undefined;
  readonly #stderr: StreamReader | undefined;
  readonly #exit: Promise<void>;
  /** What it leads, if it leads a group. */
  readonly #group: ProcessGroup | undefined;
  /** The task that feeds it, if it is fed. */
  readonly #feeding: Task<void> | undefined;
  readonly #guard = { close: () => this.#end() };
  /** Calls off that it is ended at the end of the run. */
  readonly #keepOpen: () => void;
  #status: ProcessStatus | undefined;
  /** A function that calls off the end of its grace. */
  #spare: (() => void) | undefined;
  #isEnding = false;
  #isKilled = false;

  static {
    newProcess = (...args) => new ChildProcess(...args);
  }

  private constructor(loop: EventLoop, child: Deno.ChildProcess, settings: ProcessSettings) {
    const { stdin, stdout, stderr, source, isLeader, limit, signal } = settings;
    this.#loop = loop;
    this.#child = child;
    this.#settings = settings;
    if (isLeader) this.#group = new ProcessGroup(child.pid);
    if (source !== undefined) {
      const task = feed(loop, source, new StreamWriter(child.stdin));
      this.#feeding = loop.createTask(task, { name: `the input of ${this}` });
    } else if (stdin === "piped") {
      this.#stdin = new StreamWriter(child.stdin);
    }
    if (stdout === "piped") this.#stdout = new StreamReader(child.stdout, { limit });
    if (stderr === "piped") this.#stderr = new StreamReader(child.stderr, { limit });
    for (const reader of [this.#stdout, this.#stderr]) {
      if (reader !== undefined) inflowOf(reader).onEnd = () => this.#forget();
    }
    this.#exit = child.status.then((status) => this.#noteEnd(status));
    this.#keepOpen = closeAtEnd(this.#guard, "a child process", loop);
    if (signal !== undefined) this.#endOn(signal);
  }

  /** Its number. */
  get pid(): number {
    return this.#child.pid;
  }

  /** How it ended; `undefined` as long as it runs. */
  get status(): ProcessStatus | undefined {
    return this.#status;
  }

  /** Its standard input; throws unless that is piped. */
  get stdin(): StreamWriter {
    return this.#stdin ?? this.#refuse("stdin");
  }

  /** Its standard output; throws unless that is piped. */
  get stdout(): StreamReader {
    return this.#stdout ?? this.#refuse("stdout");
  }

  /** Its standard error; throws unless that is piped. */
  get stderr(): StreamReader {
    return this.#stderr ?? this.#refuse("stderr");
  }

  #refuse(name: "stdin" | "stdout" | "stderr"): never {
    const use = this.#settings[name];
    if (name === "stdin" && this.#feeding !== undefined) {
      throw new RuntimeError("Cannot use stdin: the process is fed by a StreamReader");
    }
    throw new RuntimeError(
      `Cannot use ${name}: it is "${use}", spawn the process with { ${name}: "piped" }`,
    );
  }

  /** Waits until it has ended, and returns how. */
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
    const inflows = this.#inflows();
    for (const inflow of inflows) inflow.readAhead(true); // Both, or it might fill the other pipe.
    try {
      const stdout = this.#stdout ? yield* this.#stdout.readAll() : NOTHING;
      let stderr = NOTHING;
      try {
        if (this.#stderr) stderr = yield* this.#stderr.readAll();
        return { ...(yield* this.#wait()), stdout, stderr };
      } catch (error) {
        if (this.#stdout) inflowOf(this.#stdout).buffer.unshift(stdout); // For whoever asks again.
        if (this.#stderr) inflowOf(this.#stderr).buffer.unshift(stderr);
        throw error;
      }
    } finally {
      for (const inflow of inflows) inflow.readAhead(false);
    }
  }

  /** Returns what comes from its pipes. */
  #inflows(): Inflow[] {
    const readers = [this.#stdout, this.#stderr].filter((reader) => reader !== undefined);
    return readers.map(inflowOf);
  }

  /** Ends it when a signal is aborted. */
  #endOn(signal: AbortSignal): void {
    const stop = () => this.#stop();
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop, { once: true });
    this.#child.status.finally(() => signal.removeEventListener("abort", stop));
  }

  /** Sends a signal to it, or to all of its group; SIGKILL unless given. Harmless once all has ended. */
  kill(signal: Deno.Signal = "SIGKILL"): void {
    if (this.#group !== undefined) return this.#group.signal(signal);
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

  /** Begins to end it. */
  #stop(): void {
    if (this.#isEnding || this.#status !== undefined && !this.#group?.exists) return;
    this.#isEnding = true;
    const { grace } = this.#settings;
    if (grace === 0) return this.#killAll();
    this.terminate();
    this.#spare = callAfter(grace, () => this.#killAll());
  }

  #killAll(): void {
    this.#isKilled = true;
    this.kill();
  }

  /** Runs a wait; if that is cancelled and the options say so, ends the process. */
  *#orEnd<T>(wait: () => Coroutine<T>): Coroutine<T> {
    try {
      return yield* wait();
    } catch (error) {
      if (!isCancelled(error) || !this.#settings.killOnCancel) throw error;
      yield* this.#endAnyway();
      throw error;
    }
  }

  /** Ends it, waits for that, and closes its pipes; a cancellation kills it, and is passed on. */
  *#end(): Coroutine<void> {
    const cancellation = yield* this.#endAnyway();
    if (cancellation !== undefined) throw cancellation;
  }

  /** Ends it, whoever wants to stop that; returns the last cancellation. */
  *#endAnyway(): Coroutine<unknown> {
    this.#stop();
    const kill = () => this.#killAll();
    let cancellation = yield* insist(() => this.#wait(), kill);
    if (this.#group !== undefined) {
      const gone = this.#waitForGroup();
      const rest = { label: `the rest of the group of ${this}` };
      cancellation = (yield* insist(() => until(gone, rest), kill)) ?? cancellation;
      this.#spare?.();
    }
    if (this.#feeding !== undefined) {
      const label = `the input of ${this}`;
      cancellation = (yield* ended([this.#feeding], label)) ?? cancellation;
    }
    this.#stdin?.abort();
    const closed = Promise.allSettled(this.#inflows().map((inflow) => inflow.release()));
    return (yield* insist(() => until(closed))) ?? cancellation;
  }

  /** Waits until nobody of its group runs; once that was killed, not for long. */
  async #waitForGroup(): Promise<void> {
    for (let left = 20; left > 0 && await this.#group!.isAlive();) {
      await new Promise<void>((resolve) => callAfter(LOOK_EVERY, resolve));
      if (this.#isKilled) left--; // What the system does not show may be over.
    }
  }

  /** Notes how it ended. */
  #noteEnd(status: ProcessStatus): void {
    this.#status = Object.freeze({ ...status });
    this.#group?.noteLeaderEnd();
    if (!this.#group?.exists) this.#spare?.();
    this.#feeding?.cancel("the process has ended");
    this.#forget();
  }

  /** Makes the loop forget it, once it has ended and nothing more will come of its pipes. */
  #forget(): void {
    const isOpen = this.#inflows().some((inflow) => !inflow.isEnded);
    if (this.#status === undefined || isOpen || this.#group?.exists) return;
    this.#keepOpen();
  }

  /** Returns a few words that say what it is. */
  toString(): string {
    return `process ${this.pid} (${this.#settings.command})`;
  }
}
