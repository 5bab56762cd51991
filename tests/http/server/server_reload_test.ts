import {
  ClientSession,
  type Connection,
  type Handler,
  openConnection,
  serve,
  type Server,
  upgradeWebSocket,
  WebSocketClosed,
} from "../../../io.ts";
import {
  type Coroutine,
  createTask,
  Event,
  gather,
  isCancelled,
  RuntimeError,
  sleep,
  until,
} from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { caught, failure, type Program, trial } from "../../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../net/fixtures/certificate.ts";
import { OTHER_AUTHORITY, RENEWED } from "../../net/fixtures/renewed_certificate.ts";
import { get } from "./raw_client.ts";
import { eventually } from "./serving.ts";

const FIRST = { cert: CERTIFICATE, key: KEY };

/** Runs a body beside a server that encrypts, and shuts that down. */
function* encrypted(handler: Handler, body: (server: Server) => Program): Program {
  const server = serve(handler, { port: 0, ...FIRST });
  try {
    yield* body(server);
  } finally {
    yield server.shutdown();
  }
}

/** Connects to a server whose certificate an authority must have made. */
function* connect({ port }: Server, authority: string): Program<Connection> {
  return yield openConnection({ hostname: "localhost", port, tls: { caCerts: [authority] } });
}

/** Asks on a connection, and reads up to the end of the head. */
function* ask({ reader, writer }: Connection, path: string, ...headers: string[]): Program<string> {
  writer.write(get(path, ...headers));
  const status: string = yield reader.readLine();
  while ((yield reader.readLine()) !== "");
  return status;
}

/** Finds out whose certificate a server shows to who connects now. */
function* whose(server: Server): Program<string> {
  const options = { baseUrl: server.url };
  const first = new ClientSession({ ...options, caCerts: [AUTHORITY] });
  const renewed = new ClientSession({ ...options, caCerts: [OTHER_AUTHORITY] });
  const texts: string[] = [];
  for (const [name, session] of Object.entries({ first, renewed })) {
    try {
      const response = (yield session.get("hello")) as Awaited<ReturnType<typeof session.get>>;
      texts.push(`${name}: ${yield response.text()}`);
    } catch (error) {
      assert(`${error}`.includes("UnknownIssuer"), `${error}`);
    } finally {
      session[Symbol.dispose]();
    }
  }
  assertEquals(texts.length, 1, "one authority must do");
  return texts[0];
}

const hello: Handler = () => new Response("hello");

trial(
  "Server.reload() shows another certificate to who connects from now on",
  () =>
    encrypted(hello, function* (server) {
      const { port, url } = server;
      assertEquals(yield* whose(server), "first: hello");
      yield server.reload(RENEWED);
      assertEquals(yield* whose(server), "renewed: hello");
      yield server.reload(FIRST);
      assertEquals(yield* whose(server), "first: hello");
      assertEquals([server.port, server.url], [port, url]);
      assertEquals(server.statistics().completed, 3);
    }),
);

