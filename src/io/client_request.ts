/**
 * What a client sends.
 *
 * @module
 */

import { ClientResponseError, InvalidUrl, type RequestName, type ResponseHead } from "../errors.ts";
import { show } from "../lowlevel.ts";
import type { Params, RequestOptions, SessionSettings } from "./client_options.ts";

/** Is the form of a method's name: a token, as RFC 9110 has it. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Begins an address that is not relative. */
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
/** Lists the methods that `fetch` refuses. */
const FORBIDDEN: readonly string[] = ["CONNECT", "TRACE", "TRACK"];
/** Lists the headers that say what a body is, and go with it. */
const ABOUT_BODY: readonly string[] = [
  "content-encoding",
  "content-language",
  "content-location",
  "content-type",
];
/** Lists the headers that are meant for one origin only. */
const SECRETS: readonly string[] = ["authorization", "cookie", "proxy-authorization"];

/** Is a request, with all that is needed to send it again. */
export class ClientRequest implements RequestName {
  /** Is its method, in upper case. */
  readonly method: string;
  /** Is where it goes. */
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
    session: SessionSettings,
    options: RequestOptions,
  ): ClientRequest {
    const name = readMethod(method);
    const target = readTarget(name, url, session.baseUrl);
    addParams(target, options.params);
    const headers = new Headers(session.headers);
    if (options.headers !== undefined) {
      for (const [key, value] of new Headers(options.headers)) headers.set(key, value);
    }
    moveCredentials(target, headers);
    const [body, type] = readBody(name, options);
    if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
    return new ClientRequest(name, target, headers, body);
  }

  /** Is where it goes, for messages. */
  get url(): string {
    return this.target.href;
  }

  /** Tells whether it can be sent a second time. */
  get isReplayable(): boolean {
    return !(this.body instanceof ReadableStream);
  }

  /** Lets the source of a stream clean up, unless the host has taken that over. */
  dropBody(reason: unknown): void {
    if (!(this.body instanceof ReadableStream) || this.body.locked) return;
    this.body.cancel(reason).catch(() => {}); // The request has failed with an error of its own.
  }

  /** Makes the request that a redirect asks for; `undefined` if the response is none. */
  redirected(head: ResponseHead): ClientRequest | undefined {
    const { status } = head;
    const location = head.headers.get("location");
    if (![301, 302, 303, 307, 308].includes(status) || location === null) return undefined;
    const target = URL.parse(location, this.target);
    if (target === null || !isHttp(target) || !hasReadableCredentials(target)) {
      throw new ClientResponseError(`CANNOT BE REDIRECTED TO ${show(location)}`, this, head);
    }
    target.hash ||= this.target.hash;
    const headers = new Headers(this.headers);
    if (target.origin !== this.target.origin) { for (const name of SECRETS) headers.delete(name); }
    moveCredentials(target, headers);
    const becomesGet = status === 303
      ? this.method !== "HEAD"
      : status < 303 && this.method === "POST";
    if (becomesGet) {
      for (const name of ABOUT_BODY) headers.delete(name);
      return new ClientRequest("GET", target, headers, undefined);
    }
    if (!this.isReplayable) {
      throw new ClientResponseError("A STREAM CANNOT BE SENT TWICE, AS IT IS ASKED", this, head);
    }
    return new ClientRequest(this.method, target, headers, this.body);
  }
}

/** Tells whether an address is one of HTTP. */
export function isHttp(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

/** Tells whether the name and the password in an address, if any, are text once decoded. */
function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Reads a method. */
function readMethod(method: unknown): string {
  if (typeof method !== "string") throw new TypeError(`method MUST BE A STRING: ${show(method)}`);
  const name = method.toUpperCase();
  if (!TOKEN.test(name) || FORBIDDEN.includes(name)) {
    throw new TypeError(`NOT A METHOD THAT CAN BE SENT: ${show(method)}`);
  }
  return name;
}

/** Reads an address; the result is the request's own. */
function readTarget(method: string, url: unknown, base: URL | undefined): URL {
  if (typeof url !== "string" && !(url instanceof URL)) {
    throw new TypeError(`url MUST BE A STRING OR A URL: ${show(url)}`);
  }
  const target = URL.parse(url, base);
  const request = { method, url: String(url) };
  if (target === null) {
    const isRelative = base === undefined && !SCHEME.test(request.url);
    throw new InvalidUrl(isRelative ? "NOT AN ADDRESS, AND NO baseUrl" : "NOT AN ADDRESS", request);
  }
  if (!isHttp(target)) throw new InvalidUrl("NOT AN ADDRESS OF HTTP", request);
  if (!hasReadableCredentials(target)) throw new InvalidUrl("MALFORMED CREDENTIALS", request);
  return target;
}

/** Adds to the query of an address. */
function addParams(target: URL, params: Params | undefined): void {
  if (params === undefined) return;
  for (const [name, value] of readPairs(params)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      target.searchParams.append(name, readParam("params", name, one));
    }
  }
}

