import {
  type Connection,
  type ConnectionHandler,
  openConnection,
  startServer,
  type StartServerOptions,
  type TcpServer,
} from "../../io.ts";
import {
  ContextVar,
  type Coroutine,
  createTask,
  currentTask,
  each,
  Event,
  gather,
  isCancelled,
  run,
  sleep,
  until,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, type Program, takeReport, trial } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";

/** Runs a body beside a server, and shuts that down. */
function* serving(
  handler: ConnectionHandler,
  options: Partial<StartServerOptions>,
  body: (server: TcpServer) => Program,
): Program<TcpServer> {
  const server = startServer(handler, { port: 0, ...options });
  try {
    yield* body(server);
  } finally {
    yield server.shutdown();
  }
  assertEquals(server.active, 0);
  return server;
}

/** Connects to a server. */
function* connect({ port }: TcpServer): Program<Connection> {
  return yield openConnection({ port });
}

/** Echoes lines. */
const echo: ConnectionHandler = function* ({ reader, writer }) {
  yield* each(reader, function* (line) {
    writer.writeLine(line);
    yield* writer.drain();
  });
};

trial("each connection is a task, named by the peer, with the server's context", function* () {
  const place = new ContextVar("place", { default: "elsewhere" });
  place.set("server");
  const names: string[] = [];
  const handler: ConnectionHandler = function* ({ writer }) {
    names.push(currentTask()!.name);
    writer.write(place.get());
    place.set("connection");
    yield* sleep(0);
  };
  const server = yield* serving(handler, {}, function* (server) {
    place.set("test");
    for (let n = 0; n < 2; n++) {
      const connection = yield* connect(server);
      const { port } = connection.localAddr as Deno.NetAddr;
      assertEquals(new TextDecoder().decode(yield connection.reader.readAll()), "server");
      assertEquals(names.pop(), `connection from 127.0.0.1:${port}`);
      yield connection[Symbol.asyncDispose]();
    }
    assertEquals([server.url, server.addr.transport], [`tcp://127.0.0.1:${server.port}`, "tcp"]);
  });
  assertEquals(server.statistics(), { active: 0, completed: 2, failed: 0, broken: 0 });
});

trial(
  "a handler may be a generator, native or plain function, and what it wrote is sent",
  function* () {
    const handlers: ConnectionHandler[] = [
      function* ({ writer }) {
        writer.write("x".repeat(1_000_000));
        yield* writer.drain();
      },
      // deno-lint-ignore require-await -- it is native
      async ({ writer }) => writer.write("x".repeat(1_000_000)),
      ({ writer }) => writer.write("x".repeat(1_000_000)),
      ({ writer }) => {
        writer.write("x".repeat(1_000_000));
        return sleep(0);
      },
    ];
    for (const handler of handlers) {
      yield* serving(handler, {}, function* (server) {
        const connection = yield* connect(server);
        assertEquals((yield connection.reader.readAll()).length, 1_000_000);
        yield connection[Symbol.asyncDispose]();
      });
    }
  },
);

trial("an error of a handler is reported, and closes its connection alone", function* (_as, world) {
  const handler: ConnectionHandler = function* ({ reader, writer }) {
    if ((yield* reader.readLine()) === "fail") throw new Boom();
    writer.writeLine("fine");
  };
  const server = yield* serving(handler, {}, function* (server) {
    const both = [yield* connect(server), yield* connect(server)];
    both[0].writer.writeLine("fail");
    assertEquals(yield both[0].reader.readLine(), undefined);
    both[1].writer.writeLine("go on");
    assertEquals(yield both[1].reader.readLine(), "fine");
    for (const connection of both) yield connection[Symbol.asyncDispose]();
  });
  assert(takeReport(world, "The handler of a connection failed").exception instanceof Boom);
  assertEquals(server.statistics(), { active: 0, completed: 2, failed: 1, broken: 0 });
});

