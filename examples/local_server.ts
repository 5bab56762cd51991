/**
 * A server for the examples that fetch, so that they need no network: pages that take their time.
 *
 * @module
 */

import { sleep } from "../mod.ts";
import { serve, type Server } from "../io.ts";

/** How long each page takes, in ms. */
const DELAYS: Readonly<Record<string, number>> = { "/com": 300, "/org": 100, "/net": 200 };

/** Serves the pages until the loop ends. */
export function servePages(): Server {
  return serve(function* (request) {
    const { pathname } = new URL(request.url);
    yield* sleep(DELAYS[pathname] ?? 0);
    return new Response(`This is the page ${pathname}. ${"It has a lot of text. ".repeat(50)}`);
  }, { port: 0 });
}
