/**
 * A small web service, and a scraper that follows its links, three requests at a time.
 *
 *     deno task example service_and_scraper [native]
 *
 * @module
 */

import { ClientSession, serve, type Server } from "../io.ts";
import { type Coroutine, gather, mapConcurrent, sleep } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const ITEMS = 9;

/** Serves a list of items, and each item after a while. */
function serveShop(): Server {
  let busy = 0;
  return serve(function* (request) {
    const { pathname } = new URL(request.url);
    if (pathname === "/items") {
      return Response.json(Array.from({ length: ITEMS }, (_, n) => `/items/${n + 1}`));
    }
    busy++;
    yield* sleep(50);
    const price = 10 * Number(pathname.split("/").pop());
    return Response.json({ name: pathname, price, busy: busy-- });
  }, { port: 0 });
}

/** What the service says of an item. */
interface Item {
  readonly name: string;
  readonly price: number;
  /** The number of requests that were answered at the same time. */
  readonly busy: number;
}

/** Gets JSON as a generator coroutine. */
function* getJson<T>(session: ClientSession, path: string): Coroutine<T> {
  using response = yield* session.get(path);
  return yield* response.json<T>();
}

/** Scrapes all, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const server = serveShop();
  using session = new ClientSession({ baseUrl: server.url, raiseForStatus: true });
  const paths = yield* getJson<string[]>(session, "/items");
  const requests = paths.map((path) => getJson<Item>(session, path));
  report(yield* gather(requests, { limit: 3 }), print);
}

/** Gets JSON as a native async function. */
async function getJsonNatively<T>(session: ClientSession, path: string): Promise<T> {
  using response = await session.get(path);
  return await response.json<T>();
}

/** Scrapes all, as a native async function. */
export async function native(print: Print): Promise<void> {
  const server = serveShop();
  using session = new ClientSession({ baseUrl: server.url, raiseForStatus: true });
  const paths = await getJsonNatively<string[]>(session, "/items");
  const get = (path: string) => getJsonNatively<Item>(session, path);
  report(await mapConcurrent(paths, get, { limit: 3 }), print);
}

/** Prints what was found. */
function report(items: readonly Item[], print: Print): void {
  const total = items.reduce((sum, { price }) => sum + price, 0);
  const most = Math.max(...items.map(({ busy }) => busy));
  print(`${items.length} items, together ${total}`);
  print(`At most ${most} requests at a time`);
}

if (import.meta.main) await runExample({ generator, native });
