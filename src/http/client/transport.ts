/**
 * The way to the servers: places, connections and cookies.
 *
 * @module
 */

import { isCancelled, RuntimeError, TimeoutError } from "../../errors.ts";
import { type Coroutine, Timeout } from "../../lowlevel.ts";
import type { CookieJar } from "../cookies/cookie_jar.ts";
import { isBrowser } from "./browser.ts";
import { ClientConnectionError, reasonOf } from "./client_error.ts";
import type { ClientRequest } from "./client_request.ts";
import { type Bounds, timedOut } from "./client_timeout.ts";
import { ConnectionLimit } from "./connection_limit.ts";
import { type ConnectionSettings, type HostPool, openPool } from "./host_pool.ts";
import { Transfer } from "./transfer.ts";

/** The configuration of the way to the servers. */
export interface TransportSettings {
  readonly limit: number;
  readonly limitPerHost: number;
  readonly cookies: CookieJar | undefined;
  readonly fetch: typeof fetch | undefined;
  readonly connections: ConnectionSettings;
}

/** How one request is sent. */
export interface SendRules {
  readonly bounds: Bounds;
  readonly redirect: RequestRedirect;
}

/** The head of a response, and what carries its body. */
export interface Answer {
  readonly response: Response;
  readonly transfer: Transfer;
}

/** A sender of single requests: in their places, over connections that are shared, with cookies. */
export class Transport {
  readonly #settings: TransportSettings;
  readonly #limit: ConnectionLimit;
  readonly #transfers = new Set<Transfer>();
  readonly #forget = (transfer: Transfer) => void this.#transfers.delete(transfer);
  #pool: HostPool | undefined;
  #isClosed = false;

  /** Opens no connection yet. */
  constructor(settings: TransportSettings) {
    this.#settings = settings;
    this.#limit = new ConnectionLimit(settings.limit, settings.limitPerHost);
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Counts the requests that hold a place, and those that wait for one. */
  statistics(): { readonly active: number; readonly waiting: number } {
    const { waiting } = this.#limit.statistics();
    return Object.freeze({ active: this.#transfers.size - waiting, waiting });
  }

  /** Refuses to go on once it is closed. */
  checkOpen(): void {
    if (!this.#isClosed) return;
    throw new RuntimeError("Cannot send a request: the session is closed, make another");
  }

  /** Sends a request once there is a place for it, and waits for the head of the response. */
  *send(
    request: ClientRequest,
    { bounds, redirect }: SendRules,
    deadline: number,
  ): Coroutine<Answer> {
    this.checkOpen();
    const transfer = new Transfer(request, bounds, deadline, this.#forget);
    this.#transfers.add(transfer);
    const response = yield* this.#begin(transfer, redirect);
    try {
      this.#keepCookies(request, response);
    } catch (error) {
      transfer.abort(error);
      throw error;
    }
    return { response, transfer };
  }

  /** Waits for the head of the response within the time there is; a failure ends the transfer. */
  *#begin(transfer: Transfer, redirect: RequestRedirect): Coroutine<Response> {
    const { request, bounds } = transfer;
    const scope = Timeout["after"](bounds.connect);
    try {
      return yield* scope["run"](() => this.#fetch(transfer, redirect));
    } catch (thrown) {
      const isLate = thrown instanceof TimeoutError && scope.expired;
      const error = isLate ? timedOut("connect", bounds, request, thrown.cause) : thrown;
      transfer.abort(error);
      if (isCancelled(error) || error instanceof TimeoutError || error instanceof RuntimeError) {
        throw error;
      }
      const reason = reasonOf(error);
      throw new ClientConnectionError("Cannot get an answer", request, { cause: error, reason });
    }
  }

  /** Waits for a place, and for the head of the response. */
  *#fetch(transfer: Transfer, redirect: RequestRedirect): Coroutine<Response> {
    const { request, signal } = transfer;
    transfer.hold(yield* this.#limit.enter(request.target.origin));
    const answer = this.#handOver(request, redirect, signal);
    answer.then((response) => transfer.carry(response)).catch(() => {}); // It is waited for here:
    return yield* transfer.wait(answer, `${transfer}`);
  }

  /** Hands a request to the host, which neither follows redirects nor knows of cookies if it can help it. */
  #handOver(
    request: ClientRequest,
    redirect: RequestRedirect,
    signal: AbortSignal,
  ): Promise<Response> {
    this.#pool ??= openPool(this.#settings.fetch, this.#settings.connections);
    const { method, body } = request;
    const headers = this.#addCookies(request);
    const init: RequestInit & { duplex?: "half" } = {
      method,
      headers,
      signal,
      redirect: isBrowser() ? redirect : "manual",
    };
    if (body !== undefined) init.body = body;
    if (!request.isReplayable) init.duplex = "half";
    return this.#pool.fetch(request.target.href, init);
  }

  /** Adds the cookies for an address; a retry or a redirect may get others. */
  #addCookies({ headers, target }: ClientRequest): Headers {
    const cookies = this.#settings.cookies?.headerFor(target);
    if (cookies === undefined) return headers;
    const own = headers.get("cookie");
    const all = new Headers(headers);
    all.set("cookie", own === null ? cookies : `${own}; ${cookies}`);
    return all;
  }

  /** Keeps the cookies of a response, if there is a jar for them. */
  #keepCookies(request: ClientRequest, response: Response): void {
    const { cookies } = this.#settings;
    if (cookies === undefined) return;
    for (const header of response.headers.getSetCookie()) cookies.set(header, request.target);
  }

  /** Aborts what is under way, and closes the connections. */
  close(): void {
    this.#isClosed = true;
    // Those who wait for a place get one as others go, and find that they are aborted.
    for (const transfer of this.#transfers) transfer.abort(closedDuring(`${transfer}`));
    this.#pool?.close();
  }
}

/** Returns the error of what was under way when its session was closed. */
export function closedDuring(what: string): RuntimeError {
  return new RuntimeError(`The session was closed during ${what}`);
}
