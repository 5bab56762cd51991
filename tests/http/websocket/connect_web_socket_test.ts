import {
  ClientConnectionError,
  connectWebSocket,
  type ConnectWebSocketOptions,
  InvalidUrl,
  serve,
  upgradeWebSocket,
  WebSocketClosed,
  type WebSocketConnection,
} from "../../../io.ts";
import {
  CancelledError,
  createTask,
  run,
  RuntimeError,
  sleep,
  type Task,
  TimeoutError,
  until,
} from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { caught, failure, FRONT_ENDS, inWorld, rejection } from "../../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../net/fixtures/certificate.ts";
import { npmServer, NpmWebSocket } from "./npm_ws.ts";
import { agreeing, bytes, TEXT } from "./raw_socket.ts";
import { hostTime, rawTrial } from "./raw_trial.ts";

for (const [front, as] of FRONT_ENDS) {
  Deno.test(`connectWebSocket() talks with npm's ws (${front})`, async () => {
    const seen: unknown[] = [];
    await using server = await npmServer((socket, path, headers) => {
      seen.push(path, headers["x-test"], headers["authorization"], socket.protocol);
      socket.on("message", (data, isBinary) => {
        socket.send(isBinary ? data : new TextDecoder().decode(data));
      });
      socket.on("close", (code, reason) => seen.push(code, new TextDecoder().decode(reason)));
    }, { handleProtocols: () => "v2" });
    await inWorld(() =>
      as(function* () {
        const socket: WebSocketConnection = yield connectWebSocket(
          `${server.url.replace("ws://", "http://ada:1815@")}/a?b#c`,
          { protocols: ["v1", "v2"], headers: { "x-test": "yes" } },
        );
        assertEquals([socket.protocol, socket.url], ["v2", `${server.url}/a?b`]);
        const large = "ü".repeat(200_000);
        for (const message of ["hello", new Uint8Array([1, 2, 3]), "", large]) {
          yield socket.send(message);
          assertEquals(yield socket.receive(), message);
        }
        socket.close(4321, "enough");
        const closed: WebSocketClosed = yield socket.waitClosed();
        assertEquals([closed.by, closed.code, closed.reason], ["here", 4321, "enough"]);
        assert((yield* caught(socket.send("late"))) instanceof WebSocketClosed);
      })
    );
    await hostTime(20);
    assertEquals(seen, ["/a?b", "yes", `Basic ${btoa("ada:1815")}`, "v2", 4321, "enough"]);
  });
}

rawTrial(
  "connectWebSocket() refuses a server that does not agree, and one that is not there",
  async (socket) => {
    await socket.write(bytes("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n"));
    await socket.next();
  },
  function* (url) {
    const error = yield* failure(
      connectWebSocket(url),
      ClientConnectionError,
      "Cannot open a WebSocket: GET ws://127.0.0.1:",
      "404",
    );
    assertEquals([error.method, error.url], ["GET", url]);
    yield* failure(connectWebSocket("ws://127.0.0.1:1/"), ClientConnectionError);
  },
);

rawTrial(
  "connectWebSocket() leaves nothing behind when it takes too long, or is cancelled",
  async (socket) => void await socket.next(),
  function* (url, clock) {
    const late: Task<unknown> = createTask(() => connectWebSocket(url, { timeout: 50 }));
    yield until(hostTime(5));
    clock.advance(50);
    yield* failure(late, TimeoutError, `Cannot open a WebSocket within 50 ms: ${url}`);
    const waiting: Task<unknown> = createTask(() => connectWebSocket(url));
    yield until(hostTime(5));
    waiting.cancel();
    yield* failure(waiting, CancelledError);
  },
);

rawTrial(
  "WebSocketConnection is closed for good though the server does not agree",
  agreeing(async (socket) => {
    while (await socket.next());
  }),
  function* (url) {
    const socket: WebSocketConnection = yield connectWebSocket(url, { closeTimeout: 20 });
    socket.close(4000, "x".repeat(200));
    const closed: WebSocketClosed = yield socket.waitClosed();
    assertEquals([closed.by, closed.code], ["here", 4000]);
  },
);

