/**
 * Work that a loop does: a main coroutine, run again and again on one loop.
 *
 * @module
 */

import type { CoroutineResult } from "../mod.ts";
import { loadWeft, type Prepare, type Weft } from "./suite.ts";

/** A main coroutine: it returns how many operations it did. */
export type Main = (weft: Weft, size: number) => CoroutineResult<number>;

/** Prepares a loop to run a main coroutine on; generator functions and async functions will do. */
export function onLoop(main: Main): Prepare {
  return async (root, size) => {
    const weft = await loadWeft(root);
    const runner = new weft.Runner({ signals: [] });
    return { run: () => runner.run(() => main(weft, size)) };
  };
}
