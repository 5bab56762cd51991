import { Hono } from "hono";
import {
  fetchHandler,
  type Handler,
  upgradeWebSocket,
  type UpgradeWebSocketOptions,
  WebSocketClosed,
  type WebSocketConnection,
  type WebSocketHandler,
} from "../../../io.ts";
import { currentTask, Event, isCancelled, RuntimeError, sleep, until } from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { Boom, FRONT_ENDS, type Program } from "../../futures/trial.ts";
import { eventually, serving, takeReport } from "../server/serving.ts";
import { NpmClient } from "./npm_ws.ts";
import { RawSocket } from "./raw_socket.ts";

/** Makes a handler of requests of one of WebSockets. */
const upgrading = (handler: WebSocketHandler, options?: UpgradeWebSocketOptions) =>
(
  request: Request,
) => upgradeWebSocket(request, handler, options);

/** Sends back what comes. */
const echo: WebSocketHandler = async (socket) => {
  for await (const message of socket) await socket.send(message);
};

for (const [front, as] of FRONT_ENDS) {
  Deno.test(`upgradeWebSocket() talks with npm's ws as a part of the request's task (${front})`, async () => {
    const names: string[] = [];
    const handler = as(function* (socket: WebSocketConnection): Program {
      names.push(currentTask()!.name);
      for (let n = 0; n < 3; n++) {
        yield socket.send((yield socket.receive()) as string | Uint8Array);
      }
      names.push(currentTask()!.name);
    });
    await serving(upgrading(handler), {}, async ({ server }) => {
      using client = new NpmClient(`${server.url}/chat`);
      await client.opened;
      assertEquals(server.active, 1);
      const large = "ä".repeat(100_000);
      for (const message of ["", new Uint8Array([1, 2]), large]) client.socket.send(message);
      assertEquals(await client.until(3), ["", new Uint8Array([1, 2]), large]);
      assertEquals(await client.closed, [1000, ""]);
      await eventually("the end", () => server.active === 0);
      assertEquals(names, ["GET /chat #1", "GET /chat #1"]);
      assertEquals(server.statistics().completed, 1);
    });
  });

  Deno.test(`upgradeWebSocket() says who closed and why (${front})`, async () => {
    const seen: unknown[] = [];
    const handler = as(function* (socket: WebSocketConnection): Program {
      try {
        yield socket.receive();
      } catch (error) {
        seen.push(error);
        throw error; // It is no failure of the handler.
      }
    });
    await serving(upgrading(handler), {}, async ({ server }) => {
      using client = new NpmClient(server.url);
      await client.opened;
      client.socket.close(4000, "no more");
      assertEquals(await client.closed, [4000, "no more"]);
      await eventually("the end", () => server.active === 0);
    });
    const [error] = seen;
    assert(error instanceof WebSocketClosed);
    assertEquals([error.by, error.code, error.reason], ["peer", 4000, "no more"]);
    assertEquals(error.message, 'The peer closed the WebSocket: 4000: "no more"');
  });
}

Deno.test("upgradeWebSocket() lets a handler that ends close the WebSocket, as it has ended", async () => {
  const ends: Record<string, WebSocketHandler> = {
    "/returns": () => {},
    "/closes": (socket) => socket.close(4001, "mine"),
    "/fails": () => {
      throw new Boom("broken");
    },
    "/is cancelled": async () => {
      currentTask()!.cancel("enough");
      await new Event().wait();
    },
  };
  const handler = (request: Request) =>
    upgradeWebSocket(request, (socket) => ends[decodeURI(new URL(request.url).pathname)](socket));
  await serving(handler, {}, async ({ server, reports }) => {
    const end = async (path: string) => {
      using client = new NpmClient(server.url + path);
      const end = await client.closed;
      await eventually("the end", () => server.active === 0);
      return end;
    };
    assertEquals(await end("/returns"), [1000, ""]);
    assertEquals(await end("/closes"), [4001, "mine"]);
    assertEquals(await end("/fails"), [1011, ""]);
    const { message, exception, request } = takeReport(reports);
    assertEquals([message, request], ["The handler of a WebSocket failed", "GET /fails #3"]);
    assert(exception instanceof Boom);
    assertEquals(await end("/is cancelled"), [1001, "enough"]);
    assertEquals(server.statistics().failed, 1);
  });
});

