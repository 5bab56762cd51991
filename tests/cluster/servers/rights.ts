/**
 * The rights that `docs/cluster.md` gives to callers, workers and those who look: they are enough, and
 * none can do the work of another.
 *
 * @module
 */

import { CancelledError, createTask, run, RuntimeError } from "../../../mod.ts";
import { ClusterPool, JobQueue, natsEngine, redisEngine, serveJobs } from "../../../cluster.ts";
import { JobLostError } from "../../../workers.ts";
import { assert, assertEquals } from "../../assert.ts";
import { rejection } from "../../futures/trial.ts";
import { eventually, JOBS, noted } from "./fixtures/on_engines.ts";
import { type ServerKind, TestServer } from "./fixtures/server.ts";
import { FOLDER, TestWorker } from "./fixtures/worker.ts";

/** The queue of the docs. */
const QUEUE = "primes";
const PAGE = new URL("../../../docs/cluster.md", import.meta.url);
const REFUSED = ["Cannot use the queue", "give the user the rights of its role"];

/** Finds the lines of the page that give the rights. */
async function findRules(kind: ServerKind): Promise<string> {
  const page = await Deno.readTextFile(PAGE);
  const [, section] = page.split("\n## Rights\n");
  const fence = kind === "redis" ? "sh" : "conf";
  return new RegExp(`^\`\`\`${fence}\n([^]*?)^\`\`\`$`, "m").exec(section)![1];
}

/** Starts a server with these rights. */
async function startServer(kind: ServerKind, folder: string): Promise<TestServer> {
  const rules = await findRules(kind);
  if (kind === "nats") {
    await Deno.writeTextFile(`${folder}/nats.conf`, rules);
    const args = ["-c", `${folder}/nats.conf`, "-l", `${folder}/log`];
    return await TestServer.start(kind, { args });
  }
  const server = await TestServer.start(kind);
  const lines = `${rules}redis-cli ACL SETUSER admin on '>secret' allkeys allchannels +@all
redis-cli ACL SETUSER default off
`.replaceAll("redis-cli", `redis-cli -p ${server.port}`);
  const { stdout } = await new Deno.Command("sh", { args: ["-e", "-c", lines] }).output();
  assertEquals(new TextDecoder().decode(stdout), "OK\n".repeat(5));
  return server;
}

/** What a test has. */
interface Site {
  readonly kind: ServerKind;
  readonly folder: string;
  /** Gives the address of the server for a user. */
  url(user: string): string;
  /** Gives what the server says that it has refused. */
  readRefusals(): Promise<string>;
}

