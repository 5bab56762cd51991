/**
 * Says two hellos at once: two tasks, of which the second made is the first to finish.
 *
 *     deno run examples/greetings_together.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Says hello as a generator coroutine. */
function* sayHello(seconds: number, message: string, print: Print): Coroutine<void> {
  print(`${message} (starting wait for ${seconds}s)`);
  yield* sleep(seconds * 1000); // The others run meanwhile.
  print(`${message} (finished wait)`);
}

/** Says both, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  print("Main coroutine started.");
  const first = createTask(sayHello(2, "First hello", print));
  const second = createTask(sayHello(1, "Second hello", print));
  yield* first;
  yield* second;
  print("Main coroutine finished.");
}

/** Says hello as a native async function. */
async function sayHelloNatively(seconds: number, message: string, print: Print): Promise<void> {
  print(`${message} (starting wait for ${seconds}s)`);
  await sleep(seconds * 1000);
  print(`${message} (finished wait)`);
}

/** Says both, as a native async function. */
export async function native(print: Print): Promise<void> {
  print("Main coroutine started.");
  const first = createTask(() => sayHelloNatively(2, "First hello", print));
  const second = createTask(() => sayHelloNatively(1, "Second hello", print));
  await first;
  await second;
  print("Main coroutine finished.");
}

if (import.meta.main) await runExample({ generator, native });
