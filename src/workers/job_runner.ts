/**
 * Running jobs, one after the other, in a worker or a process.
 *
 * It loads nothing of the loop unless a job needs that: a worker must start quickly.
 *
 * @module
 */

import { newCancelledError, RuntimeError } from "../errors.ts";
import { explainUnclonable } from "./cloneable.ts";
import { setCurrentJob } from "./current_job.ts";
import { plainRecord, recordError } from "./error_record.ts";
import type { CallMessage, FunctionName, ToSeat } from "./message.ts";
import { type Channel, RunningJob } from "./running_job.ts";

type Exports = Readonly<Record<string, unknown>>;
type Callable = (...args: readonly unknown[]) => unknown;

/** Runs one job at a time. */
export class JobRunner {
  readonly #channel: Channel;
  /** Are the functions that were asked for, by their numbers. */
  readonly #names: FunctionName[] = [];
  /** Are those that were found, by their numbers. */
  readonly #functions: Callable[] = [];
  #begun = 0;
  #job: RunningJob | undefined;

  /** Makes a runner that answers on a channel. */
  constructor(channel: Channel) {
    this.#channel = channel;
  }

  /** Counts the jobs that have begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Does what the pool says. */
  receive(message: ToSeat): void {
    if (message.type === "cancel") return this.#job?.abort(message.message);
    const job = this.#job = new RunningJob(++this.#begun, this.#channel);
    setCurrentJob(job);
    try {
      const result = this.#begin(message, job);
      if (!isThenable(result)) return this.#finish(job, result);
      result.then((value) => this.#finish(job, value), (error) => this.#fail(job, error));
    } catch (error) {
      this.#fail(job, error);
    }
  }

  /** Begins the work; what needs no promise is done when it returns. */
  #begin(call: CallMessage, job: RunningJob): unknown {
    if (call.first !== undefined) this.#names[call.fn] = call.first;
    const fn = this.#functions[call.fn];
    return fn === undefined ? this.#load(call, job) : invoke(fn, call, job);
  }

  async #load(call: CallMessage, job: RunningJob): Promise<unknown> {
    const named = this.#names[call.fn];
    const fn = findFunction(await load(named.module), named);
    this.#functions[call.fn] = fn;
    // It was cancelled while its module was loaded: nobody waits for what it would do.
    if (job.isStopped) throw newCancelledError(undefined);
    return await invoke(fn, call, job);
  }

  #finish(job: RunningJob, value: unknown): void {
    this.#end(job);
    try {
      this.#channel.post({ type: "result", value }, job.transfers);
    } catch (error) {
      this.#fail(job, explainUnclonable("RESULT", "result", value, error));
    }
  }

  #fail(job: RunningJob, thrown: unknown): void {
    this.#end(job);
    const error = recordError(thrown);
    try {
      this.#channel.post({ type: "error", error }, []);
    } catch {
      this.#channel.post({ type: "error", error: plainRecord(error) }, []);
    }
  }

  #end(job: RunningJob): void {
    job.end();
    this.#job = undefined;
    setCurrentJob(undefined);
  }
}

/** Imports a module. */
async function load(module: string): Promise<Exports> {
  try {
    return await import(module);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new RuntimeError(`THE JOB'S MODULE CANNOT BE IMPORTED: ${module}: ${detail}`, { cause });
  }
}

/** Calls a function once, or for each argument. */
function invoke(fn: Callable, { args, isEach }: CallMessage, job: RunningJob): unknown {
  return isEach ? callEach(fn, args, job) : resultOf(fn(...args), job);
}

/** Finds the function to be called; says what there is if it is not there. */
function findFunction(exports: Exports, { module, name }: FunctionName): Callable {
  const fn = exports[name];
  if (typeof fn === "function") return fn as Callable;
  if (name in exports) {
    throw new TypeError(`WHAT THE MODULE EXPORTS IS NOT A FUNCTION: ${name} OF ${module}`);
  }
  const names = Object.keys(exports).join(", ") || "NOTHING";
  throw new TypeError(
    `THE MODULE EXPORTS NO FUNCTION OF THIS NAME: ${name} OF ${module}, IT EXPORTS: ${names}`,
  );
}

/** Calls a function for each of a list, one after the other. */
async function callEach(
  fn: Callable,
  items: readonly unknown[],
  job: RunningJob,
): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const item of items) {
    const result = resultOf(fn(item), job);
    results.push(isThenable(result) ? await result : result);
  }
  return results;
}

/** Gives what a function returned; a coroutine or an awaitable of the library is run first. */
function resultOf(returned: unknown, job: RunningJob): unknown {
  if (typeof returned !== "object" || returned === null) return returned;
  const isGenerator = Object.prototype.toString.call(returned) === "[object Generator]";
  const isAwaitable = "then" in returned && Symbol.iterator in returned;
  return isGenerator || isAwaitable ? runCoroutine(returned as Iterable<never>, job) : returned;
}

/** Runs a coroutine on a loop of its own, which is cancelled with the job. */
async function runCoroutine(coroutine: Iterable<never>, job: RunningJob): Promise<unknown> {
  const { run } = await import("../lowlevel.ts");
  const main = function* () {
    return yield* coroutine;
  };
  return await run(main, { signal: job.signal, signals: [] });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function";
}