trial("that a peer has gone in the middle is counted, and is no error", function* () {
  const reading: ConnectionHandler = function* ({ reader }) {
    yield* reader.readExactly(1_000_000);
  };
  const writing: ConnectionHandler = function* ({ writer }) {
    for (;;) {
      writer.write(new Uint8Array(100_000));
      yield* writer.drain();
    }
  };
  for (const handler of [reading, writing]) {
    const server = yield* serving(handler, {}, function* (server) {
      const conn: Deno.TcpConn = yield until(Deno.connect({ port: server.port }));
      yield until(conn.write(new Uint8Array(1)));
      yield until(eventually("the task", () => server.active === 1));
      conn.close();
      yield until(eventually("the end", () => server.active === 0));
    });
    assertEquals(server.statistics(), { active: 0, completed: 1, failed: 0, broken: 1 });
  }
});

trial("a thousand connections at once are echoed, and none is left", function* () {
  yield* serving(echo, {}, function* (server) {
    const ask = function* (n: number) {
      const connection: Connection = yield* openConnection({ port: server.port });
      const answers = [];
      for (let round = 0; round < 3; round++) {
        connection.writer.writeLine(`${n} ${round}`);
        answers.push(yield* connection.reader.readLine());
      }
      most = Math.max(most, server.active);
      if (++asked === 1000) all.set();
      yield* all.wait();
      yield* connection[Symbol.asyncDispose]();
      return answers;
    };
    let most = 0;
    let asked = 0;
    const all = new Event();
    const answers: string[][] = yield gather(Array.from({ length: 1000 }, (_, n) => ask(n)));
    assertEquals(answers[999], ["999 0", "999 1", "999 2"]);
    assertEquals([answers.flat().length, most], [3000, 1000]);
    yield until(eventually("their ends", () => server.active === 0));
  });
});

trial("a limit lets more connections wait until there is room", function* () {
  let inside = 0;
  let most = 0;
  const handler: ConnectionHandler = function* (connection) {
    most = Math.max(most, ++inside);
    try {
      yield* echo(connection) as Coroutine<unknown>;
    } finally {
      inside--;
    }
  };
  yield* serving(handler, { limit: 2 }, function* (server) {
    const ask = function* () {
      const connection: Connection = yield* openConnection({ port: server.port });
      connection.writer.writeLine("hello");
      assertEquals(yield* connection.reader.readLine(), "hello");
      yield* connection[Symbol.asyncDispose]();
    };
    yield gather(Array.from({ length: 20 }, ask));
  });
  assertEquals(most, 2);
});

trial(
  "shutdown() accepts no more, and lets connections go on for the grace",
  function* (_as, { clock }) {
    const log: string[] = [];
    const handler: ConnectionHandler = function* (connection) {
      try {
        yield* echo(connection) as Coroutine<unknown>;
      } catch (error) {
        log.push(isCancelled(error) ? error.message : `${error}`);
        throw error;
      }
    };
    yield* serving(handler, { grace: 1e9 }, function* (server) {
      const connection = yield* connect(server);
      connection.writer.writeLine("one");
      assertEquals(yield connection.reader.readLine(), "one");
      const closing = createTask(function* () {
        yield* server.shutdown({ grace: 100 });
      });
      yield sleep(0);
      const refused = yield* caught(openConnection({ port: server.port }));
      const kinds = [Deno.errors.ConnectionRefused, Deno.errors.ConnectionReset];
      assert(kinds.some((kind) => refused instanceof kind), `${refused}`);
      connection.writer.writeLine("two");
      assertEquals(yield connection.reader.readLine(), "two");
      clock.advance(100);
      assertEquals(yield connection.reader.readLine(), undefined);
      yield closing;
      yield server.finished;
      yield connection[Symbol.asyncDispose]();
    });
    assertEquals(log, ["the server is shutting down"]);
  },
);

trial(
  "a connection that does not take what it is sent is aborted at the end of the grace",
  function* () {
    const handler: ConnectionHandler = ({ writer }) => writer.write(new Uint8Array(50_000_000));
    yield* serving(handler, {}, function* (server) {
      const connection = yield* connect(server);
      yield connection.reader.readExactly(10);
      yield server.shutdown({ grace: 0 });
      connection.abort();
    });
  },
);

