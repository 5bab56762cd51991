/**
 * Reading the dates of cookies, by the rules of RFC 6265, section 5.1.1.
 *
 * Servers write them in many ways, and browsers agree on one way to read them: the first of the parts
 * that can be a time, a day, a month and a year is that, all of them must be there, and whatever else
 * there is, a zone too, counts for nothing. `Date.parse()` takes `0` for a date, and reads what names
 * no zone as the time of where the program runs.
 *
 * @module
 */

/** What stands between the parts of a date. */
const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

const TIME = /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?!\d)/;
const DAY = /^\d{1,2}(?!\d)/;
const MONTH = /^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i;
const YEAR = /^\d{2,4}(?!\d)/;

const MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
/** The first year that there is. */
const FIRST_YEAR = 1601;

/** Reads a date, in ms from 1970; `undefined` if it is none. */
export function readCookieDate(text: string): number | undefined {
  let [time, day, month, year]: (RegExpExecArray | null | undefined)[] = [];
  for (const part of text.split(DELIMITERS)) {
    if (!time && (time = TIME.exec(part))) continue;
    if (!day && (day = DAY.exec(part))) continue;
    if (!month && (month = MONTH.exec(part))) continue;
    if (!year) year = YEAR.exec(part);
  }
  if (!time || !day || !month || !year) return undefined;
  const [hours, minutes, seconds] = time.slice(1).map(Number);
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const fullYear = toFullYear(Number(year[0]));
  if (fullYear < FIRST_YEAR) return undefined;
  const at = MONTHS.indexOf(month[0].toLowerCase()) / 3;
  const date = new Date(Date.UTC(fullYear, at, Number(day[0]), hours, minutes, seconds));
  return date.getUTCDate() === Number(day[0]) ? date.getTime() : undefined;
}

/** Completes a year of two digits. */
function toFullYear(year: number): number {
  if (year > 99) return year;
  return year + (year < 70 ? 2000 : 1900);
}
