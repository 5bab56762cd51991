/**
 * The server that the portable tests of `web.ts` talk to: the host's own, which knows nothing of Weft.
 *
 * @module
 */

/** Is where the tests find it. */
export interface Counterpart extends AsyncDisposable {
  /** Is its address, without a slash at the end. */
  readonly url: string;
}

/** Let pages of other origins ask for everything. */
const OPEN: Record<string, string> = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "*, authorization",
  "access-control-allow-methods": "*",
  "access-control-expose-headers": "*",
};

/** Starts it at a port of its own. */
export function startCounterpart(): Counterpart {
  const never = Promise.withResolvers<Response>();
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    onError: () => new Response(null, { status: 500 }), // Of a body that is cut off, without a word.
  }, async (request) => {
    if (request.headers.get("upgrade") === "websocket") return talk(request);
    const response = request.method === "OPTIONS"
      ? new Response()
      : await answer(request, never.promise);
    for (const [name, value] of Object.entries(OPEN)) response.headers.set(name, value);
    return response;
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => {
      never.resolve(new Response());
      return server.shutdown();
    },
  };
}

/** Answers a request, by its path. */
async function answer(request: Request, never: Promise<Response>): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, route, rest] = pathname.split("/");
  const number = Number(rest);
  switch (route) {
    case "echo":
      return Response.json({
        method: request.method,
        path: pathname,
        query: Object.fromEntries(searchParams),
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      });
    case "status":
      return new Response(number === 204 ? null : `status ${number}`, { status: number });
    case "redirect":
      return new Response(null, { status: 302, headers: { location: "/echo/there" } });
    case "never":
      return await never;
    case "large":
      return new Response(new Uint8Array(number));
    case "cut":
      return new Response(pieces(1, (_, controller) => controller.error(new Error("cut off"))));
    case "lines":
      return new Response(pieces(number, (n) => `line ${n}\n`));
    case "waiting":
      return new Response(pieces(Infinity, (n) => n === 0 ? "begun\n" : undefined));
    case "events":
      return sendEvents(Number(request.headers.get("last-event-id")), number);
    default:
      return new Response("no such route", { status: 404 });
  }
}

/** Makes a body of pieces, one by one; it stops, and stays open, at one that is `undefined`. */
function pieces(
  count: number,
  make: (n: number, controller: ReadableStreamDefaultController) => string | undefined | void,
): ReadableStream {
  let n = 0;
  return new ReadableStream({
    pull(controller) {
      if (n === count) return controller.close();
      const piece = make(n++, controller);
      if (piece === undefined) return new Promise(() => {});
      controller.enqueue(new TextEncoder().encode(piece));
    },
  });
}

/** Sends two events after the last one, or says that there are no more. */
function sendEvents(last: number, most: number): Response {
  if (last >= most) return new Response(null, { status: 204 });
  const events = [last + 1, last + 2].map((id) => `id: ${id}\r\nevent: count\ndata: ${id}\n\n`);
  const headers = { "content-type": "text/event-stream; charset=utf-8" };
  return new Response(`retry: 1\n\n: hello\n\n${events.join("")}data: cut o`, { headers });
}

/** Talks over a WebSocket: it says what it hears, and does what it is told. */
function talk(request: Request): Response {
  const protocol = request.headers.get("sec-websocket-protocol")?.split(",").at(-1)?.trim();
  const { socket, response } = Deno.upgradeWebSocket(request, {
    ...(protocol === undefined ? {} : { protocol }),
    idleTimeout: 0,
  });
  socket.addEventListener("message", ({ data }) => {
    const [order, ...words] = typeof data === "string" ? data.split(" ") : [""];
    if (order === "close") return socket.close(Number(words[0]), words.slice(1).join(" "));
    if (order === "silence") return;
    if (order === "repeat") {
      for (let n = 0; n < Number(words[0]); n++) socket.send("x".repeat(Number(words[1])));
      return;
    }
    socket.send(data);
  });
  return response;
}
