/**
 * The host's `AsyncLocalStorage`, for tests that also run where there is none.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";

/** Where hosts keep it: Deno, Node, Bun and workerd behind `process`, some workers as a global. */
interface Host {
  process?: {
    getBuiltinModule?(name: string): { AsyncLocalStorage: typeof AsyncLocalStorage } | undefined;
  };
  AsyncLocalStorage?: typeof AsyncLocalStorage;
}

/** Finds the class, if the host has one. */
export function findHostStorage(): typeof AsyncLocalStorage | undefined {
  const host = globalThis as unknown as Host;
  return host.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage ??
    host.AsyncLocalStorage;
}

/** Returns the class; throws on a host without one, where the tests that need it are skipped. */
export function hostStorage(): typeof AsyncLocalStorage {
  const Found = findHostStorage();
  if (Found === undefined) throw new Error("This host has no AsyncLocalStorage");
  return Found;
}

/** Makes a storage. */
export function newHostStorage<T>(): AsyncLocalStorage<T> {
  const Storage = hostStorage();
  return new Storage<T>();
}

/** Lets a storage go for good: on older hosts each that lives makes every promise slower. */
export function letGo<T>(storage: AsyncLocalStorage<T>): void {
  try {
    storage.disable();
  } catch {
    // workerd refuses it.
  }
}

/** Returns whether `enterWith()` works here; workerd refuses it. */
export function canEnter(): boolean {
  const storage = newHostStorage<number>();
  try {
    storage.run(0, () => storage.enterWith(1));
    return true;
  } catch {
    return false;
  } finally {
    letGo(storage);
  }
}
