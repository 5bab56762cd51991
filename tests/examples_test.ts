/**
 * The examples do what they say: each under both front ends, line by line, in virtual time.
 *
 * @module
 */

import * as asyncGenerator from "../examples/async_generator.ts";
import * as awaitCoroutine from "../examples/await_coroutine.ts";
import * as conditionLockKept from "../examples/condition_lock_kept.ts";
import * as conditionLockReleased from "../examples/condition_lock_released.ts";
import * as eventBetweenTwo from "../examples/event_between_two.ts";
import * as fetchAsTask from "../examples/fetch_as_task.ts";
import * as fetchWithFailures from "../examples/fetch_with_failures.ts";
import * as hello from "../examples/hello.ts";
import * as lockAmongFive from "../examples/lock_among_five.ts";
import { type Example, type Print, timed } from "../examples/run_example.ts";
import * as semaphoreOfThree from "../examples/semaphore_of_three.ts";
import { assert, assertEquals } from "./assert.ts";
import { inWorld } from "./futures/trial.ts";

const ROOT = new URL("../", import.meta.url);
const FIRST = "http://example.com/data1";
const SECOND = "http://example.com/data2";
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

/** Makes the fetching example draw these numbers, then none. */
function fetchWith(...numbers: number[]): () => Example {
  return () => {
    const left = [...numbers];
    const draw = () => left.shift() ?? NaN;
    return {
      generator: (print: Print) => fetchWithFailures.generator(print, draw),
      native: (print: Print) => fetchWithFailures.native(print, draw),
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

prints("fetch_with_failures.ts", "nothing fails", fetchWith(0.99, 0.5, 0, 0.99), [
  "0 ms  Start fetching",
  `0 ms  Fetching data from ${FIRST}`,
  `3000 ms  Fetching data from ${SECOND}`,
  "4000 ms  Done fetching",
  `4000 ms  Fetched data: ["Data from ${FIRST}","Data from ${SECOND}"]`,
]);

prints("fetch_with_failures.ts", "it goes on after an error", fetchWith(0.5, 0.49, 0.34, 0.5), [
  "0 ms  Start fetching",
  `0 ms  Fetching data from ${FIRST}`,
  `2000 ms  Error fetching ${FIRST}: Network Error`,
  `2000 ms  Fetching data from ${SECOND}`,
  "4000 ms  Done fetching",
  `4000 ms  Fetched data: [null,"Data from ${SECOND}"]`,
]);

prints("fetch_with_failures.ts", "everything fails", fetchWith(0, 0, 0.99, 0), [
  "0 ms  Start fetching",
  `0 ms  Fetching data from ${FIRST}`,
  `1000 ms  Error fetching ${FIRST}: Network Error`,
  `1000 ms  Fetching data from ${SECOND}`,
  `4000 ms  Error fetching ${SECOND}: Network Error`,
  "4000 ms  Done fetching",
  "4000 ms  Fetched data: [null,null]",
]);

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

Deno.test("examples/README.md has a line for each example, and each with both mains is tested", () => {
  const readme = Deno.readTextFileSync(new URL("examples/README.md", ROOT));
  const files = [...Deno.readDirSync(new URL("examples/", ROOT))].map(({ name }) => name)
    .filter((name) => name.endsWith(".ts"));
  const textOf = (name: string) => Deno.readTextFileSync(new URL(`examples/${name}`, ROOT));
  const withMains = files.filter((name) => textOf(name).includes("import.meta.main"));
  assertEquals(withMains.toSorted(), [...tested].toSorted());
  for (const name of files) {
    assertEquals(readme.split(`](${name})`).length, 2, `one line must be there: ${name}`);
  }
});
