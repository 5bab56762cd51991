import { type Connection, openConnection, startServer, type TcpServer } from "../../io.ts";
import { createTask, gather, RuntimeError, until } from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { failure, type Program, trial } from "../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./fixtures/certificate.ts";
import { OTHER_AUTHORITY, RENEWED } from "./fixtures/renewed_certificate.ts";

const FIRST = { cert: CERTIFICATE, key: KEY };

/** Runs a body beside a server that encrypts and sends lines back, and shuts that down. */
function* encrypted(limit: number, body: (server: TcpServer) => Program): Program {
  const server = startServer(async ({ reader, writer }) => {
    for await (const line of reader) writer.writeLine(line);
  }, { port: 0, limit, ...FIRST });
  try {
    yield* body(server);
  } finally {
    yield server.shutdown();
  }
}

/** Connects to a server whose certificate an authority must have made, and talks to it. */
function* connect({ port }: TcpServer, authority: string): Program<Connection> {
  const tls = { caCerts: [authority] };
  const connection: Connection = yield openConnection({ hostname: "localhost", port, tls });
  yield* talk(connection);
  return connection;
}

/** Sends a line, and reads it again. */
function* talk({ reader, writer }: Connection): Program {
  writer.writeLine("hello");
  assertEquals(yield reader.readLine(), "hello");
}

for (const limit of [1, 100]) {
  trial(
    `TcpServer.reload() is for connections that come from now on, with a limit of ${limit}`,
    () =>
      encrypted(limit, function* (server) {
        const { port } = server;
        const old = yield* connect(server, AUTHORITY);
        yield server.reload(RENEWED);
        assertEquals(server.port, port);
        yield* talk(old);
        if (limit === 1) yield old[Symbol.asyncDispose]();
        const renewed = yield* connect(server, OTHER_AUTHORITY);
        yield renewed[Symbol.asyncDispose]();
        if (limit > 1) yield* talk(old);
        yield old[Symbol.asyncDispose]();
      }),
  );
}

trial(
  "TcpServer.reload() takes turns, and refuses what makes no sense",
  () =>
    encrypted(100, function* (server) {
      const reload = (options: unknown) => () => server.reload(options as never);
      assertThrows(reload({ ...RENEWED, key: KEY }), TypeError, "KeyMismatch");
      assertThrows(reload({ cert: "" }), TypeError, "key must be a string");
      yield gather([() => server.reload(FIRST), () => server.reload(RENEWED)]);
      const connection = yield* connect(server, OTHER_AUTHORITY);
      yield connection[Symbol.asyncDispose]();
    }),
);

trial(
  "TcpServer.reload() fails where nothing is encrypted, and where nothing listens any more",
  function* () {
    const plain = startServer(() => {}, { port: 0 });
    yield* failure(plain.reload(RENEWED), RuntimeError, "a server that has none");
    yield plain.shutdown();
    yield* failure(plain.reload(RENEWED), RuntimeError, "a server that has none");
    yield* encrypted(100, function* (server) {
      yield server.shutdown();
      yield* failure(server.reload(RENEWED), RuntimeError, "the server is shutting down");
    });
  },
);

/** Runs a body while every port is taken that the host is to listen at. */
function* whileTaken(body: () => Program): Program {
  const { listenTls } = Deno;
  Deno.listenTls = () => {
    throw new Deno.errors.AddrInUse("taken");
  };
  try {
    yield* body();
  } finally {
    Deno.listenTls = listenTls;
  }
}

trial(
  "TcpServer.reload() ends with the server that is shut down in the middle of it",
  () =>
    encrypted(100, function* (server) {
      const open = yield* connect(server, AUTHORITY);
      yield* whileTaken(function* () {
        const reloading = createTask(() => server.reload(RENEWED));
        yield until(new Promise<void>((resolve) => void setImmediate(resolve)));
        const closing = createTask(() => server.shutdown());
        yield* failure(reloading, RuntimeError, "the server is shutting down");
        yield* talk(open);
        yield open[Symbol.asyncDispose]();
        yield closing;
      });
    }),
);

trial(
  "TcpServer.reload() fails if another program takes the port, and the server ends",
  () =>
    encrypted(100, function* (server) {
      yield* whileTaken(function* () {
        yield* failure(server.reload(RENEWED), Deno.errors.AddrInUse, "another program has taken");
        yield server.finished;
      });
    }),
);
