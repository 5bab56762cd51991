/**
 * Jobs that the tests of pools run.
 *
 * @module
 */

import { type Coroutine, run, sleep, TimeoutError } from "../../../mod.ts";
import { currentJob, ProcessPool } from "../../../workers.ts";

export const NOT_A_FUNCTION = 5;

let calls = 0;
const notes: string[] = [];

export function add(a: number, b: number): number {
  return a + b;
}

export async function addLater(a: number, b: number): Promise<number> {
  await Promise.resolve();
  return a + b;
}

export function* addInCoroutine(a: number, b: number): Coroutine<number> {
  yield* sleep(1);
  return a + b;
}

/** Returns an awaitable of the library. */
export function giveLater(value: unknown): unknown {
  return sleep(1, value);
}

export function double(n: number): number {
  return 2 * n;
}

/** Refuses one number. */
export function doubleUnless13(n: number): number {
  if (n === 13) throw new RangeError("13");
  return 2 * n;
}

export function giveBack(...args: unknown[]): unknown[] {
  return args;
}

/** Counts how often it was called in this worker. */
export function countCalls(): number {
  return ++calls;
}

/** Takes what jobs of this worker have noted. */
export function takeNotes(): string[] {
  return notes.splice(0);
}

export class Boom extends Error {
  override name = "Boom";
}

export function fail(kind: string): never {
  switch (kind) {
    case "TypeError":
      throw new TypeError("typed", { cause: new RangeError("the cause") });
    case "TimeoutError":
      throw new TimeoutError("late");
    case "Boom":
      throw Object.assign(new Boom("own"), { code: 5, handler() {} });
    case "NotFound":
      throw new Deno.errors.NotFound("gone");
    case "unclonable":
      throw new Error("kept", { cause: { callback() {} } });
    default:
      throw kind;
  }
}

export async function failLater(): Promise<never> {
  await Promise.resolve();
  throw new RangeError("later");
}

export function giveUnclonable(): unknown {
  return { list: [1, { callback() {} }] };
}

export function giveBlob(): unknown {
  return { blob: new Blob(["text"]) };
}

export function reportUnclonable(): string {
  try {
    currentJob()!.report({ symbol: Symbol("s") });
    return "reported";
  } catch (error) {
    return `${error}`;
  }
}

/** Reports the numbers below one, and returns it. */
export async function countTo(n: number): Promise<number> {
  const job = currentJob<number>()!;
  for (let i = 0; i < n; i++) {
    await Promise.resolve();
    job.report(i);
  }
  return n;
}

/** Reports and fails. */
export function reportAndFail(): never {
  currentJob()!.report("one");
  throw new RangeError("after one");
}

/** Keeps its worker busy until a place in shared memory is set. */
export function spin(flag: Int32Array): string {
  currentJob()!.report("begun");
  while (Atomics.load(flag, 0) === 0);
  return "spun";
}

/** Keeps its worker busy until it is cancelled. */
export function spinUntilCancelled(): string {
  const job = currentJob()!;
  job.report("begun");
  while (!job.cancelled);
  notes.push("cancelled");
  return "ended";
}

/** Keeps its worker busy for a time, in ms. */
export function spinFor(ms: number): string {
  const end = performance.now() + ms;
  while (performance.now() < end);
  return "spun";
}

/** Keeps its worker busy, whatever happens. */
export function spinForEver(): never {
  currentJob()!.report("begun");
  for (;;);
}

/** Waits for the end of time, or its cancellation. */
export function waitForAbort(): Promise<string> {
  const { signal } = currentJob()!;
  currentJob()!.report("begun");
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      notes.push(`${signal.reason}`);
      resolve("aborted");
    });
  });
}

/** Looks at its signal, and waits for ever. */
export function ignoreAbort(): Promise<never> {
  void currentJob()!.signal;
  currentJob()!.report("begun");
  return new Promise(() => {});
}

/** Sleeps in a coroutine. */
export function* sleepLong(): Coroutine<void> {
  currentJob()!.report("begun");
  try {
    yield* sleep(1e9);
  } finally {
    notes.push("cleaned up");
  }
}

