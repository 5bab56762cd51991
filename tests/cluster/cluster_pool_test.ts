import { RuntimeError, TimeoutError } from "../../mod.ts";
import {
  type CallerEvents,
  ClusterPool,
  type JobEngine,
  JobQueue,
  natsEngine,
  type QueuedJob,
  redisEngine,
  serveJobs,
} from "../../cluster.ts";
import { JobLostError } from "../../workers.ts";
import { writeMessage } from "../../src/cluster/wire.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";
import { hostTurn } from "../workers/pool_contract.ts";

const MODULE = "file:///app/jobs/a.ts";

/** An engine of which a test says what it does. */
class FakeEngine implements JobEngine {
  readonly name = "fake";
  readonly abilities = { priority: true, delay: true, schedule: true };
  /** The jobs that it has got. */
  readonly jobs: QueuedJob[] = [];
  /** What was asked of it, in words. */
  readonly log: string[] = [];
  events!: CallerEvents;
  /** What becomes of a job that it gets. */
  onJob: (job: QueuedJob) => void = () => {};
  isRecalled = true;
  maxBytes = 1e9;

  openCaller(_queue: string, _caller: string, events: CallerEvents) {
    this.log.push("open");
    this.events = events;
    return Promise.resolve({
      maxBytes: this.maxBytes,
      enqueue: (job: QueuedJob) => {
        this.jobs.push(job);
        this.onJob(job);
        return Promise.resolve();
      },
      watch: () => Promise.resolve(true),
      recall: () => Promise.resolve(this.isRecalled),
      cancel: () => void this.log.push("cancel"),
      forget: () => void this.log.push("forget"),
      schedule: () => Promise.resolve(),
      unschedule: () => Promise.resolve(true),
      close: () => Promise.resolve(void this.log.push("close")),
    });
  }

  openWorker(): never {
    throw new Error("not here");
  }

  openDesk(): never {
    throw new Error("not here");
  }

  /** Gives a job's outcome. */
  give({ id }: QueuedJob, value: unknown): void {
    this.events.onMessage(id, writeMessage({ type: "result", value }));
  }
}

trial("a pool says in the head of a job all that its worker needs to know", function* () {
  const engine = new FakeEngine();
  engine.onJob = (job) => engine.give(job, "given");
  const base = "file:///app/jobs/";
  const pool = new ClusterPool(engine, { queue: "q", base, build: "7", retention: 5000 });
  assertEquals(yield pool.run(MODULE, "f", 1), "given");
  const options = { attempts: 2, key: "k", timeout: 5, deadline: new Date(1e15), label: "l" };
  yield pool.job(MODULE, "f", [1], { ...options, priority: 2, delay: 3 });
  const [plain, full] = engine.jobs;
  const { at, by, caller, ...head } = plain.head;
  assert(at > 0 && by.startsWith("Deno ") && caller!.length > 8);
  const known = { weft: 1, module: "job:a.ts", name: "f", retention: 5000, build: "7" };
  assertEquals(head, { ...known, attempts: 1 });
  assertEquals([plain.priority, plain.delay], [4, 0]);
  const { at: _at, by: _by, caller: _caller, ...more } = full.head;
  const rest = { attempts: 2, key: "k", timeout: 5, deadline: 1e15, label: "l" };
  assertEquals(more, { ...known, ...rest });
  assertEquals([full.id, full.priority, full.delay], ["k-aw", 2, 3]);
  yield pool.close();
  assertEquals(engine.log, ["open", "forget", "forget", "close"]);
});

trial("an outcome that comes twice, or too late, is given once", function* () {
  const engine = new FakeEngine();
  engine.onJob = (job) => {
    engine.give(job, 1);
    engine.give(job, 2);
  };
  const pool = new ClusterPool(engine, { queue: "q" });
  assertEquals(yield pool.run(MODULE, "f"), 1);
  assertEquals(pool.statistics().dropped, 1);
  yield pool.close();
});

