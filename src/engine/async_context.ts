/**
 * The host's memory of who is running across native awaits, where it has one.
 *
 * It is found at run time and never imported, so that the library loads where it is missing.
 *
 * @module
 */

/** Is what the library uses of `AsyncLocalStorage`. */
export interface Storage<T> {
  run<R>(store: T, callback: () => R): R;
  getStore(): T | undefined;
  /** Is missing on some hosts. */
  enterWith?(store: T | undefined): void;
}

/** Makes a storage; `undefined` on a host without `AsyncLocalStorage`. */
export function newStorage<T>(): Storage<T> | undefined {
  type Hooks = { AsyncLocalStorage?: new () => Storage<T> };
  const host = globalThis as {
    process?: { getBuiltinModule?: (name: string) => Hooks | undefined };
    AsyncLocalStorage?: new () => Storage<T>;
  };
  try {
    const Found = host.process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage ??
      host.AsyncLocalStorage;
    return Found && new Found();
  } catch {
    return undefined;
  }
}
