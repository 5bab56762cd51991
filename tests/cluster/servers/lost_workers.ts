/**
 * What becomes of jobs whose workers are killed, stopped, or told to end.
 *
 * @module
 */

import { createTask } from "../../../mod.ts";
import { JobLostError } from "../../../workers.ts";
import { assert, assertEquals } from "../../assert.ts";
import { caughtBy, rejection } from "../../futures/trial.ts";
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

/** A short lease, in ms, so that a lost worker is soon found out. */
const LEASE = ["--lease", "2000"];
const CAN_NOTE = ["--allow", "write", ...LEASE, "--processes", "1"];

onEngines("A job whose worker is killed is lost, and no job of another", async (server, folder) => {
  const file = `${folder}/notes`;
  await using first = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await using pool = poolOf(server, { size: 4 });
  const job = pool.job<number, number>(JOBS, "noteAndWait", [file, 60_000]);
  const { value: pid } = await job[Symbol.asyncIterator]().next();
  assertEquals(pid, first.pid);
  await using _second = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  first.signal("SIGKILL");
  assertEquals(await pool.run(JOBS, "double", 21), 42);
  await rejection(job, JobLostError, "it has begun once");
  assertEquals(pool.statistics().lost, 1);
  const [child] = await noted(file);
  await eventually(() => !isAlive(child)); // It has noticed that its worker is gone.
});

onEngines(
  "A job whose only worker is killed is lost, though nobody else is there",
  async (server, folder) => {
    await using worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "noteAndWait", [`${folder}/notes`, 60_000]);
    await job[Symbol.asyncIterator]().next();
    worker.signal("SIGKILL");
    await rejection(job, JobLostError, "it has begun once", "one attempt");
  },
);

onEngines("A job with attempts begins again when its worker is killed", async (server, folder) => {
  const file = `${folder}/notes`;
  await using first = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await using pool = poolOf(server);
  const job = pool.job<number, number>(JOBS, "noteAndWait", [file, 4000], {
    attempts: 2,
    key: "the only one",
  });
  const reports = job[Symbol.asyncIterator]();
  assertEquals((await reports.next()).value, first.pid);
  await using second = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  first.signal("SIGKILL");
  assertEquals(await job, second.pid);
  const notes = await noted(file);
  assertEquals([notes.length, notes.filter((note) => note === -1).length], [3, 1]);
});

onEngines("A job is lost after as many attempts as it has", async (server, folder) => {
  await using pool = poolOf(server);
  const job = pool.job(JOBS, "noteAndWait", [`${folder}/notes`, 60_000], {
    attempts: 2,
    key: "a poison",
  });
  const outcome = createTask(() => caughtBy(job));
  for (let attempt = 1; attempt <= 2; attempt++) {
    await using worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await eventually(async () => (await noted(`${folder}/notes`)).length === attempt);
    worker.signal("SIGKILL");
    await worker.end();
  }
  await using _third = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  const error = await outcome;
  assert(error instanceof JobLostError, String(error));
  assert(error.message.includes("it has begun 2 times"), error.message);
  assertEquals((await noted(`${folder}/notes`)).length, 2);
});

onEngines(
  "A worker that is stopped for longer than its lease loses its job, and goes on after that",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using first = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server);
    const options = { attempts: 3, key: "stopped" };
    const job = pool.job<number, number>(JOBS, "noteAndWait", [file, 5000], options);
    assertEquals((await job[Symbol.asyncIterator]().next()).value, first.pid);
    await using second = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    first.signal("SIGSTOP");
    assertEquals(await job, second.pid);
    second.signal("SIGTERM");
    await second.end();
    first.signal("SIGCONT");
    assertEquals(await pool.run(JOBS, "double", 4), 8); // The only worker that is left.
  },
);

onEngines(
  "A job that keeps its process busy for longer than its lease runs once",
  async (server) => {
    await using _worker = await TestWorker.start(server, QUEUE, ...LEASE);
    await using pool = poolOf(server);
    assertEquals(await pool.run(JOBS, "spin", 5000), 5000);
    assertEquals(pool.statistics().lost, 0);
  },
);

onEngines(
  "A worker that is told to end lets its job end, and takes no other",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server, { size: 2 });
    const job = pool.job<number, number>(JOBS, "noteAndWait", [file, 700]);
    await job[Symbol.asyncIterator]().next();
    worker.signal("SIGTERM");
    const late = createTask(() => pool.run(JOBS, "double", 3));
    assertEquals(await job, worker.pid);
    const { code, errors } = await worker.end();
    assertEquals(code, 0, errors);
    assert(errors.includes("has ended: 1 jobs done"), errors);
    assert(!late.done, "nobody may have run it");
    await using _other = await TestWorker.start(server, QUEUE, ...LEASE);
    assertEquals(await late, 6);
  },
);

onEngines(
  "A worker that is told to end gives up a job that does not end within its grace",
  async (server, folder) => {
    const args = [...CAN_NOTE, "--grace", "300"];
    await using first = await TestWorker.start(server, QUEUE, ...args);
    await using pool = poolOf(server, { size: 2 });
    const job = pool.job<number, number>(JOBS, "noteAndWait", [`${folder}/notes`, 60_000]);
    await job[Symbol.asyncIterator]().next();
    first.signal("SIGTERM");
    await rejection(job, JobLostError, "its worker was shut down");
    assertEquals((await first.end()).code, 0);
    const [child] = await noted(`${folder}/notes`);
    await eventually(() => !isAlive(child));

    await using second = await TestWorker.start(server, QUEUE, ...args);
    const again = pool.job<number, number>(JOBS, "noteAndWait", [`${folder}/more`, 1000], {
      attempts: 2,
      key: "again",
    });
    await again[Symbol.asyncIterator]().next();
    second.signal("SIGTERM");
    await using third = await TestWorker.start(server, QUEUE, ...args);
    assertEquals(await again, third.pid);
  },
);

onEngines("A worker ends when it is told to, though its server is gone", async (server) => {
  await using worker = await TestWorker.start(server, QUEUE, ...LEASE);
  await server.kill();
  const begin = Date.now();
  worker.signal("SIGTERM");
  await worker.end();
  assert(Date.now() - begin < 9000, "it takes its time");
});
