// Generated from programs/storm.ts by translate.ts.
// deno-lint-ignore-file
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
async function nap(ms: number): Promise<void> {
  await sleep(ms);
}

/** Raises after a sleep. */
async function fail(ms: number): Promise<void> {
  await sleep(ms);
  throw new Boom("storm");
}

/** Sleeps inside a timeout block. */
async function limited(limit: number, ms: number): Promise<void> {
  await timeout(limit, async function () {
    await sleep(ms);
  });
}

/** Runs a group of two children and a body that waits. */
async function family(
  first: number,
  second: number,
  fails: boolean,
): Promise<void> {
  await taskGroup(async function (group) {
    group.createTask(() => nap(first));
    group.createTask(() => fails ? fail(second) : nap(second));
    await sleep(1);
  });
}

/** Does one thing of the nine there are, and says which. */
async function act(
  dice: Dice,
  victim: Task<number>,
  me: Task<number>,
): Promise<string> {
  const [action, first, second] = [dice.roll(9), dice.roll(5), dice.roll(5)];
  if (action === 0) {
    await sleep(0);
  } else if (action === 1) {
    await sleep(first);
  } else if (action === 2) {
    return `cancel ${victim.cancel()}`;
  } else if (action === 3) {
    await limited(first + 1, second);
  } else if (action === 4 && victim !== me) {
    await waitFor(shield(victim), first + 1);
  } else if (action === 5) {
    await gather([() => nap(first), () => nap(second)]);
  } else if (action === 6 && victim !== me) {
    await wait([victim], { timeout: first });
  } else if (action === 7) {
    await family(first, second, dice.roll(2) === 0);
  } else if (action === 8) {
    await waitFor(() => nap(first), second + 1);
  }
  return `action ${action}`;
}

/** Acts a number of times, swallowing two cancels out of three. */
async function actor(
  t: Trace,
  tasks: Task<number>[],
  index: number,
  dice: Dice,
  steps: number,
): Promise<number> {
  for (let step = 0; step < steps; step++) {
    const victim = dice.roll(tasks.length);
    try {
      const done = await act(dice, tasks[victim], tasks[index]);
      t.log(`n${index} step ${step} on n${victim}:`, done);
    } catch (error) {
      t.log(`n${index} step ${step} on n${victim}:`, error);
      if (isCancelled(error) && dice.roll(3) === 0) throw error;
    }
  }
  return index;
}

/** Lets actors loose on each other and logs how each of them ended. */
async function storm(
  t: Trace,
  seed: number,
  actors: number,
  steps: number,
): Promise<void> {
  const tasks: Task<number>[] = [];
  for (let index = 0; index < actors; index++) {
    const dice = new Dice(seed * 100 + index);
    tasks.push(createTask(() => actor(t, tasks, index, dice, steps)));
  }
  await wait(tasks);
  for (const [index, task] of tasks.entries()) {
    t.log(`n${index}`, task.cancelled ? "cancelled" : "done", task.cancelling);
  }
}

/** Lets two actors act for long. */
export async function twoActors(t: Trace): Promise<void> {
  await storm(t, 1, 2, 20);
}

/** Lets three actors act for long. */
export async function threeActors(t: Trace): Promise<void> {
  await storm(t, 2, 3, 16);
}

/** Lets four actors act. */
export async function fourActors(t: Trace): Promise<void> {
  await storm(t, 3, 4, 12);
}

/** Lets six actors act. */
export async function sixActors(t: Trace): Promise<void> {
  await storm(t, 4, 6, 10);
}

/** Lets eight actors act. */
export async function eightActors(t: Trace): Promise<void> {
  await storm(t, 5, 8, 8);
}

/** Lets twelve actors act for a short time. */
export async function twelveActors(t: Trace): Promise<void> {
  await storm(t, 6, 12, 5);
}

/** Lets five actors act from another seed. */
export async function fiveOtherActors(t: Trace): Promise<void> {
  await storm(t, 77, 5, 12);
}

/** Lets seven actors act from another seed. */
export async function sevenOtherActors(t: Trace): Promise<void> {
  await storm(t, 123, 7, 10);
}
