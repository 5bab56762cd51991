/**
 * What the clocks on the wall of a time zone show.
 *
 * @module
 */

import { checkString, show } from "../lowlevel.ts";

const SECOND = 1000;
const DAY = 86_400_000;

/** A moment at which the clocks of a zone were moved. */
export interface Shift {
  /** When, in ms from 1970. */
  readonly at: number;
  /** By how much, in ms, they were ahead of UTC before, and from then on. */
  readonly before: number;
  readonly after: number;
}

/** A time zone. */
export class TimeZone {
  readonly #format: Intl.DateTimeFormat | undefined;

  /** Looks a zone up by its name in the database of the IANA. */
  constructor(name: string) {
    checkString("timeZone", name);
    if (name === "UTC") return;
    try {
      this.#format = new Intl.DateTimeFormat("en-US", {
        timeZone: name,
        calendar: "gregory",
        hourCycle: "h23",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      });
    } catch (cause) {
      throw new RangeError(
        `timeZone must be the name of one, such as "Europe/Berlin": ${show(name)}`,
        { cause },
      );
    }
  }

  /** Finds by how much, in ms, its clocks are ahead of UTC at a moment. */
  offsetAt(at: number): number {
    if (this.#format === undefined) return 0;
    const second = Math.floor(at / SECOND) * SECOND;
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(second)) parts[type] = Number(value);
    const { year, month, day, hour, minute } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, parts.second) - second;
  }

  /** Finds the first time that its clocks were moved, after a moment and at another at the latest. */
  firstShift(after: number, last: number): Shift | undefined {
    if (this.#format === undefined) return undefined;
    const before = this.offsetAt(after);
    for (let from = after; from < last; from += DAY) {
      const to = Math.min(from + DAY, last);
      if (this.offsetAt(to) !== before) return this.#narrow(from, to, before);
    }
    return undefined;
  }

  /** Finds the second at which its clocks were moved between two moments. */
  #narrow(from: number, to: number, before: number): Shift {
    let low = Math.floor(from / SECOND);
    let high = Math.ceil(to / SECOND);
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offsetAt(middle * SECOND) === before) low = middle;
      else high = middle;
    }
    return { at: high * SECOND, before, after: this.offsetAt(high * SECOND) };
  }
}
