/**
 * Runs random programs of several strands, and checks what must be so in every one of them.
 *
 * `deno run -A random_strands.ts COUNT [FIRST] [--real|--virtual] [--one-strand] [--all]` runs the
 * programs of COUNT seeds, and stops with status 1 at the first that fails, which it shrinks and
 * prints with its trace. `--all` goes on, and counts the failures by their kind. A seed draws the
 * same program each time; on the real clock it may run otherwise.
 *
 * No order is checked, only what the contract says of any order:
 *
 * - every wait ends, once, with its own outcome, and not too early;
 * - every block comes to its `finally`, and nothing is left when all have;
 * - a lock has one holder at most, and no item of a queue is lost or comes twice;
 * - `currentTask()`, the `AsyncLocalStorage` and the `ContextVar` are right at each step;
 * - a cancellation reaches every wait that it must, once, and no other (`requests.ts`);
 * - no error comes out of the loop, and no promise's failure is left unhandled.
 *
 * @module
 */

import { letGo } from "../../host_storage.ts";
import { run, type RunOptions, sleep, VirtualClock, wait, yieldNow } from "../../../mod.ts";
import { generate, type Shape } from "./generate.ts";
import { Interpreter } from "./interpret.ts";
import { print, type Program } from "./program.ts";
import { shrink } from "./shrink.ts";
import { LIBRARY, type Library, World } from "./world.ts";

/** Says when waits that only another could end are helped on, how often, and for how long. */
const HELP = {
  virtual: { after: 60, every: 5, rounds: 400 },
  real: { after: 25, every: 2, rounds: 500 },
};
/** Bounds, in ms of the host's time, a program that hangs. */
const LONGEST_RUN = 5_000;
/** Bounds, in ms of the host's time, what promises of the host hold up after the run. */
const LONGEST_REST = 500;

/** What came of a program. */
export interface Verdict {
  readonly failures: readonly string[];
  readonly trace: readonly string[];
}

/** Runs a program, and checks it. */
export async function judge(program: Program, library: Library = LIBRARY): Promise<Verdict> {
  const world = new World(library, program.clock === "virtual");
  const stray = watchStrays(world);
  try {
    await orHangs(world, runProgram(world, program));
    world.isClosing = true;
    for (const end = Date.now() + LONGEST_REST; world.flows.size > 0 && Date.now() < end;) {
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await Promise.all(world.hostTurns);
    await new Promise((resolve) => setTimeout(resolve)); // Rejections that nobody handles are told.
    world.audit();
  } finally {
    stray[Symbol.dispose]();
    letGo(world.storage);
  }
  return { failures: world.failures, trace: world.traced };
}

/** Takes down errors that come out of the loop, and rejections that nobody handles. */
function watchStrays(world: World): Disposable {
  const onError = (event: ErrorEvent) => {
    event.preventDefault();
    world.fail(`an error came out of the loop: ${event.error?.stack ?? event.message}`);
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    world.fail(`nobody handled: ${event.reason?.stack ?? event.reason}`);
  };
  addEventListener("error", onError);
  addEventListener("unhandledrejection", onRejection);
  return {
    [Symbol.dispose]() {
      removeEventListener("error", onError);
      removeEventListener("unhandledrejection", onRejection);
    },
  };
}

async function orHangs(world: World, promise: Promise<void>): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const watchdog = setTimeout(() => {
    world.fail("the run hangs");
    resolve();
  }, LONGEST_RUN);
  await Promise.race([promise, late]);
  clearTimeout(watchdog);
}

async function runProgram(world: World, program: Program): Promise<void> {
  const options: RunOptions = {
    name: "main",
    signals: [],
    onError: (_loop, { message, exception }) => {
      // That a task of the program has failed may be told, wherever nobody was there to take it.
      if (!world.thrown.has(exception as Error)) world.fail(`reported: ${message}: ${exception}`);
    },
    ...program.clock === "virtual" ? { clock: new VirtualClock() } : {},
  };
  const main = async () => {
    const interpreter = new Interpreter(world);
    const stopHelp = helpOn(world, program);
    await interpreter.main(program);
    const tasks = world.tasks.map(({ task }) => task);
    if (program.ending === "tasks" && tasks.length > 0) await wait(tasks);
    if (program.ending === "strands") await allEnded(world);
    if (program.ending === "strands" && world.waits.size === 0) {
      stopHelp();
      await checkIdle(world);
    }
    world.isClosing = true;
  };
  try {
    await run(main, options);
  } catch (error) {
    world.fail(`run() failed: ${error instanceof Error ? error.stack : error}`);
  }
  if (world.loop === undefined) return world.fail("main never began");
  const left = [...world.loop.allTasks()].map((task) => task.name);
  if (left.length > 0) world.fail(`run() left tasks: ${left}`);
}

