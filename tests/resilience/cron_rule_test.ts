import { cron } from "../../resilience.ts";
import { assertEquals, assertThrows } from "../assert.ts";

/** Lists the first times of an expression after a date, in UTC. */
function timesOf(expression: string, date: string, count = 3): string[] {
  const rule = cron(expression);
  const times: string[] = [];
  for (let after = new Date(`${date}Z`); times.length < count;) {
    const next = rule.after(after);
    if (next === undefined) break;
    times.push(next.toISOString().replace(/:00\.000Z$|\.000Z$/, "").replace("T", " "));
    after = next;
  }
  return times;
}

const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  "* * * * *": ["2026-01-30 12:01", "2026-01-30 12:02", "2026-01-30 12:03"],
  "*/20 * * * * *": ["2026-01-30 12:00:40", "2026-01-30 12:01", "2026-01-30 12:01:20"],
  "0 9 * * MON-FRI": ["2026-02-02 09:00", "2026-02-03 09:00", "2026-02-04 09:00"],
  "30 4 1,15 * 5": ["2026-02-01 04:30", "2026-02-06 04:30", "2026-02-13 04:30"],
  "0 0 L * *": ["2026-01-31 00:00", "2026-02-28 00:00", "2026-03-31 00:00"],
  "0 0 29 2 *": ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"],
  "0 0 31 * *": ["2026-01-31 00:00", "2026-03-31 00:00", "2026-05-31 00:00"],
  "10-50/20 8-18/5 * * *": ["2026-01-30 13:10", "2026-01-30 13:30", "2026-01-30 13:50"],
  "5/25 23 * * *": ["2026-01-30 23:05", "2026-01-30 23:30", "2026-01-30 23:55"],
  "0 0 * * 7": ["2026-02-01 00:00", "2026-02-08 00:00", "2026-02-15 00:00"],
  "0 0 1 jan,Jul *": ["2026-07-01 00:00", "2027-01-01 00:00", "2027-07-01 00:00"],
  "0 12 */10 * MON": ["2026-05-11 12:00", "2026-06-01 12:00", "2026-08-31 12:00"],
  "59 59 23 31 12 *": ["2026-12-31 23:59:59", "2027-12-31 23:59:59", "2028-12-31 23:59:59"],
  "@hourly": ["2026-01-30 13:00", "2026-01-30 14:00", "2026-01-30 15:00"],
  "@daily": ["2026-01-31 00:00", "2026-02-01 00:00", "2026-02-02 00:00"],
  " @Weekly ": ["2026-02-01 00:00", "2026-02-08 00:00", "2026-02-15 00:00"],
  "@monthly": ["2026-02-01 00:00", "2026-03-01 00:00", "2026-04-01 00:00"],
  "@yearly": ["2027-01-01 00:00", "2028-01-01 00:00", "2029-01-01 00:00"],
};

for (const [expression, expected] of Object.entries(EXPECTED)) {
  Deno.test(`cron() reads ${expression}`, () => {
    assertEquals(timesOf(expression, "2026-01-30T12:00:20.5"), expected);
  });
}

Deno.test("cron() refuses what is no expression, and says which field is wrong", () => {
  const refusals: Readonly<Record<string, string>> = {
    "": "5 fields",
    "* * * *": "5 fields",
    "* * * * * * *": "5 fields",
    "@often": "5 fields",
    "60 * * * *": "The minute of a cron expression must be from 0 to 59",
    "60 * * * * *": "The second of",
    "* 24 * * *": "The hour of a cron expression must be from 0 to 23",
    "* * 0 * *": "The day of month of a cron expression must be from 1 to 31",
    "* * * 13 *": "The month of",
    "* * * JANUARY *": "The month of",
    "* * * * 8": "The day of week of a cron expression must be from 0 to 7",
    "5-1 * * * *": "ranges that go up",
    "*/0 * * * *": "steps of 1 or more",
    "*-5 * * * *": "The minute of a cron expression must be",
    "1,,2 * * * *": "The minute of a cron expression must be",
    "1-2-3 * * * *": "must be",
    "L * * * *": "The minute of",
    "-1 * * * *": "must be",
    "1.5 * * * *": "must be",
    "* * 30 2 *": "must match some day",
    "* * 31 2,4,6,9,11 *": "must match some day",
  };
  for (const [expression, words] of Object.entries(refusals)) {
    assertThrows(() => cron(expression), RangeError, words);
  }
  assertThrows(() => cron(5 as never), TypeError, "expression");
});
