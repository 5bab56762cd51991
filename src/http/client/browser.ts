/**
 * Telling a browser from other hosts.
 *
 * @module
 */

let isOne: boolean | undefined;

/**
 * Checks whether the host's `fetch` is a browser's.
 *
 * That one keeps cookies and follows redirects by itself, and shows neither to programs; it is known by
 * the header that it takes from nobody.
 */
export function isBrowser(): boolean {
  return isOne ??= !new Request("http://localhost/", { headers: { cookie: "a=b" } })
    .headers.has("cookie");
}
