/**
 * How an HTTP client is configured, and what is refused.
 *
 * @module
 */

import { RuntimeError } from "../../errors.ts";
import {
  checkAddress,
  checkBoolean,
  checkCount,
  checkFunction,
  checkLimit,
  checkOneOf,
  checkOptions,
  show,
} from "../../lowlevel.ts";
import { CookieJar } from "../cookies/cookie_jar.ts";
import { hasReadableCredentials, isHttp, parseUrl, takeCredentials } from "./address.ts";
import { isBrowser } from "./browser.ts";
import { InvalidUrl } from "./client_error.ts";
import type { RequestBase, RequestOptions } from "./client_request.ts";
import { type ClientRetries, RetryPolicy } from "./client_retries.ts";
import {
  type Bounds,
  type ClientTimeout,
  completeBounds,
  DEFAULT_BOUNDS,
} from "./client_timeout.ts";
import { checkConnections, CONNECTION_NAMES, type ConnectionSettings } from "./host_pool.ts";
import type { TransportSettings } from "./transport.ts";

/** The configuration of a session. */
export interface ClientSessionOptions extends ConnectionSettings {
  /** What relative addresses are relative to; its path ends in a slash. */
  baseUrl?: string | URL | undefined;
  /**
   * Whether requests may go to other origins than that of `baseUrl`; what is secret in the session's
   * headers stays behind. False unless given: such an address is an `InvalidUrl`.
   */
  otherOrigins?: boolean | undefined;
  /** The headers to send with every request. */
  headers?: HeadersInit | undefined;
  /** How long, in ms, each request may take: a number is the total. A total of 5 minutes unless given. */
  timeout?: number | ClientTimeout | undefined;
  /** The most requests that are under way at once; 100 unless given. */
  limit?: number | undefined;
  /** The most requests under way at once to one origin; `Infinity` unless given. */
  limitPerHost?: number | undefined;
  /** Whether every response of status 400 and more throws. */
  raiseForStatus?: boolean | undefined;
  /** How often to send a request at most if it fails, or more about it. Once unless given. */
  retries?: number | ClientRetries | undefined;
  /** Where to keep cookies: `true` for a jar of its own. A browser keeps its own, and refuses this. */
  cookies?: boolean | CookieJar | undefined;
  /** The most bytes of a body, after decompression. */
  maxBytes?: number | undefined;
  /** How many redirects are followed, at most; 10 unless given. A browser has a limit of its own. */
  maxRedirects?: number | undefined;
  /** A function in place of the host's `fetch`, for what the host alone can do, or for tests. */
  fetch?: typeof fetch | undefined;
}

/** What a request and its session decided together. */
export interface Settings {
  readonly bounds: Bounds;
  readonly raiseForStatus: boolean;
  readonly redirect: "follow" | "error" | "manual";
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly retries: RetryPolicy;
}

/** The names of a session's options. */
const SESSION_OPTIONS: readonly (keyof ClientSessionOptions)[] = [
  "baseUrl",
  "otherOrigins",
  "headers",
  "timeout",
  "limit",
  "limitPerHost",
  "raiseForStatus",
  "retries",
  "cookies",
  "maxBytes",
  "maxRedirects",
  "fetch",
  ...CONNECTION_NAMES,
];
/** The names of a request's options. */
const REQUEST_OPTIONS: readonly (keyof RequestOptions)[] = [
  "headers",
  "params",
  "json",
  "body",
  "form",
  "timeout",
  "raiseForStatus",
  "redirect",
  "maxBytes",
  "retries",
];
/** Reads the address that others are relative to. */
function readBase(baseUrl: string | URL | undefined): URL | undefined {
  if (baseUrl === undefined) return undefined;
  checkAddress("baseUrl", baseUrl);
  const request = { method: "baseUrl", url: String(baseUrl) };
  const url = parseUrl(baseUrl);
  if (url === undefined) throw new InvalidUrl("Cannot read the address", request);
  if (!isHttp(url)) throw new InvalidUrl("Cannot ask an address that is not one of HTTP", request);
  if (!url.pathname.endsWith("/")) throw new InvalidUrl("The path must end in a slash", request);
  if (!hasReadableCredentials(url)) {
    throw new InvalidUrl("Cannot decode the credentials in the address", request);
  }
  return url;
}

