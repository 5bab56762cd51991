/**
 * Asking servers over HTTP.
 *
 * @module
 */

import { TimeoutError } from "../../errors.ts";
import { type Awaitable, type Coroutine, Operation, runningLoop, Timeout } from "../../lowlevel.ts";
import type { CookieJar } from "../cookies/cookie_jar.ts";
import { attempt } from "./attempts.ts";
import { ClientRequest, type RequestOptions } from "./client_request.ts";
import type { ClientResponse } from "./client_response.ts";
import { timedOut } from "./client_timeout.ts";
import { type ClientSessionOptions, SessionSettings, type Settings } from "./session_options.ts";
import { closedDuring, Transport } from "./transport.ts";

/** The number of requests of a session, at one moment. */
export interface SessionStatistics {
  /** Those that hold a place: under way, or with a body that is not read yet. */
  readonly active: number;
  /** Those that wait for a place. */
  readonly waiting: number;
}

/**
 * A client of HTTP: its requests share connections and settings, and end together when it is closed.
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
  readonly #transport: Transport;
  /** The scopes of the requests whose response has not come, attempts and waits alike. */
  readonly #scopes = new Set<Timeout>();

  /** Makes a session; it opens connections when they are needed. */
  constructor(options: ClientSessionOptions = {}) {
    this.#settings = new SessionSettings(options);
    this.#transport = new Transport(this.#settings);
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#transport.closed;
  }

  /** Where it keeps cookies, if it does. */
  get cookies(): CookieJar | undefined {
    return this.#settings.cookies;
  }

  /** Sends a request; returns the response when its head has come. */
  request(
    method: string,
    url: string | URL,
    options: RequestOptions = {},
  ): Awaitable<ClientResponse> {
    this.#transport.checkOpen();
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

  /** Counts its requests, at this moment. */
  statistics(): SessionStatistics {
    return this.#transport.statistics();
  }

  /**
   * Aborts what is under way, and closes the connections. Harmless when done before.
   *
   * Tasks that wait for a response or read one get a `RuntimeError`.
   */
  close(): void {
    if (this.closed) return;
    this.#transport.close();
    for (const scope of this.#scopes) {
      if (!scope.expired) scope.reschedule(0); // Between two attempts there is no transfer.
    }
  }

  /** Closes it, at the end of a `using` or `await using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Sends a request within its total time. */
  *#perform(request: ClientRequest, settings: Settings): Coroutine<ClientResponse> {
    const { bounds } = settings;
    const deadline = runningLoop().time() + bounds.total;
    const scope = Timeout["at"](deadline);
    this.#scopes.add(scope);
    try {
      const response = yield* scope["run"](() =>
        attempt(request, settings, this.#transport, deadline)
      );
      return settings.raiseForStatus ? response.raiseForStatus() : response;
    } catch (error) {
      request.dropBody(error);
      if (!(error instanceof TimeoutError) || !scope.expired) throw error;
      if (this.closed) throw closedDuring(`${request.method} ${request.url}`);
      throw timedOut("total", bounds, request, error.cause);
    } finally {
      this.#scopes.delete(scope);
    }
  }
}
