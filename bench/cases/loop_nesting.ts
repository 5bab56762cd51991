/** Nesting: 100 tasks yield at the bottom of so many coroutines that call each other. @module */

import { onLoop } from "../on_loop.ts";
import type { Suite, Weft } from "../suite.ts";
import { type Calling, trampoline } from "../trampoline.ts";

const TASKS = 100;
const YIELDS = 500;

/** Delegates by `yield*`. */
function* delegation({ createTask, yieldNow }: Weft, size: number) {
  function* nest(depth: number): Generator<never, void> {
    if (depth > 1) return yield* nest(depth - 1);
    for (let step = 0; step < YIELDS; step++) yield* yieldNow() as Iterable<never>;
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(nest(size)));
  for (const task of tasks) yield* task;
  return TASKS * YIELDS;
}

/** Awaits async functions. */
async function native({ createTask, yieldNow }: Weft, size: number) {
  async function nest(depth: number): Promise<void> {
    if (depth > 1) return await nest(depth - 1);
    for (let step = 0; step < YIELDS; step++) await yieldNow();
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(() => nest(size)));
  for (const task of tasks) await task;
  return TASKS * YIELDS;
}

/** Keeps the generators on a stack of its own. */
function* stack({ createTask, yieldNow }: Weft, size: number) {
  function* nest(depth: number): Calling {
    if (depth > 1) return void (yield nest(depth - 1));
    for (let step = 0; step < YIELDS; step++) yield* yieldNow();
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(trampoline(nest(size))));
  for (const task of tasks) yield* task;
  return TASKS * YIELDS;
}

export const loopNesting: Suite = {
  name: "yield in nested coroutines",
  about: "one step at a depth; the trampoline is a prototype for this comparison",
  unit: "ns",
  sizes: [1, 3, 10, 30],
  rounds: 3,
  weft: { "yield*": onLoop(delegation), trampoline: onLoop(stack), async: onLoop(native) },
};