trial("a server is shut down by its signal", function* () {
  const controller = new AbortController();
  yield* serving(echo, { signal: controller.signal }, function* (server) {
    controller.abort();
    yield server.finished;
  });
  yield* serving(echo, { signal: controller.signal }, function* (server) {
    yield server.finished;
  });
});

Deno.test("a server that nobody shut down ends with its loop, and so do its connections", async () => {
  let connection: Deno.Conn;
  await run(async () => {
    const server = startServer(echo, { port: 0 });
    connection = await until(Deno.connect({ port: server.port }));
    await until(eventually("the connection", () => server.active === 1));
  }, { signals: [] });
  assertEquals(await connection!.read(new Uint8Array(1)), null);
  connection!.close();
});

trial("a client that is cancelled after any number of turns leaves nothing behind", function* () {
  yield* serving(echo, { grace: 0 }, function* (server) {
    const talk = function* () {
      const connection: Connection = yield* openConnection({
        port: server.port,
        highWater: 10_000,
      });
      try {
        for (let round = 0; round < 3; round++) {
          connection.writer.write(`${round}`.repeat(50_000));
          yield* connection.writer.drain();
          connection.writer.writeLine();
          yield* connection.reader.readExactly(1);
          yield* connection.reader.readLine();
        }
      } finally {
        yield* connection[Symbol.asyncDispose]();
      }
    };
    let hasFinished = false;
    for (let turns = 0; !hasFinished; turns++) {
      const task = createTask(talk);
      for (let turn = 0; turn < turns && !task.done; turn++) yield until(nextTurn());
      task.cancel();
      const error = yield* caught(task);
      hasFinished = error === undefined;
      assert(hasFinished || isCancelled(error), `${error}`);
      assert(turns < 10_000, "it must finish");
      if (turns > 60) turns += turns >> 3;
    }
    yield until(eventually("their ends", () => server.active === 0));
  });
});

/** Lets the host have a turn. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

trial("startServer() refuses what makes no sense", function* () {
  const start = (options: unknown) => () => startServer(echo, options as StartServerOptions);
  assertThrows(() => startServer(5 as never, { port: 0 }), TypeError, "handler");
  assertThrows(start({}), TypeError, "port");
  assertThrows(start({ port: 70_000 }), RangeError, "port must be from 0 to 65535");
  assertThrows(start({ port: 0, path: "x" }), TypeError, "both a port and a path");
  assertThrows(start({ path: 5 }), TypeError, "path");
  assertThrows(start({ port: 0, hostname: 5 }), TypeError, "hostname");
  assertThrows(start({ port: 0, limit: 0 }), RangeError, "limit");
  assertThrows(start({ port: 0, grace: -1 }), RangeError, "grace");
  assertThrows(start({ port: 0, sendTimeout: 0 }), RangeError, "sendTimeout must be above 0: 0");
  assertThrows(start({ port: 0, sendTimeout: "5" }), TypeError, "sendTimeout must be a number");
  assertThrows(start({ port: 0, lineLimit: 0 }), RangeError, "lineLimit");
  for (const highWater of [-1, NaN]) {
    assertThrows(start({ port: 0, highWater }), RangeError, "high");
  }
  assertThrows(start({ port: 0, highWater: "x" }), TypeError, "highWater must be a number");
  assertThrows(start({ port: 0, name: 5 }), TypeError, "name must be a string: 5");
  assertThrows(start({ port: 0, cert: "" }), TypeError, "key must be a string: undefined");
  assertThrows(start({ path: "x", cert: "", key: "" }), TypeError, "leave out cert");
  assertThrows(start({ port: 0, reusePort: 1 }), TypeError, "reusePort must be a boolean: 1");
  assertThrows(start({ path: "x", reusePort: true }), TypeError, "leave out reusePort");
  assertThrows(start({ port: 0, signal: 1 }), TypeError, "signal");
  assertThrows(start({ port: 0, prot: 1 }), TypeError, '"prot"');
  yield sleep(0);
});