trial("Server.reload() lets requests end; connections at rest and WebSockets are closed", () => {
  const ends: unknown[] = [];
  const go = new Event();
  const handler: Handler = function* (request): Coroutine<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/hello") return new Response("hello");
    if (pathname === "/ws") {
      return upgradeWebSocket(request, function* (socket) {
        try {
          yield* socket.receive();
        } catch (error) {
          ends.push(error);
        }
      });
    }
    yield* sleep(0);
    const body = new ReadableStream({
      async pull(controller): Promise<void> {
        await go.wait();
        controller.enqueue(new TextEncoder().encode("late"));
        controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body);
  };
  return encrypted(handler, function* (server) {
    const resting = yield* connect(server, AUTHORITY);
    assertEquals(yield* ask(resting, "/hello"), "HTTP/1.1 200 OK");
    yield resting.reader.readExactly(5);
    const streaming = yield* connect(server, AUTHORITY);
    assertEquals(yield* ask(streaming, "/stream"), "HTTP/1.1 200 OK");
    const talking = yield* connect(server, AUTHORITY);
    const status = yield* ask(
      talking,
      "/ws",
      "connection: upgrade",
      "upgrade: websocket",
      "sec-websocket-version: 13",
      "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
    );
    assertEquals(status, "HTTP/1.1 101 Switching Protocols");

    yield server.reload(RENEWED);
    assertEquals(yield* whose(server), "renewed: hello");
    assertEquals((yield resting.reader.readAll()).length, 0, "it is closed");
    go.set();
    const rest: Uint8Array = yield streaming.reader.readAll();
    assertEquals(new TextDecoder().decode(rest), "4\r\nlate\r\n0\r\n\r\n");
    const [kind, , ...code]: Uint8Array = yield talking.reader.readExactly(4);
    assertEquals([kind, ...code], [0x88, 1001 >> 8, 1001 & 255], "the host says that it goes away");
    talking.writer.write(new Uint8Array([0x88, 0x82, 0, 0, 0, 0, ...code])); // So does the client.
    yield until(eventually("the end of the WebSocket", () => ends.length > 0));
    assert(ends[0] instanceof WebSocketClosed, `${ends[0]}`);
    for (const connection of [resting, streaming, talking]) connection.abort();
  });
});

trial(
  "Server.reload() takes turns, and goes on when the wait for it is cancelled",
  () =>
    encrypted(hello, function* (server) {
      yield gather([() => server.reload(RENEWED), () => server.reload(FIRST)]);
      assertEquals(yield* whose(server), "first: hello");
      const waiting = createTask(() => server.reload(RENEWED));
      yield sleep(0);
      waiting.cancel();
      assert(isCancelled(yield* caught(waiting)));
      yield server.reload(RENEWED); // That one is over, too.
      assertEquals(yield* whose(server), "renewed: hello");
    }),
);

trial(
  "Server.reload() refuses what encrypts nothing, and changes nothing",
  () =>
    encrypted(hello, function* (server) {
      const reload = (options: unknown) => () => server.reload(options as never);
      assertThrows(reload({ ...RENEWED, key: KEY }), TypeError, "KeyMismatch");
      assertThrows(reload({ ...RENEWED, cert: "x" }), TypeError, "No certificates found");
      assertThrows(reload({ cert: RENEWED.cert }), TypeError, "key must be a string");
      assertThrows(reload({ ...RENEWED, ca: "x" }), TypeError, '"ca"');
      assertEquals(yield* whose(server), "first: hello");
    }),
);

trial(
  "Server.reload() fails where nothing is encrypted, and where nothing listens any more",
  function* () {
    const plain = serve(hello, { port: 0 });
    yield* failure(plain.reload(RENEWED), RuntimeError, "a server that has none");
    yield plain.shutdown();
    yield* encrypted(hello, function* (server) {
      yield server.shutdown();
      yield* failure(server.reload(RENEWED), RuntimeError, "the server is shutting down");
    });
  },
);

/** Runs a body while every port is taken that the host is to serve at. */
function* whileTaken(body: () => Program): Program {
  const { serve } = Deno;
  Deno.serve = (() => {
    throw new Deno.errors.AddrInUse("taken");
  }) as never;
  try {
    yield* body();
  } finally {
    Deno.serve = serve;
  }
}

trial(
  "Server.reload() ends with the server that is shut down in the middle of it",
  () =>
    encrypted(hello, function* (server) {
      yield* whileTaken(function* () {
        const reloading = createTask(() => server.reload(RENEWED));
        yield until(new Promise<void>((resolve) => void setImmediate(resolve)));
        const closing = createTask(() => server.shutdown());
        yield* failure(reloading, RuntimeError, "the server is shutting down");
        yield closing;
      });
    }),
);

trial(
  "Server.reload() fails if another program takes the port, and the server ends",
  () =>
    encrypted(hello, function* (server) {
      yield* whileTaken(function* () {
        yield* failure(server.reload(RENEWED), Deno.errors.AddrInUse, "another program has taken");
        yield server.finished;
      });
    }),
);
