/**
 * The examples do what they say: each under both front ends, line by line, in virtual time.
 *
 * @module
 */

import * as asyncGenerator from "../examples/async_generator.ts";
import * as awaitCoroutine from "../examples/await_coroutine.ts";
import * as concurrentWithFailures from "../examples/concurrent_with_failures.ts";
import * as conditionLockKept from "../examples/condition_lock_kept.ts";
import * as conditionLockReleased from "../examples/condition_lock_released.ts";
import * as errorInGather from "../examples/error_in_gather.ts";
import * as eventBetweenTwo from "../examples/event_between_two.ts";
import * as fetchAsTask from "../examples/fetch_as_task.ts";
import * as fetchWithFailures from "../examples/fetch_with_failures.ts";
import * as gatherTwo from "../examples/gather_two.ts";
import * as greetingsInSequence from "../examples/greetings_in_sequence.ts";
import * as greetingsTogether from "../examples/greetings_together.ts";
import * as hello from "../examples/hello.ts";
import * as lockAmongFive from "../examples/lock_among_five.ts";
import { listExamples } from "../examples/main.ts";
import * as mainProgram from "../examples/main_program.ts";
import { type Example, type Print, timed } from "../examples/run_example.ts";
import * as semaphoreOfThree from "../examples/semaphore_of_three.ts";
import * as sensorReadings from "../examples/sensor_readings.ts";
import * as tasksByName from "../examples/tasks_by_name.ts";
import * as troubledService from "../examples/troubled_service.ts";
import * as twoInSequence from "../examples/two_in_sequence.ts";
import * as twoTogether from "../examples/two_together.ts";
import type { Coroutine } from "../mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { inWorld } from "./futures/trial.ts";

const ROOT = new URL("../", import.meta.url);
const FIRST = "http://example.com/data1";
const SECOND = "http://example.com/data2";
/** Names the examples that `examples_network_test.ts` tests. */
const ON_THE_NETWORK = [
  "child_process.ts",
  "cpu_in_a_thread.ts",
  "echo_server.ts",
  "gather_pages.ts",
  "many_requests.ts",
  "service_and_scraper.ts",
  "shared_connection.ts",
  "timed_pages.ts",
  "untrusted_code.ts",
];
/** Names the examples that are tested. */
const tested = new Set<string>();

/** Defines a test per front end: the example prints these lines, with these times, and ends so. */
function prints(file: string, what: string, make: () => Example, expected: string[]): void {
  tested.add(file);
  for (const frontEnd of ["generator", "native"] as const) {
    Deno.test(`examples/${file}: ${what} (${frontEnd})`, async () => {
      const lines: string[] = [];
      await inWorld(() => () => make()[frontEnd](timed((line) => void lines.push(line))));
      assertEquals(lines.map((line) => line.trimStart()), expected);
    });
  }
}

/** An example whose numbers are drawn. */
interface Random {
  readonly generator: (print: Print, draw: () => number) => Coroutine<void>;
  readonly native: (print: Print, draw: () => number) => Promise<void>;
}

/** Makes an example draw these numbers, then none. */
function drawing(example: Random, ...numbers: number[]): () => Example {
  return () => {
    const left = [...numbers];
    const draw = () => left.shift() ?? NaN;
    return {
      generator: (print) => example.generator(print, draw),
      native: (print) => example.native(print, draw),
    };
  };
}

prints("hello.ts", "the world comes a second after the hello", () => hello, [
  "0 ms  Hello",
  "1000 ms  World",
]);

prints("fetch_as_task.ts", "a task starts once its maker waits", () => fetchAsTask, [
  "0 ms  Task created",
  "0 ms  Start fetching",
  "2000 ms  Done fetching",
]);

prints("await_coroutine.ts", "the data is there after two seconds", () => awaitCoroutine, [
  "0 ms  Start fetching",
  "2000 ms  Done fetching",
  '2000 ms  {"data":1}',
]);

prints("fetch_with_failures.ts", "nothing fails", drawing(fetchWithFailures, 0.99, 0.5, 0, 0.99), [
  "0 ms  Start fetching",
  `0 ms  Fetching data from ${FIRST}`,
  `3000 ms  Fetching data from ${SECOND}`,
  "4000 ms  Done fetching",
  `4000 ms  Fetched data: ["Data from ${FIRST}","Data from ${SECOND}"]`,
]);

