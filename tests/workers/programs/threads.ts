/**
 * Calls functions of its own in threads.
 *
 * @module
 */

import { type Coroutine, gather, getRunningLoop, run, sleep } from "../../../mod.ts";
import { ProcessPool, toThread } from "../../../workers.ts";

/** Returns the square of a number; it is exported under the name it has. */
export function square(n: number): number {
  return n * n;
}

/** Returns the square of a number, as a coroutine does. */
export function* squareLater(n: number): Coroutine<number> {
  yield* sleep(1);
  return n * n;
}

function hidden(): void {}

const squareInThread = toThread(import.meta.url, square);
const squareLaterInThread = toThread(import.meta.url, squareLater);

if (import.meta.main) {
  await run(async () => {
    const squares: [number, number] = await gather([squareInThread(3), squareLaterInThread(4)]);
    console.log(squares.join());
    console.log(await getRunningLoop().runInExecutor(undefined, import.meta.url, "square", 5));
    await using pool = new ProcessPool({ size: 1 });
    console.log(await toThread(import.meta.url, square, { executor: pool })(6));
    try {
      await toThread(import.meta.url, hidden)();
    } catch (error) {
      console.log((error as Error).message.includes("Cannot find hidden in"));
    }
  });
  console.log("ended");
}