/** Lists the names and values of a query. */
function readPairs(params: unknown): [name: string, value: unknown][] {
  if (typeof params === "object" && params !== null) {
    const pairs: unknown[] = Symbol.iterator in params
      ? [...params as Iterable<unknown>]
      : Object.entries(params);
    const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2;
    if (pairs.every(isPair)) return pairs as [string, unknown][];
  }
  throw new TypeError(`params MUST BE AN OBJECT OR A LIST OF PAIRS: ${show(params)}`);
}

/** Reads one value of a query or a form. */
function readParam(what: string, name: string, value: unknown): string {
  if (!["string", "number", "boolean"].includes(typeof value)) {
    throw new TypeError(
      `${what}.${name} MUST BE A STRING, A NUMBER OR A BOOLEAN: ${show(value)}`,
    );
  }
  return String(value);
}

/** Turns a name and a password in an address into a header: no message shows them then. */
function moveCredentials(target: URL, headers: Headers): void {
  const { username, password } = target;
  if (username === "" && password === "") return;
  target.username = target.password = "";
  if (headers.has("authorization")) return;
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const bytes = new TextEncoder().encode(secret);
  headers.set("authorization", `Basic ${btoa(String.fromCharCode(...bytes))}`);
}

/** Reads the body of a request, and what type it is if the host does not know. */
function readBody(
  method: string,
  options: RequestOptions,
): [body: BodyInit | undefined, type: string | undefined] {
  const { json, body, form } = options;
  const given = Object.entries({ json, body, form }).filter(([, value]) => value !== undefined);
  if (given.length === 0) return [undefined, undefined];
  const names = given.map(([name]) => name).join(", ");
  if (given.length > 1) throw new TypeError(`A REQUEST HAS ONE BODY, NOT ALL OF: ${names}`);
  if (method === "GET" || method === "HEAD") {
    throw new TypeError(`A ${method} REQUEST HAS NO BODY, AND THIS ONE HAS: ${names}`);
  }
  if (json !== undefined) return [stringify(json), "application/json"];
  if (body !== undefined) return [checkBody(body), undefined];
  return [readForm(form), undefined];
}

/** Writes JSON. */
function stringify(json: unknown): string {
  const text = JSON.stringify(json);
  if (text === undefined) throw new TypeError(`json MUST BE A VALUE THAT JSON HAS: ${show(json)}`);
  return text;
}

/** Refuses what the host would send as the name of its class. */
function checkBody(body: unknown): BodyInit {
  const isBody = typeof body === "string" || body instanceof ArrayBuffer ||
    ArrayBuffer.isView(body) || body instanceof Blob || body instanceof FormData ||
    body instanceof URLSearchParams || body instanceof ReadableStream;
  if (!isBody) {
    throw new TypeError(
      `body MUST BE A STRING, BYTES, A Blob, A FORM OR A ReadableStream: ${show(body)}`,
    );
  }
  return body as BodyInit;
}

/** Reads a form. */
function readForm(form: unknown): BodyInit {
  if (form instanceof FormData || form instanceof URLSearchParams) return form;
  if (typeof form !== "object" || form === null) {
    throw new TypeError(`form MUST BE AN OBJECT OR A FORM: ${show(form)}`);
  }
  const pairs = Object.entries(form).map(([name, value]) => [name, readParam("form", name, value)]);
  return new URLSearchParams(pairs);
}