/** Helps those who wait for another, again and again; returns how to stop it. */
function helpOn(world: World, { clock }: Program): () => void {
  const { after, every, rounds } = HELP[clock];
  world.enter();
  let left = rounds;
  const tick = () => {
    if (--left === 0) return world.giveUp();
    world.help();
    handle = world.loop.callLater(every, tick);
  };
  let handle = world.loop.callLater(after, tick);
  return () => handle.cancel();
}

/** Waits until every strand has ended, those too that were left behind. */
async function allEnded(world: World): Promise<void> {
  const isOver = () =>
    world.flows.size === 0 && world.made.every(({ task }) => task.done) &&
    [...world.waits].every((wait) => !wait.isSeen);
  while (!isOver() && !world.gaveUp) await sleep(5);
}

/** Checks that nothing is left on the loop when all strands have ended. */
async function checkIdle(world: World): Promise<void> {
  await sleep(10); // The callbacks of the program are over, too.
  for (let turn = 0; turn < 5; turn++) await yieldNow();
  const { ready, timers } = world.loop.metrics();
  const tasks = [...world.loop.allTasks()].slice(1).map((task) => task.name);
  if (world.flows.size > 0) return;
  if (ready + timers + tasks.length > 0) {
    world.fail(`all strands have ended, but: ${ready} ready, ${timers} timers, tasks ${tasks}`);
  }
}

/** Describes a failure for whoever has to find its reason. */
export function report(program: Program, { failures, trace }: Verdict): string {
  return [print(program), "", ...trace.slice(-200), "", ...failures.slice(0, 10)].join("\n");
}

/** Takes names and numbers out of a failure, so that a smaller program can fail likewise. */
function kindOf(failure: string): string {
  return failure.split("\n")[0].replace(/\b(main|t\d)\S*|\d[\d.]*/g, "").slice(0, 40);
}

/** Draws the program of a seed; each fifth runs on the real clock, if both may. */
export function draw(seed: number, shape: Partial<Shape> = {}): Program {
  const clock = shape.clock ?? (seed % 5 === 4 ? "real" : "virtual");
  return generate(seed, { clock, strands: shape.strands ?? true });
}

/** Shrinks a program that fails, and prints what is left. */
async function show(program: Program, failure: string): Promise<void> {
  const kind = kindOf(failure);
  const small = await shrink(program, async (candidate) => {
    const { failures } = await judge(candidate);
    return failures.some((failure) => kindOf(failure) === kind);
  });
  console.log(report(small, await judge(small)));
}

if (import.meta.main) {
  const flags = Deno.args.filter((arg) => arg.startsWith("--"));
  const numbers = Deno.args.filter((arg) => !arg.startsWith("--")).map(Number);
  const [count = 1000, first = 1] = numbers;
  const shape: Partial<Shape> = {
    strands: !flags.includes("--one-strand"),
    ...flags.includes("--real") ? { clock: "real" } : {},
    ...flags.includes("--virtual") ? { clock: "virtual" } : {},
  };
  const kinds = new Map<string, number[]>();
  for (let done = 0; done < count; done++) {
    if (done > 0 && done % 500 === 0) console.log(`${done} programs`);
    const seed = first + done;
    const program = draw(seed, shape);
    const [failure] = (await judge(program)).failures;
    if (failure === undefined) continue;
    kinds.set(kindOf(failure), [...kinds.get(kindOf(failure)) ?? [], seed]);
    if (flags.includes("--all")) continue;
    console.log(`seed ${seed} fails: ${failure}; shrinking`);
    await show(program, failure);
    console.log(`\nagain: random_strands.ts 1 ${seed} ${flags.join(" ")}`);
    break;
  }
  for (const [kind, seeds] of kinds) {
    console.log(`${seeds.length} times "${kind}": seeds ${seeds.slice(0, 8)}`);
  }
  if (kinds.size > 0) Deno.exit(1);
  console.log(`${count} programs, none fails`);
}
