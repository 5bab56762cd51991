import {
  type Connection,
  openConnection,
  type OpenOptions,
  startServer,
  type TcpServer,
} from "../../io.ts";
import { type Coroutine, createTask, isCancelled, RuntimeError, sleep, until } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./fixtures/certificate.ts";

/**
 * Lets a body talk to a server that speaks plainly at first, and is encrypted after STARTTLS: what comes
 * then goes to another server, which is encrypted from the start.
 */
function* serving(body: (server: TcpServer) => Program, answer = "220 go ahead\n"): Program {
  const inner = startServer(function* ({ reader, writer }) {
    for (;;) {
      const line = yield* reader.readLine();
      if (line === undefined) return;
      writer.writeLine(`secret ${line}`);
    }
  }, { port: 0, cert: CERTIFICATE, key: KEY });
  const outer = startServer(function* ({ reader, writer }) {
    for (;;) {
      const line = yield* reader.readLine();
      if (line === undefined) return;
      if (line === "STARTTLS") break;
      writer.writeLine(`plain ${line}`);
    }
    writer.write(answer);
    const behind = yield* openConnection({ port: inner.port });
    const back = createTask(() => pass(behind, writer));
    try {
      yield* pass({ reader }, behind.writer);
    } finally {
      behind.abort();
      yield* back;
    }
  }, { port: 0 });
  try {
    yield* body(outer);
  } finally {
    yield outer.shutdown({ grace: 0 });
    yield inner.shutdown({ grace: 0 });
  }
}

/** Passes on what is read, to its end. */
function* pass(
  { reader }: Pick<Connection, "reader">,
  writer: Connection["writer"],
): Coroutine<void> {
  try {
    for (;;) {
      const piece = yield* reader.read();
      if (piece === undefined) return;
      writer.write(piece);
    }
  } catch (error) {
    if (isCancelled(error)) throw error; // Otherwise, one end is gone.
  }
}

/** Connects, says STARTTLS, and reads so much of the answer. */
function* begun(server: TcpServer, options: Partial<OpenOptions> = {}): Program<Connection> {
  const connection: Connection = yield openConnection({ port: server.port, ...options });
  connection.writer.writeLine("hello");
  assertEquals(yield connection.reader.readLine(), "plain hello");
  connection.writer.writeLine("STARTTLS");
  assertEquals(yield connection.reader.readLine(), "220 go ahead");
  return connection;
}

const TRUST = { caCerts: [AUTHORITY], serverName: "localhost" };

trial("a connection is encrypted in the middle, with its reader and writer", function* () {
  yield* serving(function* (server): Program {
    const connection = yield* begun(server);
    const { reader, writer } = connection;
    yield connection.startTls(TRUST);
    writer.writeLine("one");
    assertEquals(yield reader.readLine(), "secret one");
    yield* failure(connection.startTls(TRUST), RuntimeError, "it is encrypted");
    yield connection[Symbol.asyncDispose]();
    yield* failure(connection.startTls(TRUST), RuntimeError, "it was closed");
  });
});

trial("the name of the host is that of openConnection(), unless another is given", function* () {
  yield* serving(function* (server): Program {
    const named = yield* begun(server, { hostname: "localhost" });
    yield named.startTls({ caCerts: [AUTHORITY] });
    named.writer.writeLine("one");
    assertEquals(yield named.reader.readLine(), "secret one");
    yield named[Symbol.asyncDispose]();
    const other = yield* begun(server, { hostname: "localhost" });
    yield* failure(other.startTls({ ...TRUST, serverName: "weft.test" }), Deno.errors.InvalidData);
    assert(other.closing, "a failure closes it");
    assertEquals(yield other.reader.read(), undefined);
  });
});

