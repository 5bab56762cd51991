/**
 * What a process holds at a moment: memory, tasks, timers, sockets and listeners.
 *
 * @module
 */

import { getRunningLoop, until } from "../../mod.ts";
import { Listeners } from "./listeners.ts";

const MB = 2 ** 20;

/** What a process holds at a moment, after its garbage was collected. */
export interface Vitals {
  /** The heap in use, in MB. */
  readonly heap: number;
  /** The memory of the process, in MB. */
  readonly rss: number;
  /** The number of tasks of the loop that are not done. */
  readonly tasks: number;
  /** The number of timers that are armed. */
  readonly timers: number;
  /** The number of open sockets, those that listen included. */
  readonly sockets: number;
  /** The number of listeners to the system's signals. */
  readonly signals: number;
  /** The number of listeners to abort signals that can still be aborted. */
  readonly aborts: number;
}

const listeners = new Listeners();

/** Collects garbage, and lets the host call its finalizers, which may leave more. */
async function collect(): Promise<void> {
  const { gc } = globalThis as unknown as { gc?: () => void };
  if (gc === undefined) {
    throw new Error("Cannot collect garbage: run it with --v8-flags=--expose-gc");
  }
  for (let round = 0; round < 2; round++) {
    gc();
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}

/** Counts the open sockets of this process. */
function countSockets(): number {
  let count = 0;
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      if (Deno.readLinkSync(`/proc/self/fd/${name}`).startsWith("socket:")) count++;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error; // It was the folder's own.
    }
  }
  return count;
}

/** Reads what this process holds, from one of its tasks. */
export async function readVitals(): Promise<Vitals> {
  await until(collect);
  const loop = getRunningLoop();
  const { heapUsed, rss } = Deno.memoryUsage();
  return {
    heap: heapUsed / MB,
    rss: rss / MB,
    tasks: loop.allTasks().size,
    timers: loop.metrics().timers,
    sockets: countSockets(),
    signals: listeners.system,
    aborts: listeners.countAborts(),
  };
}
