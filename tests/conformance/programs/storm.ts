/** Mixes every way to wait and to cancel by a seeded choice that both languages make alike. */
import {
  createTask,
  gather,
  isCancelled,
  shield,
  sleep,
  type Task,
  taskGroup,
  timeout,
  wait,
  waitFor,
} from "../../../mod.ts";
import type { Coroutine } from "../../../mod.ts";
import { Boom, type Trace } from "../support.ts";

/** Draws the same small numbers in both languages. */
class Dice {
  #state: number;

  /** Starts from a seed below 65537. */
  constructor(seed: number) {
    this.#state = seed;
  }

  /** Returns the next number below the number of sides. */
  roll(sides: number): number {
    this.#state = (this.#state * 75 + 74) % 65537;
    return (this.#state >> 3) % sides;
  }
}

/** Sleeps. */
function* nap(ms: number): Coroutine<void> {
  yield* sleep(ms);
}

/** Raises after a sleep. */
function* fail(ms: number): Coroutine<void> {
  yield* sleep(ms);
  throw new Boom("storm");
}

/** Sleeps inside a timeout block. */
function* limited(limit: number, ms: number): Coroutine<void> {
  yield* timeout(limit, function* () {
    yield* sleep(ms);
  });
}

/** Runs a group of two children and a body that waits. */
function* family(
  first: number,
  second: number,
  fails: boolean,
): Coroutine<void> {
  yield* taskGroup(function* (group) {
    group.createTask(() => nap(first));
    group.createTask(() => fails ? fail(second) : nap(second));
    yield* sleep(1);
  });
}

/** Does one thing of the nine there are, and says which. */
function* act(
  dice: Dice,
  victim: Task<number>,
  me: Task<number>,
): Coroutine<string> {
  const [action, first, second] = [dice.roll(9), dice.roll(5), dice.roll(5)];
  if (action === 0) {
    yield* sleep(0);
  } else if (action === 1) {
    yield* sleep(first);
  } else if (action === 2) {
    return `cancel ${victim.cancel()}`;
  } else if (action === 3) {
    yield* limited(first + 1, second);
  } else if (action === 4 && victim !== me) {
    yield* waitFor(shield(victim), first + 1);
  } else if (action === 5) {
    yield* gather([() => nap(first), () => nap(second)]);
  } else if (action === 6 && victim !== me) {
    yield* wait([victim], { timeout: first });
  } else if (action === 7) {
    yield* family(first, second, dice.roll(2) === 0);
  } else if (action === 8) {
    yield* waitFor(() => nap(first), second + 1);
  }
  return `action ${action}`;
}

/** Acts a number of times, swallowing two cancels out of three. */
function* actor(
  t: Trace,
  tasks: Task<number>[],
  index: number,
  dice: Dice,
  steps: number,
): Coroutine<number> {
  for (let step = 0; step < steps; step++) {
    const victim = dice.roll(tasks.length);
    try {
      const done = yield* act(dice, tasks[victim], tasks[index]);
      t.log(`n${index} step ${step} on n${victim}:`, done);
    } catch (error) {
      t.log(`n${index} step ${step} on n${victim}:`, error);
      if (isCancelled(error) && dice.roll(3) === 0) throw error;
    }
  }
  return index;
}

/** Lets actors loose on each other and logs how each of them ended. */
function* storm(
  t: Trace,
  seed: number,
  actors: number,
  steps: number,
): Coroutine<void> {
  const tasks: Task<number>[] = [];
  for (let index = 0; index < actors; index++) {
    const dice = new Dice(seed * 100 + index);
    tasks.push(createTask(() => actor(t, tasks, index, dice, steps)));
  }
  yield* wait(tasks);
  for (const [index, task] of tasks.entries()) {
    t.log(`n${index}`, task.cancelled ? "cancelled" : "done", task.cancelling);
  }
}

/** Lets two actors act for long. */
export function* twoActors(t: Trace): Coroutine<void> {
  yield* storm(t, 1, 2, 20);
}

/** Lets three actors act for long. */
export function* threeActors(t: Trace): Coroutine<void> {
  yield* storm(t, 2, 3, 16);
}

/** Lets four actors act. */
export function* fourActors(t: Trace): Coroutine<void> {
  yield* storm(t, 3, 4, 12);
}

/** Lets six actors act. */
export function* sixActors(t: Trace): Coroutine<void> {
  yield* storm(t, 4, 6, 10);
}

/** Lets eight actors act. */
export function* eightActors(t: Trace): Coroutine<void> {
  yield* storm(t, 5, 8, 8);
}

/** Lets twelve actors act for a short time. */
export function* twelveActors(t: Trace): Coroutine<void> {
  yield* storm(t, 6, 12, 5);
}

/** Lets five actors act from another seed. */
export function* fiveOtherActors(t: Trace): Coroutine<void> {
  yield* storm(t, 77, 5, 12);
}

/** Lets seven actors act from another seed. */
export function* sevenOtherActors(t: Trace): Coroutine<void> {
  yield* storm(t, 123, 7, 10);
}
