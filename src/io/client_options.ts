/**
 * How an HTTP client is configured, and what is refused.
 *
 * @module
 */

import { InvalidUrl } from "../errors.ts";
import { checkCount, checkDelay, checkLimit, checkOptions, show } from "../lowlevel.ts";
import { checkKind } from "./check_kind.ts";
import { isHttp } from "./client_request.ts";
import { type ClientRetries, RetryPolicy } from "./client_retries.ts";
import { CookieJar } from "./cookie_jar.ts";

/** Bounds, in ms, how long parts of a request may take. `Infinity` is no bound. */
export interface ClientTimeout {
  /** Bounds everything: waiting for a place, redirects, retries, and reading the body. */
  total?: number | undefined;
  /**
   * Bounds the time until the head of a response has come, for each attempt and each redirect.
   *
   * Waiting for a place in the pool, looking up the name, connecting, TLS, sending the request, and
   * the server's thinking: `fetch` does not tell them apart, so neither can this.
   */
  connect?: number | undefined;
  /** Bounds the wait for each piece of a body. */
  read?: number | undefined;
}

/** Is all of {@linkcode ClientTimeout}, with every bound known. */
export type Bounds = { readonly [bound in keyof ClientTimeout]-?: number };

/** Configures a session. */
export interface ClientSessionOptions {
  /** Is what relative addresses are relative to; its path ends in a slash. */
  baseUrl?: string | URL | undefined;
  /** Are sent with every request. */
  headers?: HeadersInit | undefined;
  /** Bounds every request, in ms: a number is the total. A total of 5 minutes unless given. */
  timeout?: number | ClientTimeout | undefined;
  /** Bounds the requests that are under way at once; 100 unless given. */
  limit?: number | undefined;
  /** Bounds the requests under way at once to one origin; `Infinity` unless given. */
  limitPerHost?: number | undefined;
  /** Makes every response of status 400 and more throw. */
  raiseForStatus?: boolean | undefined;
  /** Tries failed requests again: how often at most, or more about it. Never unless given. */
  retries?: number | ClientRetries | undefined;
  /** Keeps cookies: `true` for a jar of its own. */
  cookies?: boolean | CookieJar | undefined;
  /** Bounds the bytes of a body, after decompression. */
  maxBytes?: number | undefined;
  /** Bounds how many redirects are followed; 10 unless given. */
  maxRedirects?: number | undefined;
  /** Takes the place of the host's `fetch`, for a proxy, certificates, or tests. */
  fetch?: typeof fetch | undefined;
}

/** Holds what a request sends in its address. */
export type Params =
  | URLSearchParams
  | Iterable<readonly [string, string | number | boolean]>
  | { readonly [name: string]: Param | readonly Param[] | undefined };

/** Is one value in an address. */
export type Param = string | number | boolean;

/** Configures one request; what is left out is the session's. */
export interface RequestOptions {
  /** Are sent besides those of the session, or instead of those of the same name. */
  headers?: HeadersInit | undefined;
  /** Is added to the query of the address; a list repeats its name. */
  params?: Params | undefined;
  /** Is sent as JSON. */
  json?: unknown;
  /** Is sent as it is. A stream can be sent once only: neither retried nor redirected. */
  body?: BodyInit | undefined;
  /** Is sent as a form: URL-encoded, or multipart if it is a `FormData`. */
  form?: FormData | URLSearchParams | Readonly<Record<string, Param>> | undefined;
  /** Bounds the request, in ms; what an object leaves out is the session's. */
  timeout?: number | ClientTimeout | undefined;
  /** Makes a status of 400 and more throw. */
  raiseForStatus?: boolean | undefined;
  /** Says what becomes of redirects: `"follow"` unless given. */
  redirect?: "follow" | "error" | "manual" | undefined;
  /** Bounds the bytes of the body, after decompression. */
  maxBytes?: number | undefined;
  /** Tries again what failed. */
  retries?: number | ClientRetries | undefined;
}

/** Is what a request and its session decided together. */
export interface Settings {
  readonly bounds: Bounds;
  readonly raiseForStatus: boolean;
  readonly redirect: "follow" | "error" | "manual";
  readonly maxBytes: number;
  readonly retries: RetryPolicy;
}

