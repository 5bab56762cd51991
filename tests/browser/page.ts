/**
 * Serves bundles to a browser, and runs them there.
 *
 * @module
 */

import type { Browser } from "playwright-core";
import { LAST_LINE } from "../portable/registry.ts";

/** Lets scripts run that the server gives, and bars WebAssembly. */
const WITHOUT_WASM = "script-src 'self' 'unsafe-inline'";

/** Bounds, in ms, how long a module may take. */
const LONGEST_RUN = 600_000;

/** The page that runs a module. */
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>Weft</title>
<script type="module">
  const fail = (error) => tellOutcome("@failed " + (error?.stack ?? error));
  addEventListener("unhandledrejection", (event) => {
    setTimeout(() => event.defaultPrevented || fail(event.reason));
  });
  const given = new URLSearchParams(location.search);
  globalThis.counterpart = given.get("counterpart") ?? undefined;
  try {
    await import(given.get("module"));
  } catch (error) {
    fail(error);
  }
</script>
`;

/** A server of bundles. */
export interface Bundles extends AsyncDisposable {
  readonly address: string;
}

/** Serves a folder of bundles, and the page that runs them: as /page, or as /barred without WASM. */
export function serveBundles(folder: string): Bundles {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { pathname } = new URL(request.url);
    const headers = new Headers({ "content-type": "text/html" });
    if (pathname === "/barred") headers.set("content-security-policy", WITHOUT_WASM);
    if (pathname === "/barred" || pathname === "/page") return new Response(PAGE, { headers });
    if (!/^\/[\w./-]+\.mjs$/.test(pathname) || pathname.includes("..")) {
      return new Response("not a bundle", { status: 404 });
    }
    headers.set("content-type", "text/javascript");
    return new Response(Deno.readTextFileSync(folder + pathname), { headers });
  });
  return {
    address: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Runs a module in a page of its own until it tells its end; returns all that it told. */
export async function runInPage(
  browser: Browser,
  address: string,
  module: string,
  counterpart?: string,
): Promise<string> {
  const page = await browser.newPage();
  const told: string[] = [];
  const { promise: ended, resolve: end, reject: fail } = Promise.withResolvers<void>();
  const watchdog = setTimeout(
    () => fail(new Error(`${module} has not ended; it said at last: ${told.at(-1)}`)),
    LONGEST_RUN,
  );
  try {
    await page.exposeFunction("tellOutcome", (line: string) => {
      told.push(line);
      if (line === LAST_LINE || line.startsWith("@failed ")) end();
    });
    const query = new URLSearchParams({
      module: `/${module}`,
      ...(counterpart && { counterpart }),
    });
    await page.goto(`${address}?${query}`);
    await ended;
    return told.join("\n");
  } finally {
    clearTimeout(watchdog);
    await page.close();
  }
}
