/**
 * Says hello, and a second later the rest: a main coroutine and a sleep.
 *
 *     deno run examples/hello.ts [native]
 *
 * @module
 */

import { type Coroutine, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Says it as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Hello");
  yield* sleep(1000); // Others could run meanwhile.
  print("World");
}

/** Says it as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Hello");
  await sleep(1000);
  print("World");
}

if (import.meta.main) await runExample({ generator, native });
