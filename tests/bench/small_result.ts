import type { Result, Row } from "../../bench/result.ts";

/** Sums up rounds that went from a tenth less to a tenth more. */
function spread(median: number) {
  return { median, least: median * 0.9, most: median * 1.1 };
}

/** A case in which Weft misses its target and loses to one of its peers. */
export const LOST: Row = {
  file: "loop_yield",
  name: "yield, 1,000 tasks",
  about: "one step of a task that yields",
  unit: "ns",
  more: false,
  variants: ["generator", "async"],
  baseline: undefined,
  values: {
    generator: spread(40),
    async: spread(200),
    promises: spread(20),
    Effect: spread(5_000),
    "p-queue": spread(2_500),
    asyncio: spread(1_100),
  },
  missing: ["Go", "tokio"],
  targets: { generator: 25, async: 220 },
};

/** A case that shows what the measurement costs, and in which more is better. */
export const WON: Row = {
  file: "first_10ms",
  name: "timers in the first 10 ms",
  about: "timers armed & cancelled, <all> from cold",
  unit: "timers",
  more: true,
  variants: ["wasm"],
  baseline: "nothing",
  values: { wasm: spread(30_000), js: spread(10_000), nothing: spread(1) },
  missing: [],
  targets: {},
};

/** A result of two cases. */
export const SMALL: Result = {
  date: "2026-11-21T12:00:00.000Z",
  cpu: "A Processor",
  cores: 2,
  os: "linux",
  load: [0.51, 1.26],
  core: "c0ffee",
  versions: { Deno: "2.9.6", Effect: "4.1.0", asyncio: "3.11.2" },
  cases: [LOST, WON],
};
