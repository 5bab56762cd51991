/** Many small jobs: a list mapped through a pool, in chunks; the size is that of a chunk. @module */

import { onWorkers } from "../on_workers.ts";
import type { Suite, Trial } from "../suite.ts";

const ITEMS = 2_000;
const MODULE = "data:text/javascript,export const double = (n) => 2 * n;";
const DOUBLE = "onmessage = ({ data }) => postMessage(data.map((n) => 2 * n));";

/** Sends lists by hand, all at once. */
function messages(size: number): Trial {
  const worker = new Worker(`data:text/javascript,${DOUBLE}`, { type: "module" });
  return {
    run: () =>
      new Promise((resolve) => {
        let left = ITEMS;
        worker.onmessage = () => (left -= size) <= 0 && resolve(ITEMS);
        for (let at = 0; at < ITEMS; at += size) worker.postMessage(Array(size).fill(at));
      }),
  };
}

export const workersMap: Suite = {
  name: "workers: map in chunks of",
  about: "one item of map() through one worker; the messages all come at once",
  unit: "ns",
  sizes: [1, 10, 100],
  weft: {
    async: onWorkers("WorkerPool", async (pool, chunk) => {
      const items = Array(ITEMS).fill(1);
      await pool.map(MODULE, "double", items, { chunk, limit: 4 * chunk });
      return ITEMS;
    }),
  },
  peers: { messages },
};
