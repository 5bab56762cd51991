/**
 * Runs a coroutine twice at once, by `gather` and then as two tasks given to it.
 *
 *     deno run examples/gather_two.ts [native]
 *
 * @module
 */

import { type Coroutine, createTask, gather, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Sleeps as a generator coroutine. */
function* example(print: Print): Coroutine<void> {
  print("Start Coroutine");
  yield* sleep(2000); // Stands for something that takes time.
  print("Coroutine resumed after sleep");
}

/** Gathers coroutines, then tasks, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  yield* gather([example(print), example(print)]);
  const first = createTask(example(print));
  const second = createTask(example(print));
  yield* gather([first, second]);
}

/** Sleeps as a native async function. */
async function exampleNatively(print: Print): Promise<void> {
  print("Start Coroutine");
  await sleep(2000);
  print("Coroutine resumed after sleep");
}

/** Gathers functions, then tasks, as a native async function. */
export async function native(print: Print): Promise<void> {
  await gather([() => exampleNatively(print), () => exampleNatively(print)]);
  const first = createTask(() => exampleNatively(print));
  const second = createTask(() => exampleNatively(print));
  await gather([first, second]);
}

if (import.meta.main) await runExample({ generator, native });
