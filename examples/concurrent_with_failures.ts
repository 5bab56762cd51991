/**
 * Fetches two addresses at once, which may fail: each failure is one result among the others.
 *
 *     deno run examples/concurrent_with_failures.ts [native]
 *
 * @module
 */

import { type Coroutine, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const URLS = ["http://example.com/data1", "http://example.com/data2"];

/** A function that draws a number from 0 to 1. */
type Draw = () => number;

/** Stands for a request, as a generator coroutine. */
function* fetchFromRemote(url: string, print: Print, draw: Draw): Coroutine<string> {
  print(`Fetching data from ${url}`);
  yield* sleep(1000 * (1 + Math.floor(3 * draw())));
  if (draw() < 0.5) throw new Error("Network Error");
  return `Data from ${url}`;
}

/** Fetches all at once, as a generator coroutine. */
export function* generator(print: Print, draw: Draw = Math.random): Coroutine<void> {
  print("Start fetching");
  const fetches = URLS.map((url) => fetchFromRemote(url, print, draw));
  const results = yield* gather(fetches, { returnExceptions: true });
  report(results, print);
}

/** Stands for a request, as a native async function. */
async function fetchFromRemoteNatively(url: string, print: Print, draw: Draw): Promise<string> {
  print(`Fetching data from ${url}`);
  await sleep(1000 * (1 + Math.floor(3 * draw())));
  if (draw() < 0.5) throw new Error("Network Error");
  return `Data from ${url}`;
}

/** Fetches all at once, as a native async function. */
export async function native(print: Print, draw: Draw = Math.random): Promise<void> {
  print("Start fetching");
  const fetches = URLS.map((url) => () => fetchFromRemoteNatively(url, print, draw));
  const results = await gather(fetches, { returnExceptions: true });
  report(results, print);
}

/** Prints what came of each. */
function report(results: readonly unknown[], print: Print): void {
  print("Done fetching");
  for (const [at, result] of results.entries()) {
    print(result instanceof Error ? `Error fetching ${URLS[at]}: ${result.message}` : `${result}`);
  }
}

if (import.meta.main) await runExample({ generator, native });
