/**
 * Stands for what tests use of Deno and of newer hosts; bundled in place of the globals of that name.
 *
 * The library itself never sees it: only free names are replaced, and only what no test is about.
 *
 * @module
 */

import {
  Command,
  execPath,
  findInspect,
  memoryUsage,
  NEEDS_DENO,
  programArgs,
} from "./processes.ts";
import { test, Unavailable } from "./registry.ts";
import { files, modules } from "./tree.ts";

/** Gives the path of a file in the tree that was bundled. */
function pathOf(file: string | URL): string {
  return String(file).replace("file:///", "");
}

/** Shows a value as the host's console does; where it is not known how, its errors and their causes. */
function inspect(value: unknown): string {
  return findInspect()?.(value) ?? describe(value, 4);
}

/** Describes a value and what it holds, so deep. */
function describe(value: unknown, depth: number): string {
  if (typeof value !== "object" || value === null || depth === 0) return String(value);
  const own = Object.getOwnPropertyNames(value).filter((name) => name !== "stack");
  const parts = own.map((name) => `${name}: ${describe(Reflect.get(value, name), depth - 1)}`);
  const shown = value instanceof Error ? `${value.stack}` : value.constructor?.name;
  return `${shown} { ${parts.join(", ")} }`;
}

/** What the portable tests use of Deno. */
interface DenoOfTests {
  readonly test: typeof test;
  readonly Command: typeof Command;
  readonly execPath: typeof execPath;
  readonly memoryUsage: typeof memoryUsage;
  readonly args: readonly string[];
  readTextFile(file: string | URL): Promise<string>;
  readDirSync(folder: string | URL): { name: string }[];
  inspect(value: unknown): string;
  listen(): never;
  makeTempDir(): never;
  makeTempFile(): never;
}

/** Skips the test that calls it. */
function needsDeno(): never {
  throw new Unavailable(NEEDS_DENO);
}

/** Stands for `Deno`. */
export const Deno: DenoOfTests = {
  test,
  Command,
  execPath,
  memoryUsage,
  args: programArgs(),
  readTextFile: async (file) => {
    const load = files[pathOf(file)];
    if (load === undefined) throw new Error(`the bundle lacks ${file}`);
    return (await load()).default;
  },
  readDirSync: (folder) => {
    const path = pathOf(folder);
    return Object.keys(files).filter((file) => file.startsWith(path))
      .map((file) => ({ name: file.slice(path.length) }));
  },
  inspect,
  listen: needsDeno,
  makeTempDir: needsDeno,
  makeTempFile: needsDeno,
};

/** Stands for `import()` of an address that is known at run time only. */
export function importModule(address: string): Promise<unknown> {
  const load = modules[pathOf(address)];
  if (load === undefined) throw new Error(`the bundle lacks ${address}`);
  return load();
}

/** Stands for `Promise.withResolvers`, which the tests use and the library does not. */
export function withResolvers<T>(): {
  promise: Promise<T>;
  resolve: (value: T | PromiseLike<T>) => void;
  reject: (reason?: unknown) => void;
} {
  let resolve!: (value: T | PromiseLike<T>) => void;
  let reject!: (reason?: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** Stands for `SuppressedError` where the host has none: what the bundle throws has its name. */
export const SuppressedError: SuppressedErrorConstructor = Reflect.get(
  globalThis,
  "SuppressedError",
) ?? class extends Error {
  override name = "SuppressedError";
  static override [Symbol.hasInstance](it: Error) {
    return it.name === "SuppressedError";
  }
  constructor(readonly error: unknown, readonly suppressed: unknown, message?: string) {
    super(message);
  }
};

type Listener = (event: { reason: unknown; error: unknown; preventDefault(): void }) => void;

interface Host {
  process?: {
    on?(event: string, listener: (reason: unknown) => void): void;
    off?(event: string, listener: (reason: unknown) => void): void;
  };
  addEventListener?(event: string, listener: Listener): void;
  removeEventListener?(event: string, listener: Listener): void;
  setImmediate?(callback: () => void): void;
}
const host = globalThis as unknown as Host;
const adapted = new Map<Listener, (reason: unknown) => void>();
/** Names for a process the events that tests listen to. */
const EVENTS: Record<string, string> = {
  error: "uncaughtException",
  unhandledrejection: "unhandledRejection",
};

/** Stands for `addEventListener` of the events that tests listen to. */
export function addEventListener(event: string, listener: Listener): void {
  const name = EVENTS[event];
  if (name === undefined) throw new Error(`no event of this host stands for ${event}`);
  if (!host.process?.on) return host.addEventListener?.(event, listener);
  const adaptedListener = (reason: unknown) => {
    let isHandled = false;
    listener({ reason, error: reason, preventDefault: () => isHandled = true });
    if (!isHandled) setTimeout(() => Promise.reject(reason), 0);
  };
  adapted.set(listener, adaptedListener);
  host.process.on(name, adaptedListener);
}

/** Stands for `removeEventListener`, as above. */
export function removeEventListener(event: string, listener: Listener): void {
  if (!host.process?.off) return host.removeEventListener?.(event, listener);
  const found = adapted.get(listener);
  adapted.delete(listener);
  if (found) host.process.off(EVENTS[event], found);
}

/** Stands for `setImmediate` where the host has none. */
export function setImmediate(callback: () => void): void {
  if (host.setImmediate) return host.setImmediate(callback);
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}