Deno.test("upgradeWebSocket() closes all with the server, and lets handlers end within the grace", async () => {
  const log: string[] = [];
  const go = new Event();
  const handler: WebSocketHandler = async (socket) => {
    for await (const message of socket) log.push(String(message));
    try {
      await go.wait();
      log.push("cleaned up");
    } catch (error) {
      if (isCancelled(error)) log.push(error.message);
      throw error;
    }
  };
  await serving(upgrading(handler), {}, async ({ server, clock }) => {
    using client = new NpmClient(server.url);
    await client.opened;
    client.socket.send("hello");
    await eventually("the message", () => log.length === 1);
    const ended = (async () => await server.shutdown({ grace: 100 }))();
    assertEquals((await client.closed)[0], 1001);
    go.set();
    await ended;
    assertEquals(clock.now(), 0);
  });
  assertEquals(log, ["hello", "cleaned up"]);
});

Deno.test("upgradeWebSocket() cancels a handler that goes on after the grace, and one that never listens", async () => {
  const log: string[] = [];
  const handler: WebSocketHandler = async () => {
    try {
      await new Event().wait();
    } catch (error) {
      log.push(String(error));
      throw error;
    }
  };
  await serving(upgrading(handler), {}, async ({ server, clock }) => {
    using client = new NpmClient(server.url);
    await client.opened;
    const ended = (async () => await server.shutdown({ grace: 100 }))();
    assertEquals((await client.closed)[0], 1001);
    assertEquals(log, []);
    clock.advance(100);
    await ended;
  });
  assertEquals(log, ["CancelledError: the server is shutting down"]);
});

