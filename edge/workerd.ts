/**
 * Weft for workerd, which compiles no bytes while it runs: the core is a static import.
 *
 * It exports what `mod.ts` does. Each request runs a loop of its own:
 *
 * ```ts ignore
 * import { run, sleep } from "@weft/weft/edge/workerd.ts";
 *
 * export default {
 *   async fetch(request: Request): Promise<Response> {
 *     await run(() => sleep(10), { signal: request.signal });
 *     return new Response("done");
 *   },
 * };
 * ```
 *
 * @module
 */

// @ts-types="./core.d.ts"
import module from "./core.wasm";
import { provideModule } from "../core.ts";

export * from "../mod.ts";

provideModule(module);
