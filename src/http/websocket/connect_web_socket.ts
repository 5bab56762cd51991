/**
 * Opening a WebSocket.
 *
 * @module
 */

import { RuntimeError, TimeoutError } from "../../errors.ts";
import {
  type Awaitable,
  checkAbove,
  checkKind,
  checkOptions,
  closeAtEnd,
  type Coroutine,
  Operation,
  runningLoop,
  show,
  Timeout,
} from "../../lowlevel.ts";
import { hasReadableCredentials, parseUrl, takeCredentials } from "../client/address.ts";
import { isBrowser } from "../client/browser.ts";
import { ClientConnectionError, InvalidUrl } from "../client/client_error.ts";
import {
  checkConnections,
  CONNECTION_NAMES,
  type ConnectionSettings,
  type HostClient,
  newClient,
} from "../client/host_pool.ts";
import { Pulse } from "./pulse.ts";
import { SocketState } from "./socket_state.ts";
import {
  HURRY,
  newConnection,
  stateOf,
  type WebSocketConnection,
} from "./web_socket_connection.ts";
import {
  checkHeartbeat,
  checkLimits,
  type Heartbeat,
  LIMIT_NAMES,
  type Limits,
  type WebSocketLimits,
} from "./web_socket_options.ts";

/** The configuration of a WebSocket that is opened. */
export interface ConnectWebSocketOptions extends WebSocketLimits, ConnectionSettings {
  /** The protocols to offer, the preferred one first. */
  protocols?: string | readonly string[] | undefined;
  /** The headers to send with the request; browsers and workers at the edge let nobody do so. */
  headers?: HeadersInit | undefined;
  /** How long, in ms, it may take to open; 30,000 unless given. */
  timeout?: number | undefined;
  /** What keeps it alive, and finds out that the other end is dead; nothing unless given. */
  heartbeat?: Heartbeat | undefined;
  /** A class in place of the host's `WebSocket`, as on Node 20, which has none. */
  WebSocket?: typeof WebSocket | undefined;
}

const NAMES: readonly (keyof ConnectWebSocketOptions)[] = [
  "protocols",
  "headers",
  "timeout",
  "heartbeat",
  "WebSocket",
  ...LIMIT_NAMES,
  ...CONNECTION_NAMES,
];
/** How long, in ms, a WebSocket may take to open, unless the user says. */
const TIMEOUT = 30_000;
/** The schemes of addresses, and what is asked for. */
const SCHEMES: Readonly<Record<string, string>> = {
  "http:": "ws:",
  "https:": "wss:",
  "ws:": "ws:",
  "wss:": "wss:",
};

/**
 * Opens a WebSocket to a server, whose address begins with `ws:`, `wss:`, `http:` or `https:`.
 *
 * A server that does not agree, or cannot be reached, is a `ClientConnectionError` with the host's words. A
 * WebSocket that is open when `run` ends is closed there, with 1001.
 *
 * **Cancel safety.** A cancelled wait leaves no WebSocket behind.
 *
 * **Gotchas.** It comes over the host's own `WebSocket`, which sends no pings: behind proxies that drop
 * what is silent, give it a `heartbeat` of the application's own.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { connectWebSocket, serve, upgradeWebSocket } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = serve((request) =>
 *     upgradeWebSocket(request, async (socket) => {
 *       await socket.send("welcome");
 *       socket.close(4000, "that was all");
 *     }), { port: 0 });
 *   await using socket = await connectWebSocket(server.url, { timeout: 5_000 });
 *   console.assert(await socket.receive() === "welcome");
 *   const { by, code, reason } = await socket.waitClosed();
 *   console.assert(`${by} ${code} ${reason}` === "peer 4000 that was all");
 * });
 * ```
 */
export function connectWebSocket(
  url: string | URL,
  options: ConnectWebSocketOptions = {},
): Awaitable<WebSocketConnection> {
  const plan = check(url, options);
  return new Operation(`connectWebSocket(${plan.url})`, () => open(plan));
}

/** What is to be opened, and how. */
interface Plan {
  /** The address, without secrets. */
  readonly url: string;
  readonly protocols: string | string[] | undefined;
  readonly headers: Headers | undefined;
  readonly timeout: number;
  readonly limits: Limits;
  readonly options: ConnectWebSocketOptions;
}

