/**
 * What is refused: servers that cannot be used, and jobs that cannot be run.
 *
 * @module
 */

import { createTask, run, RuntimeError, sleep } from "../../../mod.ts";
import { ClusterPool, JobQueue, natsEngine, redisEngine, serveJobs } from "../../../cluster.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { rejection } from "../../futures/trial.ts";
import { eventually, JOBS, onEngines, poolOf, QUEUE } from "./fixtures/on_engines.ts";
import { freePort, TestServer } from "./fixtures/server.ts";
import { FOLDER, TestWorker } from "./fixtures/worker.ts";

/** Bounds, in ms, how long it takes to say that a server cannot be used. */
const LONGEST_REFUSAL = 5000;

/** Makes an engine of a kind at an address. */
const engineAt = (kind: string, url: string) =>
  kind === "redis" ? redisEngine(url) : natsEngine(url);

/** Asserts that a pool, a worker and a desk say soon that they cannot use a server, and why. */
async function assertRefuses(kind: string, url: string, secret: string, ...words: string[]) {
  const engine = engineAt(kind, url);
  const begin = Date.now();
  await using pool = new ClusterPool(engine, { queue: QUEUE });
  await using queue = new JobQueue(engine, { queue: QUEUE });
  const errors = await Promise.all([
    rejection(pool.run(JOBS, "double", 1), RuntimeError, "Cannot reach the server of", ...words),
    rejection(pool.submit("key", JOBS, "double", [1]), RuntimeError, ...words),
    rejection(pool.result("key"), RuntimeError, ...words),
    rejection(serveJobs(engine, { queue: QUEUE, modules: [FOLDER] }), RuntimeError, ...words),
    rejection(queue.count(), RuntimeError, ...words),
  ]);
  assert(Date.now() - begin < LONGEST_REFUSAL, "it takes too long");
  for (const error of errors) assert(!error.message.includes(secret), "no password in messages");
}

onEngines("A wrong password is told within 5 s", async (server) => {
  const words = server.kind === "redis" ? ["WRONGPASS"] : ["Authorization Violation"];
  await assertRefuses(server.kind, server.url("wrongsecret"), "wrongsecret", ...words);
  await using pool = poolOf(server);
  await using _worker = await TestWorker.start(server, QUEUE);
  assertEquals(await pool.run(JOBS, "double", 1), 2); // The right one is right.
}, { password: "secret" });

onEngines("Many logins that are refused leave no error uncaught", async (server) => {
  const engine = engineAt(server.kind, server.url("wrongsecret"));
  for (let round = 0; round < 60; round++) { // One in fifty meets a reset at the wrong moment.
    await Promise.all([1, 2, 3, 4].map(async () => {
      await using queue = new JobQueue(engine, { queue: QUEUE });
      await rejection(queue.count(), RuntimeError, "Cannot reach the server of");
    }));
  }
}, { password: "secret" });

onEngines("A server that is not there, or says nothing, is told within 5 s", async (server) => {
  const url = (port: number) => `${server.kind}://user:mysecret@127.0.0.1:${port}`;
  await assertRefuses(server.kind, url(freePort()), "mysecret");
  using silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const connections: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of silent) connections.push(connection);
  })();
  await assertRefuses(server.kind, url(silent.addr.port), "mysecret");
  for (const connection of connections) connection.close();
  silent.close();
  await accepting;
});

onEngines(
  "Arguments and results that are too large are errors, and are not cut",
  async (server) => {
    await using _worker = await TestWorker.start(server, QUEUE, "--max-bytes", "20000");
    await using pool = poolOf(server, { maxBytes: 10_000 });
    const large = new Uint8Array(10_001);
    await rejection(
      pool.run(JOBS, "double", large),
      RangeError,
      "Cannot send the arguments of the job double",
      "the most is 10000",
    );
    await rejection(pool.submit("large", JOBS, "double", [large]), RangeError, "the most is 10000");
    await rejection(
      pool.run(JOBS, "bytes", 20_001),
      RangeError,
      "Cannot send the result of the job bytes",
      "the most is 20000",
    );
    const [bytes] = await Promise.all([pool.run<Uint8Array>(JOBS, "bytes", 19_000)]);
    assertEquals([bytes.length, bytes[18_999]], [19_000, 7]);
  },
);