trial(
  "a job that a server has forgotten is asked for again as often as it may begin",
  function* () {
    const engine = new FakeEngine();
    engine.onJob = ({ id }) => setTimeout(() => engine.events.onForgotten(id), 0);
    const pool = new ClusterPool(engine, { queue: "q" });
    yield* failure(pool.run(MODULE, "f"), JobLostError, "the server knows it no more");
    assertEquals(engine.jobs.length, 1);
    yield* failure(pool.job(MODULE, "f", [], { attempts: 3, key: "k" }), JobLostError, "no more");
    assertEquals([engine.jobs.length, pool.statistics().lost], [4, 2]);
    yield pool.close();
  },
);

trial(
  "a job that is cancelled while it is on its way is recalled, or told once a second",
  function* () {
    const engine = new FakeEngine();
    const pool = new ClusterPool(engine, { queue: "q", size: 1, grace: 60_000 });
    const job = pool.job(MODULE, "f");
    yield job.start();
    job.cancel();
    while (pool.statistics().running > 0) yield hostTurn();
    assert(!engine.log.includes("cancel"));
    engine.isRecalled = false;
    const other = pool.job(MODULE, "f");
    yield other.start();
    while (engine.jobs.length < 2) yield hostTurn();
    other.cancel();
    while (!engine.log.includes("cancel")) yield hostTurn();
    assertEquals(pool.statistics().running, 1);
    engine.give(engine.jobs[1], "too late");
    while (pool.statistics().running > 0) yield hostTurn();
    yield pool.close();
  },
);

trial("a deadline that passes while a job waits takes it out of the queue", function* () {
  const engine = new FakeEngine();
  const pool = new ClusterPool(engine, { queue: "q" });
  const job = pool.job(MODULE, "f", [], { deadline: Date.now() + 5 });
  yield* failure(job, TimeoutError, "Cannot begin the job f: its deadline has passed");
  yield pool.close();
});

trial("arguments that are too large, or cannot be sent, take no place", function* () {
  const engine = new FakeEngine();
  engine.onJob = (job) => engine.give(job, 1);
  const pool = new ClusterPool(engine, { queue: "q", size: 1, maxBytes: 100 });
  yield* failure(pool.run(MODULE, "f", "x".repeat(200)), RangeError, "the most is 100");
  yield* failure(pool.run(MODULE, "f", () => {}), TypeError, "args[0]");
  assertThrows(() => pool.submit("k", MODULE, "f", [() => {}]), TypeError, "args[0]");
  assertEquals(yield pool.run(MODULE, "f"), 1);
  assertEquals(engine.jobs.length, 1);
  yield pool.close();
});

trial("what a worker of another version says is an error", function* () {
  const engine = new FakeEngine();
  engine.onJob = ({ id }) => engine.events.onMessage(id, new Uint8Array([9, 9]));
  const pool = new ClusterPool(engine, { queue: "q" });
  yield* failure(pool.run(MODULE, "f"), RuntimeError, "Cannot read what came of the job f");
  yield pool.close();
});

