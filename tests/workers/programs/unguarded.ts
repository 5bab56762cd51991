/**
 * Gives its own address to a pool, and does not guard its main part.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool, toThread, WorkerPool } from "../../../workers.ts";

/** Takes long enough for a main part that is not awaited to use its pool. */
export async function square(n: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  return n * n;
}

const [kind] = Deno.args;

async function main(): Promise<void> {
  if (kind === "toThread") return console.log(await toThread(import.meta.url, square)(4));
  await using pool = kind === "process"
    ? new ProcessPool({ size: 1, permissions: "all" })
    : new WorkerPool({ size: 1 });
  console.log(await pool.run(import.meta.url, "square", 4));
}

console.log("main part");
const running = run(main);
if (kind !== "unawaited") await running;
