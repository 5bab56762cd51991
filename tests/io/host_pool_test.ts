import { CancelledError, createTask, currentTask, run, sleep, until } from "../../mod.ts";
import { ClientConnectionError, ClientSession } from "../../io.ts";
import { openPool } from "../../src/io/host_pool.ts";
import { assertEquals } from "../assert.ts";
import { failure } from "../futures/trial.ts";
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