prints(
  "fetch_with_failures.ts",
  "it goes on after an error",
  drawing(fetchWithFailures, 0.5, 0.49, 0.34, 0.5),
  [
    "0 ms  Start fetching",
    `0 ms  Fetching data from ${FIRST}`,
    `2000 ms  Error fetching ${FIRST}: Network Error`,
    `2000 ms  Fetching data from ${SECOND}`,
    "4000 ms  Done fetching",
    `4000 ms  Fetched data: [null,"Data from ${SECOND}"]`,
  ],
);

prints("fetch_with_failures.ts", "everything fails", drawing(fetchWithFailures, 0, 0, 0.99, 0), [
  "0 ms  Start fetching",
  `0 ms  Fetching data from ${FIRST}`,
  `1000 ms  Error fetching ${FIRST}: Network Error`,
  `1000 ms  Fetching data from ${SECOND}`,
  `4000 ms  Error fetching ${SECOND}: Network Error`,
  "4000 ms  Done fetching",
  "4000 ms  Fetched data: [null,null]",
]);

prints("main_program.ts", "it ends half a second later", () => mainProgram, [
  "0 ms  Main program started!",
  "500 ms  Main program finished!",
]);

prints("greetings_in_sequence.ts", "Bob comes after Alice", () => greetingsInSequence, [
  "0 ms  Starting main coroutine...",
  "0 ms  Hello, Alice!",
  "1000 ms  Goodbye, Alice!",
  "1000 ms  Hello, Bob!",
  "2000 ms  Goodbye, Bob!",
  "2000 ms  Main coroutine finished.",
]);

prints("greetings_together.ts", "the second ends first", () => greetingsTogether, [
  "0 ms  Main coroutine started.",
  "0 ms  First hello (starting wait for 2s)",
  "0 ms  Second hello (starting wait for 1s)",
  "1000 ms  Second hello (finished wait)",
  "2000 ms  First hello (finished wait)",
  "2000 ms  Main coroutine finished.",
]);

prints("gather_two.ts", "both take as long as one", () => gatherTwo, [
  "0 ms  Start Coroutine",
  "0 ms  Start Coroutine",
  "2000 ms  Coroutine resumed after sleep",
  "2000 ms  Coroutine resumed after sleep",
  "2000 ms  Start Coroutine",
  "2000 ms  Start Coroutine",
  "4000 ms  Coroutine resumed after sleep",
  "4000 ms  Coroutine resumed after sleep",
]);

prints("tasks_by_name.ts", "two tasks, then three", () => tasksByName, [
  "0 ms  Task 1 started",
  "0 ms  Task 2 started",
  "2000 ms  Task 1 finished",
  "2000 ms  Task 2 finished",
  "2000 ms  A started",
  "2000 ms  B started",
  "2000 ms  C started",
  "4000 ms  A finished",
  "4000 ms  B finished",
  "4000 ms  C finished",
]);

prints("error_in_gather.ts", "the error comes first, the other goes on", () => errorInGather, [
  "0 ms  Good Task started",
  "0 ms  Caught an error: Oops!",
  "2000 ms  Good Task finished",
]);

prints("two_in_sequence.ts", "three seconds", () => twoInSequence, [
  "0 ms  Main: Program starts.",
  "0 ms  Task A: Starting...",
  "2000 ms  Task A: Finished!",
  "2000 ms  Task B: Starting...",
  "3000 ms  Task B: Finished!",
  "3000 ms  Main: Program ends.",
]);

prints("two_together.ts", "two seconds", () => twoTogether, [
  "0 ms  Main: Program starts.",
  "0 ms  Task A: Starting...",
  "0 ms  Task B: Starting...",
  "1000 ms  Task B: Finished!",
  "2000 ms  Task A: Finished!",
  "2000 ms  Main: Program ends.",
]);

prints(
  "concurrent_with_failures.ts",
  "one fails, the other does not",
  drawing(concurrentWithFailures, 0.99, 0, 0.49, 0.5),
  [
    "0 ms  Start fetching",
    `0 ms  Fetching data from ${FIRST}`,
    `0 ms  Fetching data from ${SECOND}`,
    "3000 ms  Done fetching",
    `3000 ms  Data from ${FIRST}`,
    `3000 ms  Error fetching ${SECOND}: Network Error`,
  ],
);

prints("lock_among_five.ts", "five hold the lock, a second apart", () => lockAmongFive, [
  "0 ms  Resource accessed by coroutine 0",
  "1000 ms  Resource accessed by coroutine 1",
  "2000 ms  Resource accessed by coroutine 2",
  "3000 ms  Resource accessed by coroutine 3",
  "4000 ms  Resource accessed by coroutine 4",
]);