Deno.test("upgradeWebSocket() is held up by a client that does not agree to the end for a while only", async () => {
  await serving(upgrading(() => {}, { closeTimeout: 50 }), {}, async ({ server }) => {
    using socket = await RawSocket.connect(server.port);
    await socket.head();
    assertEquals(await socket.untilClose(), [1000, ""]);
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("upgradeWebSocket() answers what asks for no WebSocket, or comes from elsewhere", async () => {
  const options = { origins: ["https://own.example"], protocols: ["v2", "v1"] };
  await serving(upgrading(echo, options), {}, async ({ server, reports }) => {
    const plain = await fetch(server.url);
    assertEquals([plain.status, plain.headers.get("upgrade")], [426, "websocket"]);
    assertEquals(await plain.text(), "Ask for a WebSocket");
    const ask = async (...headers: string[]) => {
      using socket = await RawSocket.connect(server.port, "/", ...headers);
      const head = await socket.head();
      return [
        Number(head.split(" ")[1]),
        /^sec-websocket-protocol: (.*)\r$/im.exec(head)?.[1],
      ];
    };
    assertEquals(await ask("origin: https://evil.example"), [403, undefined]);
    assertEquals(await ask("origin: https://own.example"), [101, undefined]);
    assertEquals(await ask("sec-websocket-protocol: v3, v1, v2"), [101, "v1"]);
    assertEquals(await ask("sec-websocket-protocol: v3"), [101, undefined]);
    await eventually("the ends", () => server.active === 0);
    assertEquals(reports, []);
  });
});

Deno.test("upgradeWebSocket() counts an open WebSocket for the limit", async () => {
  await serving(upgrading(echo), { limit: 1, overload: "reject" }, async ({ server }) => {
    using client = new NpmClient(server.url);
    await client.opened;
    using second = await RawSocket.connect(server.port);
    assert((await second.head()).startsWith("HTTP/1.1 503"));
    client.socket.close();
    await eventually("the end", () => server.active === 0);
    const third = await RawSocket.connect(server.port);
    assert((await third.head()).startsWith("HTTP/1.1 101"));
    third.close();
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("upgradeWebSocket() is reached through hono", async () => {
  const app = new Hono();
  app.use("*", async (_, next) => await next());
  app.get("/ws/:room", (c) =>
    upgradeWebSocket(c.req.raw, async (socket) => {
      await socket.send(c.req.param("room"));
    }));
  await serving(app, {}, async ({ server }) => {
    using client = new NpmClient(`${server.url}/ws/lobby`);
    assertEquals(await client.until(1), ["lobby"]);
    assertEquals(await client.closed, [1000, ""]);
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("upgradeWebSocket() may come after a wait, and its handler may make tasks", async () => {
  const handler = async (request: Request) => {
    await sleep(0);
    await until(Promise.resolve());
    return upgradeWebSocket(request, echo);
  };
  await serving(handler, {}, async ({ server }) => {
    using client = new NpmClient(server.url);
    await client.opened;
    client.socket.send("hi");
    assertEquals(await client.until(1), ["hi"]);
    client.socket.close();
    await eventually("the end", () => server.active === 0);
  });
});

Deno.test("upgradeWebSocket() refuses what cannot be", () => {
  const request = new Request("http://localhost/");
  const make = (options: unknown) => () => upgradeWebSocket(request, echo, options as never);
  assertThrows(() => upgradeWebSocket({} as never, echo), TypeError, "request must be a Request");
  assertThrows(() => upgradeWebSocket(request, 5 as never), TypeError, "handler must be");
  assertThrows(make({ protocol: "a" }), TypeError, '"protocol"');
  assertThrows(make({ protocols: "a" }), TypeError, "protocols must be an array of strings");
  assertThrows(make({ origins: [5] }), TypeError, "origins must be an array of strings");
  assertThrows(make({ heartbeat: 0 }), RangeError, "heartbeat");
  assertThrows(make({ heartbeat: { every: 5 } }), TypeError, "heartbeat.message");
  assertThrows(make({ maxMessage: 0 }), RangeError, "maxMessage");
  assertThrows(
    make({ maxMessage: 10, maxBuffered: 5 }),
    RangeError,
    "maxBuffered must not be below",
  );
  assertThrows(make({}), RuntimeError, "No loop is running here");
  assertThrows(make({ highWater: -1 }), RangeError, "highWater");
});

Deno.test("upgradeWebSocket() goes with fetchHandler() on Deno.serve()", async () => {
  const handle = fetchHandler((request) => upgradeWebSocket(request, echo));
  const options = { port: 0, hostname: "127.0.0.1", onListen: () => {} };
  await using server = Deno.serve(options, (request) => handle(request));
  using client = new NpmClient(`http://127.0.0.1:${server.addr.port}`);
  await client.opened;
  client.socket.send("hi");
  assertEquals(await client.until(1), ["hi"]);
  client.socket.close();
  assertEquals((await client.closed)[0], 1005);
});

Deno.test({
  name: "upgradeWebSocket() gives the place back of a client that goes before it is answered",
  // The host holds on to what it upgrades in the very moment in which its client goes.
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    let talks = 0;
    const handler: Handler = async (request) => {
      for (let turn = 0; turn < 3; turn++) {
        await until(new Promise<void>((resolve) => void setImmediate(resolve)));
      }
      return upgradeWebSocket(request, () => void talks++);
    };
    await serving(handler, { limit: 10 }, async ({ server }) => {
      for (let n = 0; n < 100; n++) (await RawSocket.connect(server.port)).close();
      using client = new NpmClient(server.url);
      await client.opened; // There is a place for it.
      assertEquals(await client.closed, [1000, ""]);
      assertEquals(talks, 1);
      await eventually("the end", () => server.active === 0);
    });
  },
});
