/**
 * Jobs by keys: asked for here, and awaited there.
 *
 * @module
 */

import { createTask, gather, RuntimeError, sleep } from "../../../mod.ts";
import { JobQueue } from "../../../cluster.ts";
import { assert, assertEquals } from "../../assert.ts";
import { rejection } from "../../futures/trial.ts";
import { eventually, JOBS, noted, onEngines, poolOf, QUEUE } from "./fixtures/on_engines.ts";
import { TestWorker } from "./fixtures/worker.ts";

const CAN_NOTE = ["--allow", "write", "--processes", "2"];

onEngines(
  "A job is submitted by one pool, and its outcome taken by others, more than once",
  async (server, folder) => {
    const file = `${folder}/notes`;
    {
      await using caller = poolOf(server);
      await caller.submit("report 7", JOBS, "note", [file, 7]);
      await caller.submit("report 7", JOBS, "note", [file, 7]); // It is the same.
    }
    await using early = poolOf(server);
    const awaited = createTask(() => early.result("report 7"));
    await sleep(100);
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await using late = poolOf(server);
    assertEquals(await awaited, 7);
    assertEquals(await gather([late.result("report 7"), late.result("report 7")]), [7, 7]);
    await late.submit("report 7", JOBS, "note", [file, 7]); // It is done.
    assertEquals(await late.job(JOBS, "note", [file, 7], { key: "report 7" }), 7);
    assertEquals(await noted(file), [7]);
    await rejection(late.result("report 8"), RuntimeError, "Cannot find the job report 8");
  },
);

onEngines("A failure is kept, too, and a retry gives another outcome", async (server, folder) => {
  await using pool = poolOf(server);
  await using _worker = await TestWorker.start(server, QUEUE, "--allow", "read");
  await pool.submit("fails", JOBS, "failUnless", [`${folder}/there`]);
  await rejection(pool.result("fails"), Deno.errors.NotFound, "there");
  await rejection(pool.result("fails"), Deno.errors.NotFound, "there");
  await using queue = new JobQueue(server.engine(), { queue: QUEUE });
  await eventually(async () => (await queue.count()).failed === 1);
  const [record] = await queue.list("failed");
  assertEquals([record.head?.key, record.head?.name], ["fails", "failUnless"]);
  assert(record.failure!.startsWith("NotFound: "), record.failure);
  await Deno.writeTextFile(`${folder}/there`, "it is there");
  assert(await queue.retry(record.id));
  assertEquals(await pool.result("fails"), "it is there");
  assertEquals((await queue.count()).failed, 0);
  assert(!await queue.retry(record.id));
});

onEngines(
  "Whoever waits for a result can be cancelled, and the job goes on",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using pool = poolOf(server);
    await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    await pool.submit("goes on", JOBS, "noteAndWait", [file, 500]);
    const waiting = createTask(() => pool.result("goes on"));
    await eventually(async () => (await noted(file)).length === 1);
    waiting.cancel();
    await eventually(() => waiting.done);
    assert(typeof await pool.result("goes on") === "number");
  },
);

onEngines("Two that ask for the same key at once get one run", async (server, folder) => {
  const file = `${folder}/notes`;
  await using one = poolOf(server);
  await using two = poolOf(server);
  await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  const options = { key: "both" };
  const outcomes = await gather(
    [one, one, two].map((pool) => pool.job(JOBS, "noteAndWait", [file, 300], options)),
  );
  assertEquals(new Set(outcomes).size, 1);
  assertEquals((await noted(file)).length, 2);
});

onEngines("A key may be anything that is not too long", async (server) => {
  await using pool = poolOf(server);
  await using _worker = await TestWorker.start(server, QUEUE);
  for (const key of ["a b", "*.>", "{x}:1", "../..", "é 漢 \u0000 \n", "7", "x".repeat(150)]) {
    await pool.submit(key, JOBS, "double", [key.length]);
    assertEquals(await pool.result(key), 2 * key.length, key);
  }
  assertEquals(
    await pool.map(JOBS, "double", [1, 2, 3, 4, 5], {
      chunk: 2,
      attempts: 2,
      key: (n) => `number ${n}`,
    }),
    [2, 4, 6, 8, 10],
  );
});

onEngines("More urgent jobs begin before others, and late ones late", async (server, folder) => {
  const file = `${folder}/notes`;
  await using pool = poolOf(server);
  for (const priority of [7, 4, 5, 0, 4]) {
    await pool.submit(`${priority} ${Math.random()}`, JOBS, "note", [file, priority], { priority });
  }
  const begin = Date.now();
  // As urgent as the last of the others: the worker may take longer to start than it is late.
  await pool.submit("late", JOBS, "note", [file, 99], { delay: 800, priority: 7 });
  await using _worker = await TestWorker.start(
    server,
    QUEUE,
    "--allow",
    "write",
    "--processes",
    "1",
  );
  assertEquals(await pool.result("late"), 99);
  assert(Date.now() - begin >= 800);
  assertEquals(await noted(file), [0, 4, 4, 5, 7, 99]);
}, { kinds: ["redis"] });

onEngines("A schedule asks once, however many programs ask for it", async (server, folder) => {
  const file = `${folder}/notes`;
  await using _worker = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
  await using one = poolOf(server);
  await using two = poolOf(server);
  const timeZone = "Europe/Berlin";
  for (const pool of [one, two, one]) {
    await pool.schedule("each second", "* * * * * *", JOBS, "note", [file, 1], { timeZone });
  }
  await sleep(3300);
  await two.unschedule("each second");
  const { length } = await noted(file);
  assert(length === 3 || length === 4, `it ran ${length} times`);
  await sleep(2100);
  assert((await noted(file)).length <= length + 1, "it goes on");
}, { kinds: ["redis"] });
