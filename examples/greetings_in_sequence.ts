/**
 * Awaits one coroutine after the other: the second begins when the first has ended.
 *
 *     deno run examples/greetings_in_sequence.ts [native]
 *
 * @module
 */

import { type Coroutine, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Greets as a generator coroutine. */
function* greet(name: string, print: Print): Coroutine<void> {
  print(`Hello, ${name}!`);
  yield* sleep(1000);
  print(`Goodbye, ${name}!`);
}

/** Greets two, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Starting main coroutine...");
  yield* greet("Alice", print);
  yield* greet("Bob", print);
  print("Main coroutine finished.");
}

/** Greets as a native async function. */
async function greetNatively(name: string, print: Print): Promise<void> {
  print(`Hello, ${name}!`);
  await sleep(1000);
  print(`Goodbye, ${name}!`);
}

/** Greets two, as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Starting main coroutine...");
  await greetNatively("Alice", print);
  await greetNatively("Bob", print);
  print("Main coroutine finished.");
}

if (import.meta.main) await runExample({ generator, native });
