/**
 * Awaits a coroutine in place, without a task, and uses what it returns.
 *
 *     deno run examples/await_coroutine.ts [native]
 *
 * @module
 */

import { type Coroutine, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Fetches as a generator coroutine. */
function* fetchData(print: Print): Coroutine<{ data: number }> {
  print("Start fetching");
  yield* sleep(2000); // Takes time, as a network does.
  print("Done fetching");
  return { data: 1 };
}

/** Pauses until the data is there, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const data = yield* fetchData(print);
  print(JSON.stringify(data));
}

/** Fetches as a native async function. */
async function fetchDataNatively(print: Print): Promise<{ data: number }> {
  print("Start fetching");
  await sleep(2000);
  print("Done fetching");
  return { data: 1 };
}

/** Pauses until the data is there, as a native async function. */
export async function native(print: Print): Promise<void> {
  const data = await fetchDataNatively(print);
  print(JSON.stringify(data));
}

if (import.meta.main) await runExample({ generator, native });