rawTrial(
  "WebSocketConnection sends heartbeats while it is silent, and gives up a server that is dead",
  agreeing(async (socket) => {
    for (let n = 0; n < 2; n++) {
      const frame = await socket.next();
      if (frame?.kind === TEXT) await socket.send(TEXT, "pong");
    }
    await socket.next(); // No answer to this one.
    await socket.untilClose();
  }),
  function* (url, clock) {
    let asked = 0;
    const message = () => `ping ${++asked}`;
    const heartbeat = { every: 100, timeout: 50, message };
    const socket: WebSocketConnection = yield connectWebSocket(url, {
      heartbeat,
      closeTimeout: 20,
    });
    for (let n = 0; n < 2; n++) {
      const answer: Task<unknown> = createTask(() => socket.receive());
      yield sleep(0);
      while (!answer.done) {
        clock.advance(10);
        yield until(hostTime());
      }
      assertEquals(yield answer, "pong");
    }
    const end: Task<unknown> = createTask(() => socket.receive());
    yield sleep(0);
    while (!end.done) {
      clock.advance(10);
      yield until(hostTime());
    }
    yield* failure(end, WebSocketClosed, "1011", "the peer gives no sign of life");
    assertEquals(asked, 3);
    yield socket.waitClosed();
  },
);

Deno.test("connectWebSocket() goes over TLS, and over a Unix socket", async () => {
  const folder = await Deno.makeTempDir();
  const echo = (request: Request) =>
    upgradeWebSocket(request, async (socket) => {
      for await (const message of socket) await socket.send(message);
    });
  try {
    await run(async () => {
      const talk = async (url: string, options: ConnectWebSocketOptions) => {
        await using socket = await connectWebSocket(url, options);
        await socket.send("hello");
        return await socket.receive();
      };
      await using encrypted = serve(echo, { port: 0, cert: CERTIFICATE, key: KEY });
      const url = `wss://localhost:${encrypted.port}/`;
      assertEquals(await talk(url, { caCerts: [AUTHORITY] }), "hello");
      await rejection(talk(url, {}), ClientConnectionError);
      const path = `${folder}/socket`;
      await using local = serve(echo, { path });
      assertEquals(await talk("ws://any.example/", { path }), "hello");
      await local.shutdown();
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a WebSocket that is left open is closed when its run ends, and with its task", async () => {
  const ends: unknown[] = [];
  await using server = await npmServer((socket) => {
    socket.on("close", (code, reason) => ends.push([code, new TextDecoder().decode(reason)]));
  });
  await run(async () => void await connectWebSocket(server.url));
  await run(async () => {
    const task = createTask(async () => {
      await using socket = await connectWebSocket(server.url);
      await socket.receive();
    });
    await sleep(20);
    task.cancel();
    await rejection(task, CancelledError);
    while (ends.length < 2) await hostTime();
  });
  assertEquals(ends, [[4001, "the program has ended"], [1000, ""]]);
});

Deno.test("connectWebSocket() takes another class of WebSockets", async () => {
  await using server = await npmServer((socket) => socket.send("hello"));
  await run(async () => {
    const options = { WebSocket: NpmWebSocket as never };
    await using socket = await connectWebSocket(server.url, options);
    assertEquals(await socket.receive(), "hello");
    const headers = { "x-a": "1" };
    assertThrows(() => connectWebSocket(server.url, { ...options, headers }), TypeError, "headers");
  });
});

Deno.test("connectWebSocket() says where the host has no WebSocket, or takes no headers", async () => {
  const host = globalThis as { WebSocket: unknown };
  const own = host.WebSocket;
  try {
    host.WebSocket = undefined;
    await run(async () => {
      await rejection(connectWebSocket("ws://localhost/"), RuntimeError, "the host has none");
      host.WebSocket = class {
        constructor(_: string, protocols: unknown) {
          if (typeof protocols === "object") throw new DOMException("invalid", "SyntaxError");
        }
      };
      const options = { headers: { a: "b" } };
      const asking = connectWebSocket("ws://localhost/", options);
      await rejection(asking, RuntimeError, "Cannot send headers here");
    });
  } finally {
    host.WebSocket = own;
  }
});

Deno.test("connectWebSocket() refuses what cannot be, at once", () => {
  const make = (options: unknown, url: unknown = "ws://localhost/") => () =>
    connectWebSocket(url as string, options as never);
  assertThrows(make({}, 5), TypeError, "url must be a string or a URL");
  assertThrows(make({}, "/relative"), InvalidUrl, "Cannot read the address");
  assertThrows(make({}, "ftp://localhost/"), InvalidUrl, "an address of another kind");
  assertThrows(make({ protocol: "a" }), TypeError, '"protocol"');
  assertThrows(make({ protocols: [5] }), TypeError, "protocols must be a string or an array");
  assertThrows(make({ timeout: 0 }), RangeError, "timeout");
  assertThrows(make({ heartbeat: 5 }), TypeError, "heartbeat must be an object");
  assertThrows(make({ heartbeat: { every: 0, message: "" } }), RangeError, "heartbeat.every");
  assertThrows(make({ WebSocket: 5 }), TypeError, "WebSocket must be a function");
  assertThrows(make({ cert: "x" }), TypeError, "cert and key");
  assertThrows(make({ maxMessage: 1.5 }), RangeError, "maxMessage");
});
