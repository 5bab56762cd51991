/**
 * Jobs that take or write more than they may.
 *
 * @module
 */

import { currentJob } from "../../../workers.ts";

let calls = 0;

/** Fills the heap of the engine, without end. */
export function fillHeap(): never {
  const kept: unknown[] = [];
  for (;;) kept.push({ count: kept.length, list: [1, 2, 3] });
}

/** Takes memory beside the heap, without end, in a busy loop. */
export function fillBuffers(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(new Uint8Array(10_000_000).fill(1));
}

/** Takes memory beside the heap, and awaits something now and then. */
export async function fillBuffersSlowly(): Promise<never> {
  const kept: unknown[] = [];
  for (;;) {
    kept.push(new Uint8Array(10_000_000).fill(1));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

/** Takes memory and leaves it, many times. */
export function makeGarbage(): string {
  let length = 0;
  for (let n = 0; n < 60; n++) {
    length += new Array(200_000).fill(n).map((i) => ({ i })).length;
  }
  return `made ${length}`;
}

/** Takes memory in a thread of its own. */
export function fillInThread(): Promise<never> {
  const code = "const kept = []; for (;;) kept.push(new Uint8Array(10_000_000).fill(1));";
  new Worker(`data:text/javascript,${encodeURIComponent(code)}`, { type: "module" });
  return new Promise(() => {});
}

/** Prints without end. */
export function printForEver(to: "log" | "error"): never {
  for (;;) console[to]("x".repeat(999));
}

/** Reports without end. */
export function reportForEver(): never {
  for (;;) currentJob()!.report("x".repeat(999));
}

/** Gives a string of a length. */
export function giveString(length: number): string {
  return "x".repeat(length);
}

/** Counts how often it was called in this process. */
export function countCalls(): number {
  return ++calls;
}
