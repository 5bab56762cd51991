/**
 * Reading what a server asks a client to remember.
 *
 * @module
 */

/** Is a cookie, with whom it is for. */
export interface Cookie {
  /** Is its name. */
  readonly name: string;
  /** Is its value, as it came. */
  readonly value: string;
  /** Is the host it is for, without a leading dot. */
  readonly domain: string;
  /** Tells that it is for that host alone, and for none below it. */
  readonly hostOnly: boolean;
  /** Is the folder it is for. */
  readonly path: string;
  /** Is when it ends, in ms since 1970; `Infinity` if it lasts as long as its jar. */
  readonly expires: number;
  /** Tells that it is sent over HTTPS only. */
  readonly secure: boolean;
  /** Tells that it is not meant for scripts; a jar keeps the word, and nothing more. */
  readonly httpOnly: boolean;
}

/** Bounds what a cookie may take, name and value together: as RFC 6265 bis has it. */
const MOST_LENGTH = 4096;

/** Tells whether a host is an IP address, which has no hosts below it. */
function isAddress(host: string): boolean {
  return host.startsWith("[") || /^\d+(\.\d+){3}$/.test(host);
}

/** Tells whether a host is a domain or is below it. */
export function isWithin(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
}

/** Finds the path that a cookie is for if it does not say: the folder of what was asked. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** Reads the attributes of a cookie; of several with one name, the last counts. */
function readAttributes(parts: readonly string[]): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf("=");
    const name = (at < 0 ? part : part.slice(0, at)).trim().toLowerCase();
    attributes.set(name, at < 0 ? "" : part.slice(at + 1).trim());
  }
  return attributes;
}

/** Finds when a cookie ends: `Max-Age` counts more than `Expires`, nonsense counts for nothing. */
function readEnd(attributes: Map<string, string>, now: number): number {
  const age = attributes.get("max-age");
  if (age !== undefined && /^-?\d+$/.test(age)) {
    return Number(age) <= 0 ? -Infinity : now + Number(age) * 1000;
  }
  const date = Date.parse(attributes.get("expires") ?? "");
  return Number.isNaN(date) ? Infinity : date;
}

/** Tells whether a name makes promises that the cookie does not keep. */
function breaksPrefix(cookie: Cookie): boolean {
  const name = cookie.name.toLowerCase();
  if (name.startsWith("__secure-")) return !cookie.secure;
  if (!name.startsWith("__host-")) return false;
  return !cookie.secure || !cookie.hostOnly || cookie.path !== "/";
}

/** Reads a `Set-Cookie` header that came from an address; `undefined` if it may not be kept. */
export function readSetCookie(header: string, from: URL, now: number): Cookie | undefined {
  const [pair, ...rest] = header.split(";");
  const at = pair.indexOf("=");
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  if (at < 0 || name === "" || name.length + value.length > MOST_LENGTH) return undefined;
  // deno-lint-ignore no-control-regex -- they must not get into a header
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(header)) return undefined;
  const attributes = readAttributes(rest);
  const host = from.hostname;
  const domain = (attributes.get("domain") ?? "").replace(/^\./, "").toLowerCase();
  if (domain !== "" && !isWithin(host, domain)) return undefined;
  if (domain !== "" && !domain.includes(".") && domain !== host) return undefined;
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
