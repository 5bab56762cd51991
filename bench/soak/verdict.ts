/**
 * Judges a soak: whether all came back, and whether the memory was flat.
 *
 * @module
 */

import type { Vitals } from "./vitals.ts";

/**
 * Bounds, in MB per minute, what the heap and the process may grow once they are warm.
 *
 * A leak of JavaScript shows in the heap. The process moves by some ten MB either way with what the
 * allocator keeps of the largest load there was, and shows only what leaks a kilobyte a request.
 */
export const MOST_GROWTH = { heap: 0.5, rss: 40 } as const;
/** The part of a run that is its warm-up. */
export const WARM_UP: number = 1 / 3;
/** How long a run must be, in seconds, for its memory to be judged. */
export const SHORTEST_TO_JUDGE = 60;

/** What one process held at some moments. */
export interface Series {
  readonly name: string;
  readonly samples: readonly { readonly second: number; readonly vitals: Vitals }[];
}

/** What a memory did, in MB per minute, once it was warm. */
export interface Growth {
  readonly heap: number;
  readonly rss: number;
}

/** Fits a line through points by least squares; gives its slope. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const count = points.length;
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  const along = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return along / points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
}

/** Returns what the memory of a process did after the warm-up of a run. */
export function growthOf({ samples }: Series, seconds: number): Growth {
  const warm = samples.filter(({ second }) => second >= seconds * WARM_UP);
  const slope = (what: "heap" | "rss") =>
    slopeOf(warm.map(({ second, vitals }) => [second / 60, vitals[what]] as const));
  return { heap: slope("heap"), rss: slope("rss") };
}

/** Lists what grew too fast; a run that is too short gives nothing. */
export function judgeMemory(series: Series, seconds: number): string[] {
  if (seconds < SHORTEST_TO_JUDGE) return [];
  const growth = growthOf(series, seconds);
  return (["heap", "rss"] as const).filter((what) => !(growth[what] < MOST_GROWTH[what]))
    .map((what) =>
      `${series.name}: ${what} grew by ${growth[what].toFixed(2)} MB/min, ` +
      `the most is ${MOST_GROWTH[what]}`
    );
}

/** Lists what is not as it was at the start, memory aside; a client at rest may keep sockets. */
export function judgeCounts(
  name: string,
  start: Vitals,
  end: Vitals,
  mayKeepSockets = false,
): string[] {
  return (["tasks", "timers", "sockets", "signals", "aborts"] as const)
    .filter((what) => !(mayKeepSockets && what === "sockets"))
    .filter((what) => start[what] !== end[what])
    .map((what) => `${name}: ${end[what]} ${what} are left, there were ${start[what]}`);
}
