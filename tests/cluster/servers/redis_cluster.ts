/**
 * Queues on a Redis Cluster of three nodes.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ClusterPool, JobQueue, redisEngine, serveJobs } from "../../../cluster.ts";
import { assertEquals } from "../../assert.ts";
import { eventually, JOBS } from "./fixtures/on_engines.ts";
import { freePort } from "./fixtures/server.ts";
import { FOLDER } from "./fixtures/worker.ts";

/** The highest port of a node: the nodes speak to each other 10,000 above. */
const HIGHEST_PORT = 55_000;

/** Runs the client that comes with the server; gives what it wrote. */
async function redisCli(...args: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("redis-cli", { args, stdin: "null" }).output();
  return new TextDecoder().decode(stdout);
}

/** Finds a port for a node. */
function nodePort(): number {
  for (;;) {
    const port = freePort();
    if (port <= HIGHEST_PORT) return port;
  }
}

Deno.test("Queues are spread over the nodes of a Redis Cluster, and found from any of them", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft-cluster-" });
  const ports = [nodePort(), nodePort(), nodePort()];
  const nodes = ports.map((port) => {
    Deno.mkdirSync(`${folder}/${port}`);
    const args = ["--port", `${port}`, "--bind", "127.0.0.1", "--dir", `${folder}/${port}`];
    return new Deno.Command("redis-server", {
      args: [...args, "--save", "", "--cluster-enabled", "yes"],
      stdin: "null",
      stdout: "null",
    }).spawn();
  });
  try {
    for (const port of ports) {
      await eventually(async () => (await redisCli("-p", `${port}`, "ping")).startsWith("PONG"));
    }
    const addresses = ports.map((port) => `127.0.0.1:${port}`);
    await redisCli("--cluster", "create", ...addresses, "--cluster-yes");
    for (const port of ports) {
      await eventually(async () =>
        (await redisCli("-p", `${port}`, "cluster", "info")).includes("cluster_state:ok")
      );
    }
    await run(async () => {
      const engine = redisEngine(`redis://${addresses[1]}`, { cluster: true });
      for (const queue of ["a", "b", "c"]) { // Each is on another node.
        await using _server = await serveJobs(engine, { queue, modules: [FOLDER], processes: 1 });
        await using pool = new ClusterPool(engine, { queue });
        assertEquals(await pool.map(JOBS, "double", [1, 2, 3]), [2, 4, 6]);
        assertEquals(await pool.job(JOBS, "double", [4], { key: "four" }), 8);
        assertEquals(await pool.result("four"), 8);
        await using jobs = new JobQueue(engine, { queue });
        assertEquals(await jobs.count(), { waiting: 0, delayed: 0, running: 0, failed: 0 });
      }
    });
  } finally {
    for (const node of nodes) {
      node.kill("SIGKILL");
      await node.status;
    }
    await Deno.remove(folder, { recursive: true });
  }
});