onEngines(
  "What a server has no room for is refused, though the pool would send it",
  async (server) => {
    await using pool = poolOf(server, { maxBytes: 1e9 });
    await rejection(pool.run(JOBS, "double", new Uint8Array(1_100_000)), RangeError, "the most is");
  },
  { kinds: ["nats"] },
);

onEngines(
  "Modules that a worker does not list are refused, however they are written",
  async (server) => {
    const listed = new URL("cluster/servers/", FOLDER).href;
    const file = new URL("fixtures/jobs.ts", listed).href;
    const engine = server.engine();
    await using _worker = await serveJobs(engine, {
      queue: QUEUE,
      modules: [listed],
      names: { doubling: file },
    });
    await using pool = new ClusterPool(engine, { queue: QUEUE });
    assertEquals(await pool.run(file, "double", 1), 2);
    assertEquals(await pool.run("job:doubling", "double", 2), 4);
    assertEquals(await pool.run("job:fixtures/jobs.ts", "double", 3), 6);
    const refused = [
      "data:text/javascript,export const double = (n) => n;",
      "http://127.0.0.1/jobs.ts",
      new URL("workers/jobs/jobs.ts", FOLDER).href,
      `${listed}../../workers/jobs/jobs.ts`,
      `${listed}%2e%2e/%2e%2e/workers/jobs/jobs.ts`,
      `${listed}..%2f..%2fworkers%2fjobs%2fjobs.ts`,
      "job:../../workers/jobs/jobs.ts",
      "job:..%2f..%2fworkers/jobs/jobs.ts",
    ];
    for (const module of refused) {
      await rejection(
        pool.run(module, "double", 1),
        RuntimeError,
        "Cannot run a job of the module",
      );
    }
  },
);

onEngines("Jobs may do no more than they are allowed to", async (server, folder) => {
  const engine = server.engine();
  await using _worker = await serveJobs(engine, { queue: QUEUE, modules: [FOLDER] });
  await using pool = poolOf(server);
  await Deno.writeTextFile(`${folder}/secret`, "secret");
  const NotCapable = Deno.errors.NotCapable;
  await rejection(pool.run(JOBS, "failUnless", `${folder}/secret`), NotCapable, "read access");
  await rejection(pool.run(JOBS, "note", `${folder}/notes`, 1), NotCapable, "write access");
  const own = new URL("cluster/servers/fixtures/jobs.ts", FOLDER).pathname;
  assert((await pool.run<string>(JOBS, "failUnless", own)).includes("failUnless"));
});

onEngines(
  "A job of another build is given back until a worker of its build is there",
  async (server) => {
    await using stale = await TestWorker.start(
      server,
      QUEUE,
      "--build",
      "1",
      "--patience",
      "60000",
    );
    await using pool = poolOf(server, { build: "2" });
    const job = createTask(() => pool.run(JOBS, "double", 1));
    await sleep(600); // It is refused a few times.
    assert(!job.done);
    await using _fresh = await TestWorker.start(server, QUEUE, "--build", "2");
    assertEquals(await job, 2);
    await using any = poolOf(server);
    assertEquals(await any.run(JOBS, "double", 2), 4);
    stale.signal("SIGTERM");
  },
);

onEngines("A job of another build fails when the patience with it is over", async (server) => {
  await using _stale = await TestWorker.start(server, QUEUE, "--build", "1", "--patience", "300");
  await using pool = poolOf(server, { build: "2" });
  await rejection(
    pool.run(JOBS, "double", 1),
    RuntimeError,
    "Cannot run the job double: it is of build 2, and its workers of 1",
  );
  assertEquals(pool.statistics().lost, 0);
});

onEngines("What an engine cannot do is refused where it is asked for", async (server) => {
  await using pool = poolOf(server);
  const isNats = server.kind === "nats";
  const asks = [
    () => pool.job(JOBS, "double", [1], { priority: 1 }),
    () => pool.job(JOBS, "double", [1], { delay: 1 }),
    () => pool.map(JOBS, "double", [1], { delay: 1 }),
    () => pool.submit("key", JOBS, "double", [1], { priority: 7 }),
    () => pool.schedule("key", "* * * * *", JOBS, "double"),
  ];
  for (const ask of asks) {
    if (isNats) assertThrows(ask, RuntimeError, `Cannot ask nats://127.0.0.1:${server.port} for`);
    else ask();
  }
  const { attempts } = { attempts: 2 };
  assertThrows(() => pool.job(JOBS, "double", [1], { attempts }), TypeError, "key must be given");
  await Promise.resolve();
});

