/** Calls: a task calls so many coroutines inside of each other, yields, and returns. @module */

import { onLoop } from "../on_loop.ts";
import type { Suite, Weft } from "../suite.ts";
import { type Calling, trampoline } from "../trampoline.ts";

const TASKS = 100;
const CALLS = 100;

/** Delegates by `yield*`. */
function* delegation({ createTask, yieldNow }: Weft, size: number) {
  function* nest(depth: number): Generator<never, void> {
    if (depth > 1) return yield* nest(depth - 1);
    yield* yieldNow() as Iterable<never>;
  }
  function* child() {
    for (let call = 0; call < CALLS; call++) yield* nest(size);
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(child()));
  for (const task of tasks) yield* task;
  return TASKS * CALLS;
}

/** Awaits async functions. */
async function native({ createTask, yieldNow }: Weft, size: number) {
  async function nest(depth: number): Promise<void> {
    if (depth > 1) return await nest(depth - 1);
    await yieldNow();
  }
  const tasks = Array.from({ length: TASKS }, () =>
    createTask(async () => {
      for (let call = 0; call < CALLS; call++) await nest(size);
    }));
  for (const task of tasks) await task;
  return TASKS * CALLS;
}

/** Keeps the generators on a stack of its own. */
function* stack({ createTask, yieldNow }: Weft, size: number) {
  function* nest(depth: number): Calling {
    if (depth > 1) return void (yield nest(depth - 1));
    yield* yieldNow();
  }
  function* child(): Calling {
    for (let call = 0; call < CALLS; call++) yield nest(size);
  }
  const tasks = Array.from({ length: TASKS }, () => createTask(trampoline(child())));
  for (const task of tasks) yield* task;
  return TASKS * CALLS;
}

export const loopCalls: Suite = {
  name: "call 10 nested coroutines",
  about: "call coroutines to a depth, yield once there and return through all of them",
  unit: "ns",
  sizes: [10],
  rounds: 3,
  weft: { "yield*": onLoop(delegation), trampoline: onLoop(stack), async: onLoop(native) },
};
