/**
 * Many orders, not only the likely one: a program runs once per seed, which decides all that is
 * left open.
 *
 * @module
 */

import {
  createTask,
  isCancelled,
  sleep,
  type Task,
  TimeoutError,
  waitFor,
  yieldNow,
} from "../../../mod.ts";
import { caught, FRONT_ENDS, type FrontEnd, inWorld, type Program } from "../../futures/trial.ts";
import { Prng } from "../../prng.ts";

/** Counts the seeds of each exploration. */
export const SEEDS = 2_000;

/** A program that draws what it does. */
export type Play = (as: FrontEnd, random: Prng) => Program<unknown>;

/** Configures an exploration. */
export interface ExploreOptions {
  /** Counts the seeds; 2,000 unless given. */
  readonly seeds?: number;
  /** Runs what is ready together in any order; true unless given. */
  readonly shuffled?: boolean;
}

/**
 * Runs a program under many schedules; a failure names the seed that replays it.
 *
 * With `WEFT_SEED` in the environment, only that seed is run.
 */
export async function explore(play: Play, options: ExploreOptions = {}): Promise<void> {
  const only = Number(Deno.env.get("WEFT_SEED") ?? 0);
  if (only > 0) return await replay(only, play, options);
  for (let seed = 1; seed <= (options.seeds ?? SEEDS); seed++) await replay(seed, play, options);
}

/** Runs a program under the schedule of one seed; every other one is for the native front end. */
export async function replay(
  seed: number,
  play: Play,
  options: ExploreOptions = {},
): Promise<void> {
  const [, as] = FRONT_ENDS[seed % FRONT_ENDS.length];
  const schedule = options.shuffled === false ? undefined : { seed };
  const settings = { debug: false, ...schedule && { schedule } };
  try {
    await inWorld(() => as(() => play(as, new Prng(seed))), settings);
  } catch (error) {
    throw new Error(`WEFT_SEED=${seed}: ${error}`, { cause: error });
  }
}

/** Waits for a while, or for a turn. */
export function* pause(random: Prng): Program<void> {
  const ms = random.below(3);
  if (ms === 0) yield yieldNow();
  else yield sleep(ms);
}

/** Runs a part for a random time, if at all; returns whether it came to its end. */
export function* patiently(
  as: FrontEnd,
  random: Prng,
  part: () => Program<void>,
): Program<boolean> {
  if (random.below(2) === 0) {
    yield* part();
    return true;
  }
  const error = yield* caught(waitFor(as(part), random.below(4)));
  if (error !== undefined && !(error instanceof TimeoutError)) throw error;
  return error === undefined;
}

/** Awaits a task that may have been cancelled. */
export function* endOf(task: Task<unknown>): Program<void> {
  const error = yield* caught(task);
  if (error !== undefined && !isCancelled(error)) throw error;
}

/** Cancels some of the tasks while they run. */
export function* cancelSome(random: Prng, tasks: readonly Task<unknown>[]): Program<void> {
  for (let n = random.below(5); n > 0; n--) {
    yield* pause(random);
    random.pick(tasks).cancel();
  }
}

/** Cancels some of the tasks while they run, and waits for all. */
export function* disturb(random: Prng, tasks: readonly Task<unknown>[]): Program<void> {
  yield* cancelSome(random, tasks);
  for (const task of tasks) yield* endOf(task);
}

/** Cancels all of the tasks, and waits for them. */
export function* stop(tasks: readonly Task<unknown>[]): Program<void> {
  for (const task of tasks) task.cancel();
  for (const task of tasks) yield* endOf(task);
}

/**
 * Looks between two milliseconds, again and again, while nothing is ready: who still waits then
 * must have something to wait for.
 */
export function watch(as: FrontEnd, look: () => void, times = 30): Task<void> {
  return createTask(as(function* () {
    yield sleep(31 / 32);
    for (let n = 0; n < times; n++) {
      look();
      yield sleep(1);
    }
  }));
}
