/**
 * A service worker: pages from the network if it is quick, and else as they were the last time.
 *
 * Bundle it (`esbuild --bundle --format=esm`), and register it as a module from a page:
 *
 *     navigator.serviceWorker.register("/service_worker.js", { type: "module" });
 *
 * There is no async context in a browser: handlers are generator functions.
 *
 * @module
 */

import { type Coroutine, createTask, isCancelled, shield, timeout, until } from "@weft/weft";
import { ClientSession, fetchHandler, HttpError } from "@weft/weft/web.ts";

/** What of a service worker the host's types do not tell here. */
interface WorkerEvent extends Event {
  readonly request: Request;
  respondWith(response: Promise<Response>): void;
  waitUntil(promise: Promise<unknown>): void;
}
interface WorkerScope {
  skipWaiting(): Promise<void>;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: string, listener: (event: WorkerEvent) => void): void;
}
const scope = globalThis as unknown as WorkerScope;

/** How long, in ms, the network may take. */
const PATIENCE = 300;

/** Asks the network, and remembers what it says; goes on though nobody waits any more. */
function* refresh(request: Request, cache: Cache): Coroutine<Response> {
  using session = new ClientSession({ timeout: 10_000 });
  using answer = yield* session.get(request.url);
  const body = yield* answer.bytes();
  const response = new Response(body, { status: answer.status, headers: answer.headers });
  if (answer.ok) yield* until(cache.put(request.url, response.clone()));
  return response;
}

/** Answers from the network within the time there is, and else from the cache. */
const handle = fetchHandler(function* (request) {
  const cache = yield* until(caches.open("pages"));
  const refreshing = createTask(() => refresh(request, cache)); // It outlives the response.
  const known = yield* until(cache.match(request.url));
  if (known === undefined) return yield* refreshing;
  try {
    return yield* timeout(PATIENCE, () => shield(refreshing));
  } catch (error) {
    if (isCancelled(error)) throw error;
    const headers = new Headers(known.headers);
    headers.set("x-from", "cache");
    return new Response(known.body, { status: known.status, headers });
  }
}, {
  grace: 10_000,
  onError: () => new HttpError(503, "The network is gone, and nothing is known").getResponse(),
});

scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  if (method !== "GET" || !new URL(url).pathname.startsWith("/pages/")) return;
  event.respondWith(handle(event.request, undefined, event));
});