/** Lists the options of a session. */
const SESSION_OPTIONS: readonly (keyof ClientSessionOptions)[] = [
  "baseUrl",
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
];
/** Lists the options of a request. */
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
/** Lists the bounds. */
const BOUNDS: readonly (keyof ClientTimeout)[] = ["total", "connect", "read"];
/** Are the bounds of a session that sets none: those of aiohttp. */
const DEFAULT_BOUNDS: Bounds = { total: 300_000, connect: Infinity, read: Infinity };

/** Completes bounds from what is around them. */
function completeBounds(
  timeout: number | ClientTimeout | undefined,
  around: Bounds,
): Bounds {
  if (timeout === undefined) return around;
  checkKind("timeout", timeout, "number", "object");
  const bounds = typeof timeout === "number" ? { total: timeout } : timeout;
  checkOptions("timeout", bounds, BOUNDS);
  for (const name of BOUNDS) {
    const bound = bounds[name];
    if (bound === undefined) continue;
    checkDelay(`timeout.${name}`, bound);
    if (bound <= 0) throw new RangeError(`timeout.${name} MUST BE ABOVE 0: ${bound}`);
  }
  const { total = around.total, connect = around.connect, read = around.read } = bounds;
  return { total, connect, read };
}

/** Reads the address that others are relative to. */
function readBase(baseUrl: string | URL | undefined): URL | undefined {
  if (baseUrl === undefined) return undefined;
  if (typeof baseUrl !== "string" && !(baseUrl instanceof URL)) {
    throw new TypeError(`baseUrl MUST BE A STRING OR A URL: ${show(baseUrl)}`);
  }
  const request = { method: "baseUrl", url: String(baseUrl) };
  const url = URL.parse(baseUrl);
  if (url === null) throw new InvalidUrl("NOT AN ADDRESS", request);
  if (!isHttp(url)) throw new InvalidUrl("NOT AN ADDRESS OF HTTP", request);
  if (!url.pathname.endsWith("/")) throw new InvalidUrl("ITS PATH MUST END IN A SLASH", request);
  return url;
}

/** Is the configuration of a session, checked and completed. */
export class SessionSettings implements Settings {
  readonly baseUrl: URL | undefined;
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
      throw new TypeError(`cookies MUST BE A BOOLEAN OR A CookieJar: ${show(cookies)}`);
    }
    checkKind("fetch", fetch, "function");
    this.baseUrl = readBase(options.baseUrl);
    this.headers = new Headers(options.headers);
    this.bounds = completeBounds(options.timeout, DEFAULT_BOUNDS);
    this.limit = limit;
    this.limitPerHost = limitPerHost;
    this.raiseForStatus = options.raiseForStatus ?? false;
    this.retries = new RetryPolicy(retries);
    this.cookies = cookies === true ? new CookieJar() : cookies || undefined;
    this.maxBytes = options.maxBytes ?? Infinity;
    this.maxRedirects = maxRedirects;
    this.fetch = fetch;
  }

  /** Decides what holds for one request. */
  with(options: RequestOptions): Settings {
    checkOptions("A REQUEST", options, REQUEST_OPTIONS);
    checkSettings(options);
    const { retries, redirect = "follow" } = options;
    if (!["follow", "error", "manual"].includes(redirect)) {
      throw new TypeError(`redirect MUST BE "follow", "error" OR "manual": ${show(redirect)}`);
    }
    return {
      bounds: completeBounds(options.timeout, this.bounds),
      raiseForStatus: options.raiseForStatus ?? this.raiseForStatus,
      redirect,
      maxBytes: options.maxBytes ?? this.maxBytes,
      retries: retries === undefined ? this.retries : new RetryPolicy(retries),
    };
  }
}

/** Refuses ill-typed options that sessions and requests share. */
function checkSettings({ raiseForStatus, maxBytes }: ClientSessionOptions | RequestOptions): void {
  checkKind("raiseForStatus", raiseForStatus, "boolean");
  if (maxBytes !== undefined) checkCount("maxBytes", maxBytes, 0);
}
