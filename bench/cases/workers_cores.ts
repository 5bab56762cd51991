/** Speed-up: pure work for the processor on two threads, beside the same on the main one. @module */

import { onWorkers } from "../on_workers.ts";
import type { Suite, Trial } from "../suite.ts";

const JOBS = 8;
const SOURCE =
  "export function spin(n) { let x = 1; while (n-- > 0) x = (x * 48271) % 2147483647; return x; }";
const MODULE = `data:text/javascript,${encodeURIComponent(SOURCE)}`;
const STEPS = 1_000_000;

/** Does the work itself. */
async function here(): Promise<Trial> {
  const { spin } = await import(MODULE);
  return {
    run() {
      for (let job = 0; job < JOBS; job++) spin(STEPS);
      return JOBS;
    },
  };
}

export const workersCores: Suite = {
  name: "workers: two cores",
  about: "one of eight jobs that only calculate; on two cores it should take ≤ 1/1.8 of one thread",
  unit: "ns",
  sizes: [0],
  rounds: 3,
  weft: {
    threads: onWorkers("WorkerPool", async (pool) => {
      await pool.map(MODULE, "spin", Array(JOBS).fill(STEPS), { limit: JOBS });
      return JOBS;
    }, 2),
    processes: onWorkers("ProcessPool", async (pool) => {
      await pool.map(MODULE, "spin", Array(JOBS).fill(STEPS), { limit: JOBS });
      return JOBS;
    }, 2),
  },
  peers: { here },
};
