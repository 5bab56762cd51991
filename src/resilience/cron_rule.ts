/**
 * What the five or six fields of a cron expression mean.
 *
 * ```text
 * ┌────────────── second        0-59, left out: 0
 * │ ┌──────────── minute        0-59
 * │ │ ┌────────── hour          0-23
 * │ │ │ ┌──────── day of month  1-31, L: the last
 * │ │ │ │ ┌────── month         1-12, JAN-DEC
 * │ │ │ │ │ ┌──── day of week   0-7, SUN-SAT; 0 and 7 are Sunday
 * 0 0 9 * * 1-5
 * ```
 *
 * A field is `*`, a number, a range `a-b`, each with a step `/n`, or a list of these. If both days are
 * restricted, one that matches is enough, as in the cron of Vixie; a field that begins with `*` is
 * not restricted.
 *
 * Times are local ones without a zone: ms from 1970 as if the clock on the wall were in UTC.
 *
 * @module
 */

import { checkString, show } from "../lowlevel.ts";

const SECOND = 1000;
const DAY = 86_400_000;
/** More days than there are between two that a rule matches: the calendar repeats within them. */
const MOST_DAYS = 40 * 366;

const MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(" ");
const DAYS = "SUN MON TUE WED THU FRI SAT".split(" ");

const NICKNAMES: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** What a field may hold. */
interface FieldKind {
  readonly name: string;
  readonly least: number;
  readonly most: number;
  /** Names of the values, the first for the least. */
  readonly names?: readonly string[];
}

const KINDS: readonly FieldKind[] = [
  { name: "second", least: 0, most: 59 },
  { name: "minute", least: 0, most: 59 },
  { name: "hour", least: 0, most: 23 },
  { name: "day of month", least: 1, most: 31 },
  { name: "month", least: 1, most: 12, names: MONTHS },
  { name: "day of week", least: 0, most: 7, names: DAYS },
];

/** The values that a field matches. */
interface Field {
  /** In order. */
  readonly values: readonly number[];
  readonly isRestricted: boolean;
  /** Whether it names the last day of the month. */
  readonly hasLast: boolean;
}

/** A cron expression, understood. */
export class CronRule {
  /** Whether it names hours: then it is about times of the day, and not about every so often. */
  readonly namesHours: boolean;
  readonly #seconds: readonly number[];
  readonly #minutes: readonly number[];
  readonly #hours: readonly number[];
  readonly #daysOfMonth: Field;
  readonly #months: ReadonlySet<number>;
  readonly #daysOfWeek: Field;

  /** Reads an expression; throws a `RangeError` that names the field which is wrong. */
  constructor(expression: string) {
    checkString("expression", expression);
    const trimmed = expression.trim();
    const words = (NICKNAMES[trimmed.toLowerCase()] ?? trimmed).split(/\s+/);
    if (words.length === 5) words.unshift("0");
    if (words.length !== 6) {
      throw new RangeError(
        `A cron expression has 5 fields, or 6 with seconds, or is one of ${
          Object.keys(NICKNAMES).join(", ")
        }: ${show(expression)}`,
      );
    }
    const [second, minute, hour, dayOfMonth, month, dayOfWeek] = words.map((word, at) =>
      readField(word, KINDS[at], expression)
    );
    this.namesHours = hour.isRestricted;
    this.#seconds = second.values;
    this.#minutes = minute.values;
    this.#hours = hour.values;
    this.#daysOfMonth = dayOfMonth;
    this.#months = new Set(month.values);
    this.#daysOfWeek = { ...dayOfWeek, values: dayOfWeek.values.map((day) => day % 7) };
    if (this.from(0) === undefined) {
      throw new RangeError(`A cron expression must match some day: ${show(expression)}`);
    }
  }

  /** Finds the first time that it matches, at a local time or after it. */
  from(local: number): number | undefined {
    const start = Math.ceil(local / SECOND) * SECOND;
    let day = Math.floor(start / DAY) * DAY;
    let time = this.#timeFrom((start - day) / SECOND);
    for (let count = 0; count <= MOST_DAYS; count++) {
      if (time !== undefined && this.#matchesDay(new Date(day))) return day + time * SECOND;
      day += DAY;
      time = this.#timeFrom(0);
    }
    return undefined;
  }

  /** Finds the first time of a day that it matches, in seconds, at one or after it. */
  #timeFrom(least: number): number | undefined {
    for (const hour of this.#hours) {
      if (hour * 3600 + 3599 < least) continue;
      for (const minute of this.#minutes) {
        const start = hour * 3600 + minute * 60;
        if (start + 59 < least) continue;
        const second = this.#seconds.find((second) => start + second >= least);
        if (second !== undefined) return start + second;
      }
    }
    return undefined;
  }

  #matchesDay(day: Date): boolean {
    if (!this.#months.has(day.getUTCMonth() + 1)) return false;
    const { values, hasLast, isRestricted } = this.#daysOfMonth;
    const isLast = () => new Date(day.getTime() + DAY).getUTCDate() === 1;
    const ofMonth = values.includes(day.getUTCDate()) || hasLast && isLast();
    const ofWeek = this.#daysOfWeek.values.includes(day.getUTCDay());
    return isRestricted && this.#daysOfWeek.isRestricted ? ofMonth || ofWeek : ofMonth && ofWeek;
  }
}

/** Reads a field. */
function readField(text: string, kind: FieldKind, expression: string): Field {
  const refuse = (why: string) => {
    throw new RangeError(
      `The ${kind.name} of a cron expression ${why}: ${show(text)} in ${show(expression)}`,
    );
  };
  const isDayOfMonth = kind.most === 31;
  const values = new Set<number>();
  let hasLast = false;
  for (const part of text.split(",")) {
    if (isDayOfMonth && part.toUpperCase() === "L") hasLast = true;
    else for (const value of readPart(part, kind, refuse)) values.add(value);
  }
  return {
    values: [...values].sort((a, b) => a - b),
    isRestricted: !text.startsWith("*"),
    hasLast,
  };
}

/** Lists the values of a part of a field. */
function readPart(part: string, kind: FieldKind, refuse: (why: string) => void): number[] {
  const [, first, last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (first === undefined || first === "*" && last !== undefined) {
    refuse('must be "*", a number, a range, a step such as "*/2", or a list of these');
  }
  const toNumber = (word: string) => {
    const index = kind.names?.indexOf(word.toUpperCase()) ?? -1;
    const value = index >= 0 ? index + kind.least : /^\d+$/.test(word) ? Number(word) : NaN;
    if (!(value >= kind.least && value <= kind.most)) {
      refuse(`must be from ${kind.least} to ${kind.most}`);
    }
    return value;
  };
  const start = first === "*" ? kind.least : toNumber(first);
  const isOpen = first === "*" || last === undefined && step !== undefined;
  const end = isOpen ? kind.most : toNumber(last ?? first);
  if (end < start) refuse("must have ranges that go up");
  const by = Number(step ?? 1);
  if (by === 0) refuse("must have steps of 1 or more");
  const values: number[] = [];
  for (let value = start; value <= end; value += by) values.push(value);
  return values;
}
