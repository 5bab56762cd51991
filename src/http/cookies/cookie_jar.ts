/**
 * What servers ask a client to remember.
 *
 * @module
 */

import { checkCount, checkFunction, checkOptions } from "../../lowlevel.ts";
import { type Cookie, isWithin, readSetCookie, type SuffixTest } from "./set_cookie.ts";

/** The configuration of a jar. */
export interface CookieJarOptions {
  /** The most cookies of one domain that are kept; 50 unless given. */
  maxPerHost?: number | undefined;
  /** The most cookies that are kept in all; 3,000 unless given. */
  maxCookies?: number | undefined;
  /**
   * A function that checks whether anybody may have a host below a domain, as below `co.uk`: a
   * cookie for all of them is refused. A domain without a dot is always taken for one.
   */
  isPublicSuffix?: ((domain: string) => boolean) | undefined;
}

const NAMES: readonly (keyof CookieJarOptions)[] = ["maxPerHost", "maxCookies", "isPublicSuffix"];

/** Checks whether a path is a folder's, or below it. */
function isBelow(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return path.length === folder.length || folder.endsWith("/") || path[folder.length] === "/";
}

/** Returns what makes a cookie one, as text. */
function keyOf({ domain, hostOnly, path, name }: Cookie): string {
  return JSON.stringify([domain, hostOnly, path, name]);
}

/** Checks whether a cookie would be sent beside another of its name, or in its place. */
function overlays(cookie: Cookie, other: Cookie): boolean {
  return cookie.name === other.name && isBelow(cookie.path, other.path) &&
    (isWithin(cookie.domain, other.domain) || isWithin(other.domain, cookie.domain));
}

/** Checks whether a cookie is sent to an address. */
function isFor(cookie: Cookie, url: URL): boolean {
  const { hostname, pathname, protocol } = url;
  const isHost = cookie.hostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain);
  return isHost && isBelow(pathname, cookie.path) && (!cookie.secure || protocol === "https:");
}

/**
 * The cookies of a session, or of several that share it.
 *
 * It goes by host, path, expiry and `Secure`, and keeps those of redirects too. What came over plain
 * HTTP neither replaces, hides nor ends a cookie that is `Secure`. When there are too many, the
 * oldest goes, one that is not `Secure` first; one of more than 4,096 bytes is not taken.
 *
 * **Gotchas.** It has no list of public suffixes: without `isPublicSuffix`, `co.uk` is a domain like
 * any other. It knows nothing of `SameSite`, which is about pages.
 *
 * ```ts
 * import { CookieJar } from "@weft/weft/io.ts";
 *
 * const jar = new CookieJar();
 * jar.set("id=7; Path=/shop", "https://example.org/shop/cart");
 * console.assert(jar.headerFor("https://example.org/shop/pay") === "id=7");
 * console.assert(jar.headerFor("https://example.org/") === undefined);
 * ```
 */
export class CookieJar implements Iterable<Cookie> {
  /** Its cookies, in the order in which they first came, by what makes them one. */
  readonly #cookies = new Map<string, Cookie>();
  readonly #maxPerHost: number;
  readonly #maxCookies: number;
  readonly #isPublicSuffix: SuffixTest;

  /** Makes an empty jar. */
  constructor(options: CookieJarOptions = {}) {
    checkOptions("CookieJar", options, NAMES);
    const { maxPerHost = 50, maxCookies = 3000, isPublicSuffix = () => false } = options;
    checkCount("maxPerHost", maxPerHost, 1);
    checkCount("maxCookies", maxCookies, 1);
    if (isPublicSuffix !== undefined) checkFunction("isPublicSuffix", isPublicSuffix);
    this.#maxPerHost = maxPerHost;
    this.#maxCookies = maxCookies;
    this.#isPublicSuffix = isPublicSuffix;
  }

  /** The number of cookies that have not expired. */
  get size(): number {
    return [...this].length;
  }

  /** Takes a `Set-Cookie` header that came from an address; returns whether it may be kept. */
  set(header: string, from: string | URL): boolean {
    const now = Date.now();
    const url = new URL(from);
    const cookie = readSetCookie(header, url, now, this.#isPublicSuffix);
    if (cookie === undefined) return false;
    if (url.protocol !== "https:" && this.#protects(cookie)) return false;
    const key = keyOf(cookie);
    if (cookie.expires <= now) {
      this.#cookies.delete(key);
    } else {
      this.#cookies.set(key, cookie);
      this.#makeRoom(cookie.domain);
    }
    return true;
  }

  /** Checks whether there is a secure cookie that one from an insecure address may not touch. */
  #protects(cookie: Cookie): boolean {
    return [...this].some((other) => other.secure && overlays(cookie, other));
  }

  /** Drops a cookie if those of a domain, or all, have become too many. */
  #makeRoom(domain: string): void {
    if (this.#cookies.size <= Math.min(this.#maxPerHost, this.#maxCookies)) return;
    const own = [...this].filter((cookie) => cookie.domain === domain);
    if (own.length > this.#maxPerHost) this.#dropOldest(own);
    if (this.size > this.#maxCookies) this.#dropOldest([...this]);
  }

  /** Drops the oldest of some cookies that is not secure; the oldest if all are. */
  #dropOldest(cookies: readonly Cookie[]): void {
    this.#cookies.delete(keyOf(cookies.find(({ secure }) => !secure) ?? cookies[0]));
  }

  /** Returns the `Cookie` header for an address; `undefined` if there is nothing to send. */
  headerFor(url: string | URL): string | undefined {
    const to = new URL(url);
    const cookies = [...this].filter((cookie) => isFor(cookie, to));
    if (cookies.length === 0) return undefined;
    cookies.sort((one, other) => other.path.length - one.path.length);
    return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  }

  /** Forgets all cookies. */
  clear(): void {
    this.#cookies.clear();
  }

  /** Iterates over the cookies, and drops those that have expired. */
  *[Symbol.iterator](): Generator<Cookie, void, undefined> {
    const now = Date.now();
    for (const [key, cookie] of this.#cookies) {
      if (cookie.expires <= now) this.#cookies.delete(key);
      else yield cookie;
    }
  }
}
