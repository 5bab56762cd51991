/**
 * Asking servers over HTTP.
 *
 * @module
 */

import { ClientResponseError, RuntimeError, TimeoutError, TooManyRedirects } from "../errors.ts";
import { type Awaitable, type Coroutine, Operation, runningLoop, Timeout } from "../lowlevel.ts";
import {
  type ClientSessionOptions,
  type RequestOptions,
  SessionSettings,
  type Settings,
} from "./client_options.ts";
import { ClientRequest } from "./client_request.ts";
import { ClientResponse, type Hop } from "./client_response.ts";
import type { Attempts } from "./client_retries.ts";
import { ConnectionLimit } from "./connection_limit.ts";
import type { CookieJar } from "./cookie_jar.ts";
import { Exchange, type Sender, timedOut } from "./exchange.ts";
import { type HostPool, openPool } from "./host_pool.ts";

/** Is how much a session does at one moment. */
export interface SessionStatistics {
  /** Counts the requests that hold a place: under way, or with a body that is not read yet. */
  readonly active: number;
  /** Counts the requests that wait for a place. */
  readonly waiting: number;
}

/**
 * Sends requests that belong together: over the same connections, with the same settings, and ended
 * together when it is closed.
 *
 * A request waits for a place in the pool, in the order of asking, and holds it until the body of
 * its response has been read or released. Closing the session aborts what is under way.
 *
 * **Cancel safety.** Cancelling a task aborts its request: the server sees the connection close.
 * Whether the server has acted on it by then, nobody can know.
 *
 * **Gotchas.** Responses that are neither read nor released keep their places until
 * `timeout.total` is over, and others wait for them: declare them with `using`.
 *
 * ```ts
 * import { gather, run } from "@weft/weft";
 * import { ClientSession } from "@weft/weft/io.ts";
 *
 * const answer = (request: Request) => Response.json({ path: new URL(request.url).pathname });
 * await using server = Deno.serve({ port: 0, onListen() {} }, answer);
 * await run(async () => {
 *   await using session = new ClientSession({
 *     baseUrl: `http://localhost:${server.addr.port}/`,
 *     timeout: 5_000,
 *     raiseForStatus: true,
 *   });
 *   const pages = await gather(["a", "b"].map((name) => async () => {
 *     await using response = await session.get(name);
 *     return await response.json<{ path: string }>();
 *   }));
 *   console.assert(pages.map((page) => page.path).join() === "/a,/b");
 * });
 * ```
 */
export class ClientSession implements Disposable {
  readonly #settings: SessionSettings;
  readonly #limit: ConnectionLimit;
  readonly #exchanges = new Set<Exchange>();
  /** Holds the scopes of the requests whose response has not come, attempts and waits alike. */
  readonly #scopes = new Set<Timeout>();
  readonly #sender: Sender;
  #pool: HostPool | undefined;
  #isClosed = false;