Deno.test("what makes no sense is refused before anything runs", () => {
  const engine = new FakeEngine();
  const queue = "q";
  const pool = new ClusterPool(engine, { queue });
  const wrong: [() => unknown, typeof Error, string][] = [
    [() => new ClusterPool({} as never, { queue }), TypeError, "engine must be an engine"],
    [() => new ClusterPool(engine, {} as never), TypeError, "queue must be a string"],
    [() => new ClusterPool(engine, { queue: "a b" }), RangeError, "queue must have from 1 to 64"],
    [() => new ClusterPool(engine, { queue, base: "file:///a" }), RangeError, "base"],
    [() => new ClusterPool(engine, { queue, maxBytes: 0 }), RangeError, "maxBytes"],
    [() => new ClusterPool(engine, { queue, retention: 1 }), RangeError, "retention"],
    [() => new ClusterPool(engine, { queue, what: 1 } as never), TypeError, "Unknown option"],
    [() => pool.job(MODULE, "f", [], { attempts: 0 }), RangeError, "attempts"],
    [() => pool.job(MODULE, "f", [], { attempts: 2 }), TypeError, "key must be given"],
    [() => pool.job(MODULE, "f", [], { key: "" }), RangeError, "key must have from 1 to 150 bytes"],
    [() => pool.job(MODULE, "f", [], { key: "é".repeat(80) }), RangeError, "and has 160"],
    [() => pool.job(MODULE, "f", [], { priority: 8 }), RangeError, "priority must be from 0 to 7"],
    [() => pool.job(MODULE, "f", [], { delay: -1 }), RangeError, "delay must be 0 or more"],
    [() => pool.job(MODULE, "f", [], { deadline: NaN }), RangeError, "deadline"],
    [() => pool.job(MODULE, "f", [], { what: 1 } as never), TypeError, "Unknown option"],
    [() => pool.map(MODULE, "f", [], { attempts: 2 }), TypeError, "key must be given"],
    [() => pool.submit(5 as never, MODULE, "f"), TypeError, "key must be a string"],
    [() => pool.submit("k", MODULE, "f", [], { key: "k" } as never), TypeError, "Unknown option"],
    [() => pool.result(""), RangeError, "key"],
    [() => pool.schedule("k", 5 as never, MODULE, "f"), TypeError, "pattern must be a string"],
    [() => serveJobs(engine, { queue }), RangeError, "modules must name"],
    [() => serveJobs(engine, { queue, modules: ["data:"], lease: 5 }), RangeError, "lease"],
    [() => new JobQueue(engine, { queue }).list("done" as never), RangeError, "state must be"],
    [() => redisEngine("http://x"), RangeError, "url must begin with redis:// or rediss://"],
    [() => redisEngine("x"), TypeError, "url must be a URL"],
    [() => redisEngine("redis://x", { ca: "y" }), RangeError, "rediss:// where ca is given"],
    [() => natsEngine("redis://x"), RangeError, "url must begin with nats:// or tls://"],
    [() => natsEngine("nats://x", { prefix: "a.b" }), RangeError, "prefix must have letters"],
  ];
  for (const [call, kind, words] of wrong) assertThrows(call, kind, words);
  assertEquals(engine.log, []);
});

Deno.test("functions that jobs might call are refused", () => {
  const calls = { lookUp: () => 5 };
  const words = "Cannot give calls to jobs in a cluster";
  const options = { queue: "q", calls };
  assertThrows(() => new ClusterPool(new FakeEngine(), options), TypeError, words);
  const pool = new ClusterPool(new FakeEngine(), { queue: "q" });
  const given = { calls } as object;
  assertThrows(() => pool.job(MODULE, "f", [], given), TypeError, words);
  assertThrows(() => pool.map(MODULE, "f", [], given), TypeError, words);
  assertThrows(() => pool.submit("k", MODULE, "f", [], given), TypeError, "Unknown option");
});

Deno.test("an engine has no password in its name, and loads no client before it is used", async () => {
  assertEquals(redisEngine("redis://a:b@c:1/2").name, "redis://a@c:1");
  assertEquals(natsEngine("tls://a:b@c").name, "tls://a@c");
  const info = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("../../cluster.ts", import.meta.url).pathname],
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(info.stdout)) as {
    modules: {
      specifier: string;
      dependencies?: { isDynamic?: boolean; code?: { specifier: string } }[];
    }[];
  };
  const known = new Map(modules.map((one) => [one.specifier, one]));
  const seen = new Set<string>([new URL("../../cluster.ts", import.meta.url).href]);
  for (const specifier of seen) { // It grows while it is gone through.
    for (const { isDynamic, code } of known.get(specifier)?.dependencies ?? []) {
      if (!isDynamic && code !== undefined) seen.add(code.specifier);
    }
  }
  assert(seen.size > 20);
  assertEquals([...seen].filter((specifier) => specifier.startsWith("npm:")), []);
});
