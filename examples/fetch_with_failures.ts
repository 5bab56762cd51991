/**
 * Fetches one address after the other, goes on after errors; delays and errors are random.
 *
 *     deno run examples/fetch_with_failures.ts [native]
 *
 * @module
 */

import { type Coroutine, isCancelled, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const URLS = ["http://example.com/data1", "http://example.com/data2"];

/** Fetches as a generator coroutine; `random` gives numbers from 0 to below 1. */
export function* generator(print: Print, random: () => number = Math.random): Coroutine<void> {
  function* fetchFrom(url: string): Coroutine<string> {
    print(`Fetching data from ${url}`);
    yield* sleep(1000 * (1 + Math.floor(random() * 3)));
    if (random() < 0.5) throw new Error("Network Error");
    return `Data from ${url}`;
  }
  const results: (string | null)[] = [];
  print("Start fetching");
  for (const url of URLS) {
    try {
      results.push(yield* fetchFrom(url));
    } catch (error) {
      if (isCancelled(error)) throw error;
      print(`Error fetching ${url}: ${(error as Error).message}`);
      results.push(null);
    }
  }
  print("Done fetching");
  print(`Fetched data: ${JSON.stringify(results)}`);
}

/** Fetches as a native async function. */
export async function native(print: Print, random: () => number = Math.random): Promise<void> {
  async function fetchFrom(url: string): Promise<string> {
    print(`Fetching data from ${url}`);
    await sleep(1000 * (1 + Math.floor(random() * 3)));
    if (random() < 0.5) throw new Error("Network Error");
    return `Data from ${url}`;
  }
  const results: (string | null)[] = [];
  print("Start fetching");
  for (const url of URLS) {
    try {
      results.push(await fetchFrom(url));
    } catch (error) {
      if (isCancelled(error)) throw error;
      print(`Error fetching ${url}: ${(error as Error).message}`);
      results.push(null);
    }
  }
  print("Done fetching");
  print(`Fetched data: ${JSON.stringify(results)}`);
}

if (import.meta.main) await runExample({ generator, native });
