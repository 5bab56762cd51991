/**
 * Work that a pool of threads or processes does: a main coroutine, run again and again on one loop.
 *
 * @module
 */

import type { CoroutineResult } from "../mod.ts";
import type { Pool } from "../workers.ts";
import { loadWeft, type Prepare } from "./suite.ts";

/** A main coroutine: it returns how many operations it did. */
type Main = (pool: Pool, size: number) => CoroutineResult<number>;

/** Prepares a loop and a pool whose workers are warm. */
export function onWorkers(
  kind: "WorkerPool" | "ProcessPool",
  main: Main,
  workers = 1,
): Prepare {
  return async (root, size) => {
    const weft = await loadWeft(root);
    const { [kind]: Kind }: typeof import("../workers.ts") = await import(
      new URL("workers.ts", root).href
    );
    const pool = new Kind({ size: workers });
    const runner = new weft.Runner({ signals: [] });
    return { run: () => runner.run(() => main(pool, size)) };
  };
}
