import {
  asCompleted,
  Broadcast,
  cancelScope,
  createTask,
  EventLoop,
  Future,
  gather,
  interval,
  mapConcurrent,
  PriorityQueue,
  Queue,
  RateLimiter,
  retry,
  run,
  Runner,
  sleep,
  taskGroup,
  until,
  wait,
} from "../mod.ts";
import {
  checkAbove,
  checkAddress,
  checkArray,
  checkAtLeast,
  checkBetween,
  checkBoolean,
  checkCount,
  checkFunction,
  checkInstance,
  checkKind,
  checkNumber,
  checkOneOf,
  checkPort,
  checkSpan,
  checkString,
  checkStrings,
  checkWhole,
} from "../src/check.ts";
import { assertEquals, assertThrows } from "./assert.ts";
import { caughtBy, inWorld } from "./futures/trial.ts";

const none = () => sleep(0);

/** Are calls that take options. */
const CALLS: Record<string, (options: never) => unknown> = {
  "createTask()": (options) => createTask(none, options),
  "gather()": (options) => gather([], options),
  "asCompleted()": (options) => asCompleted([], options),
  "wait()": (options) => wait([], options),
  "taskGroup()": (options) => taskGroup(none, options),
  "cancelScope()": (options) => cancelScope(none, options),
  "until()": (options) => until(Promise.resolve(), options),
  "addDoneCallback()": (options) => new Future().addDoneCallback(() => {}, options),
  "new Runner()": (options) => new Runner(options),
  "retry()": (options) => retry(none, options),
  "interval()": (options) => interval(1, options),
  "mapConcurrent()": (options) => mapConcurrent([], none, options),
  "Queue.shutdown()": (options) => new Queue().shutdown(options),
  "new PriorityQueue()": (options) => new PriorityQueue(0, options),
  "new Broadcast()": (options) => new Broadcast(options),
  "new RateLimiter()": (options) => new RateLimiter(1, options),
};

for (const [name, call] of Object.entries(CALLS)) {
  Deno.test(`${name} refuses options it does not know, and what is no object of options`, async () => {
    await inWorld(() => () => {
      assertThrows(
        () => call({ meaning: 42 } as never),
        TypeError,
        `Unknown option "meaning" of `,
      );
      for (const options of [5, "name", null, []] as never[]) {
        assertThrows(() => call(options), TypeError, " must be an object: ");
      }
      return sleep(0);
    });
  });
}

Deno.test("run() refuses options it does not know", async () => {
  for (const options of [{ tiemout: 5 }, 5, null] as never[]) {
    const error = await caughtBy(run(none, options));
    assertEquals(error instanceof TypeError, true, String(error));
  }
});

Deno.test("options that are ill-typed are refused", async () => {
  await inWorld(() => () => {
    const calls: [string, () => unknown][] = [
      ["name", () => createTask(none, { name: 5 as never })],
      ["eager", () => createTask(none, { eager: "no" as never })],
      ["returnExceptions", () => gather([], { returnExceptions: "no" as never })],
      ["ordered", () => mapConcurrent([], none, { ordered: "no" as never })],
      ["immediate", () => new Queue().shutdown({ immediate: "no" as never })],
      ["latest", () => new Broadcast({ latest: 1 as never })],
      ["debug", () => new Runner({ debug: "no" as never })],
      ["signals", () => new Runner({ signals: [5 as never] })],
    ];
    for (const [name, call] of calls) assertThrows(call, TypeError, name);
    return sleep(0);
  });
});

Deno.test("a task that was refused leaves nothing in its loop", () => {
  const loop = new EventLoop();
  assertThrows(() => loop.createTask(none, { nmae: "x" } as never), TypeError, "nmae");
  assertEquals([...loop.allTasks()], []);
  loop.close();
});