/** Defines a test for each engine. */
function withRights(sentence: string, program: (site: Site) => Promise<void>): void {
  for (const kind of ["redis", "nats"] as const) {
    Deno.test(`${sentence} (${kind})`, async () => {
      const folder = await Deno.makeTempDir({ prefix: "weft-cluster-" });
      try {
        await using server = await startServer(kind, folder);
        const url = (user: string) => `${kind}://${user}:secret@127.0.0.1:${server.port}`;
        await run(async () => {
          await using queue = new JobQueue(engineAt(url("admin")), { queue: QUEUE });
          await queue.count(); // It makes what NATS needs.
          const readRefusals = () =>
            kind === "redis" ? readLog(server.port) : readViolations(`${folder}/log`);
          await program({ kind, folder, url, readRefusals });
        }, { signals: [] });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    });
  }
}

/** Reads what Redis has refused. */
async function readLog(port: number): Promise<string> {
  const as = ["-p", String(port), "--user", "admin", "--pass", "secret", "--no-auth-warning"];
  const { stdout } = await new Deno.Command("redis-cli", { args: [...as, "ACL", "LOG"] }).output();
  return new TextDecoder().decode(stdout).trim();
}

/** Reads what NATS has refused. */
async function readViolations(file: string): Promise<string> {
  const lines = (await Deno.readTextFile(file)).split("\n");
  return lines.filter((line) => line.includes("Violation")).join("\n");
}

const engineAt = (url: string) => url.startsWith("redis") ? redisEngine(url) : natsEngine(url);

withRights(
  "The rights of callers, workers and lookers are enough for their work",
  async ({ kind, folder, url, readRefusals }) => {
    const file = `${folder}/notes`;
    await using pool = new ClusterPool(engineAt(url("caller")), { queue: QUEUE, base: FOLDER });
    const args = ["--allow", "write", "--lease", "2000", "--processes", "2"];
    await using worker = await TestWorker.start({ url: () => url("worker") }, QUEUE, ...args);
    await using desk = new JobQueue(engineAt(url("looker")), { queue: QUEUE });
    assertEquals(await pool.map(JOBS, "double", [1, 2, 3], { chunk: 2 }), [2, 4, 6]);
    await pool.submit("key", JOBS, "double", [5], { attempts: 2 });
    assertEquals(await pool.result("key"), 10);
    if (kind === "redis") {
      const options = { key: "late", delay: 300, priority: 1 };
      assertEquals(await pool.job(JOBS, "double", [6], options), 12);
      await pool.schedule("each second", "* * * * * *", JOBS, "note", [file, 7]);
      await eventually(async () => (await noted(file)).length >= 2);
      assertEquals(await pool.unschedule("each second"), true);
    }
    await rejection(pool.run(JOBS, "fail", "too bad"), RangeError, "too bad");
    const told = `${folder}/told`;
    const running = pool.job(JOBS, "waitForStop", [told]);
    await running[Symbol.asyncIterator]().next();
    const counts = { waiting: 0, delayed: 0, running: 1, failed: 1 };
    await eventually(async () => JSON.stringify(await desk.count()) === JSON.stringify(counts));
    assertEquals((await desk.list("running")).map(({ head }) => head?.name), ["waitForStop"]);
    assertEquals((await desk.list("failed")).map(({ failure }) => failure), [
      "RangeError: too bad",
    ]);
    running.cancel();
    await rejection(running, CancelledError);
    await eventually(async () => (await noted(told)).length === 1);
    const lost = pool.job(JOBS, "noteAndWait", [file, 60_000]);
    await lost[Symbol.asyncIterator]().next();
    worker.signal("SIGKILL");
    await rejection(lost, JobLostError, "it has begun once"); // Found out by the caller.
    await waitForOtherBuild(pool, url);
    assertEquals(await readRefusals(), "");
  },
);

/** Asks for jobs that no worker takes: of another build, and one that is taken back. */
async function waitForOtherBuild(pool: ClusterPool, url: Site["url"]): Promise<void> {
  {
    const options = { queue: QUEUE, modules: [FOLDER], processes: 1, patience: 200 };
    await using _worker = await serveJobs(engineAt(url("worker")), { ...options, build: "2" });
    const mine = { queue: QUEUE, base: FOLDER, build: "1" };
    await using other = new ClusterPool(engineAt(url("caller")), mine);
    await rejection(other.run(JOBS, "double", 4), RuntimeError, "it is of build 1");
  }
  const job = pool.job(JOBS, "double", [1]);
  await job.start();
  await pool.submit("marker", JOBS, "double", [2]);
  job.cancel();
  await rejection(job, CancelledError);
}

withRights(
  "Whoever does what is another's work is told so within 5 s",
  async ({ url, readRefusals }) => {
    const begin = Date.now();
    for (const user of ["worker", "looker"]) {
      await using pool = new ClusterPool(engineAt(url(user)), { queue: QUEUE });
      await rejection(pool.run(JOBS, "double", 1), RuntimeError, ...REFUSED);
      await rejection(pool.submit("key", JOBS, "double", [1]), RuntimeError, ...REFUSED);
      await rejection(pool.result("key"), RuntimeError, ...REFUSED);
    }
    for (const user of ["caller", "looker"]) {
      const serving = serveJobs(engineAt(url(user)), { queue: QUEUE, modules: [FOLDER] });
      await rejection(serving, RuntimeError, ...REFUSED);
    }
    await using pool = new ClusterPool(engineAt(url("caller")), { queue: "other" });
    await rejection(pool.run(JOBS, "double", 1), RuntimeError, ...REFUSED);
    assert(Date.now() - begin < 5000, "it takes too long");
    assert(await readRefusals() !== "", "the server does not say so");
  },
);

Deno.test("A submission that lacks the stream of what is kept is told so within 5 s (nats)", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft-cluster-" });
  try {
    const rules = await findRules("nats");
    const conf = `${folder}/nats.conf`;
    await Deno.writeTextFile(conf, rules.replaceAll(/, "[^"]*GET\.weft_primes_kept"/g, ""));
    await using server = await TestServer.start("nats", { args: ["-c", conf] });
    const url = (user: string) => `nats://${user}:secret@127.0.0.1:${server.port}`;
    await run(async () => {
      for (const word of ["STREAM.CREATE", "STREAM.MSG.GET.weft_primes_kept"]) {
        await using pool = new ClusterPool(engineAt(url("caller")), { queue: QUEUE });
        const begin = Date.now();
        const submission = pool.submit("key", JOBS, "double", [1]);
        await rejection(submission, RuntimeError, ...REFUSED, word);
        assert(Date.now() - begin < 5000, "it takes too long");
        await using queue = new JobQueue(engineAt(url("admin")), { queue: QUEUE });
        await queue.count(); // Now there are streams; the right to read what is kept still lacks.
      }
    }, { signals: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

withRights("Whoever looks may not change anything", async ({ url }) => {
  await using pool = new ClusterPool(engineAt(url("admin")), { queue: QUEUE, base: FOLDER });
  await using _worker = await serveJobs(engineAt(url("admin")), {
    queue: QUEUE,
    modules: [FOLDER],
  });
  await rejection(pool.run(JOBS, "fail", "too bad"), RangeError);
  await using desk = new JobQueue(engineAt(url("looker")), { queue: QUEUE });
  await eventually(async () => (await desk.count()).failed === 1);
  const [{ id }] = await desk.list("failed");
  await rejection(desk.retry(id), RuntimeError, ...REFUSED);
  await rejection(desk.drop(id), RuntimeError, ...REFUSED);
  await using admin = new JobQueue(engineAt(url("admin")), { queue: QUEUE });
  assertEquals(await admin.drop(id), true);
});

withRights("Nobody gets around a role by the bare client", async ({ kind, url }) => {
  const refused = kind === "redis" ? refusedByRedis : refusedByNats;
  assertEquals(await refused(url), []);
});

/** Tries what a role may not do; gives what went through. */
async function refusedByRedis(url: Site["url"]): Promise<string[]> {
  const { Redis } = await import("ioredis");
  const key = (name: string) => `weft:{${QUEUE}}:${name}`;
  const tries: [user: string, command: string, ...args: (string | number)[]][] = [
    ["caller", "set", key("outcome:x"), "forged"],
    ["caller", "publish", key("to:x"), "forged"],
    ["caller", "zpopmin", key("prioritized")],
    ["caller", "bzpopmin", key("marker"), 1],
    ["caller", "hget", "weft:{other}:x", "data"],
    ["worker", "subscribe", key("to:x")],
    ["worker", "unlink", key("outcome:x")],
    ["worker", "set", "weft:{other}:outcome:x", "forged"],
    ["looker", "hset", key("x"), "data", "forged"],
    ["looker", "get", key("outcome:x")],
    ["looker", "subscribe", key("to:x")],
    ["looker", "keys", "*"],
  ];
  const passed: string[] = [];
  for (const [user, command, ...args] of tries) {
    const client = new Redis(url(user));
    const ended = new Promise<void>((resolve) => client.once("end", resolve));
    const error = await client.call(command, ...args).then(() => "", String);
    if (!error.includes("NOPERM")) passed.push(`${user} ${command} ${args}: ${error}`);
    client.disconnect();
    await ended;
  }
  return passed;
}

/** Tries what a role may not do; gives what went through. */
async function refusedByNats(url: Site["url"]): Promise<string[]> {
  const { connect } = await import("@nats-io/transport-node");
  const tries: [user: string, verb: "publish" | "subscribe", subject: string][] = [
    ["caller", "publish", `weft.${QUEUE}.outcome.x.y`],
    ["caller", "publish", `weft.${QUEUE}.kept.x`],
    ["caller", "publish", `$JS.API.CONSUMER.MSG.NEXT.weft_${QUEUE}_jobs.workers`],
    ["caller", "publish", `$JS.API.STREAM.UPDATE.weft_${QUEUE}_kept`],
    ["caller", "publish", "weft.other.job.x"],
    ["caller", "subscribe", "_INBOX.worker.>"],
    ["worker", "publish", `weft.${QUEUE}.job.x`],
    ["worker", "publish", `$JS.API.STREAM.MSG.DELETE.weft_${QUEUE}_jobs`],
    ["worker", "subscribe", `weft.${QUEUE}.outcome.>`],
    ["worker", "subscribe", "_INBOX.>"],
    ["looker", "publish", `weft.${QUEUE}.job.x`],
    ["looker", "publish", `weft.${QUEUE}.cancel`],
    ["looker", "publish", `$JS.API.STREAM.MSG.GET.weft_${QUEUE}_outcomes`],
    ["looker", "subscribe", `weft.${QUEUE}.>`],
  ];
  const passed: string[] = [];
  for (const [user, verb, subject] of tries) {
    const { host, password } = new URL(url(user));
    const connection = await connect({ servers: host, user, pass: password });
    const refusal = createTask(async () => {
      for await (const status of connection.status()) {
        if (status.type === "error") return status.error.message;
      }
      return "it was done";
    });
    if (verb === "publish") connection.publish(subject, "{}");
    else connection.subscribe(subject, { callback: () => {} });
    await connection.flush();
    await eventually(() => refusal.done, 500).catch(() => {});
    await connection.close();
    const answer = await refusal;
    if (!answer.includes("Permissions Violation")) passed.push(`${user} ${verb} ${subject}`);
  }
  return passed;
}
