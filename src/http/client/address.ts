/**
 * Addresses of HTTP, and the name and the password in them.
 *
 * @module
 */

/** Reads an address; `undefined` if it is none. Not every host has `URL.parse()`. */
export function parseUrl(url: string | URL, base?: URL): URL | undefined {
  try {
    return new URL(url, base);
  } catch {
    return undefined;
  }
}

/** Checks whether an address is one of HTTP. */
export function isHttp(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

/** Checks whether the name and the password in an address, if any, are text once decoded. */
export function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Takes the name and the password out of an address; `undefined` if there are none. */
export function splitCredentials(
  url: URL,
): { readonly username: string; readonly password: string } | undefined {
  const { username, password } = url;
  if (username === "" && password === "") return undefined;
  url.username = url.password = "";
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}

/**
 * Takes the name and the password out of an address, so that no message shows them.
 *
 * Returns the header that says the same; `undefined` if there are none.
 */
export function takeCredentials(url: URL): string | undefined {
  const credentials = splitCredentials(url);
  if (credentials === undefined) return undefined;
  const secret = `${credentials.username}:${credentials.password}`;
  const bytes = new TextEncoder().encode(secret);
  return `Basic ${btoa(String.fromCharCode(...bytes))}`;
}