/** Reads the headers of a session; the credentials in its address become one of them. */
function readHeaders(given: HeadersInit | undefined, base: URL | undefined): Headers {
  const headers = new Headers(given);
  const credentials = base && takeCredentials(base);
  if (credentials === undefined) return headers;
  if (headers.has("authorization")) {
    throw new TypeError(
      "Cannot send both the credentials in baseUrl and an authorization header: leave one out",
    );
  }
  headers.set("authorization", credentials);
  return headers;
}

/** The configuration of a session, checked and completed. */
export class SessionSettings implements Settings, RequestBase, TransportSettings {
  readonly baseUrl: URL | undefined;
  readonly otherOrigins: boolean;
  readonly headers: Headers;
  readonly bounds: Bounds;
  readonly limit: number;
  readonly limitPerHost: number;
  readonly raiseForStatus: boolean;
  readonly redirect = "follow";
  readonly retries: RetryPolicy;
  readonly cookies: CookieJar | undefined;
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly fetch: typeof fetch | undefined;
  readonly connections: ConnectionSettings;

  /** Checks and completes options. */
  constructor(options: ClientSessionOptions) {
    checkOptions("ClientSession", options, SESSION_OPTIONS);
    const { limit = 100, limitPerHost = Infinity, cookies = false } = options;
    const { retries = 1, maxRedirects = 10, fetch } = options;
    checkLimit(limit);
    checkCount("limitPerHost", limitPerHost, 1);
    checkSettings(options);
    checkCount("maxRedirects", maxRedirects, 0);
    if (typeof cookies !== "boolean" && !(cookies instanceof CookieJar)) {
      throw new TypeError(`cookies must be a boolean or a CookieJar: ${show(cookies)}`);
    }
    if (cookies !== false) refuseInBrowser("keep cookies", "keeps them itself, and shows none");
    if (fetch !== undefined) checkFunction("fetch", fetch);
    checkConnections(options, fetch && "fetch");
    if (options.otherOrigins !== undefined) checkBoolean("otherOrigins", options.otherOrigins);
    this.baseUrl = readBase(options.baseUrl);
    this.otherOrigins = options.otherOrigins ?? false;
    this.headers = readHeaders(options.headers, this.baseUrl);
    this.bounds = completeBounds(options.timeout, DEFAULT_BOUNDS);
    this.limit = limit;
    this.limitPerHost = limitPerHost;
    this.raiseForStatus = options.raiseForStatus ?? false;
    this.retries = new RetryPolicy(retries);
    this.cookies = cookies === true ? new CookieJar() : cookies || undefined;
    this.maxBytes = options.maxBytes ?? Infinity;
    this.maxRedirects = maxRedirects;
    this.fetch = fetch;
    this.connections = options;
  }

  /** Decides what holds for one request. */
  with(options: RequestOptions): Settings {
    checkOptions("a request", options, REQUEST_OPTIONS);
    checkSettings(options);
    const { retries, redirect = "follow" } = options;
    checkOneOf("redirect", redirect, ["follow", "error", "manual"]);
    if (redirect === "manual") {
      refuseInBrowser("leave a redirect alone", "shows nothing of one");
    }
    return {
      bounds: completeBounds(options.timeout, this.bounds),
      raiseForStatus: options.raiseForStatus ?? this.raiseForStatus,
      redirect,
      maxBytes: options.maxBytes ?? this.maxBytes,
      maxRedirects: this.maxRedirects,
      retries: retries === undefined ? this.retries : new RetryPolicy(retries, this.retries.budget),
    };
  }
}

/** Refuses what a browser does itself. */
function refuseInBrowser(what: string, why: string): void {
  if (!isBrowser()) return;
  throw new RuntimeError(`Cannot ${what} here: a browser ${why}`);
}

/** Refuses ill-typed options that sessions and requests share. */
function checkSettings({ raiseForStatus, maxBytes }: ClientSessionOptions | RequestOptions): void {
  if (raiseForStatus !== undefined) checkBoolean("raiseForStatus", raiseForStatus);
  if (maxBytes !== undefined) checkCount("maxBytes", maxBytes, 0);
}
