/**
 * Gathers a hundred requests that are made one by one, as they are taken: `gather` takes any iterable.
 *
 *     deno task example many_requests [native]
 *
 * @module
 */

import { ClientSession } from "../io.ts";
import { type Coroutine, gather } from "../mod.ts";
import { servePages } from "./local_server.ts";
import { type Print, runExample } from "./run_example.ts";

const NUMBERS = Array.from({ length: 100 }, (_, number) => number);

/** Fetches a page as a generator coroutine. */
function* fetchText(session: ClientSession, page: string): Coroutine<string> {
  using response = yield* session.get(page);
  return yield* response.text();
}

/** Fetches all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = servePages();
  using session = new ClientSession({ baseUrl: `${server.url}/`, limit: 20 });
  const texts = yield* gather(NUMBERS.values().map((number) => fetchText(session, `${number}`)));
  print(`${texts.length} pages; the last: ${texts.at(-1)!.slice(0, 20)}`);
}

/** Fetches a page as a native async function. */
async function fetchTextNatively(session: ClientSession, page: string): Promise<string> {
  using response = await session.get(page);
  return await response.text();
}

/** Fetches all, as a native async function. */
export async function native(print: Print): Promise<void> {
  const server = servePages();
  using session = new ClientSession({ baseUrl: `${server.url}/`, limit: 20 });
  const requests = NUMBERS.values().map((number) => () => fetchTextNatively(session, `${number}`));
  const texts = await gather(requests);
  print(`${texts.length} pages; the last: ${texts.at(-1)!.slice(0, 20)}`);
}

if (import.meta.main) await runExample({ generator, native });
