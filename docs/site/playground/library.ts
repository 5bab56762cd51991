/**
 * Weft as programs of the playground import it: `run` is on virtual time, and watched.
 *
 * @module
 */

import { run as runAnywhere, type RunOptions, VirtualClock } from "../../../mod.ts";
import type { Told } from "./trace.ts";
import { Watcher } from "./watcher.ts";

export * from "../../../mod.ts";

/** Whom the runs tell what they do. */
let told: Told | undefined;
/** The runs in progress, the newest last. */
const watchers: Watcher[] = [];
const running = new Set<Promise<unknown>>();

/** Runs a program on virtual time. */
export function run(
  main: Parameters<typeof runAnywhere>[0],
  options: RunOptions = {},
): Promise<unknown> {
  if (told === undefined || options.clock !== undefined || options.instrument !== undefined) {
    return runAnywhere(main, options);
  }
  const clock = new VirtualClock();
  const watcher = new Watcher(told, clock);
  watchers.push(watcher);
  const ended = runAnywhere(main, { name: "main", clock, instrument: watcher, ...options }).finally(
    () => {
      watcher.finish();
      watchers.splice(watchers.indexOf(watcher), 1);
      running.delete(ended);
    },
  );
  running.add(ended);
  ended.catch(() => {}); // Whoever awaits it hears of it, and so does settle().
  return ended;
}

/** Tells of all runs from now on. */
export function watch(listener: Told): void {
  told = listener;
}

/** Tells a line, at the turn and the time of the newest run. */
export function tellLine(text: string): void {
  const watcher = watchers.at(-1);
  told?.line(text, watcher?.turn ?? 0, watcher?.at ?? 0);
}

/** Waits for the runs that nobody awaits. */
export async function settle(): Promise<void> {
  while (running.size > 0) await Promise.all(running);
}
