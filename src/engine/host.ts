/**
 * What a loop needs from its host: one macrotask while there is work, one timer while there is none.
 *
 * Deno's own `setImmediate` and `setTimeout` are parts of its Node layer, which takes 20 ms to load
 * when it is first touched. What they are made of is there from the start, and is used directly:
 * tried once, before its first use, and for timers only while nobody has replaced the public ones,
 * as tests with a time of their own do. Every other host, and every other Deno, gives those.
 *
 * @module
 */

/** The longest delay that `setTimeout` takes: a longer one would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** A way to call a function in a macrotask of its own. */
export type Soon = (callback: () => void) => void;

/** A way to call a function after a delay in ms, holding the host or not; returns what calls it off. */
export type Later = (callback: () => void, ms: number, holds: boolean) => () => void;

/** The part of a host that matters here. */
export interface TimingHost {
  Deno?: {
    readonly internal?: symbol;
    unrefTimer?(timer: unknown): void;
  };
  setImmediate?: Soon;
}

/** The timers that all hosts have. */
interface PublicTimers {
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** A macrotask in Deno's queue; each is used once. */
type Immediate = Record<string | symbol, unknown>;

/** A timer in Deno's lists. */
interface Timer {
  readonly _onTimeout: unknown;
  readonly _idleTimeout: number;
  readonly _destroyed: boolean;
}

/** What Deno's timers and immediates are made of. */
interface DenoCore {
  readonly kRefed: symbol;
  immediateRefCount(isUp: boolean): void;
  queueImmediate(immediate: Immediate): void;
  clearImmediate(immediate: Immediate): void;
  getActiveImmediateCount(): number;
  createTimer(
    callback: () => void,
    ms: number,
    args: undefined,
    repeats: false,
    holds: boolean,
    isSystem: boolean,
  ): Timer;
  cancelTimer(timer: Timer): void;
}

/**
 * Finds the host's quickest macrotask that lets its I/O have a turn.
 *
 * One that a test has put in place of the host's is passed over: a turn takes no time, and a loop
 * whose turns wait for somebody to move the time would never run on a clock of its own.
 */
export function findSoon(): Soon {
  const host = globalThis as TimingHost;
  if (isUntouched("setImmediate") || isDeno && typeof host.setImmediate === "function") {
    const soon = direct.soon ??= findDirectSoon(host);
    if (soon !== null) return soon;
  }
  if (typeof host.setImmediate === "function") {
    const setImmediate = ownImmediate ?? host.setImmediate;
    return (callback) => setImmediate(callback);
  }
  if (typeof MessageChannel === "function") return soonByMessage;
  return (callback) => void setTimeout(callback, 0);
}

/** Waits for a turn of the host. */
export function hostTurn(): Promise<undefined> {
  return new Promise((resolve) => findSoon()(() => resolve(undefined)));
}

/** Finds the host's timers; asked each time, it finds those that a test has put in their place. */
export function findLater(): Later {
  return (isUntouched("setTimeout") ? findOwnLater() : undefined) ?? laterByTimeout(globalThis);
}

/** Finds timers that tests do not replace, if the host is known to have them. */
export function findOwnLater(): Later | undefined {
  if (isDeno) return (direct.later ??= findDirectLater(globalThis as TimingHost)) ?? undefined;
  return ownLater;
}

/** Finds timers that tests do not replace or, where none are known, those that are public. */
export function findSteadyLater(): Later {
  return findOwnLater() ?? findLater();
}

/** Uses the timers that are public. */
function laterByTimeout({ setTimeout, clearTimeout }: PublicTimers): Later {
  return (callback, ms, holds) => {
    const timer = setTimeout(callback, ms); // Not as a method: browsers refuse that.
    if (!holds) unref(timer);
    return () => clearTimeout(timer);
  };
}

/** Lets the host end before a timer fires. */
function unref(timer: unknown): void {
  const { Deno } = globalThis as TimingHost;
  if (Deno?.unrefTimer !== undefined) Deno.unrefTimer(timer);
  else (timer as { unref?: () => void } | undefined)?.unref?.();
}

const isDeno = (globalThis as TimingHost).Deno !== undefined;

/** The public timers as they were when this module was loaded. On Deno, to read them is to load them. */
const ownLater: Later | undefined = isDeno
  ? undefined
  : laterByTimeout({ setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout });

/** The public macrotask as it was when this module was loaded. */
const ownImmediate = isDeno ? undefined : (globalThis as TimingHost).setImmediate;

/** What was found of Deno's own functions; `null` if they are not what is expected. */
const direct: { soon?: Soon | null; later?: Later | null } = {};

/** What Deno reads a function with, which loads it: whoever replaces the function replaces this. */
const getters = {
  setImmediate: getterOf("setImmediate"),
  setTimeout: getterOf("setTimeout"),
};

/** Returns whether a function is Deno's, and nobody has replaced it. */
function isUntouched(name: keyof typeof getters): boolean {
  const getter = getters[name];
  return isDeno && getter !== undefined && getter === getterOf(name);
}

/** Finds what reads a function of the host, if a getter does. */
function getterOf(name: string): (() => unknown) | undefined {
  return Object.getOwnPropertyDescriptor(globalThis, name)?.get;
}

/** Finds Deno's queue of immediates, if it is what is expected. */
export function findDirectSoon(host: TimingHost): Soon | null {
  return tryOut(host, trySoon);
}

/** Finds Deno's timers, if they are what is expected. */
export function findDirectLater(host: TimingHost): Later | null {
  return tryOut(host, tryLater);
}

/** Tries what Deno keeps to itself; returns `null` where it is not as expected. */
function tryOut<T>(host: TimingHost, attempt: (core: DenoCore) => T | null): T | null {
  try {
    const { internal } = host.Deno!;
    return attempt((host.Deno as Record<symbol, { core?: DenoCore }>)[internal!].core!);
  } catch {
    return null; // Another host, or another Deno.
  }
}

/** Uses Deno's queue of immediates, if one that is added counts, and counts no more once withdrawn. */
function trySoon(core: DenoCore): Soon | null {
  const { kRefed } = core;
  const immediate = (callback: () => void): Immediate => ({
    _idleNext: null,
    _idlePrev: null,
    _onImmediate: callback,
    _argv: undefined,
    _destroyed: false,
    [kRefed]: true,
    asyncId: 0,
    triggerAsyncId: 0,
  });
  const before = core.getActiveImmediateCount();
  const trial = immediate(() => {});
  core.immediateRefCount(true);
  if (typeof kRefed !== "symbol" || core.getActiveImmediateCount() !== before + 1) return null;
  core.queueImmediate(trial);
  core.clearImmediate(trial);
  if (core.getActiveImmediateCount() !== before) return null;
  return (callback) => {
    core.immediateRefCount(true);
    core.queueImmediate(immediate(callback));
  };
}

/** Uses Deno's timers, if one that is made is what was asked for, and is gone once it was called off. */
function tryLater(core: DenoCore): Later | null {
  const callback = () => {};
  const trial = core.createTimer(callback, LONGEST_DELAY, undefined, false, true, false);
  const isMade = trial._onTimeout === callback && trial._idleTimeout === LONGEST_DELAY &&
    !trial._destroyed;
  core.cancelTimer(trial);
  if (!isMade || !trial._destroyed) return null;
  return (callback, ms, holds) => {
    // One that holds nothing is no leak of a test that ends before it.
    const timer = core.createTimer(callback, ms, undefined, false, holds, !holds);
    return () => core.cancelTimer(timer);
  };
}

/** Calls a function in a microtask. Node's own way to do so costs more than a promise. */
export const startMicrotask: (callback: () => void) => void = findMicrotask();

/** Finds the quickest way to a microtask. */
function findMicrotask(): (callback: () => void) => void {
  if ((globalThis as { Deno?: object }).Deno !== undefined) return queueMicrotask;
  const resolved = Promise.resolve();
  return (callback) => void resolved.then(callback);
}

/** Posts a message to itself; the channel is closed again, or it would keep the process alive. */
function soonByMessage(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    port2.close();
    callback();
  };
  port2.postMessage(null);
}

