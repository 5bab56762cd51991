/**
 * Weft: asyncio for Deno and TypeScript, on a scheduler core in WebAssembly.
 *
 * ```ts
 * import { newCore, SLOT_MASK, Total } from "./mod.ts";
 *
 * const core = newCore();
 * const late = core.claimArmed(4, 20);
 * const soon = core.claimArmed(4, 10);
 * core.expire(core.totals[Total.NEAREST]);
 * console.assert(core.begin() === 1 && core.lease[0] === soon);
 * console.assert((late & SLOT_MASK) !== (soon & SLOT_MASK));
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
