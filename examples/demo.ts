/**
 * Starts a server, fetches five pages from it, three at a time, gives up one that takes too long,
 * and counts primes in another thread meanwhile.
 *
 *     deno task demo
 *
 * @module
 */

import { ClientSession, serve } from "../io.ts";
import { createTask, gather, run, sleep, timeout, TimeoutError } from "../mod.ts";
import { toThread } from "../workers.ts";
import { countPrimes } from "./count_primes.ts";
import { Timeline } from "./timeline.ts";

/** How long the server takes for each page, in ms. */
const PAGES: Readonly<Record<string, number>> = { a: 400, b: 700, c: 5000, d: 300, e: 500 };
const PATIENCE = 1500;
const LIMIT = 2_000_000;

const timeline = new Timeline();
const countInThread = toThread(new URL("count_primes.ts", import.meta.url), countPrimes);

/** Answers a request; it is cancelled when the client goes away. */
async function answer(request: Request): Promise<Response> {
  const page = new URL(request.url).pathname.slice(1);
  timeline.note(`fetch ${page}`, "the server begins to answer", "=");
  try {
    await sleep(PAGES[page]);
  } catch (error) {
    timeline.note(`fetch ${page}`, "the server is told that nobody waits any more", "x");
    throw error;
  }
  return new Response(`the text of page ${page}`);
}

/** Fetches a page, or gives up after a while. */
async function fetchPage(session: ClientSession, page: string): Promise<string | undefined> {
  timeline.note(`fetch ${page}`, "asks for a place", ".");
  try {
    return await timeout(PATIENCE, async () => {
      using response = await session.get(page);
      const text = await response.text();
      timeline.note(`fetch ${page}`, `got "${text}"`);
      return text;
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    timeline.note(`fetch ${page}`, `is cancelled: it took more than ${PATIENCE} ms`, "x");
    return undefined;
  }
}

/** Counts primes in another thread. */
async function count(): Promise<number> {
  timeline.note("primes", `counts those below ${LIMIT}, in another thread`, "#");
  const primes = await countInThread(LIMIT);
  timeline.note("primes", `found ${primes}`);
  return primes;
}

await run(async () => {
  await using server = serve(answer, { port: 0 });
  using session = new ClientSession({ baseUrl: `${server.url}/`, limit: 3 });
  timeline.note("server", `listens at ${server.url}`, "-");
  const counting = createTask(count);
  const names = Object.keys(PAGES);
  const pages = await gather(names.map((page) => () => fetchPage(session, page)));
  await counting;
  timeline.note("server", `${pages.filter(Boolean).length} of ${pages.length} pages came`, "-");
});
timeline.draw();
console.log("\n. waits for a place   = is answered   x was cancelled   # another thread works");