  /** Makes a session; it opens connections when they are needed. */
  constructor(options: ClientSessionOptions = {}) {
    this.#settings = new SessionSettings(options);
    this.#limit = new ConnectionLimit(this.#settings.limit, this.#settings.limitPerHost);
    this.#sender = {
      send: (request, signal) => this.#send(request, signal),
      enter: (origin) => this.#limit.enter(origin),
      forget: (exchange) => void this.#exchanges.delete(exchange),
    };
  }

  /** Tells whether it was closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** Is where it keeps cookies, if it does. */
  get cookies(): CookieJar | undefined {
    return this.#settings.cookies;
  }

  /** Sends a request; gives the response when its head has come. */
  request(
    method: string,
    url: string | URL,
    options: RequestOptions = {},
  ): Awaitable<ClientResponse> {
    this.#checkOpen();
    const settings = this.#settings.with(options);
    const request = ClientRequest.from(method, url, this.#settings, options);
    const label = `${request.method} ${request.url}`;
    return new Operation(label, () => this.#perform(request, settings));
  }

  /** Sends a GET request. */
  get(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("GET", url, options);
  }

  /** Sends a HEAD request. */
  head(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("HEAD", url, options);
  }

  /** Sends a POST request. */
  post(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("POST", url, options);
  }

  /** Sends a PUT request. */
  put(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("PUT", url, options);
  }

  /** Sends a PATCH request. */
  patch(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("PATCH", url, options);
  }

  /** Sends a DELETE request. */
  delete(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("DELETE", url, options);
  }

  /** Sends an OPTIONS request. */
  options(url: string | URL, options?: RequestOptions): Awaitable<ClientResponse> {
    return this.request("OPTIONS", url, options);
  }

  /** Tells what it does, at this moment. */
  statistics(): SessionStatistics {
    const { waiting } = this.#limit.statistics();
    return Object.freeze({ active: this.#exchanges.size - waiting, waiting });
  }

  /**
   * Aborts what is under way, and closes the connections. Harmless when done before.
   *
   * Tasks that wait for a response or read one get a `RuntimeError`.
   */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    // Those who wait for a place get one as others leave, and find that they are aborted.
    for (const exchange of this.#exchanges) exchange.abort(closedDuring(`${exchange}`));
    for (const scope of this.#scopes) {
      if (!scope.expired) scope.reschedule(0); // Between two attempts there is no exchange.
    }
    this.#pool?.close();
  }

  /** Closes it, at the end of a `using` or `await using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Refuses to go on once it is closed. */
  #checkOpen(): void {
    if (this.#isClosed) throw new RuntimeError("THE SESSION IS CLOSED: MAKE ANOTHER");
  }

  /** Sends a request within its total time, as often as it takes. */
  *#perform(request: ClientRequest, settings: Settings): Coroutine<ClientResponse> {
    const { bounds } = settings;
    const deadline = runningLoop().time() + bounds.total;
    const attempt = (attempts: Attempts) => this.#attempt(request, settings, deadline, attempts);
    const scope = new Timeout(deadline);
    this.#scopes.add(scope);
    try {
      const response = yield* scope.run(() => settings.retries.run(request, deadline, attempt));
      return settings.raiseForStatus ? response.raiseForStatus() : response;
    } catch (error) {
      request.dropBody(error);
      if (!(error instanceof TimeoutError) || !scope.expired) throw error;
      if (this.#isClosed) throw closedDuring(`${request.method} ${request.url}`);
      throw timedOut("total", bounds, request, error.cause);
    } finally {
      this.#scopes.delete(scope);
    }
  }

  /** Makes one attempt; throws the error of a response that another attempt follows. */
  *#attempt(
    request: ClientRequest,
    settings: Settings,
    deadline: number,
    attempts: Attempts,
  ): Coroutine<ClientResponse> {
    const response = yield* this.#follow(request, settings, deadline);
    if (response.status < 400) return response;
    using held = new DisposableStack();
    held.use(response);
    const error = response.toError();
    if (attempts.wants(error)) throw error;
    held.move();
    return response;
  }

  /** Sends a request, and where it is redirected to. */
  *#follow(
    request: ClientRequest,
    settings: Settings,
    deadline: number,
  ): Coroutine<ClientResponse> {
    const history: Hop[] = [];
    for (let current = request;;) {
      this.#checkOpen();
      const exchange = new Exchange(this.#sender, current, settings.bounds, deadline);
      this.#exchanges.add(exchange);
      const response = yield* exchange.begin();
      try {
        this.#keepCookies(current, response);
        const next = settings.redirect === "manual" ? undefined : current.redirected(response);
        if (next === undefined) {
          return new ClientResponse(response, exchange, settings.maxBytes, history);
        }
        this.#checkRedirect(current, response, settings, history);
        current = next;
      } catch (error) {
        exchange.abort(error);
        throw error;
      }
      exchange.abort(undefined);
    }
  }

  /** Notes a redirect, or refuses to follow it. */
  #checkRedirect(
    request: ClientRequest,
    response: Response,
    settings: Settings,
    history: Hop[],
  ): void {
    const { method, url } = request;
    const { status, statusText, headers } = response;
    const { maxRedirects } = this.#settings;
    if (settings.redirect === "error") {
      throw new ClientResponseError(`REDIRECTED WITH STATUS ${status}`, request, response);
    }
    if (history.length === maxRedirects) {
      throw new TooManyRedirects(`MORE THAN ${maxRedirects} REDIRECTS`, request, response);
    }
    history.push({ method, url, status, statusText, headers });
  }

  /** Keeps the cookies of a response, if it keeps any. */
  #keepCookies(request: ClientRequest, response: Response): void {
    const { cookies } = this.#settings;
    if (cookies === undefined) return;
    for (const header of response.headers.getSetCookie()) cookies.set(header, request.target);
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

  /** Hands a request to the host, which neither follows redirects nor knows of cookies. */
  #send(request: ClientRequest, signal: AbortSignal): Promise<Response> {
    this.#pool ??= openPool(this.#settings.fetch);
    const { method, body } = request;
    const headers = this.#addCookies(request);
    const init: RequestInit & { duplex?: "half" } = { method, headers, signal, redirect: "manual" };
    if (body !== undefined) init.body = body;
    if (!request.isReplayable) init.duplex = "half";
    return this.#pool.fetch(request.target.href, init);
  }
}

/** Makes the error of what was under way when its session was closed. */
function closedDuring(what: string): RuntimeError {
  return new RuntimeError(`THE SESSION WAS CLOSED DURING: ${what}`);
}
