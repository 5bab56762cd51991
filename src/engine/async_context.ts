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
  enterWith?(store: T | undefined): void;
}

/** Is a host, as far as its memory matters. */
interface Host {
  process?: {
    versions?: { node?: string; bun?: string; deno?: string };
    getBuiltinModule?: (name: string) => Hooks | undefined;
  };
  AsyncLocalStorage?: new () => Storage<unknown>;
}

/** Is the module that has the storage. */
interface Hooks {
  AsyncLocalStorage?: new () => Storage<unknown>;
}

/** Makes a storage; `undefined` on a host without `AsyncLocalStorage`. */
export function newStorage<T>(): Storage<T> | undefined {
  const { process, AsyncLocalStorage } = globalThis as Host;
  try {
    const Found = process?.getBuiltinModule?.("node:async_hooks")?.AsyncLocalStorage ??
      AsyncLocalStorage;
    return Found && new Found() as Storage<T>;
  } catch {
    return undefined;
  }
}

/**
 * Tells whether what the host remembers can be changed within an `await`, just before it waits.
 *
 * Bun and Node before 24 have noted it by then, and workerd refuses any change.
 */
export function isChangeable(storage: Storage<unknown>): boolean {
  const { bun, deno, node = "24" } = (globalThis as Host).process?.versions ?? {};
  if (bun !== undefined || deno === undefined && parseInt(node) < 24) return false;
  try {
    storage.enterWith!(undefined);
    return true;
  } catch {
    return false;
  }
}
