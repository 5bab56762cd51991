/**
 * Serving HTTP.
 *
 * @module
 */

import {
  checkAbove,
  checkAtLeast,
  checkBoolean,
  checkCount,
  checkFunction,
  checkInstance,
  checkLimit,
  checkOneOf,
  checkOptions,
  checkPort,
  checkString,
  runningLoop,
} from "../../lowlevel.ts";
import { describeAddr } from "../../net/connection.ts";
import { GRACE, SEND_TIMEOUT } from "../../net/listening_server.ts";
import type { ReloadOptions } from "../../net/relisten.ts";
import { Shutdown } from "../../net/shutdown.ts";
import { type Answering, type AnsweringApp, toAnswering } from "./answering.ts";
import type { ErrorHandler } from "./exchange.ts";
import type { FetchApp, Handler, RequestInfo } from "./handler.ts";
import { MAX_BODY, RECEIVE_TIMEOUT } from "./request_readers.ts";
import { type HostServer, HostServers } from "./host_servers.ts";
import { newServer, type Server } from "./server.ts";
import { type ServerAccessEntry, ServerRequests } from "./server_requests.ts";

/** The configuration of any server. */
export interface CommonServeOptions {
  /** How many requests are answered at once, at most; a body that is being sent counts. */
  limit?: number | undefined;
  /** What becomes of more: they `"wait"` in line, or get a 503 at once with `"reject"`. */
  overload?: "wait" | "reject" | undefined;
  /** How long, in ms, a response may take from its request's arrival on, before the client gets a 504. */
  deadline?: number | undefined;
  /**
   * How long, in ms, a client may take nothing of a body that is a stream: its request is
   * cancelled then, and its place is free. 30,000 unless given; `Infinity` is no bound.
   */
  sendTimeout?: number | undefined;
  /**
   * How long, in ms, a client may take for each 65,536 bytes of a request's body, or for all that is
   * left, while `json()`, `text()` and the like read it: then they throw, and it is a 408. 30,000 unless
   * given; `Infinity` is no bound, and the stream `request.body` has none.
   */
  receiveTimeout?: number | undefined;
  /**
   * The most bytes of a request's body that `json()`, `text()` and the like read: a larger one is a
   * 413. 16,777,216 unless given; the stream `request.body` has no bound.
   */
  maxBody?: number | undefined;
  /** How long, in ms, requests may go on when it shuts down; 10,000 unless given. */
  grace?: number | undefined;
  /** The name of the server's task; `serve` with the address unless given. */
  name?: string | undefined;
  /** A signal that shuts it down when aborted. */
  signal?: AbortSignal | undefined;
  /** A function to tell of each request when it is over, for a log. */
  onAccess?: ((entry: ServerAccessEntry) => void) | undefined;
  /**
   * A function that answers a request whose handler failed. What it does not answer is answered by the error's own
   * `getResponse()`, as hono's exceptions have it, or else by a 500, and is reported then.
   */
  onError?: ErrorHandler | undefined;
}

/** The configuration of a server that listens at a port. */
export interface ServeOptions extends CommonServeOptions {
  /** The port to listen at, 8000 unless given; 0 lets the system choose one. */
  port?: number | undefined;
  /** The address to listen at; `"127.0.0.1"`, which only this machine reaches, unless given. */
  hostname?: string | undefined;
  /** A certificate, in PEM, to encrypt connections with; it comes with `key`. */
  cert?: string | undefined;
  /** The key of `cert`, in PEM. */
  key?: string | undefined;
  /**
   * Whether other processes may listen at the same port: the system shares connections out among them.
   * _Today_ Deno needs `--unstable-net` for it, and without that ends the process.
   */
  reusePort?: boolean | undefined;
  /** A function to call once it listens. */
  onListen?: ((address: Deno.NetAddr) => void) | undefined;
}

/** The configuration of a server that listens at a Unix socket. */
export interface ServePathOptions extends CommonServeOptions {
  /** The path of the socket, which must not exist; it is removed at the end. */
  path: string;
  /** A function to call once it listens. */
  onListen?: ((address: Deno.UnixAddr) => void) | undefined;
}

const NAMES: readonly (keyof ServeOptions | keyof ServePathOptions)[] = [
  "port",
  "hostname",
  "cert",
  "key",
  "path",
  "reusePort",
  "limit",
  "overload",
  "deadline",
  "sendTimeout",
  "receiveTimeout",
  "maxBody",
  "grace",
  "name",
  "signal",
  "onListen",
  "onAccess",
  "onError",
];

/** The options as users give them, whichever way they listen. */
type Given =
  & Omit<ServeOptions, "onListen">
  & Partial<Omit<ServePathOptions, "onListen">>
  & { readonly onListen?: ((address: never) => void) | undefined };

/** The options, checked. */
type Checked = Given & {
  readonly limit: number;
  readonly overload: "wait" | "reject";
  readonly sendTimeout: number;
  readonly receiveTimeout: number;
  readonly maxBody: number;
  readonly grace: number;
};

