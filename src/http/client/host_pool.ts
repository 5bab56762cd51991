/**
 * Where a session's connections come from.
 *
 * @module
 */

import { RuntimeError } from "../../errors.ts";
import { checkString, show } from "../../lowlevel.ts";
import { parseUrl, splitCredentials } from "./address.ts";

/** How connections are made, which Deno alone lets a program say. */
export interface ConnectionSettings {
  /** The path of a Unix socket to which all requests go, whatever their address. */
  path?: string | undefined;
  /** The address of a proxy, with a name and a password in it if it asks for those. */
  proxy?: string | undefined;
  /** Further certificates, in PEM, of authorities to trust. */
  caCerts?: readonly string[] | undefined;
  /** The certificate, in PEM, that shows a server who asks; it comes with `key`. */
  cert?: string | undefined;
  /** The key of `cert`, in PEM. */
  key?: string | undefined;
}

/** The names of these settings. */
export const CONNECTION_NAMES: readonly (keyof ConnectionSettings)[] = [
  "path",
  "proxy",
  "caCerts",
  "cert",
  "key",
];

/** The part of Deno that lets a program have connections of its own. */
interface PoolingHost {
  createHttpClient?(options: object): HostClient;
}

/** What makes connections, on Deno. */
export interface HostClient {
  /** Closes those that are idle. */
  close(): void;
}

/** A pool of connections that belong together. */
export interface HostPool {
  /** A function that sends a request over them. */
  readonly fetch: typeof fetch;
  /** Closes the connections that are idle; does nothing where the host does not let it. */
  close(): void;
}

/** Refuses settings that cannot be, or that the host does not have. */
export function checkConnections(
  settings: ConnectionSettings,
  own: "fetch" | "WebSocket" | undefined,
): void {
  const { path, proxy, caCerts, cert, key } = settings;
  for (const name of ["path", "proxy", "cert", "key"] as const) {
    const value = settings[name];
    if (value !== undefined) checkString(name, value);
  }
  const areTexts = Array.isArray(caCerts) && caCerts.every((one) => typeof one === "string");
  if (caCerts !== undefined && !areTexts) {
    throw new TypeError(`caCerts must be an array of texts in PEM: ${show(caCerts)}`);
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError("cert and key must be given together");
  }
  if (path !== undefined && proxy !== undefined) {
    throw new TypeError("Cannot connect to a path by a proxy: leave out path or proxy");
  }
  if (proxy !== undefined && parseUrl(proxy) === undefined) {
    throw new TypeError(`proxy must be the address of one: ${show(proxy)}`);
  }
  const given = CONNECTION_NAMES.find((name) => settings[name] !== undefined);
  if (given === undefined) return;
  if (own !== undefined) {
    throw new TypeError(`Cannot use ${given} with a ${own} of your own: leave out one of them`);
  }
  if (findHost() !== undefined) return;
  throw new RuntimeError(
    `Cannot use ${given} here, as Deno alone lets a program say how it connects: leave it out`,
  );
}

/** Finds the host's way to make connections of one's own. */
function findHost(): PoolingHost["createHttpClient"] {
  return (globalThis as { Deno?: PoolingHost }).Deno?.createHttpClient;
}

/** Makes what makes connections; `undefined` where the host has no such thing. */
export function newClient(settings: ConnectionSettings): HostClient | undefined {
  return findHost()?.(toClientOptions(settings));
}

/**
 * Opens a pool of connections that ends with its session.
 *
 * Deno has such pools. Other hosts keep one for the whole process, or say nothing of it; so does a
 * `fetch` of the user.
 */
export function openPool(
  own: typeof fetch | undefined,
  settings: ConnectionSettings = {},
): HostPool {
  if (own !== undefined) {
    return { fetch: (url, init) => own(url, init), close: () => {} };
  }
  const client = newClient(settings);
  if (client === undefined) return { fetch: (url, init) => fetch(url, init), close: () => {} };
  return {
    fetch: (url, init) => fetch(url, Object.assign({ client }, init)),
    close: () => client.close(),
  };
}

/** Puts in Deno's words how connections are made. */
function toClientOptions({ path, proxy, caCerts, cert, key }: ConnectionSettings): object {
  return {
    ...(path === undefined ? {} : { proxy: { transport: "unix", path } }),
    ...(proxy === undefined ? {} : { proxy: toProxy(proxy) }),
    ...(caCerts === undefined ? {} : { caCerts: [...caCerts] }),
    ...(cert === undefined ? {} : { cert, key }),
  };
}

/** Puts in Deno's words where a proxy is. */
function toProxy(address: string): object {
  const url = new URL(address);
  const basicAuth = splitCredentials(url);
  return { url: url.href, ...(basicAuth === undefined ? {} : { basicAuth }) };
}
