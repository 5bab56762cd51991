/**
 * A service for Deno Deploy, and for `deno serve` anywhere: events for all who listen, and who sends them.
 *
 * Give it as the entry point, with the package in the imports of `deno.json`. Try it:
 *
 *     deno serve deno_deploy.ts
 *     curl -N localhost:8000/news                          in one shell
 *     curl localhost:8000/news -d '{ "text": "hello" }'    in another one
 *
 * Each isolate has listeners of its own: between isolates, what happens goes through a database.
 *
 * @module
 */

import { asyncGenerator, until } from "@weft/weft";
import {
  type FetchFunction,
  fetchHandler,
  HttpError,
  sendEvents,
  type SentEvent,
} from "@weft/weft/web.ts";

/** The listeners of this isolate. A loop belongs to one request: a callback reaches all of them. */
const listeners = new Set<(text: string) => void>();

/** Gives what is sent from now on, until the client leaves. */
const news = () =>
  asyncGenerator<SentEvent>(function* (emit) {
    const waiting: string[] = [];
    let wake = () => {};
    const listener = (text: string) => {
      waiting.push(text);
      wake();
    };
    listeners.add(listener);
    try {
      for (let id = 1;; id++) {
        const text = waiting.shift();
        if (text !== undefined) yield* emit({ data: text, id: `${id}` });
        else yield* until(new Promise<void>((resolve) => wake = resolve));
      }
    } finally {
      listeners.delete(listener);
    }
  });

/** Sends something to all who listen. */
async function publish(request: Request): Promise<Response> {
  const { text } = await until(() => request.json()) as { text?: unknown };
  if (typeof text !== "string") throw new HttpError(422, "text must be a string");
  for (const listener of listeners) listener(text);
  return Response.json({ listeners: listeners.size });
}

const service: { fetch: FetchFunction } = {
  fetch: fetchHandler((request) => {
    if (new URL(request.url).pathname !== "/news") throw new HttpError(404);
    if (request.method === "GET") return sendEvents(news());
    if (request.method === "POST") return publish(request);
    throw new HttpError(405, undefined, { allow: "GET, POST" });
  }, { deadline: 10_000 }),
};

export default service;
