/**
 * Sources that note what becomes of them, and what takes from them.
 *
 * @module
 */

import { asyncGenerator, getRunningLoop, sleep } from "../../mod.ts";
import type { Source, Stream } from "../../flow.ts";
import type { Program } from "../futures/trial.ts";

/** What became of a source. */
export interface Seen {
  /** The number of items that were asked for. */
  taken: number;
  /** How often it was closed or came to its end, and when. */
  ended: number[];
}

/** A pause before an item, in ms, and the item; an error is thrown instead. */
export type Script<T> = readonly (readonly [pause: number, item: T | Error])[];

/** Makes a source of a script, and what it notes. */
export type MakeSource = <T>(script: Script<T>, seen?: Seen) => Source<T>;

const noteEnd = (seen: Seen | undefined) => seen?.ended.push(getRunningLoop().time());

/** Makes what notes nothing yet. */
export const unseen = (): Seen => ({ taken: 0, ended: [] });

/** The kinds of sources that wait. */
export const SOURCES: readonly (readonly [string, MakeSource])[] = [
  ["an asyncGenerator", <T>(script: Script<T>, seen?: Seen) =>
    asyncGenerator<T>(function* (emit) {
      try {
        for (const [pause, item] of script) {
          if (seen !== undefined) seen.taken++;
          yield* sleep(pause);
          if (item instanceof Error) throw item;
          yield* emit(item);
        }
      } finally {
        noteEnd(seen);
      }
    })],
  ["a native generator", async function* <T>(script: Script<T>, seen?: Seen) {
    try {
      for (const [pause, item] of script) {
        if (seen !== undefined) seen.taken++;
        await sleep(pause);
        if (item instanceof Error) throw item;
        yield item;
      }
    } finally {
      noteEnd(seen);
    }
  }],
];

/** Makes a source whose items come so many ms after each other. */
export const script: MakeSource = SOURCES[0][1];

/** Makes the script of items that come at a pace. */
export const paced = <T>(ms: number, ...items: (T | Error)[]): Script<T> =>
  items.map((item) => [ms, item] as const);

/** Takes all that a stream gives. */
export function* collect<T>(stream: Stream<T>): Program<T[]> {
  const items: T[] = [];
  for (;;) {
    const step: IteratorResult<T, undefined> = yield stream.next();
    if (step.done) return items;
    items.push(step.value);
  }
}

/** Takes all that a stream gives, with the time at which it came. */
export function* timed<T>(stream: Stream<T>): Program<string[]> {
  const items: string[] = [];
  const start = getRunningLoop().time();
  for (;;) {
    const step: IteratorResult<T, undefined> = yield stream.next();
    if (step.done) return items;
    items.push(`${step.value} at ${getRunningLoop().time() - start}`);
  }
}
