import {
  CancelledError,
  createTask,
  getRunningLoop,
  run,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { type Cron, cron, type CronOptions } from "../../resilience.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, type Program, trial } from "../futures/trial.ts";

/** The date at which most tests begin: a Friday. */
const START = new Date("2027-01-01T00:00:00Z");

/** Waits for the next time. */
function* next(times: Cron): Program<string> {
  const { value }: { value: Date } = yield times.next();
  return value.toISOString().slice(5, 19);
}

const from = (expression: string, options: CronOptions = {}) =>
  cron(expression, { start: START, ...options });

trial("cron() tells each time as it comes, through a year that takes none", function* () {
  const times = from("0 9 * * MON-FRI", { timeZone: "Europe/Berlin" });
  const hours = new Map<string, number>();
  const start = getRunningLoop().time();
  for (;;) {
    const { value: date }: { value: Date } = yield times.next();
    if (date.getUTCFullYear() > 2027) break;
    assertEquals(date.getTime() - START.getTime(), getRunningLoop().time() - start);
    const hour = date.toISOString().slice(11, 19);
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  assertEquals(Object.fromEntries(hours), { "08:00:00": 106, "07:00:00": 155 });
  assertEquals(times.statistics(), { ticks: 262, missed: 0 });
});

trial("cron() leaves out what has passed meanwhile", function* () {
  const times = from("*/10 * * * *");
  assertEquals(yield* next(times), "01-01T00:10:00");
  yield sleep(25 * 60_000);
  assertEquals(yield* next(times), "01-01T00:40:00");
  assertEquals(times.statistics(), { ticks: 2, missed: 2 });
  yield sleep(10 * 60_000);
  assertEquals(yield* next(times), "01-01T00:50:00"); // It is due just now.
  assertEquals(times.statistics(), { ticks: 3, missed: 2 });
});

trial("cron() makes up for what has passed by one, or by each", function* () {
  const once = from("*/10 * * * *", { missed: "once" });
  assertEquals(yield* next(once), "01-01T00:10:00");
  yield sleep(35 * 60_000);
  assertEquals(yield* next(once), "01-01T00:40:00");
  assertEquals(getRunningLoop().time(), 45 * 60_000);
  assertEquals(yield* next(once), "01-01T00:50:00");
  assertEquals(once.statistics(), { ticks: 3, missed: 2 });
  const burst = from("*/10 * * * *", { missed: "burst" });
  assertEquals(yield* next(burst), "01-01T00:10:00");
  const begun = getRunningLoop().time();
  yield sleep(25 * 60_000);
  for (const minute of [20, 30, 40]) assertEquals(yield* next(burst), `01-01T00:${minute}:00`);
  assertEquals(getRunningLoop().time() - begun, 30 * 60_000);
  assertEquals(burst.statistics(), { ticks: 4, missed: 0 });
});

trial("cron() whose wait is cancelled loses no time", function* () {
  const times = from("*/10 * * * *");
  const waiting = createTask(() => times.next());
  yield sleep(1000);
  waiting.cancel();
  yield* failure(waiting, CancelledError);
  yield* failure(timeout(1000, () => times.next()), TimeoutError);
  assertEquals(yield* next(times), "01-01T00:10:00");
  assertEquals(times.statistics(), { ticks: 1, missed: 0 });
});

trial("cron() gives each time to one of those who wait", function* () {
  const times = from("*/10 * * * *");
  const tasks = [createTask(() => times.next()), createTask(() => times.next())];
  const found: unknown[] = [];
  for (const task of tasks) found.push((yield task).value.getUTCMinutes());
  assertEquals(found, [10, 20]);
});

trial("cron() ends where no time is left", function* () {
  const times = cron("0 0 1 1 *", { start: 8.64e15 - 1000 });
  assertEquals((yield times.next()).done, true);
});

Deno.test("cron() begins at the host's date, and passes as its loop does", async () => {
  const times = cron("@yearly");
  const years: number[] = [];
  for (let count = 0; count < 2; count++) {
    await run(async () => {
      for await (const date of times) if (years.push(date.getUTCFullYear()) % 3 === 0) break;
    }, { clock: new VirtualClock(1000), signals: [] });
  }
  const now = new Date().getUTCFullYear();
  assert(years[0] === now + 1 || years[0] === now, `${years}`); // New Year may come in between.
  const [first] = years;
  assertEquals(years, [first, first + 1, first + 2, first, first + 1, first + 2]);
});

Deno.test("cron() refuses bad input, and has a name in dumps", () => {
  assertThrows(() => cron("* * * * *", { missed: "late" as never }), RangeError, "missed");
  assertThrows(() => cron("* * * * *", { start: "now" as never }), TypeError, "start");
  assertThrows(() => cron("* * * * *", { start: NaN }), RangeError, "start");
  assertThrows(() => cron("* * * * *", { zone: "UTC" } as never), TypeError, "Unknown option");
  assertEquals(`${cron("0 9 * * *").next()}`, 'cron("0 9 * * *")');
});
