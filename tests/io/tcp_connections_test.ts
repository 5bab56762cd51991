import { type ConnectionHandler, openConnection, startServer, type TcpServer } from "../../io.ts";
import { sleep, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, type Program, takeReport, trial, type World } from "../futures/trial.ts";
import { eventually } from "./serving.ts";

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
  const { exception } = takeReport(world, "exception in the handler of a connection");
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

trial("a server that cannot accept reports it, and tries again", function* (_as, world) {
  const original = Deno.listen;
  let accepts = 0;
  let stop = (_error: Error): void => {};
  const listener = {
    addr: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
    accept() {
      if (accepts++ === 0) return Promise.reject(new Boom("too many open files"));
      return new Promise((_resolve, reject) => stop = reject);
    },
    close: () => stop(new Deno.errors.BadResource()),
  };
  Object.defineProperty(Deno, "listen", { value: () => listener, configurable: true });
  try {
    const server = startServer(() => {}, { port: 0 });
    yield until(eventually("the report", () => world.reports.length > 0));
    takeReport(world, "could not accept");
    world.clock.advance(99);
    yield sleep(0);
    assertEquals(accepts, 1);
    world.clock.advance(1);
    yield sleep(0);
    yield sleep(0);
    assertEquals(accepts, 2);
    yield server.shutdown();
  } finally {
    Object.defineProperty(Deno, "listen", { value: original, configurable: true, writable: true });
  }
});
