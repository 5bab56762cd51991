/**
 * Learning that the host has nothing left that could wake a loop.
 *
 * A loop that waits without a timer holds nothing of the host. If nothing else does, the host would
 * end the program; it says so first, and the loops that wait for each other then fail, clean up,
 * and name who waits on what:
 *
 * - Node and Bun say so by `beforeExit`, Deno by `beforeunload`.
 * - Deno says nothing while a module awaits at its top level. It ends the program with an error, but
 *   only if nothing at all is pending, and the signals that a run listens to are. So, once all loops
 *   have been still for a while and Deno has no resources, they are not listened to for a moment:
 *   whether the program is over, Deno itself decides. Who waits on what is written before.
 *
 * A program that listens to signals itself may live by them: then the host is held.
 * Workers, browsers and edge runtimes are left alone: there, to wait for messages is no mistake.
 *
 * @module
 */

import { findOwnLater, findSoon } from "./host.ts";
import { countListeners, hasOthers, pauseListening } from "./signals.ts";

/** A loop that waits without a timer, as this module sees it. */
export interface Waiting {
  /** Whether it is known here; only this module sets it. */
  isWatched: boolean;
  /** Whether it rests, with no timer armed and nothing that holds the host. */
  readonly isStill: boolean;
  /** Whether what it waits for can only come from its own tasks. */
  readonly isForItself: boolean;
  /** The number of its turns. */
  readonly iterations: number;
  /** Lets go of a timer of the host that is not needed any more. */
  disarm(): void;
  /** Holds the host until it goes on. */
  keepHost(): void;
  /** Ends its run with a `DeadlockError`. */
  failStuck(): void;
  /** Makes the error that says who waits on what. */
  describeDeadlock(): Error;
}

/** How long, in ms, all loops must have been still before Deno is asked; it doubles from there. */
const STILL = 1_000;
const MOST_STILL = 16_000;
/** How long, in ms, signals are not listened to while Deno is asked. */
const MOMENT = 5;
/** What Deno has open in every program. */
const STDIO: readonly string[] = ["stdin", "stdout", "stderr"];

/** What says that nothing is left: Deno, the `process` of Node and Bun, or nothing. */
type Judge = "Deno" | "process" | "nobody";

interface Host {
  Deno?: { readonly internal?: symbol };
  WorkerGlobalScope?: unknown;
  process?: {
    on?: (event: "beforeExit", listener: () => void) => unknown;
    eventNames?: () => (string | symbol)[];
    getBuiltinModule?: (name: string) => { readonly isMainThread?: boolean } | undefined;
  };
}

interface DenoCore {
  resources(): Record<string, string>;
}

/** The loops that wait without a timer, with their turns when they were last looked at. */
const waiting = new Map<Waiting, number>();
/** The loops that were written about, with their turns then. */
const told = new WeakMap<Waiting, number>();
/** The number of loops that run. */
let running = 0;
/** Whether they will be looked at. */
let isWatching = false;
/** How long from now. */
let pause = STILL;
let judge: Judge | undefined;

/** Counts a loop that begins to run. */
export function beginRun(): void {
  running++;
}

/** Counts one less. */
export function endRun(loop: Waiting): void {
  running--;
  if (loop.isWatched) forget(loop);
}

/** Notes that a loop waits without a timer. */
export function beginToWait(loop: Waiting): void {
  if ((judge ??= findJudge()) === "nobody") return;
  loop.isWatched = true;
  waiting.set(loop, loop.iterations);
  pause = STILL;
  if (!isWatching) watch();
}

/** Lets a loop go, which something wakes or which has ended. */
function forget(loop: Waiting): void {
  waiting.delete(loop);
  loop.isWatched = false;
}