Deno.test("arguments of a wrong type or out of range are refused by name and value", () => {
  const cases: [() => void, typeof TypeError | typeof RangeError, string][] = [
    [() => checkBoolean("a", 1), TypeError, "a must be a boolean: 1"],
    [() => checkString("a", 1), TypeError, "a must be a string: 1"],
    [() => checkKind("a", "1", "number"), TypeError, 'a must be a number: "1"'],
    [
      () => checkKind("a", "yes", "boolean", "object"),
      TypeError,
      'a must be a boolean or an object: "yes"',
    ],
    [() => checkArray("a", "1"), TypeError, 'a must be an array: "1"'],
    [() => checkStrings("a", ["1", 2]), TypeError, "a must be an array of strings: 1,2"],
    [() => checkStrings("a", "1"), TypeError, 'a must be an array of strings: "1"'],
    [() => checkAddress("a", 1), TypeError, "a must be a string or a URL: 1"],
    [() => checkAddress("a", undefined), TypeError, "a must be a string or a URL: undefined"],
    [() => checkPort(-1, 0), RangeError, "port must be from 0 to 65535: -1"],
    [() => checkPort(0, 1), RangeError, "port must be from 1 to 65535: 0"],
    [() => checkPort(65_536, 0), RangeError, "port must be from 0 to 65535: 65536"],
    [() => checkPort(0.5, 0), RangeError, "port must be a whole number: 0.5"],
    [() => checkPort("80", 0), TypeError, 'port must be a number: "80"'],
    [() => checkFunction("a", "f"), TypeError, 'a must be a function: "f"'],
    [() => checkInstance("a", 1, Error), TypeError, "a must be an Error: 1"],
    [() => checkInstance("a", {}, Date), TypeError, "a must be a Date: [object Object]"],
    [() => checkOneOf("a", 1, ["x", "y"]), TypeError, 'a must be "x" or "y": 1'],
    [() => checkOneOf("a", "z", ["x", "y"]), RangeError, 'a must be "x" or "y": "z"'],
    [() => checkNumber("a", "1"), TypeError, 'a must be a number: "1"'],
    [() => checkNumber("a", NaN), RangeError, "a must not be NaN"],
    [() => checkAtLeast("a", -1, 0), RangeError, "a must be 0 or more: -1"],
    [() => checkAbove("a", 0, 0), RangeError, "a must be above 0: 0"],
    [() => checkBetween("a", 2, 0, 1), RangeError, "a must be from 0 to 1: 2"],
    [() => checkSpan("a", Infinity), RangeError, "a must be above 0, and finite: Infinity"],
    [() => checkSpan("a", 0), RangeError, "a must be above 0, and finite: 0"],
    [() => checkWhole("a", 1.5), RangeError, "a must be a whole number: 1.5"],
    [() => checkWhole("a", Infinity, 0), RangeError, "a must be a whole number of 0 or more: Inf"],
    [() => checkCount("a", 0, 1), RangeError, "a must be a whole number of 1 or more: 0"],
    [() => checkCount("a", "1", 1), TypeError, 'a must be a number: "1"'],
  ];
  for (const [check, kind, message] of cases) assertThrows(check, kind, message);
});

Deno.test("arguments that are right pass", () => {
  checkBoolean("a", false);
  checkString("a", "");
  checkKind("a", false, "boolean", "object");
  checkKind("a", {}, "boolean", "object");
  checkArray("a", [1]);
  checkStrings("a", []);
  checkStrings("a", ["1"]);
  checkAddress("a", "a");
  checkAddress("a", new URL("a:b"));
  for (const port of [0, 80, 65_535]) checkPort(port, 0);
  checkFunction("a", () => {});
  checkInstance("a", new Date(), Date);
  checkOneOf("a", "x", ["x", "y"]);
  checkNumber("a", -Infinity);
  checkAtLeast("a", 0, 0);
  checkAbove("a", Infinity, 0);
  checkBetween("a", 1, 0, 1);
  checkSpan("a", 0.5);
  checkWhole("a", -3);
  checkCount("a", Infinity, 1);
});
