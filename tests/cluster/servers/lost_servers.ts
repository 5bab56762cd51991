/**
 * What becomes of jobs whose server is killed, and of callers that are held up.
 *
 * @module
 */

import { createTask, gather, sleep } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { JobLostError } from "../../../workers.ts";
import {
  eventually,
  isAlive,
  JOBS,
  noted,
  onEngines,
  poolOf,
  QUEUE,
} from "./fixtures/on_engines.ts";
import { TestWorker } from "./fixtures/worker.ts";

const CAN_NOTE = ["--allow", "write", "--lease", "2000", "--processes", "2"];
const COUNT = 4000;
const KILLS = 10;
/** The most jobs in a hundred that may run twice. */
const MOST_DOUBLES = 1;

/** Counts what ran twice; asserts that all ran, and few twice. */
async function assertFewDoubles(file: string, count: number): Promise<void> {
  const notes = await noted(file);
  assertEquals(new Set(notes).size, count, "all have run");
  const doubles = notes.length - count;
  assert(doubles <= count * MOST_DOUBLES / 100, `${doubles} of ${count} ran twice`);
}

onEngines("Nothing is lost when workers are killed at random moments", async (server, folder) => {
  const file = `${folder}/notes`;
  await using pool = poolOf(server, { size: 64 });
  const workers = [0, 1].map(() => new TestWorker(server, QUEUE, ...CAN_NOTE));
  assertEquals(await pool.run(JOBS, "double", 1), 2); // They know each other.
  const numbers = Array.from({ length: COUNT }, (_, n) => n);
  const mapped = createTask(() =>
    pool.map<number, [string, number]>(JOBS, "noteOf", numbers.map((n) => [file, n]), {
      attempts: KILLS + 1,
      key: ([, n]) => String(n),
      limit: 64,
    })
  );
  for (let kill = 0; kill < KILLS && !mapped.done; kill++) {
    await sleep(Math.random() * 600);
    const [victim] = workers.splice(Math.floor(Math.random() * 2), 1);
    await victim[Symbol.asyncDispose]();
    workers.push(new TestWorker(server, QUEUE, ...CAN_NOTE));
  }
  assertEquals(await mapped, numbers);
  for (const worker of workers) await worker[Symbol.asyncDispose]();
  await assertFewDoubles(file, COUNT);
});

onEngines("Nothing is lost when the server is killed at random moments", async (server, folder) => {
  const file = `${folder}/notes`;
  await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await using pool = poolOf(server, { size: 64 });
  assertEquals(await pool.run(JOBS, "double", 1), 2); // They know each other.
  const numbers = Array.from({ length: COUNT }, (_, n) => n);
  const mapped = createTask(() =>
    pool.map<number, [string, number]>(JOBS, "noteOf", numbers.map((n) => [file, n]), {
      attempts: KILLS + 1,
      key: ([, n]) => String(n),
      limit: 64,
    })
  );
  for (let kill = 0; kill < KILLS && !mapped.done; kill++) {
    await sleep(200 + Math.random() * 500);
    await server.kill();
    await sleep(Math.random() * 200);
    await server.start();
  }
  assertEquals(await mapped, numbers);
  await assertFewDoubles(file, COUNT);
});

onEngines(
  "What a server without a journal forgets is told as lost, once it is back",
  async (server) => {
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "double", [1]);
    await job.start();
    await pool.submit("marker", JOBS, "double", [2]);
    await server.kill();
    await server.start();
    await assertLost(job);
    await using _worker = await TestWorker.start(server, QUEUE);
    assertEquals(await pool.run(JOBS, "double", 3), 6);
  },
  { kinds: ["redis"], isDurable: false },
);

/** Asserts that a job is lost. */
async function assertLost(job: PromiseLike<unknown>, why = "knows it no more"): Promise<void> {
  let error;
  try {
    await job;
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof JobLostError && error.message.includes(why), `${error}`);
}

onEngines(
  "A worker whose server is gone ends its job when the lease is over",
  async (server, folder) => {
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE, "--grace", "100");
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "noteAndWait", [`${folder}/notes`, 60_000]);
    await job.start();
    await eventually(async () => (await noted(`${folder}/notes`)).length === 1);
    const [child] = await noted(`${folder}/notes`);
    await server.kill();
    await eventually(() => !isAlive(child));
    await server.start();
    await assertLost(job, "");
  },
);

onEngines("A caller that is held up while 10,000 jobs end gets all they give", async (server) => {
  await using _worker = await TestWorker.start(server, QUEUE, "--processes", "2");
  await using pool = poolOf(server, { size: 200 });
  await using other = poolOf(server, { size: 200 });
  const items = Array.from({ length: 100 }, (_, n) => n);
  const mine = createTask(() => pool.map<number>(JOBS, "double", items));
  const theirs = createTask(() =>
    other.map<number>(JOBS, "double", Array.from({ length: 10_000 }, (_, n) => n), { chunk: 20 })
  );
  await sleep(50);
  const end = Date.now() + 3000;
  while (Date.now() < end); // Its own fault.
  assertEquals(await mine, items.map((n) => 2 * n));
  assertEquals((await theirs).length, 10_000);
});

onEngines("What a job gives in its first millisecond is not missed", async (server) => {
  await using _worker = await TestWorker.start(server, QUEUE, "--processes", "2");
  {
    await using warm = poolOf(server);
    await warm.run(JOBS, "double", 1);
  }
  for (let n = 0; n < 20; n++) {
    await using pool = poolOf(server); // It connects anew.
    assertEquals(await pool.run(JOBS, "double", n), 2 * n);
  }
});

onEngines("Two callers of a queue get what is theirs", async (server) => {
  await using _worker = await TestWorker.start(server, QUEUE, "--processes", "2");
  await using one = poolOf(server, { size: 20 });
  await using two = poolOf(server, { size: 20 });
  const items = Array.from({ length: 300 }, (_, n) => n);
  const [a, b] = await gather([
    one.map<number>(JOBS, "double", items),
    two.map<number>(JOBS, "double", items.map((n) => -n)),
  ]);
  assertEquals(a, items.map((n) => 2 * n));
  assertEquals(b, items.map((n) => -2 * n));
  assertEquals([one.statistics().dropped, two.statistics().dropped], [0, 0]);
});

onEngines("A server that is stopped for a while holds jobs up, and loses none", async (server) => {
  await using _worker = await TestWorker.start(
    server,
    QUEUE,
    "--processes",
    "2",
    "--lease",
    "5000",
  );
  await using pool = poolOf(server, { size: 20 });
  const items = Array.from({ length: 500 }, (_, n) => n);
  const mapped = createTask(() => pool.map<number>(JOBS, "double", items));
  await sleep(150);
  server.signal("SIGSTOP");
  await sleep(1000);
  server.signal("SIGCONT");
  assertEquals(await mapped, items.map((n) => 2 * n));
  await eventually(() => pool.statistics().running === 0);
});
