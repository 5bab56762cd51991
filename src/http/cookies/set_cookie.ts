/**
 * Reading what a server asks a client to remember.
 *
 * @module
 */

import { readCookieDate } from "./cookie_date.ts";

/** A cookie, with whom it is for. */
export interface Cookie {
  /** Its name. */
  readonly name: string;
  /** Its value, as it came. */
  readonly value: string;
  /** The host it is for, without a leading dot. */
  readonly domain: string;
  /** Whether it is for that host alone, and for none below it. */
  readonly hostOnly: boolean;
  /** The folder it is for. */
  readonly path: string;
  /** When it ends, in ms since 1970; `Infinity` if it lasts as long as its jar. */
  readonly expires: number;
  /** Whether it is sent over HTTPS only. */
  readonly secure: boolean;
  /** Whether it is not meant for scripts; a jar keeps the word, and nothing more. */
  readonly httpOnly: boolean;
}

/** The most bytes that a cookie may take, name and value together: as RFC 6265bis has it. */
const MOST_BYTES = 4096;
/** The most that the value of an attribute may take; a longer one counts for nothing. */
const MOST_OF_ATTRIBUTE = 1024;

/** A function that checks whether anybody may have a host below a domain, as below `co.uk`. */
export type SuffixTest = (domain: string) => boolean;

/** Checks whether a host is an IP address, which has no hosts below it. */
function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);
}

/** Checks whether a host is a domain or is below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
}

/** Returns the path that a cookie is for if it does not say: the folder of what was asked. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Reads the attributes of a cookie; of several with one name, the last counts. */
function readAttributes(parts: readonly string[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf("=");
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    const value = at < 0 ? "" : part.slice(at + 1).trim();
    if (value.length <= MOST_OF_ATTRIBUTE) attributes.set(name, value);
  }
  return attributes;
}

/**
 * Returns the domain that a cookie is for; `""` if that is the host alone, and `undefined` if it is
 * for hosts that are not its server's.
 */
function readDomain(given: string, host: string, isPublicSuffix: SuffixTest): string | undefined {
  const domain = given.replace(/^\./, "").toLowerCase();
  if (domain === "") return "";
  if (!isWithin(host, domain)) return undefined;
  const isShared = !domain.replace(/\.$/, "").includes(".") || isPublicSuffix(domain);
  if (!isShared) return domain;
  return domain === host ? "" : undefined;
}

/** Returns when a cookie ends: `Max-Age` counts more than `Expires`, nonsense counts for nothing. */
function readEnd(attributes: Map<string, string>, now: number): number {
  const age = attributes.get("max-age");
  if (age !== undefined && /^-?\d+$/.test(age)) {
    return Number(age) <= 0 ? -Infinity : now + Number(age) * 1000;
  }
  return readCookieDate(attributes.get("expires") ?? "") ?? Infinity;
}

/** Checks whether a name makes promises that the cookie does not keep. */
function breaksPrefix(cookie: Cookie): boolean {
  const name = cookie.name.toLowerCase();
  if (name.startsWith("__secure-")) return !cookie.secure;
  if (!name.startsWith("__host-")) return false;
  return !cookie.secure || !cookie.hostOnly || cookie.path !== "/";
}

/** Reads a `Set-Cookie` header that came from an address; `undefined` if it may not be kept. */
export function readSetCookie(
  header: string,
  from: URL,
  now: number,
  isPublicSuffix: SuffixTest,
): Cookie | undefined {
  const [pair, ...rest] = header.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  if (at < 0 || name === "") return undefined;
  if (new TextEncoder().encode(name + value).length > MOST_BYTES) return undefined;
  // deno-lint-ignore no-control-regex -- they must not get into a header
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(header)) return undefined;
  const attributes = readAttributes(rest);
  const host = from.hostname;
  const domain = readDomain(attributes.get("domain") ?? "", host, isPublicSuffix);
  if (domain === undefined) return undefined;
  const path = attributes.get("path") ?? "";
  const cookie: Cookie = {
    name,
    value,
    domain: domain || host,
    hostOnly: domain === "",
    path: path.startsWith("/") ? path : folderOf(from.pathname),
    expires: readEnd(attributes, now),
    secure: attributes.has("secure"),
    httpOnly: attributes.has("httponly"),
  };
  if (cookie.secure && from.protocol !== "https:") return undefined;
  return breaksPrefix(cookie) ? undefined : cookie;
}