/** Finds who says that nothing is left, and listens. */
function findJudge(): Judge {
  try {
    const { Deno, WorkerGlobalScope } = globalThis as Host;
    if (Deno?.internal !== undefined) {
      if (WorkerGlobalScope !== undefined) return "nobody";
      addEventListener("beforeunload", onEmpty);
      return "Deno";
    }
    const { process } = globalThis as Host; // Not before: on Deno it takes 20 ms to load.
    if (!process?.getBuiltinModule?.("node:worker_threads")?.isMainThread) return "nobody";
    process.on!("beforeExit", () => onEmpty());
    return "process";
  } catch {
    return "nobody";
  }
}

/** Looks at the loops before the host ends the program. */
function onEmpty(event?: Event): void {
  const still = [...waiting.keys()].filter((loop) => loop.isStill);
  if (still.length > 0 && hasOtherListeners()) {
    event?.preventDefault();
    return still.forEach((loop) => loop.keepHost());
  }
  if (!still.some(isStuck)) return;
  event?.preventDefault();
  // Others may listen, too, and wake a loop.
  findSoon()(() => {
    for (const loop of [...waiting.keys()].filter(isStuck)) loop.failStuck();
  });
}

/** Returns whether nothing but the host could wake a loop, and it awaits nothing of the host. */
function isStuck(loop: Waiting): boolean {
  return loop.isStill && loop.isForItself;
}

/** Looks at the loops after a while; that holds nothing. */
function watch(): void {
  const later = findOwnLater();
  isWatching = later !== undefined;
  later?.(look, pause, false);
}

/** Lets go of what holds the host in vain, and asks Deno whether the program is over. */
function look(): void {
  isWatching = false;
  let areStill = true;
  for (const [loop, turns] of waiting) {
    if (!loop.isStill) forget(loop);
    else if (loop.iterations === turns) continue;
    else waiting.set(loop, loop.iterations);
    areStill = false;
  }
  if (waiting.size === 0) return;
  if (areStill) {
    for (const loop of waiting.keys()) loop.disarm();
    if (judge === "Deno" && waiting.size === running && hasNothingOpen()) return askDeno();
  }
  pause = areStill ? Math.min(2 * pause, MOST_STILL) : STILL;
  watch();
}

/** Returns whether Deno has open what every program has, and the library's listeners to signals. */
function hasNothingOpen(): boolean {
  const others = listOpen()?.filter((name) => !STDIO.includes(name));
  if (others === undefined) return false;
  return others.every((name) => name === "signal") && others.length === countListeners();
}

/** Returns whether the program itself listens to signals, and may live by them. */
function hasOtherListeners(): boolean {
  if (judge === "Deno") {
    const signals = listOpen()?.filter((name) => name === "signal") ?? [];
    return signals.length > countListeners();
  }
  const { process } = globalThis as Host;
  const names = process?.eventNames?.().filter((name) => /^SIG/.test(String(name))) ?? [];
  return names.some((name) => hasOthers(name as string));
}

/** Lists the kinds of what Deno has open, if it says. */
function listOpen(): string[] | undefined {
  try {
    const { Deno } = globalThis as Host;
    const { core } = (Deno as Record<symbol, { core: DenoCore }>)[Deno!.internal!];
    return Object.values(core.resources());
  } catch {
    return undefined; // Another Deno.
  }
}

/** Lets Deno end the program, if nothing at all is pending. */
function askDeno(): void {
  if (typeof Atomics.waitAsync !== "function") return;
  if ([...waiting.keys()].every(isStuck)) waiting.forEach((turns, loop) => tell(loop, turns));
  const listenAgain = pauseListening();
  isWatching = true;
  // What this waits for does not count as pending.
  const { value } = Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0, MOMENT);
  Promise.resolve(value).then(() => {
    listenAgain();
    isWatching = false;
    pause = Math.min(2 * pause, MOST_STILL);
    if (waiting.size > 0) watch();
  });
}

/** Writes who waits on what, once. */
function tell(loop: Waiting, turns: number): void {
  if (told.get(loop) === turns) return;
  told.set(loop, turns);
  console.error(`${loop.describeDeadlock()}\nUnless Deno knows of more, it ends the program now`);
}
