/**
 * When the times of a cron rule come in a time zone.
 *
 * Clocks are moved. A rule that names hours is about times of the day: each comes once a day. One
 * that is skipped comes at the moment of the skip, together with others that are; one that comes twice
 * counts the first time. A rule for every hour is about every so often: what is skipped is not made
 * up for, and what comes twice counts twice.
 *
 * @module
 */

import type { CronRule } from "./cron_rule.ts";
import type { TimeZone } from "./time_zone.ts";

const DAY = 86_400_000;

/** A rule in a time zone. */
export class Schedule {
  readonly #rule: CronRule;
  readonly #zone: TimeZone;

  /** Puts a rule and a zone together. */
  constructor(rule: CronRule, zone: TimeZone) {
    this.#rule = rule;
    this.#zone = zone;
  }

  /** Finds the first time after a moment, both in ms from 1970. */
  after(moment: number): number | undefined {
    const { namesHours } = this.#rule;
    let from = moment;
    let offset = this.#zone.offsetAt(from);
    let local = Math.floor(from + offset) + 1;
    const recent = namesHours ? this.#zone.firstShift(from - DAY, from) : undefined;
    // What its clocks show for the second time has come already.
    if (recent !== undefined) local = Math.max(local, recent.at + recent.before);
    for (;;) {
      const match = this.#rule.from(local);
      if (match === undefined) return undefined;
      const shift = this.#zone.firstShift(from, match - offset);
      if (shift === undefined) return match - offset;
      const [end, begin] = [shift.at + shift.before, shift.at + shift.after];
      if (namesHours && match < begin) return shift.at; // It is skipped.
      local = namesHours ? Math.max(end, begin) : begin;
      from = shift.at;
      offset = shift.after;
    }
  }
}
