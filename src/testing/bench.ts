/**
 * Benchmarks for the benchmark runner of the host.
 *
 * @module
 */

import type { Clock } from "../engine/clock.ts";
import {
  type Body,
  checkBody,
  checkBoolean,
  checkOptions,
  checkString,
  checkWhole,
} from "../lowlevel.ts";
import { BenchLoop } from "./bench_loop.ts";
import { type BenchDefinition, BenchRunner } from "./bench_runner.ts";
import { toClock } from "./clock_option.ts";

/** What the body of a benchmark gets. */
export interface BenchContext {
  /** The name of the benchmark. */
  readonly name: string;
  /** Begins what is measured; what the body did before does not count. */
  start(): void;
  /** Ends what is measured; what the body does from here on does not count. */
  end(): void;
}

/** The body of a benchmark: a generator function or an async function of its context. */
export type BenchBody = Body<BenchContext, unknown>;

/** Options of a benchmark. */
export interface BenchOptions {
  /** The name of the group whose benchmarks are compared. */
  group?: string | undefined;
  /** Whether the others of its group are compared with it. */
  baseline?: boolean | undefined;
  /** Whether it alone is run. */
  only?: boolean | undefined;
  /** Whether to skip it. */
  ignore?: boolean | undefined;
  /** The number of iterations to measure; as many as the runner thinks fit unless given. */
  n?: number | undefined;
  /** The number of iterations that come before and do not count. */
  warmup?: number | undefined;
  /** The clock of its loop: the real one unless given. On a virtual one, waiting takes no time. */
  clock?: "real" | "virtual" | Clock | undefined;
}

/** What this file needs of the host. */
interface Host {
  Deno?: { bench?: (definition: BenchDefinition) => void };
}

const OPTIONS = ["group", "baseline", "only", "ignore", "n", "warmup", "clock"];

let ownRunner: BenchRunner | undefined;

/**
 * Registers a benchmark whose body is a coroutine of either front end.
 *
 * It is one of `Deno.bench`: `deno bench` runs it, with groups and baselines as there. Elsewhere it
 * runs soon after it was registered, one after the other, and the table has the same columns.
 *
 * All iterations run in one task of one loop, so that neither a start nor an end of a loop counts:
 * only what the body does, and the way into the loop and out of it, which is a microsecond or two.
 * Let the body repeat what is shorter.
 *
 * **Gotchas.** The first iteration must not leave tasks behind. `start()` and `end()` are the host's:
 * Deno heeds them only if an iteration takes more than 10 µs.
 *
 * ```ts
 * import { Queue } from "@weft/weft";
 * import { bench } from "@weft/weft/testing.ts";
 *
 * const queue = new Queue<number>(100);
 * bench("put and get 100 items", async () => {
 *   for (let item = 0; item < 100; item++) await queue.put(item);
 *   for (let item = 0; item < 100; item++) await queue.get();
 * }, { group: "queue" });
 * ```
 */
export function bench(name: string, body: BenchBody, options: BenchOptions = {}): void {
  checkString("name", name);
  checkBody(body);
  checkOptions("a benchmark", options, OPTIONS);
  const { clock = "real", ...rest } = options;
  for (const flag of ["baseline", "only", "ignore"] as const) {
    if (rest[flag] !== undefined) checkBoolean(flag, rest[flag]);
  }
  if (rest.group !== undefined) checkString("group", rest.group);
  for (const count of ["n", "warmup"] as const) {
    if (rest[count] !== undefined) checkWhole(count, rest[count], count === "n" ? 1 : 0);
  }
  const loop = new BenchLoop(name, body, toClock(clock));
  const given = Object.entries(rest).filter(([, value]) => value !== undefined);
  // Deno takes only what is written `async` for asynchronous.
  const fn: BenchDefinition["fn"] = async (host) =>
    await loop.iterate({ name, start: () => host.start(), end: () => host.end() });
  const definition = { ...Object.fromEntries(given), name, fn };
  const { Deno: host } = globalThis as Host;
  if (typeof host?.bench === "function") host.bench(definition);
  else (ownRunner ??= new BenchRunner()).add(definition);
}
