/**
 * Serving HTTP.
 *
 * @module
 */

import { checkLimit, checkOptions, runningLoop, show } from "../lowlevel.ts";
import { checkKind } from "./check_kind.ts";
import { checkPort } from "./check_port.ts";
import { checkGrace, checkSignal } from "./listening_server.ts";
import { Server } from "./server.ts";
import { type FetchApp, type Handler, toHandler } from "./server_handler.ts";
import { type ErrorHandler, ServerRequests } from "./server_requests.ts";

/** Configures a server. */
export interface ServeOptions {
  /** Is the port to listen at, 8000 unless given; 0 lets the system choose one. */
  port?: number | undefined;
  /** Is the address to listen at; `"127.0.0.1"`, which only this machine reaches, unless given. */
  hostname?: string | undefined;
  /** Bounds how many requests are answered at once; a body that is being sent counts. */
  limit?: number | undefined;
  /** Says what becomes of more: they `"wait"` in line, or get a 503 at once with `"reject"`. */
  overload?: "wait" | "reject" | undefined;
  /** Bounds, in ms, the time from a request's arrival to its response; the client gets a 504. */
  deadline?: number | undefined;
  /** Bounds, in ms, how long requests may go on when it shuts down; 10,000 unless given. */
  grace?: number | undefined;
  /** Names the server's task; `serve` with the address unless given. */
  name?: string | undefined;
  /** Shuts it down when aborted. */
  signal?: AbortSignal | undefined;
  /** Is called once it listens. */
  onListen?: ((address: Deno.NetAddr) => void) | undefined;
  /** Answers a request whose handler failed; what it leaves is reported, and answered by a 500. */
  onError?: ErrorHandler | undefined;
}

const NAMES: readonly (keyof ServeOptions)[] = [
  "port",
  "hostname",
  "limit",
  "overload",
  "deadline",
  "grace",
  "name",
  "signal",
  "onListen",
  "onError",
];

/** Are the options, checked. */
type Checked = ServeOptions & {
  readonly port: number;
  readonly hostname: string;
  readonly limit: number;
  readonly overload: "wait" | "reject";
  readonly grace: number;
};

/**
 * Answers HTTP requests with a handler, each in a task of its own.
 *
 * The handler gets the request and what the host knows of it, and returns a `Response`: it is a
 * generator function, a native async function or a plain function, or an object with such a method
 * `fetch`, as frameworks make them. Its task has the request's method, path and number for a name,
 * a copy of the context in which `serve()` was called, and lasts until the response's body was sent.
 * A client that goes away cancels it; so do the deadline and the end of the server's grace.
 *
 * An error of the handler is reported to the loop's exception handler; the client gets a bare 500.
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
export function serve(handler: Handler | FetchApp, options: ServeOptions = {}): Server {
  const loop = runningLoop();
  const checked = check(options);
  const requests = new ServerRequests(loop, {
    handler: toHandler(handler),
    limit: checked.limit,
    overload: checked.overload,
    deadline: checked.deadline,
    onError: checked.onError,
  });
  const { hostname, port } = checked;
  const host = Deno.serve({
    hostname,
    port,
    onListen: () => {},
    onError: (error) => requests.refuse(error),
  }, (request, info) => requests.accept(request, info));
  const server = new Server(loop, requests, host, checked.grace);
  const { name = `serve ${server.addr.hostname}:${server.port}`, signal } = checked;
  server.start(name, signal);
  try {
    checked.onListen?.(server.addr);
  } catch (error) {
    server.stop(0); // Nobody else can.
    throw error;
  }
  return server;
}

/** Refuses what cannot be, and fills in what is left out. */
function check(options: ServeOptions): Checked {
  checkOptions("serve()", options, NAMES);
  const {
    port = 8000,
    hostname = "127.0.0.1",
    limit = Infinity,
    overload = "wait",
    deadline,
    grace = 10_000,
    signal,
  } = options;
  checkPort(port, 0);
  checkKind("hostname", hostname, "string");
  checkLimit(limit);
  if (overload !== "wait" && overload !== "reject") {
    throw new RangeError(`overload MUST BE "wait" OR "reject": ${show(overload)}`);
  }
  checkKind("deadline", deadline, "number");
  if (deadline !== undefined && !(deadline > 0)) {
    throw new RangeError(`deadline MUST BE ABOVE 0: ${deadline}`);
  }
  checkGrace(grace);
  checkKind("name", options.name, "string");
  checkSignal(signal);
  checkKind("onListen", options.onListen, "function");
  checkKind("onError", options.onError, "function");
  return { ...options, port, hostname, limit, overload, grace };
}
