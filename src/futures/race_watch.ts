/**
 * Losers of `Promise.race()` that take what nobody gets.
 *
 * A promise cannot be called off: what has lost a race waits on, and an item that it gets later is
 * lost. While a loop is in debug mode, races are watched for that.
 *
 * @module
 */

import { isAwaitable } from "./awaitable.ts";
import { findScheduler, type Scheduler } from "./scheduler.ts";
import { madeAtLine } from "./user_frames.ts";

type Race = typeof Promise.race;

/** Watches the races of native code in loops in debug mode; returns what ends that. */
export function watchRaces(): () => void {
  const { race, any } = Promise;
  const watched = {
    race: watch("race", race, false),
    any: watch("any", any as Race, true),
  };
  Object.assign(Promise, watched);
  return () => {
    if (Promise.race === watched.race) Promise.race = race;
    if (Promise.any as Race === watched.any) Promise.any = any;
  };
}

/** Makes a race that tells of losers which take something; a failure may leave it undecided. */
function watch(name: "race" | "any", original: Race, passesFailures: boolean): Race {
  const watched = function (this: PromiseConstructor, values: Iterable<unknown>) {
    const loop = findScheduler();
    if (!loop?.debug || !Array.isArray(values) || !values.some(takes)) {
      return Reflect.apply(original, this, [values]);
    }
    const place = new Error();
    let isDecided = false;
    const decide = () => void (isDecided = true);
    const promises = values.map((value) => {
      const promise = Promise.resolve(value);
      const win = () => isDecided && takes(value) ? report(loop, name, value, place) : decide();
      promise.then(win, passesFailures ? () => {} : decide);
      return promise;
    });
    return Reflect.apply(original, this, [promises]);
  };
  return Object.defineProperty(watched, "name", { value: name }) as Race;
}

/** Returns whether an awaitable takes something from others. */
function takes(value: unknown): boolean {
  return isAwaitable(value) && (value as { takes?: boolean }).takes === true;
}

function report(loop: Scheduler, name: string, loser: unknown, place: Error): void {
  const message = `${loser} has lost a Promise.${name}(), and took what nobody gets: ` +
    `write select([…]), whose losers take nothing${madeAtLine(place).replace("made", "raced")}`;
  loop.callExceptionHandler({ message });
}