prints("event_between_two.ts", "the waiter goes on when the event is set", () => eventBetweenTwo, [
  "0 ms  Waiting for the event",
  "2000 ms  Setting the event",
  "2000 ms  Continuing after the event is set",
]);

prints("semaphore_of_three.ts", "three at a time, every two seconds", () => semaphoreOfThree, [
  "0 ms  Resource being accessed by coroutine 0",
  "0 ms  Resource being accessed by coroutine 1",
  "0 ms  Resource being accessed by coroutine 2",
  "2000 ms  Coroutine 0 released the resource",
  "2000 ms  Coroutine 1 released the resource",
  "2000 ms  Coroutine 2 released the resource",
  "2000 ms  Resource being accessed by coroutine 3",
  "2000 ms  Resource being accessed by coroutine 4",
  "2000 ms  Resource being accessed by coroutine 5",
  "4000 ms  Coroutine 3 released the resource",
  "4000 ms  Coroutine 4 released the resource",
  "4000 ms  Coroutine 5 released the resource",
  "4000 ms  Resource being accessed by coroutine 6",
  "4000 ms  Resource being accessed by coroutine 7",
  "4000 ms  Resource being accessed by coroutine 8",
  "6000 ms  Coroutine 6 released the resource",
  "6000 ms  Coroutine 7 released the resource",
  "6000 ms  Coroutine 8 released the resource",
  "6000 ms  Resource being accessed by coroutine 9",
  "8000 ms  Coroutine 9 released the resource",
]);

prints("condition_lock_kept.ts", "the consumer gets in last", () => conditionLockKept, [
  "5000 ms  Consumer got item: 0",
]);

prints("condition_lock_released.ts", "each item goes over at once", () => conditionLockReleased, [
  "0 ms  Consumer waiting",
  "1000 ms  Consumer got item: 0",
  "1000 ms  Consumer waiting",
  "2000 ms  Consumer got item: 1",
  "2000 ms  Consumer waiting",
  "3000 ms  Consumer got item: 2",
]);

prints("sensor_readings.ts", "three at a time, or sooner", () => sensorReadings, [
  "600 ms  roof 11 °C, cellar 8 °C, roof 12 °C",
  "1340 ms  cellar 8 °C, roof 13 °C",
  "1800 ms  cellar 9 °C, roof 12 °C, roof 11 °C",
]);

prints("troubled_service.ts", "it is left alone until it works", () => troubledService, [
  "100 ms  sunny",
  "1200 ms  sunny",
  "2450 ms  the service is down",
  "3700 ms  the circuit is open, after 6 attempts",
  "3700 ms  the service is down",
  "4700 ms  nobody was asked",
  "5700 ms  the circuit is half-open, after 6 attempts",
  "5800 ms  the circuit is closed, after 7 attempts",
  "5800 ms  sunny",
  "6900 ms  sunny",
  "8000 ms  sunny",
]);

prints("async_generator.ts", "a value comes each second", () => asyncGenerator, [
  "1000 ms  0",
  "2000 ms  1",
  "3000 ms  2",
]);

Deno.test("examples/hello.ts runs on the real clock without any permission", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "examples/hello.ts"],
    cwd: ROOT,
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
  const [, end] = text.match(/^ +\d+ ms {2}Hello\n +(\d+) ms {2}World\n$/) ?? [];
  assert(Number(end) >= 1000, text);
});

Deno.test("examples/README.md has a line for each example", () => {
  const readme = Deno.readTextFileSync(new URL("examples/README.md", ROOT));
  const files = [...Deno.readDirSync(new URL("examples/", ROOT))].map(({ name }) => name);
  for (const name of files.filter((name) => name.endsWith(".ts"))) {
    assertEquals(readme.split(`](${name})`).length, 2, `one line must be there: ${name}`);
  }
});

Deno.test("deno task example lists the examples, all tested, and runs one by its name", async () => {
  const listed = await listExamples();
  const names = [...tested, ...ON_THE_NETWORK].map((name) => name.slice(0, -3));
  assertEquals([...listed.keys()].toSorted(), names.toSorted());
  const main = (...args: string[]) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", "--allow-read", "examples/main.ts", ...args],
      cwd: ROOT,
    }).output();
  const [list, one, none] = await Promise.all([main(), main("main_program"), main("nothing")]);
  const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  assert(textOf(list.stdout).includes("lock_among_five"), textOf(list.stdout));
  assert(textOf(one.stdout).includes("Main program finished!"), textOf(one.stdout));
  assertEquals([list.code, one.code, none.code], [0, 0, 1]);
  assert(textOf(none.stderr).includes("There is no such example: nothing"), textOf(none.stderr));
});
