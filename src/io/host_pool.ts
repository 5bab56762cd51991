/**
 * Where a session's connections come from.
 *
 * @module
 */

import { enterAsync, requireTask } from "../lowlevel.ts";

/** Is the part of Deno that lets a program have connections of its own. */
interface PoolingHost {
  createHttpClient?(options: object): { close(): void };
}

/** Sends requests over connections that belong together. */
export interface HostPool {
  /** Sends a request. */
  readonly fetch: typeof fetch;
  /** Closes the connections that are idle; does nothing where the host does not let it. */
  close(): void;
}

/**
 * Opens a pool of connections that ends with its session.
 *
 * Deno has such pools. Other hosts keep one for the whole process, or say nothing of it; so does a
 * `fetch` of the user.
 */
export function openPool(own: typeof fetch | undefined): HostPool {
  if (own !== undefined) {
    // It may await the library, as a part of the task that sends.
    return {
      fetch: (url, init) => enterAsync(requireTask("fetch"), () => own(url, init)),
      close: () => {},
    };
  }
  const host = (globalThis as { Deno?: PoolingHost }).Deno;
  const client = host?.createHttpClient?.({});
  if (client === undefined) return { fetch: (url, init) => fetch(url, init), close: () => {} };
  return {
    fetch: (url, init) => fetch(url, Object.assign({ client }, init)),
    close: () => client.close(),
  };
}
