/**
 * What becomes of jobs whose worker or caller is cut off from the server, and nobody is told.
 *
 * @module
 */

import { createTask, sleep } from "../../../mod.ts";
import { ClusterPool, natsEngine, redisEngine } from "../../../cluster.ts";
import { assertEquals } from "../../assert.ts";
import {
  eventually,
  isAlive,
  JOBS,
  noted,
  onEngines,
  poolOf,
  QUEUE,
} from "./fixtures/on_engines.ts";
import { Proxy } from "./fixtures/proxy.ts";
import { TestWorker } from "./fixtures/worker.ts";

const CAN_NOTE = ["--allow", "write", "--lease", "2000", "--processes", "1", "--grace", "100"];

onEngines(
  "A worker that is cut off ends its job before it begins elsewhere, and comes back",
  async (server, folder) => {
    const file = `${folder}/notes`;
    await using proxy = new Proxy(server.port);
    const far = { url: () => server.url().replace(`:${server.port}`, `:${proxy.port}`) };
    await using first = await TestWorker.start(far, QUEUE, ...CAN_NOTE);
    await using pool = poolOf(server);
    const job = pool.job<number, number>(JOBS, "noteAndWait", [file, 5000], {
      attempts: 3,
      key: "k",
    });
    assertEquals((await job[Symbol.asyncIterator]().next()).value, first.pid);
    const [child] = await noted(file);
    await using second = await TestWorker.start(server, QUEUE, ...CAN_NOTE);
    proxy.cut();
    await eventually(async () => (await noted(file)).length === 2);
    assertEquals(isAlive(child), false, "the first has ended its process by now");
    assertEquals(await job, second.pid);
    second.signal("SIGTERM");
    await second.end();
    proxy.heal();
    // By the first one. What it was asked for while it was cut off may count as begun.
    const options = { attempts: 3, key: "after" };
    assertEquals(await pool.job(JOBS, "double", [2], options), 4);
  },
);

onEngines("A caller that is cut off gets what came meanwhile, once it is back", async (server) => {
  await using proxy = new Proxy(server.port);
  const url = server.url().replace(`:${server.port}`, `:${proxy.port}`);
  const engine = server.kind === "redis" ? redisEngine(url) : natsEngine(url);
  await using _worker = await TestWorker.start(
    server,
    QUEUE,
    "--lease",
    "1000",
    "--processes",
    "2",
  );
  await using pool = new ClusterPool(engine, { queue: QUEUE, size: 50 });
  assertEquals(await pool.run(JOBS, "double", 1), 2);
  const items = Array.from({ length: 200 }, (_, n) => n);
  const mapped = createTask(() => pool.map<number>(JOBS, "double", items));
  await sleep(50);
  proxy.cut();
  await sleep(1500);
  proxy.heal();
  assertEquals(await mapped, items.map((n) => 2 * n));
});
