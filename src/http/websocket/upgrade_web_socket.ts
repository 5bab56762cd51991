/**
 * Answering a request by a WebSocket.
 *
 * @module
 */

import {
  callHereWith,
  capture,
  checkAbove,
  checkKind,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  type HostContext,
  hostTurn,
  insist,
  isCancelled,
  newCancelledError,
  Operation,
  outcomeOf,
  requireTask,
  runningLoop,
  show,
  until,
} from "../../lowlevel.ts";
import { ExceptionGroup } from "../../errors.ts";
import { type Continuation, continueWith, type Report } from "../server/continuation.ts";
import { isBeingCalled, noteUpgrade, onDisconnect } from "../server/disconnect.ts";
import { HttpError } from "../server/http_error.ts";
import { GONE } from "../server/server_body.ts";
import { Pulse } from "./pulse.ts";
import { SocketState } from "./socket_state.ts";
import { WebSocketClosed } from "./web_socket_closed.ts";
import { HURRY, newConnection, type WebSocketConnection } from "./web_socket_connection.ts";
import {
  checkHeartbeat,
  checkLimits,
  type Heartbeat,
  LIMIT_NAMES,
  type Limits,
  type WebSocketLimits,
} from "./web_socket_options.ts";

/** What talks over a WebSocket: a generator function, a native async function, or a plain one. */
export type WebSocketHandler = (socket: WebSocketConnection) => CoroutineResult<unknown> | void;

/** The configuration of a WebSocket that answers a request. */
export interface UpgradeWebSocketOptions extends WebSocketLimits {
  /** The protocols that the handler speaks: the client's first that is among them is agreed on. */
  protocols?: readonly string[] | undefined;
  /** The origins whose pages may connect, as `"https://example.org"`; any may unless given. */
  origins?: readonly string[] | undefined;
  /**
   * How long, in ms, nothing may come before the client is pinged, and how long its answer may take; 30,000
   * unless given, `Infinity` never pings. An object asks by messages of the application's own.
   */
  heartbeat?: number | Heartbeat | undefined;
}

const NAMES: readonly (keyof UpgradeWebSocketOptions)[] = [
  "protocols",
  "origins",
  "heartbeat",
  ...LIMIT_NAMES,
];
/** How long, in ms, a client may be silent before it is pinged, unless the user says. */
const PING = 30_000;
/**
 * How long, in ms, the host may take to open a WebSocket whose response it has: it takes a turn. Of a
 * client that goes away at the very moment, it says nothing, ever.
 */
const OPENING = 5_000;

/**
 * Answers a request by a WebSocket, over which a handler then talks as a part of the request's task.
 *
 * Return its response from the handler of `serve()`. The task lasts until the WebSocket is closed, and so
 * it counts for the server's `limit` and among its `active` requests. When the handler ends, the
 * WebSocket is closed, with 1000; with 1011 if it failed, which is reported; with 1001 if it was cancelled.
 * That the client has gone is no failure of the handler.
 *
 * When the server begins to shut down, every WebSocket is closed with 1001: an iteration over it ends,
 * and its handler has the server's `grace` to end, too.
 *
 * A request that asks for no WebSocket gets a 426, a page of an origin that is not allowed a 403.
 *
 * **Gotchas.** A browser lets any page connect to any server, with the cookies of that server: where
 * those say who somebody is, give `origins`. It needs a server whose requests are tasks: `serve()`, or
 * `Deno.serve()` of a `fetchHandler()`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { connectWebSocket, serve, upgradeWebSocket } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = serve((request) =>
 *     upgradeWebSocket(request, async (socket) => {
 *       for await (const message of socket) await socket.send(message);
 *     }, { maxMessage: 1_000 }), { port: 0 });
 *   await using socket = await connectWebSocket(server.url);
 *   await socket.send(new Uint8Array([1, 2, 3]));
 *   console.assert((await socket.receive()).length === 3 && server.active === 1);
 * });
 * ```
 */
export function upgradeWebSocket(
  request: Request,
  handler: WebSocketHandler,
  options: UpgradeWebSocketOptions = {},
): Response {
  if (!(request instanceof Request)) {
    throw new TypeError(`request must be a Request: ${show(request)}`);
  }
  if (typeof handler !== "function") {
    throw new TypeError(`handler must be a function of a WebSocket: ${show(handler)}`);
  }
  const limits = check(options);
  requireTask("upgradeWebSocket()"); // A server's, which talks once it has the response.
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    throw new HttpError(426, "Ask for a WebSocket", { upgrade: "websocket" });
  }
  checkOrigin(headers.get("origin"), options.origins);
  const { heartbeat = PING } = options;
  const protocol = chooseProtocol(headers.get("sec-websocket-protocol"), options.protocols);
  const values = capture();
  const terms = { handler, values, limits, heartbeat, protocol };
  // A client that goes in the turn that it is looked for would be missed.
  if (isBeingCalled(request)) return upgrade(request, terms);
  const promised = new Response(null);
  Object.defineProperty(promised, "status", { value: 101 }); // The constructor refuses it.
  return continueWith(promised, new Promised(request, terms));
}

