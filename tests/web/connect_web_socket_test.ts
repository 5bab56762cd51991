import {
  CancelledError,
  createTask,
  select,
  sleep,
  type Task,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import {
  ClientConnectionError,
  connectWebSocket,
  type ConnectWebSocketOptions,
  WebSocketClosed,
  type WebSocketConnection,
} from "../../web.ts";
import { assert, assertEquals } from "../assert.ts";
import { failure, type Program } from "../futures/trial.ts";
import { served } from "./served.ts";

/** Opens a WebSocket, and closes it after use. */
function* open(
  url: string,
  options: ConnectWebSocketOptions,
  use: (socket: WebSocketConnection) => Program,
): Program {
  const socket: WebSocketConnection = yield connectWebSocket(url, options);
  try {
    yield* use(socket);
  } finally {
    socket.close();
    yield socket.waitClosed();
  }
}

served("connectWebSocket() talks in text and bytes", function* (url) {
  yield* open(url, { protocols: ["a", "b"] }, function* (socket) {
    assertEquals([socket.protocol, socket.url], ["b", `${url.replace("http", "ws")}/`]);
    for (const message of ["hello", new Uint8Array([1, 2]), "", "ü".repeat(50_000)]) {
      yield socket.send(message);
      assertEquals(yield socket.receive(), message);
    }
  });
});

served("connectWebSocket() says who closed it, and why", function* (url) {
  yield* open(url, {}, function* (socket) {
    yield socket.send("close 4001 that was all");
    const error = yield* failure(socket.receive(), WebSocketClosed);
    assertEquals([error.by, error.code, error.reason], ["peer", 4001, "that was all"]);
  });
  const socket: WebSocketConnection = yield connectWebSocket(url);
  socket.close(4002, "mine");
  const closed: WebSocketClosed = yield socket.waitClosed();
  assertEquals([closed.by, closed.code, closed.reason], ["here", 4002, "mine"]);
  yield* failure(socket.send("late"), WebSocketClosed, "closed here");
});

served("connectWebSocket() keeps what comes, within its bounds", function* (url) {
  yield* open(url, { maxMessage: 100, maxBuffered: 1000 }, function* (socket) {
    yield socket.send("repeat 5 100");
    for (let n = 0; n < 5; n++) assertEquals(((yield socket.receive()) as string).length, 100);
    yield socket.send("repeat 1 101");
    yield* failure(socket.receive(), WebSocketClosed, "1009");
  });
  yield* open(url, { maxMessage: 100, maxBuffered: 1000 }, function* (socket) {
    yield socket.send("repeat 50 100");
    while (!socket.closed) yield sleep(5);
    yield* failure(socket.send("x"), WebSocketClosed, "1008");
  });
});

served(
  "WebSocketConnection loses nothing when a wait is cancelled, or loses a select()",
  function* (url) {
    yield* open(url, {}, function* (socket) {
      yield* failure(timeout(10, () => socket.receive()), TimeoutError);
      const first = yield select({ message: socket.receive(), late: sleep(5, "late") });
      assertEquals(first.name, "late");
      const waiting: Task<unknown> = createTask(() => socket.receive());
      yield sleep(5);
      waiting.cancel();
      yield* failure(waiting, CancelledError);
      yield socket.send("still here");
      assertEquals(yield socket.receive(), "still here");
    });
  },
);

served("WebSocketConnection asks for signs of life, and gives up without", function* (url) {
  const alive = { every: 10, timeout: 1000, message: "ping" };
  yield* open(url, { heartbeat: alive }, function* (socket) {
    for (let n = 0; n < 3; n++) assertEquals(yield socket.receive(), "ping");
  });
  const dead = { every: 10, timeout: 20, message: "silence" };
  yield* open(url, { heartbeat: dead }, function* (socket) {
    const error = yield* failure(socket.receive(), WebSocketClosed, "no sign of life");
    assert(error.isFailure);
  });
});

served(
  "connectWebSocket() fails where there is no WebSocket, and leaves nothing when cancelled",
  function* (url) {
    yield* failure(connectWebSocket("ws://127.0.0.1:9/"), ClientConnectionError, "Cannot open");
    const opening: Task<unknown> = createTask(() => connectWebSocket(url));
    yield sleep(0);
    opening.cancel();
    yield* failure(opening, CancelledError);
  },
);