trial("what is written and read while it changes waits, and is encrypted", function* () {
  yield* serving(function* (server): Program {
    const connection = yield* begun(server);
    const change = createTask(function* () {
      yield* connection.startTls(TRUST);
    });
    yield sleep(0);
    connection.writer.writeLine("early");
    assertEquals(yield connection.reader.readLine(), "secret early");
    yield change;
    yield connection[Symbol.asyncDispose]();
  });
});

trial("what was written before goes out before, unencrypted", function* () {
  yield* serving(function* (server): Program {
    const connection: Connection = yield openConnection({ port: server.port });
    connection.writer.writeLine("STARTTLS"); // The other end says nothing to it.
    yield connection.startTls(TRUST);
    connection.writer.writeLine("one");
    assertEquals(yield connection.reader.readLine(), "secret one");
    yield connection[Symbol.asyncDispose]();
  }, "");
});

trial("what has come and was not read is refused, and so is a read in flight", function* () {
  yield* serving(function* (server): Program {
    const connection = yield* begun(server);
    const injected = yield* caught(connection.reader.readExactly(3));
    assertEquals(injected, undefined);
    yield* failure(connection.startTls(TRUST), RuntimeError, "5 bytes have come");
    yield connection.reader.readExactly(5);
    const read = createTask(function* () {
      yield* connection.reader.read();
    });
    yield sleep(0);
    yield* failure(connection.startTls(TRUST), RuntimeError, "another task is reading it");
    read.cancel();
    yield* caught(read);
    yield* failure(connection.startTls(TRUST), RuntimeError, "a read that was cancelled");
    connection.abort();
  }, "220 go ahead\ninjected");
});

trial("a cancelled change closes the connection", function* () {
  const silent = startServer(function* ({ reader }) {
    yield* reader.readAll();
  }, { port: 0 });
  const connection: Connection = yield openConnection({ port: silent.port });
  const change = createTask(function* () {
    yield* connection.startTls(TRUST);
  });
  yield until(new Promise((resolve) => setTimeout(resolve, 1)));
  change.cancel();
  assert(isCancelled(yield* caught(change)));
  assert(connection.closing);
  yield connection.waitClosed();
  yield silent.shutdown({ grace: 0 });
});

trial("openConnection() takes the name of the server, and addresses beside it", function* () {
  const server = startServer(function* ({ reader, writer }) {
    writer.writeLine(`secret ${yield* reader.readLine()}`);
  }, { port: 0, cert: CERTIFICATE, key: KEY });
  for (
    const options of [
      { tls: TRUST },
      { hostname: "localhost", lookup: () => ["127.0.0.1"], tls: { caCerts: [AUTHORITY] } },
    ]
  ) {
    const connection: Connection = yield openConnection({ port: server.port, ...options });
    connection.writer.writeLine("one");
    assertEquals(yield connection.reader.readLine(), "secret one");
    yield connection[Symbol.asyncDispose]();
  }
  yield server.shutdown({ grace: 0 });
});

trial("what cannot be encrypted is refused", function* () {
  const open = (options: unknown) => () => openConnection(options as OpenOptions);
  assertThrows(open({ port: 1, tls: { cert: "" } }), TypeError, "key must be a string: undefined");
  const both = { cert: "", key: "", serverName: "x" };
  assertThrows(open({ port: 1, tls: both }), TypeError, "leave out serverName");
  assertThrows(open({ port: 1, tls: { caCerts: "x" } }), TypeError, "caCerts");
  assertThrows(open({ port: 1, lookup: 5 }), TypeError, "lookup must be a function: 5");
  const folder: string = yield until(Deno.makeTempDir());
  const path = `${folder}/a`;
  const server = startServer(() => {}, { path });
  const connection: Connection = yield openConnection({ path });
  yield* failure(connection.startTls(), RuntimeError, "it goes to a Unix socket");
  assertThrows(() => connection.startTls({ cert: "" } as never), TypeError, '"cert"');
  connection.abort();
  yield server.shutdown();
  Deno.removeSync(folder, { recursive: true });
});
