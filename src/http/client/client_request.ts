/**
 * What a client sends.
 *
 * @module
 */

import { checkAddress, checkString, show } from "../../lowlevel.ts";
import { hasReadableCredentials, isHttp, parseUrl, takeCredentials } from "./address.ts";
import {
  ClientResponseError,
  InvalidUrl,
  type RequestName,
  type ResponseHead,
} from "./client_error.ts";
import type { ClientRetries } from "./client_retries.ts";
import type { ClientTimeout } from "./client_timeout.ts";
import { addParams, type Params } from "./query.ts";
import { readBody } from "./request_body.ts";
import { dropSecrets } from "./secret_headers.ts";

/** The configuration of one request; what is left out is the session's. */
export interface RequestOptions {
  /** The headers to send besides those of the session, or instead of those of the same name. */
  headers?: HeadersInit | undefined;
  /** What to add to the query of the address; a list repeats its name. */
  params?: Params | undefined;
  /** The body, to be sent as JSON. */
  json?: unknown;
  /** The body, to be sent as it is. A stream can be sent once only: neither retried nor redirected. */
  body?: BodyInit | undefined;
  /** The body, to be sent as a form: URL-encoded, or multipart if it is a `FormData`. */
  form?:
    | FormData
    | URLSearchParams
    | Readonly<Record<string, string | number | boolean>>
    | undefined;
  /** How long, in ms, the request may take; what an object leaves out is the session's. */
  timeout?: number | ClientTimeout | undefined;
  /** Whether a status of 400 and more throws. */
  raiseForStatus?: boolean | undefined;
  /** What becomes of redirects: `"follow"` unless given. */
  redirect?: "follow" | "error" | "manual" | undefined;
  /** The most bytes of a body, after decompression. */
  maxBytes?: number | undefined;
  /** How often to send it at most if it fails, or more about it. */
  retries?: number | ClientRetries | undefined;
}

/** What a session adds to each of its requests. */
export interface RequestBase {
  /** What relative addresses are relative to. */
  readonly baseUrl: URL | undefined;
  /** Whether requests may go to other origins than that of `baseUrl`. */
  readonly otherOrigins: boolean;
  readonly headers: Headers;
}

/** The form of a method's name: a token, as RFC 9110 has it. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** The beginning of an address that is not relative. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** The methods that `fetch` refuses. */
const FORBIDDEN: readonly string[] = ["CONNECT", "TRACE", "TRACK"];
/** The headers that say what a body is, and go with it. */
const ABOUT_BODY: readonly string[] = [
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
];

/** A request, with all that is needed to send it again. */
export class ClientRequest implements RequestName {
  /** Its method, in upper case. */
  readonly method: string;
  /** Where it goes. */
  readonly target: URL;
  readonly headers: Headers;
  readonly body: BodyInit | undefined;

  /** Takes what was checked. */
  private constructor(
    method: string,
    target: URL,
    headers: Headers,
    body: BodyInit | undefined,
  ) {
    this.method = method;
    this.target = target;
    this.headers = headers;
    this.body = body;
  }

  /** Checks what a user asks for. */
  static from(
    method: string,
    url: string | URL,
    session: RequestBase,
    options: RequestOptions,
  ): ClientRequest {
    const name = readMethod(method);
    const target = readTarget(name, url, session.baseUrl);
    const credentials = takeCredentials(target);
    checkOrigin(name, target, session);
    addParams(target, options.params);
    const headers = mergeHeaders(target, session, new Headers(options.headers), credentials);
    const [body, type] = readBody(name, options);
    if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
    return new ClientRequest(name, target, headers, body);
  }

  /** Where it goes, for messages. */
  get url(): string {
    return this.target.href;
  }

  /** Whether it can be sent a second time. */
  get isReplayable(): boolean {
    return !(this.body instanceof ReadableStream);
  }

  /** Lets the source of a stream clean up, unless the host has taken that over. */
  dropBody(reason: unknown): void {
    if (!(this.body instanceof ReadableStream) || this.body.locked) return;
    this.body.cancel(reason).catch(() => {}); // The request has failed with an error of its own.
  }

  /** Returns the request that a redirect asks for; `undefined` if the response is none. */
  redirected(head: ResponseHead): ClientRequest | undefined {
    const { status } = head;
    const location = head.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
    const target = parseUrl(location, this.target);
    if (target === undefined || !isHttp(target) || !hasReadableCredentials(target)) {
      throw new ClientResponseError(`Cannot follow the redirect to ${show(location)}`, this, head);
    }
    target.hash ||= this.target.hash;
    const headers = new Headers(this.headers);
    if (target.origin !== this.target.origin) dropSecrets(headers);
    const credentials = takeCredentials(target);
    if (credentials !== undefined) headers.set("authorization", credentials);
    const becomesGet = status === 303
      ? this.method !== "HEAD"
      : status < 303 && this.method === "POST";
    if (becomesGet) {
      for (const name of ABOUT_BODY) headers.delete(name);
      return new ClientRequest("GET", target, headers, undefined);
    }
    if (!this.isReplayable) {
      const what =
        "Cannot follow the redirect, as the body is a stream, which can be sent once only";
      throw new ClientResponseError(what, this, head);
    }
    return new ClientRequest(this.method, target, headers, this.body);
  }
}

/** Reads a method. */
function readMethod(method: unknown): string {
  checkString("method", method);
  const name = method.toUpperCase();
  if (!TOKEN.test(name) || FORBIDDEN.includes(name)) {
    throw new TypeError(`method must be one that can be sent: ${show(method)}`);
  }
  return name;
}

/** Reads an address; the result is the request's own. */
function readTarget(method: string, url: unknown, base: URL | undefined): URL {
  checkAddress("url", url);
  const target = parseUrl(url, base);
  const request = { method, url: String(url) };
  if (target === undefined) {
    const isRelative = base === undefined && !SCHEME.test(request.url);
    const what = isRelative
      ? "Cannot resolve a relative address without the session's option baseUrl"
      : "Cannot read the address";
    throw new InvalidUrl(what, request);
  }
  if (!isHttp(target)) {
    throw new InvalidUrl("Cannot ask an address that is not one of HTTP", request);
  }
  if (!hasReadableCredentials(target)) {
    throw new InvalidUrl("Cannot decode the credentials in the address", request);
  }
  return target;
}

/** Refuses to leave the origin of a session, unless the session may: a path may come from outside. */
function checkOrigin(
  method: string,
  target: URL,
  { baseUrl, otherOrigins }: RequestBase,
): void {
  if (baseUrl === undefined || otherOrigins || target.origin === baseUrl.origin) return;
  throw new InvalidUrl(
    `Cannot leave ${baseUrl.origin}, the origin of baseUrl, without the session's option otherOrigins`,
    { method, url: target.href },
  );
}

/** Joins the headers of a session, of one of its requests, and of the credentials in its address. */
function mergeHeaders(
  target: URL,
  { baseUrl, headers }: RequestBase,
  own: Headers,
  credentials: string | undefined,
): Headers {
  const all = new Headers(headers);
  if (baseUrl !== undefined && target.origin !== baseUrl.origin) dropSecrets(all);
  for (const [name, value] of own) all.set(name, value);
  if (credentials === undefined) return all;
  if (own.has("authorization")) {
    throw new TypeError(
      "Cannot send both the credentials in an address and an authorization header: leave one out",
    );
  }
  all.set("authorization", credentials);
  return all;
}
