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
import { JobCall } from "./job_call.ts";
import type { CallMessage, FunctionName, ToSeat } from "./message.ts";
import { loadAs, originalJob, runAs } from "./origin.ts";
import { type PoolLink, RunningJob } from "./running_job.ts";
import { showModule } from "./source_module.ts";
import { withinTrace } from "./trace_context.ts";

type Exports = Readonly<Record<string, unknown>>;
type Callable = (...args: readonly unknown[]) => unknown;

/** A runner of jobs, one at a time. */
export class JobRunner {
  readonly #link: PoolLink;
  /** What helps where a module imports a name that is in no import map. */
  readonly #unmapped: string;
  /** The functions that were asked for, by their numbers. */
  readonly #names: FunctionName[] = [];
  /** Those that were found, by their numbers. */
  readonly #functions: Callable[] = [];
  #begun = 0;
  #job: RunningJob | undefined;

  /** Makes a runner that answers by a link, and says what helps where a name is in no import map. */
  constructor(link: PoolLink, unmapped = "") {
    this.#link = link;
    this.#unmapped = unmapped;
  }

  /** The number of jobs that have begun. */
  get begun(): number {
    return this.#begun;
  }

  /** Obeys a message of the pool. */
  receive(message: ToSeat): void {
    if (message.type === "cancel") return this.#job?.abort(message.message);
    if (message.type === "answer") return this.#job?.takeAnswer(message);
    if (message.first !== undefined) this.#names[message.fn] = message.first;
    const { name } = this.#names[message.fn];
    const job = this.#job = new RunningJob(++this.#begun, name, this.#link);
    setCurrentJob(job);
    try {
      const result = this.#begin(message, job);
      if (!isThenable(result)) return this.#finish(job, result);
      result.then((value) => this.#finish(job, value), (error) => this.#fail(job, error));
    } catch (error) {
      this.#fail(job, error);
    }
  }

  /** Begins the work, which is done when this returns if it needs no promise. */
  #begin(call: CallMessage, job: RunningJob): unknown {
    const fn = this.#functions[call.fn];
    return fn === undefined ? this.#load(call, job) : runAs({ job }, () => invoke(fn, call, job));
  }

  async #load(call: CallMessage, job: RunningJob): Promise<unknown> {
    const named = this.#names[call.fn];
    const exports = await loadAs(
      { job, loading: named.module },
      (module) => load(module, this.#unmapped),
    );
    const fn = findFunction(exports, named);
    this.#functions[call.fn] = fn;
    // It was cancelled while its module was loaded: nobody waits for what it would do.
    if (job.isStopped) throw newCancelledError(undefined);
    return await runAs({ job }, () => invoke(fn, call, job));
  }

  /**
   * Takes a rejection that nobody handled if a job left it behind that has its outcome, and reports
   * it: it would fail the job that runs now, or the next one.
   *
   * The host knows the origin of a rejection, and not whose timer throws.
   */
  takeStray(event: PromiseRejectionEvent): boolean {
    const job = originalJob();
    if (!job?.hasEnded) return false;
    event.preventDefault();
    this.#link.post({ type: "stray", name: job.name, error: recordError(event.reason) }, []);
    return true;
  }

  #finish(job: RunningJob, value: unknown): void {
    this.#end(job);
    try {
      this.#link.post({ type: "result", value }, job.transfers);
    } catch (error) {
      this.#fail(job, explainUnclonable("the result", "result", value, error));
    }
  }

  #fail(job: RunningJob, thrown: unknown): void {
    this.#end(job);
    const error = recordError(thrown);
    try {
      this.#link.post({ type: "error", error }, []);
    } catch {
      this.#link.post({ type: "error", error: plainRecord(error) }, []);
    }
  }

  #end(job: RunningJob): void {
    job.end();
    this.#job = undefined;
    setCurrentJob(undefined);
  }
}

/** Imports a module. */
async function load(module: string, unmapped: string): Promise<Exports> {
  try {
    return await import(module);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    // The lines after that one say where.
    const explained = detail.replace(/ not a dependency.*/, (words) => words + unmapped);
    throw new RuntimeError(
      `Cannot import the module of the job, ${showModule(module)}: ${explained}`,
      { cause },
    );
  }
}

/** Calls a function once, or for each argument. */
function invoke(fn: Callable, { args, isEach, trace }: CallMessage, job: RunningJob): unknown {
  return withinTrace(
    trace,
    () => isEach ? callEach(fn, args, job) : resultOf(fn(...args), job),
  );
}

/** Finds the function to be called; if it is not there, the error says what is. */
function findFunction(exports: Exports, { module, name }: FunctionName): Callable {
  const fn = exports[name];
  if (typeof fn === "function") return fn as Callable;
  if (name in exports) {
    throw new TypeError(`Cannot call ${name} of ${showModule(module)}: it is not a function`);
  }
  const names = Object.keys(exports).join(", ") || "nothing";
  throw new TypeError(`Cannot find ${name} in ${showModule(module)}: it exports ${names}`);
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

/** Returns what a function gave; a coroutine or an awaitable of the library is run first. */
function resultOf(returned: unknown, job: RunningJob): unknown {
  if (typeof returned !== "object" || returned === null) return returned;
  const isGenerator = Object.prototype.toString.call(returned) === "[object Generator]";
  const isAwaitable = "then" in returned && Symbol.iterator in returned &&
    !(returned instanceof JobCall); // That needs no loop.
  return isGenerator || isAwaitable ? runCoroutine(returned as Iterable<never>, job) : returned;
}

/** Runs a coroutine on a loop of its own, which is cancelled with the job. */
async function runCoroutine(coroutine: Iterable<never>, job: RunningJob): Promise<unknown> {
  const [{ run }] = await Promise.all([import("../lowlevel.ts"), import("./loop_wait.ts")]);
  const main = function* () {
    return yield* coroutine;
  };
  return await run(main, { signal: job.signal, signals: [] });
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null &&
    typeof (value as PromiseLike<unknown>).then === "function";
}
