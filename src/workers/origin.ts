/**
 * Whose code it is that runs in a worker or a process: which job began it.
 *
 * The host carries that along through awaits and timers, as it carries the values of
 * `AsyncLocalStorage`. The module of that takes longer to load than a worker takes to start, so what is
 * beneath it is found at run time. Where it is missing, nobody knows.
 *
 * @module
 */

import type { RunningJob } from "./running_job.ts";

/** What code was begun by. */
export interface Origin {
  /** The job that runs the code, or for which its module is loaded. */
  readonly job: RunningJob;
  /** The module whose main part the code is; `undefined` for what a job calls. */
  readonly loading?: string;
}

/** A value that the host carries along. */
interface Variable {
  /** Sets it; returns all that was carried along before. */
  enter(origin: Origin): unknown;
  get(): Origin | undefined;
}

/** What Deno has beneath `AsyncLocalStorage`. */
interface DenoCore {
  readonly AsyncVariable: new () => Variable;
  setAsyncContext(context: unknown): void;
}

/** What is known here, for all copies of the library that a worker has loaded. */
interface Known {
  readonly variable: Variable | undefined;
  /** The module that is being loaded. */
  loading: string | undefined;
}

const KNOWN = Symbol.for("weft.jobOrigin");
const holder = globalThis as { [KNOWN]?: Known };
const core = findCore();

/** Finds what is beneath. */
function findCore(): DenoCore | undefined {
  const { Deno } = globalThis as { Deno?: { internal?: symbol } };
  const beneath = Deno?.internal &&
    (Deno as unknown as Record<symbol, { core?: Partial<DenoCore> }>)[Deno.internal];
  const found = beneath?.core;
  const isWhole = typeof found?.AsyncVariable === "function" &&
    typeof found.setAsyncContext === "function";
  return isWhole ? found as DenoCore : undefined;
}

/** Calls a function, and marks all that it begins. */
export function runAs<R>(origin: Origin, callback: () => R): R {
  const { variable } = holder[KNOWN] ??= {
    variable: core && new core.AsyncVariable(),
    loading: undefined,
  };
  if (core === undefined || variable === undefined) return callback();
  const before = variable.enter(origin);
  try {
    return callback();
  } finally {
    core.setAsyncContext(before);
  }
}

/** Loads a module for a job, and marks its main part. */
export async function loadAs<R>(
  origin: Required<Origin>,
  load: (module: string) => Promise<R>,
): Promise<R> {
  const loaded = runAs(origin, () => load(origin.loading));
  const known = holder[KNOWN]!;
  known.loading = origin.loading;
  try {
    return await loaded;
  } finally {
    known.loading = undefined;
  }
}

/** Returns the job that has begun the code that runs; `undefined` if none has, or nobody knows. */
export function originalJob(): RunningJob | undefined {
  const origin = holder[KNOWN]?.variable?.get();
  // The host, today, forgets to take away what was carried along while it loaded a module.
  return origin?.loading === undefined ? origin?.job : undefined;
}

/** Returns the module whose main part a pool is loading, if that is what runs. */
export function loadingModule(): string | undefined {
  const { variable, loading } = holder[KNOWN] ?? {};
  const origin = variable?.get();
  return origin === undefined ? loading : origin.loading;
}
