import { connectWebSocket, WebSocketClosed, type WebSocketConnection } from "../../../web.ts";
import {
  CancelledError,
  createTask,
  RuntimeError,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  until,
} from "../../../mod.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { caught, failure } from "../../futures/trial.ts";
import { agreeing, BINARY, CLOSE, CONTINUATION, PING, type RawScript, TEXT } from "./raw_socket.ts";
import { closing, hostTime, rawTrial } from "./raw_trial.ts";

rawTrial(
  "WebSocketConnection gives each message once, and the end after them",
  agreeing(async (socket) => {
    await socket.send(TEXT, "one");
    await socket.send(BINARY, new Uint8Array([2]));
    await socket.send(TEXT, "th", { isFinal: false });
    await socket.send(PING, "hi");
    await socket.send(CONTINUATION, "ree");
    await socket.send(CLOSE, [4001, "that is all"]);
    await socket.untilClose();
  }),
  function* (url) {
    const socket: WebSocketConnection = yield connectWebSocket(url);
    assertEquals(yield socket.receive(), "one");
    assertEquals(yield socket.receive(), new Uint8Array([2]));
    assertEquals(yield socket.receive(), "three");
    for (let n = 0; n < 2; n++) {
      const error = yield* failure(socket.receive(), WebSocketClosed, "The peer closed");
      assertEquals([error.by, error.code, error.reason, error.isFailure], [
        "peer",
        4001,
        "that is all",
        true,
      ]);
    }
    yield* failure(socket.send("x"), WebSocketClosed, "4001");
    assertThrows(() => socket.sendNowait("x"), WebSocketClosed);
    assert(socket.closed);
    yield socket.waitClosed();
  },
);

for (
  const [code, isQuiet] of [[1000, true], [1001, true], [undefined, true], [1011, false]] as const
) {
  rawTrial(
    `WebSocketConnection ends an iteration ${isQuiet ? "quietly" : "with an error"} on ${
      code ?? "no code"
    }`,
    agreeing(async (socket) => {
      await socket.send(TEXT, "one");
      await socket.send(CLOSE, code === undefined ? "" : [code]);
      await socket.untilClose();
    }),
    function* (url) {
      const socket: WebSocketConnection = yield connectWebSocket(url);
      const iterator = socket[Symbol.asyncIterator]();
      assertEquals(yield iterator.next(), { done: false, value: "one" });
      const error = yield* caught(iterator.next());
      assertEquals(error instanceof WebSocketClosed, !isQuiet, `${error}`);
      if (isQuiet) assertEquals(yield iterator.next(), { done: true, value: undefined });
      yield socket.waitClosed();
    },
  );
}

/** What a server may do wrong. */
const WRONGS: Record<string, RawScript> = {
  "goes without a word": async (socket) => await socket.close(),
  "stops in a message": async (socket) => await socket.send(TEXT, "he", { isFinal: false }),
  "sends text that is no UTF-8": async (socket) => {
    await socket.send(TEXT, new Uint8Array([0xff]));
    await socket.untilClose();
  },
  "sends a code that nobody may": async (socket) => {
    await socket.send(CLOSE, [1005]);
    await socket.untilClose();
  },
};

for (const [wrong, script] of Object.entries(WRONGS)) {
  rawTrial(`WebSocketConnection fails when the server ${wrong}`, agreeing(script), function* (url) {
    const socket: WebSocketConnection = yield connectWebSocket(url);
    const error = yield* failure(
      socket.receive(),
      WebSocketClosed,
      "The connection of the WebSocket broke",
    );
    assertEquals([error.by, error.code, error.isFailure], ["network", 1006, true]);
    yield* failure(socket[Symbol.asyncIterator]().next(), WebSocketClosed);
    assertEquals(((yield socket.waitClosed()) as WebSocketClosed).by, "network");
  });
}

/** Sends so many messages, and waits for the end. */
const flooding = (count: number, message: string | Uint8Array): RawScript =>
  agreeing(async (socket) => {
    for (let n = 0; n < count; n++) {
      await socket.send(typeof message === "string" ? TEXT : BINARY, message);
    }
    await socket.untilClose();
  });

rawTrial(
  "WebSocketConnection closes on a message that is too large, in bytes",
  flooding(1, "ü".repeat(6)),
  function* (url) {
    const socket: WebSocketConnection = yield connectWebSocket(url, { maxMessage: 11 });
    const error = yield* failure(socket.receive(), WebSocketClosed, "closed here: 1009");
    assertEquals([error.by, error.isFailure], ["here", true]);
    yield socket.waitClosed();
    const wide: WebSocketConnection = yield connectWebSocket(url, { maxMessage: 12 });
    assertEquals(yield wide.receive(), "ü".repeat(6));
    yield* closing(wide);
  },
);

rawTrial(
  "WebSocketConnection closes when too much waits to be received, and gives what had come",
  flooding(20, new Uint8Array(100)),
  function* (url) {
    const limits = { maxMessage: 100, maxBuffered: 1000 };
    const socket: WebSocketConnection = yield connectWebSocket(url, limits);
    while (!socket.closed) yield until(hostTime());
    assertEquals(socket.statistics().waiting, 6);
    for (let n = 0; n < 6; n++) assertEquals(((yield socket.receive()) as Uint8Array).length, 100);
    yield* failure(socket.receive(), WebSocketClosed, "more than 1000 bytes wait to be received");
    yield socket.waitClosed();
  },
);

rawTrial(
  "WebSocketConnection.receive() takes nothing when cancelled, and one task waits at a time",
  agreeing(async (socket) => {
    await socket.next();
    await socket.send(TEXT, "precious");
    await socket.untilClose();
    await socket.send(CLOSE, [1000]);
  }),
  function* (url, clock) {
    const socket: WebSocketConnection = yield connectWebSocket(url);
    const waiting: Task<unknown> = createTask(() => socket.receive());
    yield sleep(0);
    yield* failure(socket.receive(), RuntimeError, "another task does");
    waiting.cancel();
    yield* failure(waiting, CancelledError);
    const late: Task<unknown> = createTask(() => timeout(10, () => socket.receive()));
    yield sleep(0);
    yield sleep(0);
    clock.advance(10);
    yield* failure(late, TimeoutError);
    yield socket.send("go");
    assertEquals(yield socket.receive(), "precious");
    yield* closing(socket);
  },
);
