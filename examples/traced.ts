/**
 * Runs a small program under both front ends, and prints what the loop did, step by step.
 *
 *     deno task demo:turns
 *
 * @module
 */

import { type Coroutine, createTask, run, sleep, Task, VirtualClock } from "../mod.ts";
import { Journal } from "./journal.ts";

/** Works for a while, as generator coroutines do. */
function* work(journal: Journal, name: string, ms: number): Coroutine<void> {
  journal.say(`${name}: starting`);
  yield* sleep(ms);
  journal.say(`${name}: finished`);
}

/** Starts two tasks and waits for both, as a generator coroutine. */
function* main(journal: Journal): Coroutine<void> {
  journal.say("main: the program starts");
  const a = createTask(work(journal, "task a", 2000), { name: "a" });
  const b = createTask(work(journal, "task b", 1000), { name: "b" });
  yield* a;
  yield* b;
  journal.say("main: the program ends");
}

/** Works for a while, as a native async function. */
async function workNatively(journal: Journal, name: string, ms: number): Promise<void> {
  journal.say(`${name}: starting`);
  await sleep(ms);
  journal.say(`${name}: finished`);
}

/** Starts two tasks and waits for both, as a native async function. */
async function mainNatively(journal: Journal): Promise<void> {
  journal.say("main: the program starts");
  const a = createTask(() => workNatively(journal, "task a", 2000), { name: "a" });
  const b = createTask(() => workNatively(journal, "task b", 1000), { name: "b" });
  await a;
  await b;
  journal.say("main: the program ends");
}

const clock = new VirtualClock();
const journal = new Journal(clock, (step) => step instanceof Task);
console.log("Two tasks, written as generator coroutines. Time is virtual: it jumps.\n");
await run(() => main(journal), { clock, instrument: journal, name: "main" });
const steps = journal.finish();

const again = new VirtualClock();
const other = new Journal(again, (step) => step instanceof Task);
console.log("\nThe same two tasks, written as native async functions.\n");
await run(() => mainNatively(other), { clock: again, instrument: other, name: "main" });

const same = steps.join("\n") === other.finish().join("\n");
console.log(`\nBoth did the same, step by step: ${same ? "yes" : "NO"}`);
if (!same) throw new Error("the two front ends differ");
