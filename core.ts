/**
 * The scheduler's core alone, in numbers, for hosts and for who builds a loop of their own.
 *
 * A program that imports `mod.ts` needs none of it. A host that compiles no WebAssembly while it runs
 * gives the module by `provideModule()`, as `edge/workerd.ts` does.
 *
 * ```ts
 * import { newCore, Total } from "@weft/weft/core.ts";
 *
 * const core = newCore();
 * const timer = core.claimArmed(4, 10);
 * core.expire(core.totals[Total.NEAREST]);
 * console.assert(core.begin() === 1 && core.lease[0] === timer);
 * core.release(timer);
 * ```
 *
 * @module
 */

export {
  AGE_LIMIT,
  type Core,
  LEASE_LENGTH,
  MOST_IDS,
  SLOT_MASK,
  State,
  Total,
  Word,
} from "./src/engine/core.ts";
export { fallbackReason, newCore, provideModule, recycleCore } from "./src/engine/core_pool.ts";