onEngines("Jobs that are no jobs are set aside, and the queue goes on", async (server) => {
  await using _worker = await TestWorker.start(server, QUEUE, "--processes", "1");
  await using pool = poolOf(server);
  assertEquals(await pool.run(JOBS, "double", 1), 2);
  await putGarbage(server);
  assertEquals(await pool.run(JOBS, "double", 2), 4);
  await using queue = new JobQueue(server.engine(), { queue: QUEUE });
  await eventually(async () => (await queue.count()).failed === 4);
  const failed = await queue.list("failed");
  const failures = failed.map(({ failure }) => failure!.replace(/job \S+:/, "job ID:"));
  assertEquals(
    new Set(failures),
    new Set([
      "Cannot run the job ID: it cannot be read",
      "Cannot run the job ID: its arguments cannot be read",
    ]),
  );
  for (const { id } of failed) assert(await queue.drop(id));
  assertEquals((await queue.count()).failed, 0);
});

/** Puts into a queue what is none of Weft's, or was broken on its way. */
async function putGarbage(server: TestServer): Promise<void> {
  const head = {
    weft: 1,
    module: "job:cluster/servers/fixtures/jobs.ts",
    name: "double",
    attempts: 1,
    retention: 1000,
    at: 0,
    by: "a test",
  };
  const texts = ["no JSON {", "{}", JSON.stringify({ ...head, attempts: "many" })];
  if (server.kind === "redis") {
    const { Queue } = await import("bullmq");
    const { Redis } = await import("ioredis");
    const connection = new Redis(server.port, "127.0.0.1");
    const ended = new Promise<void>((resolve) => connection.once("end", resolve));
    const queue = new Queue(`{${QUEUE}}`, { connection: connection as never, prefix: "weft" });
    await queue.add("x", {}, { jobId: "g0", delay: 60_000 });
    await connection.hset(`weft:{${QUEUE}}:g0`, "data", texts[0]);
    await promote(connection);
    await queue.add("x", JSON.parse(texts[1]), { jobId: "g1" });
    await queue.add("x", JSON.parse(texts[2]), { jobId: "g2" });
    await queue.add("x", { ...head, body: "AAAA" }, { jobId: "g3" });
    await queue.close();
    connection.disconnect();
    await ended;
    return;
  }
  const { connect } = await import("@nats-io/transport-node");
  const { jetstream } = await import("@nats-io/jetstream");
  const connection = await connect({ servers: `127.0.0.1:${server.port}` });
  const js = jetstream(connection);
  const words = new TextEncoder().encode(JSON.stringify(head));
  const readable = new Uint8Array(4 + words.length + 3);
  new DataView(readable.buffer).setUint32(0, words.length, true);
  readable.set(words, 4);
  for (const [at, bytes] of [...texts, readable].entries()) {
    await js.publish(`weft.${QUEUE}.job.g${at}`, bytes);
  }
  await connection.close();
}

/** Moves the delayed job into the queue, whatever its data. */
async function promote(connection: unknown): Promise<void> {
  const redis = connection as { zadd(key: string, score: number, id: string): Promise<unknown> };
  await redis.zadd(`weft:{${QUEUE}}:delayed`, 1, "g0");
  await redis.zadd(`weft:{${QUEUE}}:marker`, 1, "1");
}

for (const kind of ["redis", "nats"] as const) {
  Deno.test(`A certificate that nobody vouches for is told within 5 s (${kind})`, async () => {
    await using server = await TestServer.start(kind, { hasTls: true });
    await run(async () => {
      await assertRefuses(kind, server.url(), "no secret", "certificate");
      await using pool = poolOf(server);
      await using _worker = await serveJobs(server.engine(), { queue: QUEUE, modules: [FOLDER] });
      assertEquals(await pool.run(JOBS, "double", 1), 2);
    });
  });
}
