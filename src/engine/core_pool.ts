/**
 * Where cores come from: compiled once a process, instantiated once a loop, reused when it ends.
 *
 * @module
 */

import { compileEmbedded, type Core, WasmCore } from "./core.ts";
import { JsCore } from "./core_js.ts";

/** Is the module that all cores of this process share, once compiled or provided. */
let shared: WebAssembly.Module | undefined;
/** Tells why this process has no WASM, once that has been found out. */
let barred: string | undefined;
/** Keeps small cores of ended loops: one instance after another keeps calls into WASM fast. */
const pool: WasmCore[] = [];
const MOST_POOLED = 4;
const MOST_POOLED_BYTES = 1 << 20;

/** Gives all later cores a module compiled elsewhere, as edge runtimes import it. */
export function provideModule(module: WebAssembly.Module): void {
  if (!(module instanceof WebAssembly.Module)) {
    throw new TypeError(`EXPECTED A WebAssembly.Module: ${module}`);
  }
  const names = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
  for (const name of ["memory", "grow", "claimArmed", "begin", "drain"]) {
    if (!names.has(name)) throw new TypeError(`THE MODULE IS NOT WEFT'S CORE, IT LACKS: ${name}`);
  }
  shared = module;
  barred = undefined;
  pool.length = 0;
}

/** Tells why new cores run on the JS engine, or `undefined` while they run on WASM. */
export function fallbackReason(): string | undefined {
  return barred;
}

/**
 * Makes a core, or takes one from the pool.
 *
 * Falls back to {@linkcode JsCore} where the host bars WASM; {@linkcode fallbackReason} says why.
 */
export function newCore(engine?: "wasm" | "js"): Core {
  if (engine === "js") return new JsCore();
  const pooled = pool.pop();
  if (pooled) {
    pooled.reset();
    return pooled;
  }
  if (barred === undefined) {
    try {
      shared ??= compileEmbedded();
    } catch (error) {
      barred = String(error);
    }
  }
  if (barred === undefined) return new WasmCore(shared!);
  if (engine === "wasm") throw new Error(`THIS HOST BARS WEBASSEMBLY: ${barred}`);
  return new JsCore();
}

/** Takes back a core whose loop has ended. Its ids are void; memory that grew large is let go. */
export function recycleCore(core: Core): void {
  if (!(core instanceof WasmCore) || core.bytes > MOST_POOLED_BYTES) return;
  if (pool.length < MOST_POOLED && !pool.includes(core)) pool.push(core);
}
