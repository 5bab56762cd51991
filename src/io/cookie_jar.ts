/**
 * What servers ask a client to remember.
 *
 * @module
 */

import { type Cookie, isWithin, readSetCookie } from "./set_cookie.ts";

/** Tells whether a path is a folder's, or below it. */
function isBelow(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return path.length === folder.length || folder.endsWith("/") || path[folder.length] === "/";
}

/** Tells whether a cookie is sent to an address. */
function isFor(cookie: Cookie, url: URL): boolean {
  const { hostname, pathname, protocol } = url;
  const isHost = cookie.hostOnly ? hostname === cookie.domain : isWithin(hostname, cookie.domain);
  return isHost && isBelow(pathname, cookie.path) && (!cookie.secure || protocol === "https:");
}

/**
 * Keeps the cookies of a session, or of several that share it.
 *
 * It goes by host, path, expiry and `Secure`, and keeps those of redirects too. It knows no list of
 * public suffixes, so that `co.uk` is a domain like any other, and nothing of `SameSite`, which is
 * about pages.
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
  /** Holds cookies in the order in which they first came, by what makes them one. */
  readonly #cookies = new Map<string, Cookie>();

  /** Counts the cookies that have not expired. */
  get size(): number {
    return [...this].length;
  }

  /** Takes a `Set-Cookie` header that came from an address; returns whether it may be kept. */
  set(header: string, from: string | URL): boolean {
    const now = Date.now();
    const cookie = readSetCookie(header, new URL(from), now);
    if (cookie === undefined) return false;
    const key = JSON.stringify([cookie.domain, cookie.hostOnly, cookie.path, cookie.name]);
    if (cookie.expires <= now) this.#cookies.delete(key);
    else this.#cookies.set(key, cookie);
    return true;
  }

  /** Gives the `Cookie` header for an address; `undefined` if there is nothing to send. */
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

  /** Gives the cookies, and drops those that have expired. */
  *[Symbol.iterator](): Generator<Cookie, void, undefined> {
    const now = Date.now();
    for (const [key, cookie] of this.#cookies) {
      if (cookie.expires <= now) this.#cookies.delete(key);
      else yield cookie;
    }
  }
}