/** Calls back after so many ms of the host's time, never if those are too many; returns what stops it. */
export function callAfter(ms: number, callback: () => void): () => void {
  return ms <= LONGEST_DELAY ? findLater()(callback, ms, true) : () => {};
}

/** The one host timer of a loop. */
export class HostTimer {
  readonly #callback: (when: number) => void;
  /** What calls it off while it is armed. */
  #stop: (() => void) | undefined;
  #when = Infinity;

  /** Makes a timer that calls back, not before its time and at most once each time it is armed. */
  constructor(callback: (when: number) => void) {
    this.#callback = callback;
  }

  /** Returns whether it fires at `when` or earlier. */
  isArmedFor(when: number): boolean {
    return this.#stop !== undefined && this.#when <= when;
  }

  /** Makes sure that the timer fires at `when` or earlier; Infinity only keeps the host alive. */
  arm(when: number, now: number): void {
    if (this.isArmedFor(when)) return;
    this.disarm();
    this.#when = when;
    const delay = Math.min(Math.max(Math.ceil(when - now), 0), LONGEST_DELAY);
    this.#stop = findLater()(
      () => {
        this.#stop = undefined;
        this.#callback(when);
      },
      delay,
      true,
    );
  }

  /** Lets the host go. */
  disarm(): void {
    this.#stop?.();
    this.#stop = undefined;
  }
}
