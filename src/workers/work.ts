/**
 * What a pool is asked to do.
 *
 * @module
 */

import { checkArray, checkAtLeast, checkFunction, checkString, show } from "../lowlevel.ts";

/** Functions of a caller that its jobs may call, by their names: plain, native async, or coroutines. */
// deno-lint-ignore no-explicit-any -- each function says what it takes
export type JobCalls = Readonly<Record<string, (...args: any[]) => unknown>>;

/** The options of one job. */
export interface JobOptions {
  /**
   * How long, in ms of the host's time, it may run, the start of its worker included but not its
   * wait in the queue; then it is cancelled, and fails with a `TimeoutError`.
   */
  timeout?: number | undefined;
  /** What is moved to a worker rather than copied; for a process it is copied. */
  transfer?: readonly Transferable[] | undefined;
  /** What the job is called in dumps and errors; the name of the function unless given. */
  label?: string | undefined;
  /**
   * Functions that the job may call here, by `currentJob().call(name, …)`, beside those of the pool.
   * Each runs in a task of this loop, with the context of who awaits the job.
   */
  calls?: JobCalls | undefined;
}

/** A job that was checked. */
export interface Work {
  /** The address of the module. */
  readonly module: string;
  /** The name of the function that it exports. */
  readonly name: string;
  /** The arguments, or those of each call in a chunk. */
  readonly args: readonly unknown[];
  /** Whether it is a chunk of a map: the function is called for each of the arguments. */
  readonly isEach: boolean;
  /** How long, in ms, it may run. */
  readonly timeout: number | undefined;
  /** What is moved to a worker rather than copied. */
  readonly transfer: readonly Transferable[];
  /** What it is called in dumps and errors. */
  readonly label: string;
  /** A function that is called with each progress. */
  readonly onProgress: ((value: unknown) => void) | undefined;
  /** The functions that it may call here. */
  readonly calls: JobCalls | undefined;
  /** What the kind of pool has added. */
  readonly terms?: unknown;
  /** What ties it to the trace of its caller, where that is another program. */
  readonly trace?: Readonly<Record<string, string>> | undefined;
}

/** The name of what asks for a job. */
type Call = "run" | "job" | "map" | "toThread";

/** Checks what a pool is asked to do. */
export function toWork(
  module: string | URL,
  name: string,
  args: readonly unknown[],
  call: Call,
  options: JobOptions & Partial<Pick<Work, "isEach" | "onProgress" | "trace">> = {},
): Work {
  refuseFunction(typeof module === "function" ? module : name, call);
  const { timeout, transfer = [], isEach = false, onProgress, calls, trace } = options;
  checkString("name", name);
  checkArray("args", args);
  if (timeout !== undefined) checkAtLeast("timeout", timeout, 0);
  checkArray("transfer", transfer);
  const { label = name } = options;
  checkString("label", label);
  if (calls !== undefined) checkCalls(calls);
  return {
    module: toHref(module),
    name,
    args,
    isEach,
    timeout,
    transfer,
    label,
    onProgress,
    calls,
    trace,
  };
}

/** Refuses what is no object of functions. */
export function checkCalls(calls: unknown): void {
  if (typeof calls !== "object" || calls === null || Array.isArray(calls)) {
    throw new TypeError(`calls must be an object of functions: ${show(calls)}`);
  }
  for (const [name, fn] of Object.entries(calls)) checkFunction(`calls.${name}`, fn);
}

/** Refuses a function in the place of a module or a name: it has to be found where it is to run. */
function refuseFunction(given: unknown, call: Call): void {
  if (typeof given !== "function") return;
  const name = given.name || "NAME";
  const rest = call === "toThread" ? `${name})` : `"${name}", …)`;
  throw new TypeError(
    `Cannot send a function to another thread or process: export it, and write ${call}(import.meta.url, ${rest}`,
  );
}

/** Returns the address of a module; one that is relative would mean another thing over there. */
function toHref(module: unknown): string {
  if (module instanceof URL) return module.href;
  if (typeof module !== "string") {
    throw new TypeError(`module must be a URL: ${show(module)}`);
  }
  if (/^[a-z][a-z\d+.-]*:/i.test(module)) return module;
  throw new RangeError(
    `module must be an absolute URL, from import.meta.url or import.meta.resolve(): ${
      show(module)
    }`,
  );
}
