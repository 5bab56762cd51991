/**
 * Jobs that call functions of their caller.
 *
 * @module
 */

import { type Coroutine, createTask, gather, isCancelled, run, sleep } from "../../../mod.ts";
import { currentJob, type JobContext, ProcessPool, WorkerPool } from "../../../workers.ts";

const notes: string[] = [];
let earlier: JobContext | undefined;

/** Calls a function, and gives what it gives. */
export function call(name: string, ...args: unknown[]): PromiseLike<unknown> {
  return currentJob()!.call(name, ...args);
}

/** Calls a function in a coroutine. */
export function* callInCoroutine(name: string, ...args: unknown[]): Coroutine<unknown> {
  return yield* currentJob()!.call(name, ...args);
}

/** Calls a function in a native task of a loop of its own. */
export function callInTask(name: string, ...args: unknown[]): Promise<unknown> {
  return run(async () => await currentJob()!.call(name, ...args));
}

/** Calls a function with something that cannot be sent, and gives the error. */
export async function callUnclonable(): Promise<string> {
  return await currentJob()!.call("echo", { list: [Symbol("s")] }).catch(String) as string;
}

/** Calls a function with each number below one, all at once, and adds up what it gives. */
export async function callAtOnce(name: string, count: number): Promise<number> {
  const job = currentJob()!;
  let sum = 0;
  const calls = Array.from({ length: count }, (_, n) => job.call<number>(name, n));
  for (const value of await Promise.all(calls)) sum += value;
  return sum;
}

/** Calls a function with each number below one, all at once, and measures the bytes that it gives. */
export async function measureAtOnce(name: string, count: number): Promise<number[]> {
  const job = currentJob()!;
  const calls = Array.from({ length: count }, (_, n) => job.call<Uint8Array>(name, n));
  return (await Promise.all(calls)).map((bytes, n) => {
    if (!bytes.every((byte) => byte === n)) throw new RangeError(`They are not ${n}`);
    return bytes.length;
  });
}

/** Calls a function with each number below one, one after the other, and adds up what it gives. */
export async function callInTurn(name: string, count: number): Promise<number> {
  const job = currentJob()!;
  let sum = 0;
  for (let n = 0; n < count; n++) sum += await job.call<number>(name, n);
  return sum;
}

/** Calls functions that fail, and gives the names of the classes that the errors have here. */
export async function callFailing(names: string[]): Promise<string[]> {
  const job = currentJob()!;
  const seen: string[] = [];
  for (const name of names) {
    try {
      await job.call(name);
    } catch (error) {
      const { name, message, cause } = error as Error;
      seen.push(`${(error as Error).constructor.name} ${name}: ${message} (${cause})`);
    }
  }
  return seen;
}

/** Calls a function that does not end, reports, and waits for it. */
export async function callAndWait(name: string): Promise<unknown> {
  const job = currentJob()!;
  void job.signal; // It is told when it is to stop.
  const called = job.call(name);
  job.report("begun");
  try {
    return await called;
  } catch (error) {
    notes.push(`${error}`);
    notes.push(`${await job.call(name).catch(String)}`);
    throw error;
  }
}

/** Calls a function, and does not wait for it. */
export async function callAndLeave(name: string): Promise<string> {
  void currentJob()!.call(name);
  await currentJob()!.call("echo", "it has begun");
  return "left";
}

/** Calls a function, and ends its worker as soon as another says so. */
export async function callAndExit(name: string): Promise<never> {
  void currentJob()!.call(name);
  await currentJob()!.call("echo", "it has begun");
  Deno.exit(7);
}

/** Leaves itself to later jobs. */
export function leaveItself(): void {
  earlier = currentJob();
}

/** Calls a function as an earlier job. */
export async function callAsEarlier(): Promise<string> {
  return await earlier!.call("echo", "too late").catch(String) as string;
}

/** Waits for a call until it has begun, and then makes another. */
export function* callForAWhile(name: string): Coroutine<unknown> {
  const job = currentJob()!;
  const waiting = createTask(() => job.call(name));
  yield* job.call("untilBegun");
  waiting.cancel();
  try {
    yield* waiting;
  } catch (error) {
    if (!isCancelled(error)) throw error;
  }
  return yield* gather([job.call("echo", "next"), sleep(0, "slept")]);
}

/** Hands a call on, from a job of a pool that this one makes. */
export function nestCalls(kind: "thread" | "process", key: string): Promise<unknown> {
  const job = currentJob()!;
  const calls = { echo: (inner: string) => job.call("echo", `outer ${inner}`) };
  return run(async () => {
    await using pool = kind === "thread"
      ? new WorkerPool({ size: 1, calls })
      : new ProcessPool({ size: 1, calls });
    return await pool.run(import.meta.url, "call", "echo", key);
  });
}

/** Takes what jobs of this worker have noted. */
export function takeNotes(): string[] {
  return notes.splice(0);
}
