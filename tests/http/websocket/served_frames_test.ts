import {
  upgradeWebSocket,
  type UpgradeWebSocketOptions,
  WebSocketClosed,
  type WebSocketHandler,
} from "../../../io.ts";
import { assert, assertEquals } from "../../assert.ts";
import { eventually, serving } from "../server/serving.ts";
import { NpmClient } from "./npm_ws.ts";
import { BINARY, bytes, CLOSE, CONTINUATION, PING, PONG, RawSocket, TEXT } from "./raw_socket.ts";

/** Makes a handler of requests of one of WebSockets. */
const upgrading = (handler: WebSocketHandler, options?: UpgradeWebSocketOptions) =>
(
  request: Request,
) => upgradeWebSocket(request, handler, options);

/** Sends back what comes. */
const echo: WebSocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

Deno.test("upgradeWebSocket() takes the frames of a message as they come, and answers pings in between", async () => {
  await serving(upgrading(echo), {}, async ({ server }) => {
    using socket = await RawSocket.connect(server.port);
    await socket.head();
    await socket.send(TEXT, "hé".slice(0, 1), { isFinal: false });
    await socket.send(PING, "are you there");
    const [first, second] = bytes("é");
    await socket.send(CONTINUATION, new Uint8Array([first]), { isFinal: false });
    await socket.send(CONTINUATION, new Uint8Array([second]));
    const pong = await socket.next();
    assertEquals([pong?.kind, pong?.payload], [PONG, bytes("are you there")]);
    const answer = await socket.next();
    assertEquals([answer?.kind, answer?.payload], [TEXT, bytes("hé")]);
    const many = new Uint8Array(70_000).fill(7);
    await socket.send(BINARY, many);
    assertEquals((await socket.next())?.payload, many);
    await socket.send(CLOSE, [1000, "bye"]);
    assertEquals(await socket.untilClose(), [1000, "bye"]);
  });
});

/** What a client may do wrong, and what the handler sees then. */
const WRONGS: Record<string, (socket: RawSocket) => Promise<void>> = {
  "text that is no UTF-8": (socket) => socket.send(TEXT, new Uint8Array([0xff, 0xfe])),
  "a continuation of nothing": (socket) => socket.send(CONTINUATION, "x"),
  "flags that mean nothing": (socket) => socket.send(TEXT, "x", { flags: 0x40 }),
  "a frame of no kind": (socket) => socket.send(3, "x"),
  "a ping that is too long": (socket) => socket.send(PING, new Uint8Array(126)),
  "a code that nobody may send": (socket) => socket.send(CLOSE, [1005]),
  "half a code": (socket) => socket.send(CLOSE, new Uint8Array(1)),
};

for (const [wrong, act] of Object.entries(WRONGS)) {
  Deno.test(`upgradeWebSocket() ends with an error on ${wrong}`, async () => {
    const seen: unknown[] = [];
    const handler: WebSocketHandler = async (socket) => {
      try {
        for await (const _ of socket);
      } catch (error) {
        seen.push(error);
      }
    };
    await serving(upgrading(handler), {}, async ({ server }) => {
      using socket = await RawSocket.connect(server.port);
      await socket.head();
      await act(socket);
      await eventually("the end", () => server.active === 0);
    });
    const [error] = seen;
    assert(error instanceof WebSocketClosed && error.isFailure, `${error}`);
    assertEquals([error.by, error.code], ["network", 1006]);
  });
}

Deno.test("upgradeWebSocket() sees that a client goes without a word", async () => {
  const seen: unknown[] = [];
  const handler: WebSocketHandler = async (socket) => {
    const error = await (async () => await socket.receive())().catch((error) => error);
    seen.push(error.by, error.code, error.isFailure);
    const later = await (async () => await socket.send("x"))().catch((error) => error);
    seen.push(later instanceof WebSocketClosed);
  };
  await serving(upgrading(handler), {}, async ({ server }) => {
    const socket = await RawSocket.connect(server.port);
    await socket.head();
    socket.close();
    await eventually("the end", () => server.active === 0);
  });
  assertEquals(seen, ["network", 1006, true, true]);
});

Deno.test("upgradeWebSocket() pings a client that is silent, and gives up one that does not answer", async () => {
  const seen: unknown[] = [];
  const handler: WebSocketHandler = async (socket) => {
    const closed = await socket.waitClosed();
    seen.push(closed.by, closed.code, closed.reason);
  };
  await serving(upgrading(handler, { heartbeat: 1000 }), {}, async ({ server }) => {
    using socket = await RawSocket.connect(server.port);
    await socket.head();
    const ping = await socket.next();
    assertEquals(ping?.kind, PING);
    await eventually("the end", () => server.active === 0);
  });
  assertEquals(seen[0], "network");
  assert(String(seen[2]).includes("ping"), `${seen[2]}`);
});

Deno.test("WebSocketConnection.send() waits while a client is slow, and nothing is lost", async () => {
  const COUNT = 60;
  let sent = 0;
  const handler: WebSocketHandler = async (socket) => {
    const piece = new Uint8Array(1_000_000);
    for (; sent < COUNT; sent++) {
      piece[0] = sent;
      await socket.send(piece.slice());
    }
  };
  await serving(upgrading(handler), {}, async ({ server }) => {
    using client = new NpmClient(server.url, [], { perMessageDeflate: false });
    await client.opened;
    client.socket.pause();
    let before = -1;
    while (sent > before || sent === 0) { // Until it stands still.
      before = sent;
      await new Promise((resolve) => void setTimeout(resolve, 300));
    }
    assert(sent < COUNT, "it has not waited");
    client.socket.resume();
    const heard = await client.until(COUNT) as Uint8Array[];
    assertEquals(heard.map(([n]) => n), Array.from({ length: COUNT }, (_, n) => n));
    assertEquals(await client.closed, [1000, ""]);
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("WebSocketConnection.send() gives up a client that takes nothing", async () => {
  const seen: unknown[] = [];
  const handler: WebSocketHandler = async (socket) => {
    try {
      for (;;) await socket.send(new Uint8Array(1_000_000));
    } catch (error) {
      seen.push(error);
    }
  };
  const options = { sendTimeout: 200, closeTimeout: 50 };
  await serving(upgrading(handler, options), {}, async ({ server }) => {
    using client = await RawSocket.connect(server.port);
    await client.head();
    await eventually("the end", () => server.active === 0);
  });
  const [error] = seen;
  assert(error instanceof WebSocketClosed && error.isFailure, `${error}`);
  assertEquals([error.by, error.code, error.reason], ["here", 1008, "the peer takes nothing"]);
});
