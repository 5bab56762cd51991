/**
 * The host's signals, where it has them.
 *
 * One listener of the host serves all who listen to a signal: a program may have a run for each
 * request, and to come and go costs the host more than an empty run. It is added for the first of
 * them, and removed a macrotask after the last has left: runs that follow each other share it.
 *
 * @module
 */

import { findSoon } from "./host.ts";

/** The name of a signal, as the host spells it. */
export type Signal = "SIGINT" | "SIGTERM" | (string & Record<never, never>);

/** The exit status that shells expect of a process killed by a signal. */
export const EXIT_STATUS: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143 };

/** What is called when the process gets a signal. */
export type SignalListener = (signal: Signal) => void;

type Attach = (signal: string, listener: () => void) => unknown;

interface DenoHost {
  addSignalListener?: Attach;
  removeSignalListener?: Attach;
  exit(status: number): never;
  exitCode: number;
  kill(pid: number, signal: string): void;
  pid: number;
  permissions: { querySync(what: { name: "run" }): { state: string } };
}

interface ProcessHost {
  on?: (signal: string, listener: (reason: unknown) => void) => unknown;
  off?: Attach;
  listenerCount?: (signal: string) => number;
  exit?: (status: number) => never;
  exitCode?: number | string | null | undefined;
  kill?: (pid: number, signal: string) => unknown;
  pid?: number;
  getBuiltinModule?: (name: string) => { constants?: { signals?: object } } | undefined;
}

/** Finds Deno; where there is one, nothing else is touched: its `process` takes 20 ms to load. */
export function findDeno(): DenoHost | undefined {
  return (globalThis as { Deno?: DenoHost }).Deno;
}

/** Finds what Node and Bun have. */
export function findProcess(): ProcessHost | undefined {
  return (globalThis as { process?: ProcessHost }).process;
}

/** The signals that no process can listen to. */
const DEAF: readonly string[] = ["SIGKILL", "SIGSTOP"];

/** All who listen to one signal, and what stops the host's own listener. */
class Audience {
  readonly listeners: Set<SignalListener> = new Set();
  readonly #signal: Signal;
  #detach: (() => void) | undefined;

  constructor(signal: Signal) {
    this.#signal = signal;
  }

  /** Whether the host tells it. */
  get isAttached(): boolean {
    return this.#detach !== undefined;
  }

  /** Asks the host to be told; returns whether it lets it. */
  attach(): boolean {
    this.#detach ??= attach(this.#signal, this.#tell);
    return this.isAttached;
  }

  /** Lets the host's listener go. */
  detach(): void {
    this.#detach?.();
    this.#detach = undefined;
  }

  /** Calls all of them; a signal that comes just after the last has left does what it always does. */
  readonly #tell = (): void => {
    const signal = this.#signal;
    if (this.listeners.size === 0) {
      this.letGo();
      return raise(signal);
    }
    for (const listener of [...this.listeners]) listener(signal);
  };

  /** Lets the host's listener go in a macrotask, unless somebody comes in between. */
  leave(): void {
    if (!(this.#signal in EXIT_STATUS)) return this.letGo(); // raise() knows no other.
    if (isSweeping) return;
    isSweeping = true;
    (soon ??= findSoon())(sweep);
  }

  /** Lets the host's listener go if nobody listens. */
  letGo(): void {
    if (this.listeners.size > 0 || audiences.get(this.#signal) !== this) return;
    audiences.delete(this.#signal);
    this.detach();
  }
}

/** Those that the host has a listener for. */
const audiences = new Map<Signal, Audience>();
let soon: ReturnType<typeof findSoon> | undefined;
/** Whether a macrotask is on its way that lets go what nobody listens to. */
let isSweeping = false;

/** Lets go what nobody listens to. */
function sweep(): void {
  isSweeping = false;
  for (const audience of audiences.values()) audience.letGo();
}

/** Adds a listener to a signal; returns whether the host lets it. Adding it again changes nothing. */
export function addListener(signal: Signal, listener: SignalListener): boolean {
  const audience = audiences.get(signal) ?? gather(signal);
  audience?.listeners.add(listener);
  return audience !== undefined;
}

/** Removes a listener from a signal. */
export function removeListener(signal: Signal, listener: SignalListener): void {
  const audience = audiences.get(signal);
  if (audience?.listeners.delete(listener) && audience.listeners.size === 0) audience.leave();
}

/** Listens to a signal; returns what stops it, or `undefined` where the host refuses. */
export function listen(signal: Signal, listener: () => void): (() => void) | undefined {
  const own = () => listener();
  return addListener(signal, own) ? () => removeListener(signal, own) : undefined;
}

/**
 * Returns whether the program itself listens to a signal, past this library.
 *
 * Deno does not say who listens: there it is never known.
 */
export function hasOthers(signal: Signal): boolean {
  if (findDeno() !== undefined) return false;
  const count = findProcess()?.listenerCount?.(signal) ?? 0;
  return count > (audiences.has(signal) ? 1 : 0);
}

/** Asks the host for a signal. */
function gather(signal: Signal): Audience | undefined {
  const audience = new Audience(signal);
  if (!audience.attach()) return undefined;
  audiences.set(signal, audience);
  return audience;
}

/** Counts the listeners of this module that the host has. */
export function countListeners(): number {
  let count = 0;
  for (const { isAttached } of audiences.values()) if (isAttached) count++;
  return count;
}

/** Takes all listeners from the host; returns what gives it those again that are still needed. */
export function pauseListening(): () => void {
  const paused = [...audiences.values()];
  for (const audience of paused) audience.detach();
  return () => {
    for (const audience of paused) if (audience.listeners.size > 0) audience.attach();
  };
}

/** Asks the host for a signal by its own means; returns what stops that. */
function attach(signal: Signal, tell: () => void): (() => void) | undefined {
  const Deno = findDeno();
  try {
    if (Deno !== undefined) {
      const { addSignalListener, removeSignalListener } = Deno;
      if (!addSignalListener || !removeSignalListener) return undefined;
      addSignalListener(signal, tell);
      return () => removeSignalListener(signal, tell);
    }
    const process = findProcess();
    if (process?.on && process.off) {
      const known = process.getBuiltinModule?.("node:os")?.constants?.signals ?? {};
      if (!(signal in known) || DEAF.includes(signal)) return undefined; // It takes any name.
      process.on(signal, tell);
      return () => void process.off!(signal, tell);
    }
  } catch {
    // Some hosts have the function, and refuse it or the signal.
  }
  return undefined;
}

/** Ends the process as a signal does that nobody listens to, or leaves it to the others who do. */
function raise(signal: Signal): void {
  const Deno = findDeno();
  if (Deno === undefined) {
    const process = findProcess();
    if (process?.listenerCount?.(signal) === 0) process.kill?.(process.pid!, signal);
  } else if (Deno.permissions.querySync({ name: "run" }).state === "granted") {
    Deno.kill(Deno.pid, signal);
  } else {
    exit(EXIT_STATUS[signal]);
  }
}

/** Ends the process, where there is one. */
export function exit(status: number): void {
  const Deno = findDeno();
  if (Deno !== undefined) Deno.exit(status);
  findProcess()?.exit?.(status);
}

/** Gives the process the status to end with when nothing is left, unless the program chose one. */
export function setExitStatus(status: number): void {
  const host = findDeno() ?? findProcess();
  if (host !== undefined && !host.exitCode) host.exitCode = status;
}
