/**
 * Operators over async iterables: each gives another one, whose steps either front end can await.
 * Portable.
 *
 * Every stage keeps no more than it says, is cancelled where it waits, and closes what it takes from
 * when it ends, however that comes.
 *
 * ```ts
 * import { interval, run, VirtualClock } from "@weft/weft";
 * import { buffer, filter, map, take } from "@weft/weft/flow.ts";
 *
 * await run(async () => {
 *   const even = filter(interval(10), (tick) => tick % 2 === 0);
 *   const batches = buffer(map(take(even, 5), (tick) => `tick ${tick}`), 3);
 *   const seen: string[] = [];
 *   for await (const batch of batches) seen.push(batch.join());
 *   console.assert(seen.join("; ") === "tick 0,tick 2,tick 4; tick 6,tick 8");
 * }, { clock: new VirtualClock() });
 * ```
 *
 * @module
 */

export { buffer, type BufferOptions } from "./src/flow/buffer.ts";
export { debounce, type DebounceOptions } from "./src/flow/debounce.ts";
export { filter, type Predicate } from "./src/flow/filter.ts";
export { map } from "./src/flow/map.ts";
export { merge } from "./src/flow/merge.ts";
export type { Source, Stream } from "./src/flow/stage.ts";
export { take } from "./src/flow/take.ts";
export { throttle } from "./src/flow/throttle.ts";
export { timeout } from "./src/flow/timeout.ts";
export { window, type WindowOptions } from "./src/flow/window.ts";
export { zip, type Zipped } from "./src/flow/zip.ts";
