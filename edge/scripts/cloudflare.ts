/**
 * A worker for Cloudflare, and for workerd anywhere: pages of another server, and events.
 *
 * Put it beside a `wrangler.jsonc` with `"main": "cloudflare.ts"`, a compatibility date from 2026-08-04 on
 * and the flag `enable_request_signal`; wrangler bundles the package and its core. `UPSTREAM` is the
 * address of the other server.
 *
 * @module
 */

import { asyncGenerator, createTask, gather, sleep } from "@weft/weft/edge/workerd.ts";
import {
  ClientError,
  ClientSession,
  type FetchFunction,
  fetchHandler,
  HttpError,
  sendEvents,
  type SentEvent,
} from "@weft/weft/web.ts";

/** What the worker is bound to. */
interface Env {
  readonly UPSTREAM: string;
}

/** Sends the time, twenty times a second, until the client leaves. */
const ticks = () =>
  asyncGenerator<SentEvent>(function* (emit) {
    for (let n = 1;; n++) {
      yield* emit({ data: `tick ${n}`, id: `${n}` });
      yield* sleep(50);
    }
  });

/** Gets some pages of the other server together, and gives up on all when one fails. */
async function collect(env: Env, names: readonly string[]): Promise<string[]> {
  await using session = new ClientSession({
    baseUrl: env.UPSTREAM,
    timeout: 2_000,
    retries: 3,
    raiseForStatus: true,
  });
  return await gather(names.map((name) => async () => (await session.get(name)).text()));
}

/** Writes down what was asked for: it goes on after the response, and the host waits for it. */
async function note(request: Request): Promise<void> {
  await sleep(5); // As a database would take.
  console.log(`${request.method} ${new URL(request.url).pathname}`);
}

const worker: { fetch: FetchFunction<Env> } = {
  fetch: fetchHandler<Env>(async (request, env) => {
    const { pathname, searchParams } = new URL(request.url);
    createTask(() => note(request));
    switch (pathname) {
      case "/":
        return new Response("hello");
      case "/pages":
        return Response.json(await collect(env, searchParams.getAll("name")));
      case "/ticks":
        return sendEvents(ticks());
      default:
        throw new HttpError(404, `There is no ${pathname}`);
    }
  }, {
    deadline: 10_000,
    onError: (error) => {
      if (!(error instanceof ClientError)) return undefined; // As it would be without this.
      return new HttpError(502, "The other server does not answer").getResponse();
    },
  }),
};

export default worker;