/** Refuses what cannot be, and fills in what is left out. */
function check(options: UpgradeWebSocketOptions): Limits {
  checkOptions("upgradeWebSocket()", options, NAMES);
  const { heartbeat } = options;
  if (heartbeat !== undefined) checkKind("heartbeat", heartbeat, "number", "object");
  if (typeof heartbeat === "number") checkAbove("heartbeat", heartbeat, 0);
  else checkHeartbeat(heartbeat);
  for (const name of ["protocols", "origins"] as const) {
    const list: unknown = options[name];
    const areTexts = Array.isArray(list) && list.every((one) => typeof one === "string");
    if (list !== undefined && !areTexts) {
      throw new TypeError(`${name} must be an array of strings: ${show(list)}`);
    }
  }
  return checkLimits(options);
}

/** Refuses a page of an origin that is not among those that may connect; programs have none. */
function checkOrigin(origin: string | null, allowed: readonly string[] | undefined): void {
  if (allowed === undefined || origin === null || allowed.includes(origin)) return;
  throw new HttpError(403, "Pages of this origin may not connect");
}

/** Returns the first protocol of the client's that the handler speaks. */
function chooseProtocol(
  offered: string | null,
  spoken: readonly string[] | undefined,
): string | undefined {
  return offered?.split(",").map((one) => one.trim()).find((one) => spoken?.includes(one));
}

/** What was agreed on. */
interface Terms {
  readonly handler: WebSocketHandler;
  /** The values of who asked for it, which the handler runs with. */
  readonly values: HostContext;
  readonly limits: Limits;
  readonly heartbeat: number | Heartbeat;
  readonly protocol: string | undefined;
}

/** Has the host upgrade a request. */
function upgrade(request: Request, terms: Terms): Response {
  const { limits, heartbeat, protocol } = terms;
  noteUpgrade(request);
  const { socket, response } = Deno.upgradeWebSocket(request, {
    ...(protocol === undefined ? {} : { protocol }),
    idleTimeout: typeof heartbeat === "number" && heartbeat < Infinity ? heartbeat / 1000 : 0,
  });
  return continueWith(response, new Talk(new SocketState(socket, limits), request.url, terms));
}

/** The promise to upgrade a request whose handler has waited, unless its client has gone meanwhile. */
class Promised implements Continuation {
  readonly #request: Request;
  readonly #terms: Terms;

  constructor(request: Request, terms: Terms) {
    this.#request = request;
    this.#terms = terms;
  }

  /**
   * Keeps the promise. Of a client that has gone the host would say nothing, and hold on to the
   * WebSocket, and with it the process, for ever. A turn after it is asked, it knows.
   */
  *begin(): Coroutine<Response> {
    let hasGone = false;
    onDisconnect(this.#request, () => void (hasGone = true));
    if (!hasGone) yield* until(hostTurn, { label: "the client of a WebSocket" });
    if (hasGone) throw newCancelledError(GONE);
    return upgrade(this.#request, this.#terms);
  }

  stop(): void {}
}

/** What a handler does over a WebSocket once its response was sent. */
class Talk implements Continuation {
  readonly #state: SocketState;
  readonly #url: string;
  readonly #terms: Terms;

  constructor(state: SocketState, url: string, terms: Terms) {
    this.#state = state;
    this.#url = url;
    this.#terms = terms;
  }

  stop(): void {
    this.#state.close(1001, "the server is shutting down");
  }

  /** Talks, and closes the WebSocket when the handler has ended, however it did. */
  *run(report: Report): Coroutine<void> {
    const state = this.#state;
    let cancellation: unknown;
    try {
      state.openWithin(OPENING);
      yield* state.wait(state.begun);
      if (state.wasOpened) yield* this.#talk();
      state.close(1000, "");
    } catch (error) {
      if (isCancelled(error)) {
        cancellation = error;
        state.close(1001, error.message);
        state.hurry(HURRY);
      } else {
        if (!this.#isOwnEnd(error)) report("The handler of a WebSocket failed", error);
        state.close(1011, "");
      }
    }
    const ended = () => state.wait(state.ended);
    cancellation = (yield* insist(ended, () => state.hurry(HURRY))) ?? cancellation;
    if (cancellation !== undefined) throw cancellation;
  }

  /** Lets the handler talk. */
  *#talk(): Coroutine<void> {
    const { handler, values, heartbeat } = this.#terms;
    const pulse = typeof heartbeat === "object" &&
      new Pulse(this.#state, heartbeat, runningLoop());
    const socket = newConnection(this.#state, this.#url);
    const talking = new Operation("the handler of a WebSocket", () => call(handler, socket));
    try {
      yield* outcomeOf(callHereWith(values, async () => await talking, undefined));
    } finally {
      if (pulse) pulse.stop();
    }
  }

  /** Checks whether an error says no more than that the WebSocket has ended, to one task or to several. */
  #isOwnEnd(error: unknown): boolean {
    if (error instanceof ExceptionGroup) return error.errors.every((one) => this.#isOwnEnd(one));
    const { closing } = this.#state;
    return error instanceof WebSocketClosed && closing !== undefined &&
      error.code === closing.code &&
      error.by === closing.by;
  }
}

/** Waits for what a handler does, of whatever kind it is. */
function* call(handler: WebSocketHandler, socket: WebSocketConnection): Coroutine<void> {
  yield* outcomeOf(handler(socket));
}
