/**
 * Fetches three pages at once over one session, and prints how long each took.
 *
 *     deno task example timed_pages [native]
 *
 * @module
 */

import { ClientSession } from "../io.ts";
import { type Coroutine, createTask, gather } from "../mod.ts";
import { servePages } from "./local_server.ts";
import { type Print, runExample } from "./run_example.ts";

const PAGES = ["com", "org", "net"];

/** Returns, in seconds, how long ago a time was. */
function since(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}

/** Fetches a page as a generator coroutine. */
function* fetchPage(session: ClientSession, page: string, print: Print): Coroutine<string> {
  const start = performance.now();
  print(`Fetching ${page}...`);
  using response = yield* session.get(page);
  yield* response.text();
  print(`Finished ${page} in ${since(start)} seconds.`);
  return page;
}

/** Fetches all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = servePages();
  using session = new ClientSession({ baseUrl: `${server.url}/` });
  const tasks = PAGES.map((page) => createTask(fetchPage(session, page, print)));
  print(`All fetched: ${(yield* gather(tasks)).join(", ")}`);
}

/** Fetches a page as a native async function. */
async function fetchNatively(session: ClientSession, page: string, print: Print): Promise<string> {
  const start = performance.now();
  print(`Fetching ${page}...`);
  using response = await session.get(page);
  await response.text();
  print(`Finished ${page} in ${since(start)} seconds.`);
  return page;
}

/** Fetches all, as a native async function. */
export async function native(print: Print): Promise<void> {
  const server = servePages();
  using session = new ClientSession({ baseUrl: `${server.url}/` });
  const tasks = PAGES.map((page) => createTask(() => fetchNatively(session, page, print)));
  print(`All fetched: ${(await gather(tasks)).join(", ")}`);
}

if (import.meta.main) await runExample({ generator, native });
