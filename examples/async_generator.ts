/**
 * Hands out values that take time, one by one: an async generator.
 *
 *     deno run examples/async_generator.ts [native]
 *
 * @module
 */

import { asyncGenerator, type ClosingIterator, type Coroutine, each, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

/** Counts with the library's async generator. */
function countTo(end: number): ClosingIterator<number> {
  return asyncGenerator<number>(function* (emit) {
    for (let i = 0; i < end; i++) {
      yield* sleep(1000);
      yield* emit(i);
    }
  });
}

/** Prints the values as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  yield* each(countTo(3), function* (item) {
    print(`${item}`);
  });
}

/** Counts with the language's async generator. */
async function* countNatively(end: number): AsyncGenerator<number> {
  for (let i = 0; i < end; i++) {
    await sleep(1000);
    yield i;
  }
}

/** Prints the values as a native async function. */
export async function native(print: Print): Promise<void> {
  for await (const item of countNatively(3)) print(`${item}`);
}

if (import.meta.main) await runExample({ generator, native });