/** Posts messages of its own, one of which looks like an answer to the pool. */
export function postMessages(): string {
  const scope = globalThis as unknown as { postMessage(message: unknown): void };
  for (const message of [{ progress: 1 }, null, { type: "result", value: "forged" }]) {
    scope.postMessage(message);
  }
  return "own";
}

/** Takes all messages that its worker gets, and keeps them from others. */
export function swallowMessages(): void {
  const swallow = (event: globalThis.Event) => event.stopImmediatePropagation();
  globalThis.addEventListener("message", swallow, { capture: true });
  (globalThis as { onmessage?: unknown }).onmessage = swallow;
}

export function closeSelf(): Promise<never> {
  self.close();
  return new Promise(() => {});
}

export function exit(code: number): Promise<never> {
  console.error("last words");
  Deno.exit(code);
}

export function throwAside(): Promise<never> {
  setTimeout(() => {
    throw new RangeError("aside");
  });
  return new Promise(() => {});
}

export function rejectAside(): Promise<never> {
  Promise.reject(new RangeError("rejected aside"));
  return new Promise(() => {});
}

/** Leaves rejections behind that nobody handles: one at once, one while a later job runs. */
export function leaveRejections(): string {
  Promise.reject(new RangeError("left at once"));
  waitAndReject();
  return "left";
}

const later = Promise.withResolvers<void>();

async function waitAndReject(): Promise<never> {
  await later.promise;
  throw new RangeError("left for later");
}

/** Lets what an earlier job left behind fail, and goes on. */
export async function outliveRejection(): Promise<string> {
  later.resolve();
  await new Promise((resolve) => setTimeout(resolve));
  return `call ${++calls}`;
}

/** Makes its worker fail after the job has ended. */
export function failAfterwards(): void {
  setTimeout(() => {
    throw new RangeError("afterwards");
  });
}

/** Adds one to all bytes, and moves them back. */
export function increment(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
  currentJob()!.transfer(bytes.buffer);
  for (let at = 0; at < bytes.length; at++) bytes[at]++;
  return bytes;
}

/** Says where a view lies in its buffer, and how long that is. */
export function measure(view: ArrayBufferView): number[] {
  return [view.byteOffset, view.byteLength, view.buffer.byteLength];
}

/** Prints lines of a hundred letters. */
export function printLines(count: number): string {
  for (let n = 0; n < count; n++) console.log("x".repeat(100));
  return "printed";
}

/** Ends its process right after the job, if it is told to. */
export function exitAfterwards(isMeant: boolean): void {
  if (isMeant) queueMicrotask(() => Deno.exit(7));
}

/** Makes its process take a while to end, and write a file then. */
export function endSlowly(path: string): void {
  addEventListener("unload", () => {
    spinFor(100);
    Deno.writeTextFileSync(path, "ended");
  });
}

/** Says which process it runs in, and keeps it busy for ever. */
export function spinKnown(): never {
  currentJob()!.report(`pid ${Deno.pid}`);
  currentJob()!.report("begun");
  for (;;);
}

export function print(text: string): void {
  console.log(text);
}

export async function readState(name: "read" | "net" | "env" | "write"): Promise<string> {
  return (await Deno.permissions.query({ name })).state;
}

export function killSelf(): Promise<never> {
  Deno.kill(Deno.pid, "SIGKILL");
  return new Promise(() => {});
}

/** Reads the standard input to its end, aside, after it has told what there was at first. */
export async function readInput(): Promise<number | null> {
  const first = await Deno.stdin.read(new Uint8Array(10));
  (async () => {
    while (await Deno.stdin.read(new Uint8Array(10)) !== null);
  })();
  return first;
}

/** Keeps a process busy for ever that is started from here, and hands on what that reports. */
export async function nest(): Promise<void> {
  const job = currentJob()!;
  await run(async () => {
    await using pool = new ProcessPool({ size: 1 });
    const spinning = pool.job(import.meta.url, "spinKnown");
    for await (const report of spinning) job.report(report);
  });
}

/** Says which process it runs in, and waits for ever. */
export function reportPid(): Promise<never> {
  currentJob()!.report(`pid ${Deno.pid}`);
  currentJob()!.report("begun");
  return new Promise(() => {});
}
