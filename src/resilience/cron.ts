/**
 * Doing something at times of the day, the week or the year.
 *
 * @module
 */

import {
  asStep,
  checkNumber,
  checkOneOf,
  checkOptions,
  type Coroutine,
  type EventLoop,
  hostClock,
  type IterationStep,
  Operation,
  runningLoop,
  showInLine,
  sleep,
  yieldNow,
} from "../lowlevel.ts";
import { CronRule } from "./cron_rule.ts";
import { Schedule } from "./schedule.ts";
import { TimeZone } from "./time_zone.ts";

/** How long, in ms, it sleeps at most on the host's time: the clock on the wall may be moved. */
const LONGEST_SLEEP = 60_000;

/** Configures `cron()`. */
export interface CronOptions {
  /** The time zone of the times, by its name, as `"Europe/Berlin"`; `"UTC"` unless given. */
  timeZone?: string | undefined;
  /**
   * What becomes of times that have passed while the work took longer: `"skip"` leaves them out,
   * `"once"` makes up for all of them by one, `"burst"` for each. `"skip"` unless given.
   */
  missed?: "skip" | "once" | "burst" | undefined;
  /**
   * The date at which the first time is asked for, as a `Date` or in ms from 1970: from then on, it
   * passes as the loop's time does. The host's date unless given.
   */
  start?: Date | number | undefined;
}

/** What a schedule has done. */
export interface CronStatistics {
  /** The number of times that were given. */
  readonly ticks: number;
  /** The number of times that were left out. */
  readonly missed: number;
}

/** The times of a schedule, as they come. */
export interface Cron extends AsyncIterable<Date> {
  /** Waits for the next time. */
  next(): IterationStep<Date>;
  /** Computes the first time after a date; `undefined` if there is none. */
  after(date: Date | number): Date | undefined;
  /** Returns how many times it gave, and how many it left out. */
  statistics(): CronStatistics;
  /** Gives itself. */
  [Symbol.asyncIterator](): AsyncIterator<Date, undefined>;
}

/**
 * Waits for times that a cron expression tells, such as `"0 9 * * MON-FRI"`: nine o'clock on each
 * working day. It never ends by itself.
 *
 * The fields are minute, hour, day of the month, month and day of the week; one more in front is for
 * seconds. Each is `*`, a number, a range, one of these with a step (`0-59/15`), or a list with commas;
 * months and days have names of three letters, `L` is the last day of the month. Or it is one word:
 * `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. If both days are named, either is enough.
 *
 * Where clocks are moved, an expression that names hours is about times of the day: what is skipped
 * comes once at the moment of the skip, what comes twice counts the first time. One with `*` for its
 * hours counts hours as they pass.
 *
 * **Cancel safety.** A cancelled wait loses no time.
 *
 * **Gotchas.** It is for one program: several that run the same schedule all do the work. A time that
 * nobody waits for is left out; in particular, when the program is down.
 *
 * ```ts
 * import { run, VirtualClock } from "@weft/weft";
 * import { cron } from "@weft/weft/resilience.ts";
 *
 * const options = { timeZone: "Europe/Berlin", start: new Date("2027-03-26T12:00:00Z") };
 * const dates: string[] = [];
 * await run(async () => {
 *   for await (const date of cron("30 2 * * *", options)) {
 *     if (dates.push(date.toISOString()) === 4) break;
 *   }
 * }, { clock: new VirtualClock() }); // takes no time
 * console.assert(dates[0] === "2027-03-27T01:30:00.000Z");
 * console.assert(dates[1] === "2027-03-28T01:00:00.000Z"); // from two o'clock to three at once
 * console.assert(dates[3] === "2027-03-30T00:30:00.000Z");
 * ```
 */
export function cron(expression: string, options: CronOptions = {}): Cron {
  checkOptions("cron()", options, ["timeZone", "missed", "start"]);
  const { timeZone = "UTC", missed = "skip", start } = options;
  checkOneOf("missed", missed, ["skip", "once", "burst"]);
  const schedule = new Schedule(new CronRule(expression), new TimeZone(timeZone));
  const begin = start === undefined ? undefined : toMoment("start", start);
  return new CronTimes(expression, schedule, missed, begin);
}

/** Refuses what is no date; gives it in ms from 1970. */
function toMoment(name: string, date: Date | number): number {
  const moment: unknown = date instanceof Date ? date.getTime() : date;
  checkNumber(name, moment);
  return moment;
}

/** Times that come one after the other. */
class CronTimes implements Cron {
  static readonly #shown: void = /* @__PURE__ */ showInLine(this);

  readonly #expression: string;
  readonly #schedule: Schedule;
  readonly #missed: "skip" | "once" | "burst";
  readonly #start: number | undefined;
  /** The date at which the loop's clock shows 0, by loop: the host's may be adjusted. */
  #origin: { readonly loop: EventLoop; readonly at: number } | undefined;
  /** The last time that has come, given or left out. */
  #last: number | undefined;
  #ticks = 0;
  #left = 0;

  constructor(
    expression: string,
    schedule: Schedule,
    missed: "skip" | "once" | "burst",
    start: number | undefined,
  ) {
    this.#expression = expression;
    this.#schedule = schedule;
    this.#missed = missed;
    this.#start = start;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  after(date: Date | number): Date | undefined {
    const found = this.#schedule.after(toMoment("date", date));
    return found === undefined ? undefined : new Date(found);
  }

  next(): IterationStep<Date> {
    return asStep(new Operation(String(this), () => this.#next()));
  }

  *#next(): Coroutine<IteratorResult<Date, undefined>> {
    const loop = runningLoop();
    const begun = this.#now(loop);
    this.#last ??= begun;
    if (this.#missed !== "burst") this.#leaveOut(begun);
    let due = this.#schedule.after(this.#last);
    if (due !== undefined && due <= begun) yield* yieldNow();
    for (;;) {
      if (due === undefined) return { done: true, value: undefined };
      const left = due - this.#now(loop);
      if (left <= 0) break;
      const isHosts = this.#start === undefined && loop.clock === hostClock;
      yield* sleep(isHosts ? Math.min(left, LONGEST_SLEEP) : left);
      due = this.#schedule.after(this.#last); // Another task may have taken it meanwhile.
    }
    this.#last = due;
    this.#ticks++;
    return { done: false, value: new Date(due) };
  }

  /** Leaves out the times that have passed: all of them, or all but one. */
  #leaveOut(now: number): void {
    const isToGive = this.#missed === "once";
    for (let passed = this.#schedule.after(this.#last!); passed !== undefined && passed < now;) {
      const next = this.#schedule.after(passed);
      if (isToGive && (next === undefined || next >= now)) return;
      this.#left++;
      this.#last = passed;
      passed = next;
    }
  }

  /** Returns the date. */
  #now(loop: EventLoop): number {
    if (this.#start === undefined && loop.clock === hostClock) return Date.now();
    if (this.#origin?.loop !== loop) {
      this.#last = undefined; // It may be of another time.
      this.#origin = { loop, at: (this.#start ?? Date.now()) - loop.time() };
    }
    return this.#origin.at + loop.time();
  }

  statistics(): CronStatistics {
    return Object.freeze({ ticks: this.#ticks, missed: this.#left });
  }

  toString(): string {
    return `cron(${JSON.stringify(this.#expression)})`;
  }
}
