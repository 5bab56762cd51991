import { connect } from "node:net";
import {
  type Connection,
  type ConnectionHandler,
  openConnection,
  startServer,
  type TcpServer,
} from "../../io.ts";
import { sleep, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, type Program, takeReport, trial, type World } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";

/** Waits until something is so, and has stayed as it is for many turns of the host. */
async function settled(what: string, value: () => number): Promise<void> {
  let last = 0;
  let since = 0;
  await eventually(what, () => {
    if (value() !== last) since = 0;
    last = value();
    return last > 0 && since++ > 1000;
  });
}

/** Is more than the system takes for a peer that does not read. */
const TOO_MUCH = 50_000_000;

/** Runs a body beside a server whose handler fails with a `Boom`. */
function* failing(
  handler: ConnectionHandler,
  world: World,
  body: (server: TcpServer) => Program,
): Program {
  const server = startServer(handler, { port: 0 });
  yield* body(server);
  const { exception } = takeReport(world, "The handler of a connection failed");
  assert(exception instanceof Boom, `${exception}`);
  yield server.shutdown();
  assertEquals(server.statistics(), { active: 0, completed: 1, failed: 1, broken: 0 });
}

trial("what a handler wrote before it failed is sent", function* (_as, world) {
  const handler: ConnectionHandler = function* ({ writer }) {
    writer.write("x".repeat(1_000_000));
    yield* sleep(0);
    throw new Boom();
  };
  yield* failing(handler, world, function* ({ port }) {
    const connection = yield openConnection({ port });
    assertEquals((yield connection.reader.readAll()).length, 1_000_000);
    yield connection[Symbol.asyncDispose]();
  });
});

trial(
  "a peer that does not read keeps a connection whose handler failed for a while only",
  function* (
    _as,
    world,
  ) {
    const handler: ConnectionHandler = ({ writer }) => {
      writer.write(new Uint8Array(TOO_MUCH));
      throw new Boom();
    };
    yield* failing(handler, world, function* (server) {
      const conn: Deno.TcpConn = yield until(Deno.connect({ port: server.port }));
      yield until(eventually("the report", () => world.reports.length > 0));
      assertEquals(server.active, 1);
      yield until(eventually("its end", () => server.active === 0));
      conn.close();
    });
  },
);

for (
  const [name, options, ms] of [["by default", {}, 30_000], [
    "as told",
    { sendTimeout: 50 },
    50,
  ]] as const
) {
  trial(`a peer that takes nothing gives its place back in time (${name})`, function* (_as, world) {
    let handled = 0;
    const handler: ConnectionHandler = ({ writer }) => {
      if (handled++ === 0) writer.write(new Uint8Array(TOO_MUCH));
      else writer.write("ok");
    };
    const server = startServer(handler, { port: 0, limit: 1, ...options });
    const stalled: Deno.TcpConn = yield until(Deno.connect({ port: server.port }));
    yield until(settled("what the system takes", () => server.active));
    const next = yield openConnection({ port: server.port });
    world.clock.advance(ms);
    yield until(settled("some progress", () => handled)); // The first time, some was taken.
    world.clock.advance(ms);
    assertEquals((yield next.reader.readAll()).length, 2);
    yield next[Symbol.asyncDispose]();
    stalled.close();
    yield server.shutdown();
    assertEquals(server.statistics(), { active: 0, completed: 2, failed: 0, broken: 1 });
  });
}

trial("a peer that takes some has the whole time again", function* (_as, world) {
  const handler: ConnectionHandler = ({ writer }) => writer.write(new Uint8Array(TOO_MUCH));
  const server = startServer(handler, { port: 0, sendTimeout: 100 });
  const conn: Deno.TcpConn = yield until(Deno.connect({ port: server.port }));
  const buffer = new Uint8Array(20_000_000);
  let taken = 0;
  while (taken < TOO_MUCH) {
    for (const end = Math.min(taken + 15_000_000, TOO_MUCH); taken < end;) {
      taken += (yield until(conn.read(buffer.subarray(0, end - taken)))) as number;
    }
    yield until(settled("what the system takes", () => taken));
    world.clock.advance(100);
  }
  assertEquals(yield until(conn.read(buffer)), null);
  conn.close();
  yield server.shutdown();
  assertEquals(server.statistics(), { active: 0, completed: 1, failed: 0, broken: 0 });
});

/** Runs a body beside a server whose listener fails at the first `accept()`, and then waits. */
function* missing(
  error: Error,
  body: (server: TcpServer, accepts: () => number) => Program,
): Program {
  const original = Deno.listen;
  let accepts = 0;
  let stop = (_error: Error): void => {};
  const listener = {
    addr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    accept() {
      if (accepts++ === 0) return Promise.reject(error);
      return new Promise((_resolve, reject) => stop = reject);
    },
    close: () => stop(new Deno.errors.BadResource()),
  };
  Object.defineProperty(Deno, "listen", { value: () => listener, configurable: true });
  try {
    const server = startServer(() => {}, { port: 0 });
    yield* body(server, () => accepts);
    yield server.shutdown();
  } finally {
    Object.defineProperty(Deno, "listen", { value: original, configurable: true, writable: true });
  }
}

trial("a server that cannot accept reports it, and tries again", function* (_as, world) {
  yield* missing(new Boom("too many open files"), function* (_server, accepts) {
    yield until(eventually("the report", () => world.reports.length > 0));
    takeReport(world, "Cannot accept a connection");
    world.clock.advance(99);
    yield sleep(0);
    assertEquals(accepts(), 1);
    world.clock.advance(1);
    yield sleep(0);
    yield sleep(0);
    assertEquals(accepts(), 2);
  });
});

for (
  const error of [
    new Deno.errors.NotConnected(),
    new Deno.errors.ConnectionAborted(),
    Object.assign(new Error("protocol error"), { code: "EPROTO" }),
  ]
) {
  trial(`a server accepts again at once after ${error}`, function* (_as, world) {
    yield* missing(error, function* (server, accepts) {
      yield until(eventually("another accept()", () => accepts() === 2));
      assertEquals([world.clock.now(), world.reports.length], [0, 0]);
      assertEquals(server.statistics(), { active: 0, completed: 1, failed: 0, broken: 1 });
    });
  });
}

/** Connects and resets the connection at once, so that `accept()` fails with `NotConnected`. */
function reset(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.resetAndDestroy());
    socket.on("error", () => {}).on("close", () => resolve());
  });
}

trial("clients that reset in line keep nobody else waiting", function* (_as, world) {
  const echo: ConnectionHandler = function* ({ reader, writer }) {
    writer.writeLine((yield* reader.readLine())!);
  };
  const server = startServer(echo, { port: 0, limit: 1 });
  const ask = function* (connection: Connection): Program {
    connection.writer.writeLine("hello");
    assertEquals(yield connection.reader.readLine(), "hello");
    yield connection[Symbol.asyncDispose]();
  };
  const first = yield openConnection({ port: server.port });
  yield until(eventually("the first connection", () => server.active === 1));
  for (let count = 0; count < 5; count++) yield until(reset(server.port));
  const last = yield openConnection({ port: server.port });
  yield* ask(first);
  yield* ask(last); // Time stands still: a pause would last for ever.
  yield server.shutdown();
  assertEquals(world.reports, []);
  assertEquals(server.statistics(), { active: 0, completed: 7, failed: 0, broken: 5 });
});
