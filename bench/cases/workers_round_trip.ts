/** Round trip: one job of a warm pool of threads after another, beside bare messages. @module */

import { onWorkers } from "../on_workers.ts";
import type { Suite, Trial } from "../suite.ts";

const JOBS = 200;
const MODULE = "data:text/javascript,export const echo = (value) => value;";
const ECHO = "onmessage = ({ data }) => postMessage(data);";

/** Echoes messages of the same kind by hand. */
function messages(): Trial {
  const worker = new Worker(`data:text/javascript,${ECHO}`, { type: "module" });
  return {
    run: () =>
      new Promise((resolve) => {
        let left = JOBS;
        const post = () => worker.postMessage({ type: "call", args: [left] });
        worker.onmessage = () => --left > 0 ? post() : resolve(JOBS);
        post();
      }),
  };
}

export const workersRoundTrip: Suite = {
  name: "workers: round trip",
  about:
    "run() of a function that gives its argument back; the first should take ≤ 1.3 of a message",
  unit: "ns",
  sizes: [0],
  targets: { async: [[1.1, "messages"]] },
  weft: {
    async: onWorkers("WorkerPool", async (pool) => {
      for (let job = 0; job < JOBS; job++) await pool.run(MODULE, "echo", job);
      return JOBS;
    }),
    generator: onWorkers("WorkerPool", function* (pool) {
      for (let job = 0; job < JOBS; job++) yield* pool.run(MODULE, "echo", job);
      return JOBS;
    }),
    processes: onWorkers("ProcessPool", async (pool) => {
      for (let job = 0; job < JOBS; job++) await pool.run(MODULE, "echo", job);
      return JOBS;
    }),
  },
  peers: { messages },
};
