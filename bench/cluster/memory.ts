/**
 * Shows that many jobs leave no memory behind in their caller: run by hand.
 *
 *     deno task bench:cluster:memory                       a million jobs on Redis, one by one
 *     deno task bench:cluster:memory -- nats 10000000 100  ten million on NATS, a hundred in each
 *
 * The results are taken as they come. At eleven moments all jobs rest, and the caller's garbage is
 * collected. The status is 1 if the heap grew by more than a byte a job once it was warm.
 *
 * @module
 */

import { ClusterPool } from "../../cluster.ts";
import { run } from "../../mod.ts";
import { type ServerKind, TestServer } from "../../tests/cluster/servers/fixtures/server.ts";
import { TestWorker } from "../../tests/cluster/servers/fixtures/worker.ts";
import { slopeOf } from "../soak/verdict.ts";
import { readVitals } from "../soak/vitals.ts";

const JOBS = import.meta.resolve("../../tests/cluster/servers/fixtures/jobs.ts");
const ROUNDS = 10;
/** How many rounds are a warm-up. */
const WARM_UP = 3;
const IN_FLIGHT = 256;
/** The most bytes of the heap that a job may leave, by the slope of a line through all rounds. */
const MOST_LEFT = 1;

/** Gives numbers, one after the other. */
function* count(to: number): Generator<number> {
  for (let n = 0; n < to; n++) yield n;
}

/** Runs so many jobs; returns whether the memory was flat. */
async function measure(kind: ServerKind, jobs: number, chunk: number): Promise<boolean> {
  await using server = await TestServer.start(kind);
  await using _worker = await TestWorker.start(server, "memory", "--processes", "4");
  const points: [jobs: number, heap: number][] = [];
  console.log(`${kind}, ${jobs} jobs, ${chunk} in each\n\n| jobs | heap, MB | RSS, MB | tasks |`);
  console.log("| --: | --: | --: | --: |");
  const begin = performance.now();
  await run(async () => {
    await using pool = new ClusterPool(server.engine(), { queue: "memory", size: IN_FLIGHT });
    const options = { chunk, limit: IN_FLIGHT * chunk };
    for (let round = 0; round <= ROUNDS; round++) {
      const { heap, rss, tasks } = await readVitals();
      const done = jobs / ROUNDS * round;
      points.push([done, heap * 2 ** 20]);
      console.log(`| ${done} | ${heap.toFixed(2)} | ${rss.toFixed(0)} | ${tasks} |`);
      if (round === ROUNDS) break;
      let sum = 0;
      for await (const n of pool.map<number>(JOBS, "double", count(jobs / ROUNDS), options)) {
        sum += n;
      }
      const expected = jobs / ROUNDS * (jobs / ROUNDS - 1);
      if (sum !== expected) throw new Error(`The results sum up to ${sum}, not to ${expected}`);
    }
  });
  const left = slopeOf(points.slice(WARM_UP));
  const rate = jobs / (performance.now() - begin) * 1000;
  console.log(`\n${left.toFixed(3)} bytes left by a job; ${rate.toFixed(0)} jobs a second`);
  return left < MOST_LEFT;
}

if (import.meta.main) {
  const kind = Deno.args.find((arg) => arg === "redis" || arg === "nats") ?? "redis";
  const [jobs = 1_000_000, chunk = 1] = Deno.args.filter((arg) => /^\d+$/.test(arg)).map(Number);
  Deno.exit(await measure(kind as ServerKind, jobs, chunk) ? 0 : 1);
}
