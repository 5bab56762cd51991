/**
 * Fetches three pages at once, and prints how each begins.
 *
 *     deno task example gather_pages [native]
 *
 * @module
 */

import { ClientSession } from "../io.ts";
import { type Coroutine, gather } from "../mod.ts";
import { servePages } from "./local_server.ts";
import { type Print, runExample } from "./run_example.ts";

const PAGES = ["com", "org", "net"];

/** Fetches a page as a generator coroutine, in a session of its own. */
function* fetchText(url: string): Coroutine<string> {
  using session = new ClientSession();
  using response = yield* session.get(url);
  return yield* response.text();
}

/** Fetches all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = servePages();
  const pages = yield* gather(PAGES.map((page) => fetchText(`${server.url}/${page}`)));
  for (const [at, text] of pages.entries()) {
    print(`Content from ${PAGES[at]}: ${text.slice(0, 40)}...`);
  }
}

/** Fetches a page as a native async function. */
async function fetchTextNatively(url: string): Promise<string> {
  using session = new ClientSession();
  using response = await session.get(url);
  return await response.text();
}

/** Fetches all, as a native async function. */
export async function native(print: Print): Promise<void> {
  const server = servePages();
  const pages = await gather(PAGES.map((page) => () => fetchTextNatively(`${server.url}/${page}`)));
  for (const [at, text] of pages.entries()) {
    print(`Content from ${PAGES[at]}: ${text.slice(0, 40)}...`);
  }
}

if (import.meta.main) await runExample({ generator, native });
