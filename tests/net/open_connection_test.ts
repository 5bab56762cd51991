import { type Connection, openConnection, type OpenOptions, startServer } from "../../io.ts";
import { createTask, isCancelled, sleep, TimeoutError, until } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "./fixtures/certificate.ts";
import { eventually } from "../http/server/serving.ts";

/** Lets a body work with a function of the host replaced. */
function* replaced(
  replacement: unknown,
  body: () => Program,
  name: "connect" | "connectTls" = "connect",
): Program {
  const original = Deno[name];
  Object.defineProperty(Deno, name, { value: replacement, configurable: true, writable: true });
  try {
    return yield* body();
  } finally {
    Object.defineProperty(Deno, name, { value: original, configurable: true, writable: true });
  }
}

trial("openConnection() connects, and tells both addresses", function* () {
  const server = startServer(({ writer }) => writer.write("hi"), { port: 0 });
  const connection: Connection = yield openConnection({ port: server.port });
  assertEquals((connection.remoteAddr as Deno.NetAddr).port, server.port);
  assertEquals((connection.localAddr as Deno.NetAddr).hostname, "127.0.0.1");
  assertEquals(`${connection}`, `connection to 127.0.0.1:${server.port}`);
  assertEquals((yield connection.reader.readAll()).length, 2);
  yield connection[Symbol.asyncDispose]();
  yield server.shutdown();
});

trial("openConnection() throws what the host fails with", function* () {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  yield* failure(openConnection({ port }), Deno.errors.ConnectionRefused);
  yield* failure(openConnection({ path: "/nonexistent.sock" }), Deno.errors.NotFound);
});

trial("a socket that arrives after the cancellation is closed", function* () {
  const { promise, resolve } = Promise.withResolvers<unknown>();
  let signal: AbortSignal | undefined;
  const dial = (options: { signal: AbortSignal }) => {
    signal = options.signal;
    return promise;
  };
  yield* replaced(dial, function* (): Program {
    const task = createTask(function* () {
      yield* openConnection({ port: 1 });
    });
    yield sleep(0);
    yield sleep(0);
    task.cancel();
    assert(isCancelled(yield* caught(task)));
  });
  assert(signal!.aborted);
  let isClosed = false;
  resolve({ close: () => void (isClosed = true) });
  yield until(promise);
  yield sleep(0);
  assert(isClosed);
});

trial("a socket is closed that the host would drop as its signal is aborted", function* () {
  for (const lookup of [undefined, () => Promise.resolve(["127.0.0.1"])]) {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    let hasBegun = false;
    const dial = async ({ signal }: { signal: AbortSignal }) => {
      hasBegun = true;
      try {
        return await promise;
      } finally {
        signal.throwIfAborted(); // As Deno has it, whatever it has connected.
      }
    };
    yield* replaced(dial, function* (): Program {
      const task = createTask(() => openConnection({ port: 1, hostname: "host.example", lookup }));
      yield until(eventually("the wait", () => hasBegun));
      task.cancel();
      assert(isCancelled(yield* caught(task)));
    });
    let isClosed = false;
    resolve({ close: () => void (isClosed = true) });
    yield until(eventually("the end", () => isClosed));
  }
});

trial("a socket that arrives together with the cancellation is closed", function* () {
  let isClosed = false;
  const { promise, resolve } = Promise.withResolvers<unknown>();
  yield* replaced(() => promise, function* (): Program {
    const task = createTask(function* () {
      yield* openConnection({ port: 1 });
    });
    yield sleep(0);
    yield sleep(0);
    resolve({ close: () => void (isClosed = true) });
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    yield until(promise);
    yield sleep(0);
  });
  assert(isClosed);
});

trial("openConnection() takes no longer than its timeout", function* (_as, { clock }) {
  yield* replaced(() => new Promise(() => {}), function* (): Program {
    const task = createTask(function* () {
      yield* openConnection({ port: 1, hostname: "::1", timeout: 50 });
    });
    yield sleep(0);
    yield sleep(0);
    clock.advance(50);
    yield* failure(task, TimeoutError, "50 ms: openConnection([::1]:1)");
  });
});

