/** HTTP client: requests to a server on another thread, 50 at a time, and their bodies. @module */

import type { ClientSession } from "../../io.ts";
import type { CoroutineResult } from "../../mod.ts";
import { loadWeft, type Prepare, type Suite, type Trial, type Weft } from "../suite.ts";

const REQUESTS = 1_000;
const AT_ONCE = 50;
const SERVER = `Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => postMessage("http://127.0.0.1:" + port + "/"),
}, () => new Response("hello"));`;

/** Starts a server on a thread of its own; gives its address. */
function startServer(): Promise<string> {
  const worker = new Worker(`data:text/javascript,${encodeURIComponent(SERVER)}`, {
    type: "module",
  });
  return new Promise((resolve) => worker.onmessage = ({ data }) => resolve(data));
}

/** Prepares a session, and a main coroutine that asks with it. */
function withSession(
  main: (weft: Weft, session: ClientSession) => CoroutineResult<number>,
): Prepare {
  return async (root) => {
    const weft = await loadWeft(root);
    const io: typeof import("../../io.ts") = await import(new URL("io.ts", root).href);
    const session = new io.ClientSession({ baseUrl: await startServer(), limit: AT_ONCE });
    const runner = new weft.Runner({ signals: [] });
    return { run: () => runner.run(() => main(weft, session)) };
  };
}

/** Asks with generators. */
function* generator({ gather }: Weft, session: ClientSession) {
  let left = REQUESTS;
  function* ask() {
    while (left-- > 0) yield* (yield* session.get("")).text();
  }
  yield* gather(Array.from({ length: AT_ONCE }, ask));
  return REQUESTS;
}

/** Asks with native async functions. */
async function native({ gather }: Weft, session: ClientSession) {
  let left = REQUESTS;
  const ask = async () => {
    while (left-- > 0) await (await session.get("")).text();
  };
  await gather(Array.from({ length: AT_ONCE }, () => ask));
  return REQUESTS;
}

/** Asks with what the host has. */
async function hostFetch(): Promise<Trial> {
  const url = await startServer();
  return {
    async run() {
      let left = REQUESTS;
      const ask = async () => {
        while (left-- > 0) await (await fetch(url)).text();
      };
      await Promise.all(Array.from({ length: AT_ONCE }, ask));
      return REQUESTS;
    },
  };
}

export const ioClient: Suite = {
  name: "HTTP client",
  about: "get() and text(), 50 at a time, from a server on another thread; beside bare fetch",
  unit: "ns",
  sizes: [0],
  targets: { generator: [[1.15, "fetch"]], async: [[1.15, "fetch"]] },
  weft: { generator: withSession(generator), async: withSession(native) },
  peers: { fetch: hostFetch },
};
