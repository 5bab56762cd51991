import { cron } from "../../resilience.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const MINUTE = 60_000;

/** Makes what tells the time on the walls of a zone: `"2027-03-28 03:00"`. */
function wallOf(timeZone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat("sv-SE", {
    timeZone,
    dateStyle: "short",
    timeStyle: "short",
  });
  return (at) => format.format(at);
}

/** Lists the times of an expression between two dates, as UTC has them. */
function timesOf(expression: string, timeZone: string, from: string, to: string): string[] {
  const rule = cron(expression, { timeZone });
  const times: string[] = [];
  for (let next = rule.after(new Date(from)); next! < new Date(to); next = rule.after(next!)) {
    times.push(next!.toISOString().slice(0, 16));
  }
  return times;
}

// In Berlin, two o'clock is skipped on the 28th of March 2027, and comes twice on the 31st of October.
const SPRING = ["Europe/Berlin", "2027-03-27T23:00Z", "2027-03-28T02:59Z"] as const;
const AUTUMN = ["Europe/Berlin", "2027-10-30T22:00Z", "2027-10-31T02:59Z"] as const;

Deno.test("cron() moves a time that is skipped to the moment of the skip", () => {
  assertEquals(timesOf("30 2 * * *", ...SPRING), ["2027-03-28T01:00"]);
  assertEquals(timesOf("0 2 * * *", ...SPRING), ["2027-03-28T01:00"]);
  assertEquals(timesOf("0,15,30 2 * * *", ...SPRING), ["2027-03-28T01:00"]);
  assertEquals(timesOf("30 1,2 * * *", ...SPRING), ["2027-03-28T00:30", "2027-03-28T01:00"]);
  assertEquals(timesOf("0 2,3 * * *", ...SPRING), ["2027-03-28T01:00"]);
  assertEquals(timesOf("30 2-3 * * *", ...SPRING), ["2027-03-28T01:00", "2027-03-28T01:30"]);
  assertEquals(timesOf("59 1 * * *", ...SPRING), ["2027-03-28T00:59"]);
});

Deno.test("cron() takes a time that comes twice the first time", () => {
  assertEquals(timesOf("30 2 * * *", ...AUTUMN), ["2027-10-31T00:30"]);
  assertEquals(timesOf("0 2,3 * * *", ...AUTUMN), ["2027-10-31T00:00", "2027-10-31T02:00"]);
  const rule = cron("30 2 * * *", { timeZone: "Europe/Berlin" });
  for (const after of ["2027-10-31T00:30Z", "2027-10-31T00:59Z", "2027-10-31T01:10Z"]) {
    assertEquals(rule.after(new Date(after)), new Date("2027-11-01T01:30Z"), after);
  }
});

Deno.test("cron() counts hours as they pass where it names none", () => {
  assertEquals(timesOf("30 * * * *", ...SPRING), [
    "2027-03-27T23:30",
    "2027-03-28T00:30",
    "2027-03-28T01:30",
    "2027-03-28T02:30",
  ]);
  assertEquals(timesOf("30 * * * *", ...AUTUMN), [
    "2027-10-30T22:30",
    "2027-10-30T23:30",
    "2027-10-31T00:30",
    "2027-10-31T01:30",
    "2027-10-31T02:30",
  ]);
});

Deno.test("cron() knows zones whose clocks are moved by half an hour, at midnight, or by a day", () => {
  // Lord Howe: two o'clock becomes half past one on the 4th of April 2027.
  const howe = ["Australia/Lord_Howe", "2027-04-03T13:00Z", "2027-04-03T16:59Z"] as const;
  assertEquals(timesOf("45 1 * * *", ...howe), ["2027-04-03T14:45"]);
  assertEquals(timesOf("45 * * * *", ...howe), [
    "2027-04-03T13:45",
    "2027-04-03T14:45",
    "2027-04-03T15:15",
    "2027-04-03T16:15",
  ]);
  // São Paulo: midnight became one o'clock on the 4th of November 2018.
  const paulo = ["America/Sao_Paulo", "2018-11-03T03:30Z", "2018-11-05T03:30Z"] as const;
  assertEquals(timesOf("0 0 * * *", ...paulo), ["2018-11-04T03:00", "2018-11-05T02:00"]);
  // Apia: there was no 30th of December in 2011.
  const apia = ["Pacific/Apia", "2011-12-29T00:00Z", "2012-01-01T00:00Z"] as const;
  assertEquals(timesOf("0 9 * * *", ...apia), [
    "2011-12-29T19:00",
    "2011-12-30T10:00",
    "2011-12-30T19:00",
    "2011-12-31T19:00",
  ]);
});

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "Africa/Casablanca",
];

for (const timeZone of ZONES) {
  Deno.test(`cron() agrees with what the clocks of ${timeZone} show, minute by minute`, () => {
    const wall = wallOf(timeZone);
    for (const season of ["2027-02-01", "2027-03-10", "2027-03-25", "2027-10-01", "2027-10-28"]) {
      const start = Date.parse(`${season}T00:00Z`);
      const end = start + 14 * 24 * 60 * MINUTE;
      const [hourly, daily]: [string[], Set<string>] = [[], new Set()];
      const seen = new Set<string>();
      for (let at = start + MINUTE, before = wall(start); at < end; at += MINUTE) {
        const shown = wall(at);
        const time = new Date(at).toISOString();
        if (shown.endsWith(":15")) hourly.push(time);
        // The first minute at which the clocks show so much or, where they are moved, more.
        for (const due of ["01:45", "02:15"].map((time) => `${shown.slice(0, 10)} ${time}`)) {
          if (seen.has(due) || before >= due || shown < due) continue;
          seen.add(due);
          daily.add(time);
        }
        before = shown;
      }
      const found = (expression: string) =>
        timesOf(expression, timeZone, `${season}T00:00Z`, new Date(end).toISOString())
          .map((time) => `${time}:00.000Z`);
      assertEquals(found("15 * * * *"), hourly, `every hour from ${season}`);
      const both = new Set([...found("45 1 * * *"), ...found("15 2 * * *")]);
      assertEquals([...both].sort(), [...daily], `twice a day from ${season}`);
    }
  });
}

Deno.test("cron() takes dates and milliseconds, and refuses zones that are none", () => {
  const rule = cron("0 0 1 1 *", { timeZone: "America/New_York" });
  assertEquals(rule.after(0)?.toISOString(), "1970-01-01T05:00:00.000Z");
  assertEquals(rule.after(new Date(-1e11))?.toISOString(), "1967-01-01T05:00:00.000Z");
  assertThrows(() => rule.after(new Date(NaN)), RangeError, "date");
  assertThrows(() => cron("* * * * *", { timeZone: "Europe/Atlantis" }), RangeError, "Berlin");
  assertThrows(() => cron("* * * * *", { timeZone: 5 as never }), TypeError, "timeZone");
  assert(cron("* * * * *", { timeZone: "Etc/GMT-5" }).after(0)!.getTime() === MINUTE);
});
