/**
 * Jobs that are cancelled, wherever they are.
 *
 * @module
 */

import { CancelledError, createTask, gather, sleep, TimeoutError } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { rejection } from "../../futures/trial.ts";
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

const CAN_NOTE = ["--allow", "write", "--lease", "2000", "--processes", "1", "--grace", "300"];

onEngines(
  "A job that waits is taken out of the queue when it is cancelled",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "note", [file, 1]);
    await job.start();
    await pool.submit("marker", JOBS, "note", [file, 2]); // By now the first is in the queue.
    job.cancel();
    await rejection(job, CancelledError);
    await eventually(() => pool.statistics().running === 0);
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    assertEquals(await pool.result("marker"), 2);
    assertEquals(await noted(file), [2]);
  },
);

onEngines(
  "A job that is cancelled on its way into the queue does not begin",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "note", [file, 1]);
    await job.start();
    job.cancel();
    await rejection(job, CancelledError);
    await eventually(() => pool.statistics().running === 0);
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    assertEquals(await pool.run(JOBS, "note", file, 2), 2);
    assertEquals(await noted(file), [2]);
  },
);

onEngines(
  "A job that runs and listens is told, and its caller goes on at once",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server, { grace: 10_000 });
    const job = pool.job(JOBS, "waitForStop", [file]);
    await job[Symbol.asyncIterator]().next();
    job.cancel();
    await rejection(job, CancelledError);
    assertEquals(await noted(file), []); // It has gone on before the job could be told.
    await eventually(async () => (await noted(file)).length === 1);
    await eventually(() => pool.statistics().running === 0);
  },
);

onEngines(
  "A job that listens to nothing is ended, and its worker takes the next",
  async (server) => {
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server);
    const job = pool.job(JOBS, "spin", [60_000]);
    await job[Symbol.asyncIterator]().next();
    job.cancel();
    await rejection(job, CancelledError);
    assertEquals(await pool.run(JOBS, "double", 2), 4);
  },
);

onEngines("A cancellation that comes when a job is done changes nothing", async (server) => {
  await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await using pool = poolOf(server);
  const job = pool.job(JOBS, "double", [2]);
  assertEquals(await job, 4);
  job.cancel();
  assertEquals(await job, 4);
  // At random moments, some are done, some run, some wait: none is stuck.
  const tasks = Array.from({ length: 60 }, (_, n) => createTask(() => pool.run(JOBS, "double", n)));
  for (const task of tasks) {
    await sleep(Math.random() * 8);
    if (Math.random() < 0.5) task.cancel();
  }
  const outcomes = await gather(tasks, { returnExceptions: true });
  for (const [n, outcome] of outcomes.entries()) {
    assert(outcome === 2 * n || outcome instanceof CancelledError, String(outcome));
  }
  await eventually(() => pool.statistics().running === 0);
  assertEquals(await pool.run(JOBS, "double", 5), 10);
});

onEngines("A timeout counts from when a job begins", async (server) => {
  await using pool = poolOf(server);
  const job = createTask(() => pool.job(JOBS, "spin", [60_000], { timeout: 1000 }));
  await sleep(1500); // It waits for longer than it may run.
  await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await rejection(job, TimeoutError, "has taken longer than 1000 ms");
  assertEquals(await pool.run(JOBS, "double", 2), 4);
});

onEngines(
  "A deadline is looked at before a job begins, with or without a worker",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using pool = poolOf(server);
    const late = pool.job(JOBS, "note", [file, 1], { deadline: Date.now() + 300 });
    await rejection(late, TimeoutError, "Cannot begin the job note: its deadline has passed");
    await pool.submit("late", JOBS, "note", [file, 2], { deadline: new Date(Date.now() + 300) });
    await sleep(400);
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await rejection(pool.result("late"), TimeoutError, "its deadline has passed");
    const soon = pool.job(JOBS, "note", [file, 3], { deadline: Date.now() + 60_000 });
    assertEquals(await soon, 3);
    assertEquals(await noted(file), [3]);
  },
);

onEngines(
  "A job that runs when the block of its pool is left is ended",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    {
      await using pool = poolOf(server);
      const job = pool.job(JOBS, "noteAndWait", [file, 60_000]);
      await job[Symbol.asyncIterator]().next();
      createTask(() => job).addDoneCallback((task) => task.exception());
    }
    const [child] = await noted(file);
    await eventually(() => !isAlive(child));
  },
);
