/**
 * Weft's commands for a terminal.
 *
 *     deno run --allow-net --allow-run --allow-read cli.ts worker --engine redis://HOST --queue img --modules file:///app/jobs/
 *     deno run --allow-net cli.ts jobs --engine redis://HOST --queue img
 *
 * ```ts
 * import { main } from "@weft/weft/cli.ts";
 *
 * console.assert(await main(["--help"]) === 0);
 * ```
 *
 * @module
 */

import { main } from "./src/cli/main.ts";

export { main };

if (import.meta.main) Deno.exit(await main(Deno.args));
