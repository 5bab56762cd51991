/**
 * A job as the worker or the process that runs it sees it.
 *
 * @module
 */

import { checkString } from "../check.ts";
import { type CancelledError, newCancelledError, RuntimeError } from "../errors.ts";
import { explainUnclonable } from "./cloneable.ts";
import type { JobContext } from "./current_job.ts";
import { reviveError } from "./error_record.ts";
import { JobCall } from "./job_call.ts";
import type { AnswerMessage, FromSeat } from "./message.ts";

/** The way back to the pool. */
export interface PoolLink {
  /** Sends a message; throws if it cannot be sent. */
  post(message: FromSeat, transfer: readonly Transferable[]): void;
  /** Returns whether a job, or one after it, was cancelled. */
  isCancelled(id: number): boolean;
  /** Makes sure that the job hears of its cancellation. Harmless when done before. */
  listen(): void;
}

/** The job that runs. */
export class RunningJob implements JobContext {
  /** What is to be moved with the result. */
  readonly transfers: Transferable[] = [];
  /** The name of the function that it calls. */
  readonly name: string;
  readonly #id: number;
  readonly #link: PoolLink;
  #controller: AbortController | undefined;
  /** What it was told to stop with. */
  #reason: CancelledError | undefined;
  #hasEnded = false;
  /** The number of calls that it has made. */
  #calls = 0;
  /** The calls that wait for their answers, by their numbers. */
  readonly #asked = new Map<number, PromiseWithResolvers<unknown>>();

  /** Begins a job of a number. */
  constructor(id: number, name: string, link: PoolLink) {
    this.#id = id;
    this.name = name;
    this.#link = link;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#link.listen();
      if (this.isStopped) this.abort(undefined);
    }
    return this.#controller.signal;
  }

  get cancelled(): boolean {
    this.#link.listen();
    return this.isStopped;
  }

  report(progress: unknown, transfer: readonly Transferable[] = []): void {
    if (this.#hasEnded) throw new RuntimeError("Cannot report progress: the job has ended");
    try {
      this.#link.post({ type: "progress", value: progress }, transfer);
    } catch (error) {
      throw explainUnclonable("the progress", "progress", progress, error);
    }
  }

  call<T = unknown>(name: string, ...args: readonly unknown[]): JobCall<T> {
    const id = ++this.#calls;
    const asked = Promise.withResolvers<unknown>();
    this.#asked.set(id, asked);
    try {
      checkString("name", name);
      this.#ask(id, name, args);
    } catch (error) {
      this.#asked.delete(id);
      asked.reject(error);
    }
    return new JobCall(name, asked.promise as Promise<T>, () => this.#withdraw(id));
  }

  #ask(id: number, name: string, args: readonly unknown[]): void {
    if (this.#hasEnded) throw endedBefore(name);
    if (this.isStopped) throw this.#reason ?? newCancelledError(undefined);
    try {
      this.#link.post({ type: "ask", id, name, args }, []);
    } catch (error) {
      throw explainUnclonable(`the arguments of ${name}`, "args", args, error);
    }
  }

  /** Takes back a call that nobody waits for any more. */
  #withdraw(id: number): void {
    if (!this.#asked.delete(id) || this.#hasEnded) return;
    this.#link.post({ type: "withdraw", id }, []);
  }

  /** Takes what a call has given. */
  takeAnswer({ job, id, value, error }: AnswerMessage): void {
    const asked = job === this.#id ? this.#asked.get(id) : undefined;
    if (asked === undefined) return;
    this.#asked.delete(id);
    if (error === undefined) asked.resolve(value);
    else asked.reject(reviveError(error));
  }

  /** Fails the calls that are not answered. */
  #failCalls(error: Error): void {
    for (const { promise, reject } of this.#asked.values()) {
      promise.catch(() => {}); // One that is not awaited fails nothing.
      reject(error);
    }
    this.#asked.clear();
  }

  transfer(...parts: readonly Transferable[]): void {
    this.transfers.push(...parts);
  }

  /** Whether the pool has its outcome. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Whether it was told to stop; does not ask to be told. */
  get isStopped(): boolean {
    return this.#reason !== undefined || this.#link.isCancelled(this.#id);
  }

  /** Asks it to stop. */
  abort(message: string | undefined): void {
    this.#reason ??= newCancelledError(message);
    this.#failCalls(this.#reason);
    this.#controller?.abort(this.#reason);
  }

  /** Ends it: nothing it does from now on reaches the pool. */
  end(): void {
    this.#hasEnded = true;
    if (this.#asked.size > 0) this.#failCalls(endedBefore("a function of its caller"));
  }
}

/** Makes the error of a call that comes too late. */
function endedBefore(name: string): RuntimeError {
  return new RuntimeError(`Cannot call ${name} from the job: the job has ended`);
}
