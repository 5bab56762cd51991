import {
  CancelledError,
  createTask,
  currentTask,
  run,
  RuntimeError,
  sleep,
  until,
} from "../../../mod.ts";
import { ClientConnectionError, ClientSession, type ClientSessionOptions } from "../../../io.ts";
import { openPool } from "../../../src/http/client/host_pool.ts";
import { assertEquals, assertThrows } from "../../assert.ts";
import { failure, rejection } from "../../futures/trial.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../../net/fixtures/certificate.ts";
import { answering, RawServer, servedTrial } from "./raw_server.ts";

/** Lets the host have a turn. */
function hostTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

/** Answers "ok" to everything. */
const ok = answering((_, connection) => connection.answer("ok"));

Deno.test("ClientSession.close() closes idle connections, which requests share until then", async () => {
  await using server = new RawServer(async (connection, self) => {
    await ok(connection, self);
    self.say("gone");
  });
  await run(async () => {
    await using session = new ClientSession();
    for (let n = 0; n < 3; n++) await (await session.get(server.url)).text();
    assertEquals(server.opened, 1);
  });
  await server.heard("gone");
});

servedTrial("ClientSession takes another fetch", ok, function* (_, { server }) {
  const asked: string[] = [];
  using session = new ClientSession({
    fetch: (url, init) => {
      asked.push(`${init?.method} ${url}`);
      return fetch(url, init);
    },
  });
  assertEquals(yield (yield session.get(server.url)).text(), "ok");
  assertEquals(asked, [`GET ${server.url}`]);
  using broken = new ClientSession({
    fetch: () => {
      throw new TypeError("no proxy");
    },
  });
  yield* failure(broken.get(server.url), ClientConnectionError, "no proxy");
});

servedTrial("ClientSession takes a fetch that awaits the library", ok, function* (_, world) {
  const { server, clock } = world;
  const names: unknown[] = [];
  using session = new ClientSession({
    fetch: async (url, init) => {
      await sleep(10);
      names.push(currentTask()?.name);
      return await fetch(url, init);
    },
  });
  const tasks = ["a", "b"].map((name) => createTask(() => session.get(server.url), { name }));
  yield until(hostTurn());
  tasks[1].cancel();
  yield* failure(tasks[1], CancelledError);
  while (!tasks[0].done) {
    clock.advance(10);
    yield until(hostTurn());
  }
  assertEquals([yield (yield tasks[0]).text(), names[0]], ["ok", "a"]);
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
});

Deno.test("openPool() does with the host's own pool where a session cannot have one", async () => {
  const { createHttpClient } = Deno;
  const host = Deno as { createHttpClient: unknown };
  host.createHttpClient = undefined;
  try {
    const pool = openPool(undefined);
    assertEquals(await (await pool.fetch("data:,hello")).text(), "hello");
    pool.close();
  } finally {
    host.createHttpClient = createHttpClient;
  }
});

Deno.test("ClientSession asks over a Unix socket, by TLS with certificates, and by a proxy", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/socket`;
  const options = { onListen: () => {} };
  const answer = (request: Request) => new Response(request.url);
  await using _local = Deno.serve({ path, ...options }, answer);
  const tls = { hostname: "127.0.0.1", port: 0, cert: CERTIFICATE, key: KEY, ...options };
  await using encrypted = Deno.serve(tls, answer);
  await using proxy = new RawServer(async (connection) => {
    const head = (await connection.head())!;
    const secret = /^proxy-authorization: (.*)\r$/im.exec(head)?.[1];
    await connection.answer(`${head.split("\r\n")[0]}, ${secret}`);
  });
  try {
    await run(async () => {
      const ask = async (settings: ClientSessionOptions, url: string) => {
        await using session = new ClientSession(settings);
        return await (await session.get(url)).text();
      };
      assertEquals(await ask({ path }, "http://any.example/a"), "http://any.example/a");
      const { port } = encrypted.addr;
      const url = `https://localhost:${port}/`;
      assertEquals(await ask({ caCerts: [AUTHORITY] }, url), url);
      await rejection(ask({}, url), ClientConnectionError, "certificate");
      const address = proxy.url.replace("//", "//ada:a%26b@");
      assertEquals(
        await ask({ proxy: address }, "http://far.example/b"),
        `GET http://far.example/b HTTP/1.1, Basic ${btoa("ada:a&b")}`,
      );
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("ClientSession refuses ways to connect that cannot be, or that the host does not have", () => {
  const make = (settings: unknown) => () => new ClientSession(settings as never);
  assertThrows(make({ path: 5 }), TypeError, "path must be a string: 5");
  assertThrows(make({ caCerts: "x" }), TypeError, "caCerts must be an array");
  assertThrows(make({ cert: "x" }), TypeError, "cert and key");
  assertThrows(make({ path: "/a", proxy: "http://b" }), TypeError, "leave out path or proxy");
  assertThrows(make({ proxy: "b" }), TypeError, 'proxy must be the address of one: "b"');
  assertThrows(make({ path: "/a", fetch }), TypeError, "Cannot use path with a fetch of your own");
  const { createHttpClient } = Deno;
  const host = Deno as { createHttpClient: unknown };
  host.createHttpClient = undefined;
  try {
    new ClientSession();
    assertThrows(make({ caCerts: [] }), RuntimeError, "Cannot use caCerts here, as Deno alone");
  } finally {
    host.createHttpClient = createHttpClient;
  }
});
