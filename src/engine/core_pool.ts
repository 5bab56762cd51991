/**
 * Where cores come from: compiled once a process, instantiated once a loop, reused when it ends.
 *
 * @module
 */

import { compileEmbedded, type Core, WasmCore } from "./core.ts";
import { JsCore } from "./core_js.ts";

/** The module that all cores of this process share, once compiled or provided. */
let shared: WebAssembly.Module | undefined;
/** Why this process has no WASM, once that has been found out. */
let barred: string | undefined;
/** Small cores of ended loops: to use one instance after another keeps calls into WASM fast. */
const pool: WasmCore[] = [];
const MOST_POOLED = 4;
const MOST_POOLED_BYTES = 1 << 20;

/** Gives all later cores a module compiled elsewhere, as edge runtimes import it. */
export function provideModule(module: WebAssembly.Module): void {
  if (!(module instanceof WebAssembly.Module)) {
    throw new TypeError(`module must be a WebAssembly.Module: ${module}`);
  }
  const names = new Set(WebAssembly.Module.exports(module).map((entry) => entry.name));
  for (const name of ["memory", "grow", "claimArmed", "begin", "drain"]) {
    if (!names.has(name)) throw new TypeError(`module must be Weft's core: it exports no ${name}`);
  }
  shared = module;
  barred = undefined;
  pool.length = 0;
}

/** Returns why new cores run on the JS engine, or `undefined` while they run on WASM. */
export function fallbackReason(): string | undefined {
  return barred;
}

/**
 * Makes a core, or takes one from the pool.
 *
 * Where the host bars WASM, it is one in JavaScript; {@linkcode fallbackReason} says why.
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
  if (engine === "wasm") {
    throw new Error(`Cannot make a core in WebAssembly, which this host bars: ${barred}`);
  }
  return new JsCore();
}

/** Takes back a core whose loop has ended. Its ids are void; memory that grew large is let go. */
export function recycleCore(core: Core): void {
  if (!(core instanceof WasmCore) || core.bytes > MOST_POOLED_BYTES) return;
  if (pool.length < MOST_POOLED && !pool.includes(core)) pool.push(core);
}
