/**
 * What a program has forgotten to await.
 *
 * An awaitable of the library that nobody awaits does nothing, and nobody would hear of it. While a
 * loop is in debug mode, or is a test's, it remembers what is made in it until that is awaited. Native
 * code that awaits a generator coroutine as it is gets the generator back, which has not begun: while
 * such a loop is open, generators have a `then` that is looked at, and is nothing.
 *
 * @module
 */

import { describeWait } from "./describe_waits.ts";
import { watchRaces } from "./race_watch.ts";
import { type Awaited, findScheduler, type Memory, type Scheduler } from "./scheduler.ts";
import { madeAtLine } from "./user_frames.ts";

/** How many are remembered before those that have begun are forgotten. */
const LEAST_TO_SWEEP = 1000;

/** Whether some loop remembers what is made: all that making something costs if none does. */
export let isRemembering = false;

/** The loops that do. */
const remembering = new Set<Forgotten>();

/** What is made in a loop, until it is awaited. */
export class Forgotten implements Memory {
  readonly #loop: Scheduler;
  /** What was made, with the place in debug mode. */
  readonly #made = new Map<Awaited, Error | undefined>();
  /** The generators that native code has awaited and that have not run. */
  readonly #generators = new Map<object, Error | undefined>();
  #sweepAt = LEAST_TO_SWEEP;

  /** Begins to remember. */
  constructor(loop: Scheduler) {
    this.#loop = loop;
    if (remembering.size === 0) setTraps();
    remembering.add(this);
    isRemembering = true;
  }

  /** Stops. */
  close(): void {
    this.#made.clear();
    this.#generators.clear();
    remembering.delete(this);
    if (remembering.size > 0) return;
    removeTraps();
    isRemembering = false;
  }

  /** Remembers what was made just now. */
  add(made: Awaited): void {
    this.#made.set(made, this.#here());
    if (this.#made.size <= this.#sweepAt) return;
    for (const one of this.#made.keys()) if (one.hasBegun) this.#made.delete(one);
    this.#sweepAt = Math.max(LEAST_TO_SWEEP, 2 * this.#made.size);
  }

  /** Forgets what is in the hands of something else that was made, or has run. */
  delete(made: object): void {
    this.#made.delete(made as Awaited);
    this.#generators.delete(made);
  }

  /** Remembers a generator that native code awaits as it is. */
  addGenerator(generator: object): void {
    if (!this.#generators.has(generator)) this.#generators.set(generator, this.#here());
  }

  /** Finds the line that is running, in debug mode. */
  #here(): Error | undefined {
    return this.#loop.debug ? new Error() : undefined;
  }

  /** Describes what was never awaited, and forgets all of it. */
  take(): string[] {
    const told: string[] = [];
    for (const [made, place] of this.#made) {
      if (!made.hasBegun) {
        told.push(`${made} was never awaited, and did nothing${madeAtLine(place)}`);
      }
    }
    for (const place of this.#generators.values()) {
      told.push(
        "a generator coroutine was awaited by native code as it is, which runs nothing: " +
          `write await createTask(() => f())${madeAtLine(place).replace("made", "awaited")}`,
      );
    }
    this.#made.clear();
    this.#generators.clear();
    return told;
  }

  /** Reports what was never awaited to the loop's exception handler. */
  report(): void {
    for (const message of this.take()) this.#loop.callExceptionHandler({ message });
  }

  /** Reports what the tasks of the loop have left behind and is not done. */
  reportLeftBehind(): void {
    for (const task of this.#loop.listTasks()) {
      if (!task.isLeftBehind || task.waits.length === 0) continue;
      const message = `${describeWait(task)}: await it, or start a task for it with createTask()`;
      this.#loop.callExceptionHandler({ message, task });
    }
  }
}

/** Remembers what was made just now, if its loop does. */
export function rememberMade(made: Awaited): void {
  findScheduler()?.forgotten?.add(made);
}

/** Remembers in debug mode the line of the user's code that is running. */
export function placeHere(): Error | undefined {
  return isRemembering && findScheduler()?.debug ? new Error() : undefined;
}

/** Forgets what something else is to await: that is what has to be awaited now. */
export function handOver(made: unknown): void {
  if (!isRemembering) return;
  for (const forgotten of remembering) forgotten.delete(made as object);
}

// The traps.

const GeneratorPrototype = Object.getPrototypeOf(function* () {}).prototype;
const STEPS = ["next", "throw", "return"] as const;
let unwatchRaces = () => {};

function setTraps(): void {
  unwatchRaces = watchRaces();
  Object.defineProperty(GeneratorPrototype, "then", { get: noteAwaited, configurable: true });
}

function removeTraps(): void {
  unwatchRaces();
  delete GeneratorPrototype.then;
}

/** Notes that native code awaits a generator, as it looks for its `then`: there is none. */
function noteAwaited(this: object): undefined {
  const forgotten = findScheduler()?.forgotten;
  if (forgotten === undefined || this === GeneratorPrototype) return;
  forgotten.addGenerator(this);
  // An async function may well return a generator that somebody else runs.
  for (const step of STEPS) {
    const value = (...args: unknown[]) => {
      forgotten.delete(this);
      for (const step of STEPS) delete (this as Record<string, unknown>)[step];
      return GeneratorPrototype[step].apply(this, args);
    };
    Object.defineProperty(this, step, { value, configurable: true });
  }
}