/** Refuses what cannot be. */
function check(given: string | URL, options: ConnectWebSocketOptions): Plan {
  checkOptions("connectWebSocket()", options, NAMES);
  const { protocols, timeout = TIMEOUT, heartbeat, WebSocket } = options;
  const url = readUrl(given);
  const headers = new Headers(options.headers);
  const credentials = takeCredentials(url);
  if (credentials !== undefined) headers.set("authorization", credentials);
  checkAbove("timeout", timeout, 0);
  checkHeartbeat(heartbeat);
  if (WebSocket !== undefined) checkKind("WebSocket", WebSocket, "function");
  checkConnections(options, WebSocket && "WebSocket");
  const list = Array.isArray(protocols) ? protocols : [];
  const areTexts = list.every((one) => typeof one === "string");
  if (
    !areTexts ||
    protocols !== undefined && typeof protocols !== "string" && !Array.isArray(protocols)
  ) {
    throw new TypeError(`protocols must be a string or an array of strings: ${show(protocols)}`);
  }
  const hasHeaders = [...headers].length > 0;
  if (hasHeaders && WebSocket !== undefined) {
    throw new TypeError("Cannot send headers over a WebSocket of your own: let it send them");
  }
  return {
    url: url.href,
    protocols: typeof protocols === "string" ? protocols : protocols && [...protocols],
    headers: hasHeaders ? headers : undefined,
    timeout,
    limits: checkLimits(options),
    options,
  };
}

/** Reads an address; the result is one of a WebSocket. */
function readUrl(given: unknown): URL {
  if (typeof given !== "string" && !(given instanceof URL)) {
    throw new TypeError(`url must be a string or a URL: ${show(given)}`);
  }
  const request = { method: "GET", url: String(given) };
  const url = parseUrl(given);
  if (url === undefined) throw new InvalidUrl("Cannot read the address", request);
  const scheme = SCHEMES[url.protocol];
  if (scheme === undefined) {
    throw new InvalidUrl("Cannot open a WebSocket to an address of another kind", request);
  }
  if (!hasReadableCredentials(url)) {
    throw new InvalidUrl("Cannot decode the credentials in the address", request);
  }
  const own = new URL(url.href.replace(/^\w+:/, scheme));
  own.hash = "";
  return own;
}

/** Opens it within the time there is. */
function* open(plan: Plan): Coroutine<WebSocketConnection> {
  const scope = Timeout["after"](plan.timeout);
  try {
    return yield* scope["run"](() => connect(plan));
  } catch (error) {
    if (!(error instanceof TimeoutError) || !scope.expired) throw error;
    const message = `Cannot open a WebSocket within ${plan.timeout} ms: ${plan.url}`;
    throw new TimeoutError(message, { cause: error.cause });
  }
}

/** Opens it, or closes what it has begun to open. */
function* connect(plan: Plan): Coroutine<WebSocketConnection> {
  const loop = runningLoop();
  const client = CONNECTION_NAMES.some((name) => plan.options[name] !== undefined)
    ? newClient(plan.options)
    : undefined;
  let state: SocketState | undefined;
  let isKept = false;
  try {
    state = new SocketState(newSocket(plan, client), plan.limits);
    yield* state.wait(state.begun);
    if (!state.wasOpened) throw refused(plan, state);
    isKept = true;
  } finally {
    if (!isKept) {
      state?.abandon();
      client?.close();
    }
  }
  const connection = newConnection(state, plan.url);
  const { heartbeat } = plan.options;
  const pulse = heartbeat && new Pulse(state, heartbeat, loop);
  const forget = closeAtEnd({ close: () => closeLeftOpen(connection) }, "a WebSocket", loop);
  state.onEnd = () => {
    forget();
    pulse?.stop();
    client?.close();
  };
  return connection;
}

/** Closes a WebSocket that was open when its loop ended. */
function* closeLeftOpen(connection: WebSocketConnection): Coroutine<void> {
  connection.close(1001, "the program has ended");
  stateOf(connection).hurry(HURRY);
  yield* connection.waitClosed();
}

/** Returns the error of a WebSocket that did not open. */
function refused({ url }: Plan, state: SocketState): ClientConnectionError {
  const { reason = "" } = state.closing ?? {};
  const request = { method: "GET", url };
  return new ClientConnectionError("Cannot open a WebSocket", request, { reason });
}

/** Has the host begin to open it. */
function newSocket({ url, protocols, headers, options }: Plan, client?: HostClient): WebSocket {
  const Own = options.WebSocket ?? globalThis.WebSocket;
  if (Own === undefined) {
    throw new RuntimeError(
      "Cannot open a WebSocket: the host has none, give it a class by the option WebSocket",
    );
  }
  if (headers === undefined && client === undefined) return new Own(url, protocols);
  let isRead = false;
  const init = {
    ...(protocols === undefined ? {} : { protocols }),
    ...(client === undefined ? {} : { client }),
    get headers(): Record<string, string> {
      isRead = true;
      return Object.fromEntries(headers ?? []);
    },
  };
  let socket: WebSocket | undefined;
  try {
    if (!isBrowser()) socket = new Own(url, init as never);
  } catch (error) {
    if (isRead) throw error;
  }
  if (isRead && socket !== undefined) return socket;
  socket?.close();
  throw new RuntimeError("Cannot send headers here: the WebSocket of the host takes none");
}
