/**
 * A plugin for `deno lint` that finds the mistakes that everybody makes with Weft.
 *
 * ```json
 * { "lint": { "plugins": ["../weft/lint/weft.ts"] } }
 * ```
 *
 * @module
 */

import { functionNotCall } from "./function_not_call.ts";
import { milliseconds } from "./milliseconds.ts";
import { neverAwaited } from "./never_awaited.ts";
import { swallowedCancellation } from "./swallowed_cancellation.ts";
import { yieldStar } from "./yield_star.ts";

/** The rules, as `weft/never-awaited`. */
const plugin: Deno.lint.Plugin = {
  name: "weft",
  rules: {
    "never-awaited": neverAwaited,
    "yield-star": yieldStar,
    "function-not-call": functionNotCall,
    "swallowed-cancellation": swallowedCancellation,
    "milliseconds": milliseconds,
  },
};

export default plugin;