for (const stage of ["before", "during"]) {
  trial(`a TLS connection that is cancelled ${stage} its handshake is closed`, function* () {
    const arrival = Promise.withResolvers<unknown>();
    const log: string[] = [];
    const conn = {
      handshake: () => (log.push("handshake"), new Promise(() => {})),
      close: () => void log.push("close"),
    };
    yield* replaced(
      () => arrival.promise,
      function* (): Program {
        const task = createTask(function* () {
          yield* openConnection({ port: 1, tls: true });
        });
        yield sleep(0);
        if (stage === "during") arrival.resolve(conn);
        yield until(eventually("the wait", () => stage === "before" || log.length > 0));
        yield sleep(0);
        task.cancel();
        assert(isCancelled(yield* caught(task)));
        arrival.resolve(conn);
        yield until(eventually("the end", () => log.includes("close")));
      },
      "connectTls",
    );
    assertEquals(log, stage === "before" ? ["close"] : ["handshake", "close"]);
  });
}

trial("connections are encrypted, and certificates checked", function* () {
  const server = startServer(function* ({ reader, writer }) {
    writer.writeLine(`you said ${yield* reader.readLine()}`);
  }, { port: 0, cert: CERTIFICATE, key: KEY });
  const options: OpenOptions = { hostname: "localhost", port: server.port };
  const connection: Connection = yield openConnection({
    ...options,
    tls: { caCerts: [AUTHORITY] },
  });
  connection.writer.writeLine("secret");
  assertEquals(yield connection.reader.readLine(), "you said secret");
  yield connection[Symbol.asyncDispose]();
  const error = yield* caught(openConnection({ ...options, tls: true }));
  assert(error instanceof Deno.errors.InvalidData, `${error}`);
  yield server.shutdown({ grace: 0 });
});

trial("Unix sockets connect too", function* () {
  const folder: string = yield until(Deno.makeTempDir());
  const path = `${folder}/echo.sock`;
  const server = startServer(function* ({ reader, writer }) {
    writer.write(yield* reader.readAll());
  }, { path });
  assertEquals([server.url, server.port], [`unix://${path}`, 0]);
  const connection: Connection = yield openConnection({ path });
  connection.writer.write("hello");
  connection.writer.writeEof();
  assertEquals((yield connection.reader.readAll()).length, 5);
  yield connection[Symbol.asyncDispose]();
  yield server.shutdown();
  yield until(Deno.remove(folder, { recursive: true }));
});

trial("openConnection() refuses what makes no sense", function* () {
  const open = (options: unknown) => () => openConnection(options as OpenOptions);
  assertThrows(open({}), TypeError, "port must be a number: undefined");
  assertThrows(open({ port: 0 }), RangeError, "port must be from 1 to 65535: 0");
  assertThrows(open({ port: 1, path: "x" }), TypeError, "both a port and a path");
  assertThrows(open({ path: 5 }), TypeError, "path");
  assertThrows(open({ path: "x", tls: true }), TypeError, "tls");
  assertThrows(open({ port: 1, hostname: 5 }), TypeError, "hostname");
  assertThrows(open({ port: 1, timeout: 0 }), RangeError, "timeout");
  assertThrows(open({ port: 1, timeout: "1" }), TypeError, "timeout");
  assertThrows(open({ port: 1, limit: 0 }), RangeError, "limit");
  assertThrows(open({ port: 1, highWater: -1 }), RangeError, "highWater must be 0 or more: -1");
  assertThrows(open({ port: 1, highWater: "x" }), TypeError, "highWater must be a number");
  assertThrows(open({ port: 1, tls: 5 }), TypeError, "tls must be a boolean or an object: 5");
  assertThrows(open({ port: 1, tls: { ca: "" } }), TypeError, '"ca"');
  assertThrows(open({ port: 1, host: "x" }), TypeError, '"host"');
  yield sleep(0);
});