/**
 * Answers HTTP requests with a handler, each in a task of its own.
 *
 * The handler gets the request and what the host knows of it, and returns a `Response`: it is a
 * generator function, a native async function or a plain function, or an object with such a method
 * `fetch`, as frameworks make them. Its task has the request's method, path and number for a name,
 * a copy of the context in which `serve()` was called, and lasts until the response's body was sent.
 * A client that goes away cancels it, within 50 ms; so do the deadline, the end of the server's grace, and a client
 * that takes nothing of a streamed body for `sendTimeout` ms.
 *
 * An error of the handler is reported to the loop's exception handler, and the client gets a bare
 * 500, unless the error has a `getResponse()`, as those of frameworks do: that is sent then.
 * If the body of a response fails half-way, the connection is closed, so that the client can tell.
 *
 * **Gotchas.** A handler that awaits a promise of the host can be cancelled there only through
 * `until()` or the task's `signal`. Prefer that signal to the request's own: the host aborts the
 * latter even when all went well. Virtual time stands still while a server is open.
 *
 * ```ts
 * import { run, until } from "@weft/weft";
 * import { serve } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = serve((request) => new Response(new URL(request.url).pathname), { port: 0 });
 *   const response = await until((signal) => fetch(`${server.url}/hello`, { signal }));
 *   console.assert(await response.text() === "/hello");
 * });
 * ```
 */
export function serve(handler: Handler | FetchApp, options?: ServeOptions): Server;
/** Answers HTTP requests that come over a Unix socket. */
export function serve(
  handler: Handler<Deno.UnixAddr> | FetchApp<Deno.UnixAddr>,
  options: ServePathOptions,
): Server<Deno.UnixAddr>;
export function serve(
  handler: Answering<[never]> | AnsweringApp<[never]>,
  options: Given = {},
): Server<Deno.NetAddr | Deno.UnixAddr> {
  const loop = runningLoop();
  const checked = check(options);
  const requests = new ServerRequests(loop, {
    handler: toAnswering(handler) as Answering<unknown[]>,
    limit: checked.limit,
    overload: checked.overload,
    deadline: checked.deadline,
    sendTimeout: checked.sendTimeout,
    receiveTimeout: checked.receiveTimeout,
    maxBody: checked.maxBody,
    onError: checked.onError,
    onAccess: checked.onAccess,
  });
  const first = listen(requests, checked);
  const { port } = first.addr as Deno.NetAddr; // The same again, if the system has chosen it.
  const listenAgain = (certificate: ReloadOptions) =>
    listen(requests, { ...checked, port, ...certificate });
  const host = new HostServers(first, checked.cert === undefined ? undefined : listenAgain);
  const shutdown = new Shutdown(loop, requests, host, checked.grace);
  const server = newServer(shutdown, requests, host, checked.cert !== undefined);
  const { name = `serve ${describeAddr(server.addr)}`, signal } = checked;
  shutdown.start(name, signal);
  try {
    checked.onListen?.(server.addr as never);
  } catch (error) {
    shutdown.begin(0); // Nobody else can.
    throw error;
  }
  return server;
}

/** Has the host listen. */
function listen(
  requests: ServerRequests,
  { port = 8000, hostname = "127.0.0.1", cert, key, path, reusePort = false }: Checked,
): HostServer<Deno.NetAddr | Deno.UnixAddr> {
  const hooks = { onListen: () => {}, onError: (error: unknown) => requests.refuse(error) };
  const accept = (request: Request, info: RequestInfo<Deno.Addr>) => requests.accept(request, info);
  if (path !== undefined) return Deno.serve({ path, ...hooks }, accept);
  const tls = cert === undefined ? {} : { cert, key: key! };
  return Deno.serve({ port, hostname, reusePort, ...tls, ...hooks }, accept);
}

/** Refuses what cannot be, and fills in what is left out. */
function check(options: Given): Checked {
  checkOptions("serve()", options, NAMES);
  const {
    limit = Infinity,
    overload = "wait",
    deadline,
    sendTimeout = SEND_TIMEOUT,
    receiveTimeout = RECEIVE_TIMEOUT,
    maxBody = MAX_BODY,
    grace = GRACE,
    signal,
  } = options;
  checkAddress(options);
  checkLimit(limit);
  checkOneOf("overload", overload, ["wait", "reject"]);
  if (deadline !== undefined) checkAbove("deadline", deadline, 0);
  checkAbove("sendTimeout", sendTimeout, 0);
  checkAbove("receiveTimeout", receiveTimeout, 0);
  checkCount("maxBody", maxBody, 0);
  checkAtLeast("grace", grace, 0);
  if (options.name !== undefined) checkString("name", options.name);
  if (signal !== undefined) checkInstance("signal", signal, AbortSignal);
  for (const name of ["onListen", "onAccess", "onError"] as const) {
    if (options[name] !== undefined) checkFunction(name, options[name]);
  }
  return { ...options, limit, overload, sendTimeout, receiveTimeout, maxBody, grace };
}

/** Refuses where it cannot listen. */
function checkAddress({ port, hostname, cert, key, path, reusePort }: Given): void {
  if (port !== undefined) checkPort(port, 0);
  if (reusePort !== undefined) checkBoolean("reusePort", reusePort);
  for (const [name, value] of Object.entries({ hostname, cert, key, path })) {
    if (value !== undefined) checkString(name, value);
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError("cert and key must be given together");
  }
  if (path === undefined) return;
  const other = Object.entries({ port, hostname, cert, reusePort })
    .find(([, value]) => value !== undefined)?.[0];
  if (other === undefined) return;
  throw new TypeError(`Cannot listen at a path with the option ${other}, leave one out: ${path}`);
}
