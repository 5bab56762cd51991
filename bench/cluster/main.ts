/**
 * Measures a pool of other machines beside the bare client, with equal slots, in one run: run by hand.
 *
 *     deno task bench:cluster               both engines, 2 workers of 16 slots
 *     deno task bench:cluster redis 4       one of them, 2 workers of 4 slots
 *
 * Weft runs each job in a process, so that it can be ended; the bare client runs it where it stands.
 *
 * @module
 */

import { ClusterPool } from "../../cluster.ts";
import { run, until } from "../../mod.ts";
import { type ServerKind, TestServer } from "../../tests/cluster/servers/fixtures/server.ts";
import { TestWorker } from "../../tests/cluster/servers/fixtures/worker.ts";
import { type BareCaller, bareNats, bareRedis, prepareNats } from "./bare_caller.ts";

const JOBS = import.meta.resolve("../../tests/cluster/servers/fixtures/jobs.ts");
const IN_FLIGHT = 256;
const COUNT = 4000;
const TRIPS = 400;
const ROUNDS = 3;

/** Calls for many, so many at a time; gives the number a second. */
async function rateOf(call: (n: number) => PromiseLike<number>): Promise<number> {
  const begin = performance.now();
  let next = 0;
  const lane = async () => {
    for (let n = next++; n < COUNT; n = next++) await call(n);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return COUNT / (performance.now() - begin) * 1000;
}

/** Calls for one after the other; gives the median time of a trip, in ms. */
async function tripOf(call: (n: number) => PromiseLike<number>): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < TRIPS; n++) {
    const begin = performance.now();
    await call(n);
    times.push(performance.now() - begin);
  }
  return median(times);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

/** Starts a worker of the bare client. */
async function startBare(
  kind: ServerKind,
  port: number,
  slots: number,
): Promise<Deno.ChildProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--allow-net", "--ignore-env"],
      ...[new URL("bare_worker.ts", import.meta.url).href, kind, String(port), String(slots)],
    ],
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.getReader();
  if ((await reader.read()).done) throw new Error("The worker of the bare client has not started");
  return child;
}

/** Measures one engine. */
async function measure(kind: ServerKind, slots: number): Promise<void> {
  await using server = await TestServer.start(kind);
  if (kind === "nats") await prepareNats(server.port);
  const bare: BareCaller = await (kind === "redis" ? bareRedis : bareNats)(server.port);
  const children = await Promise.all([1, 2].map(() => startBare(kind, server.port, slots)));
  const processes = ["--processes", String(slots)];
  await using _one = await TestWorker.start(server, "bench", ...processes);
  await using _two = await TestWorker.start(server, "bench", ...processes);
  await run(async () => {
    await using pool = new ClusterPool(server.engine(), { queue: "bench", size: IN_FLIGHT });
    const ours = (n: number) => pool.run<number>(JOBS, "double", n);
    const mapOf = async (count: number, chunk: number) => {
      const begin = performance.now();
      const items = Array.from({ length: count }, (_, n) => n);
      await pool.map(JOBS, "double", items, { chunk, limit: IN_FLIGHT * chunk });
      return count / (performance.now() - begin) * 1000;
    };
    await mapOf(1000, 1);
    await until(rateOf(bare.call));
    const results: Record<string, number[]> = {};
    const note = (name: string, value: number) => (results[name] ??= []).push(value);
    for (let round = 0; round < ROUNDS; round++) {
      note("bare rate", await until(rateOf(bare.call)));
      note("map rate", await mapOf(COUNT, 1));
      note("bare trip", await until(tripOf(bare.call)));
      note("trip", await until(() => tripOf(ours)));
      note("chunk rate", await mapOf(COUNT * 20, 100));
      note("cancel", await cancelOf(pool));
    }
    const value = (name: string) => median(results[name]);
    const row = (what: string, weft: string, bare: string, ratio: string) =>
      console.log(
        `${what.padEnd(24)} ${weft.padStart(10)} ${bare.padStart(10)} ${ratio.padStart(8)}`,
      );
    row(`${kind}, 2 x ${slots} slots`, "weft", "bare", "ratio");
    const rates = [value("map rate"), value("bare rate")];
    row(
      "jobs a second",
      rates[0].toFixed(0),
      rates[1].toFixed(0),
      (rates[0] / rates[1]).toFixed(2),
    );
    const trips = [value("trip"), value("bare trip")];
    row(
      "round trip, ms",
      trips[0].toFixed(2),
      trips[1].toFixed(2),
      (trips[0] / trips[1]).toFixed(2),
    );
    const chunk = value("chunk rate");
    row("chunk: 100, items", chunk.toFixed(0), "", `${(chunk / rates[0]).toFixed(0)} x`);
    row("cancel, ms", value("cancel").toFixed(1), "", "");
  });
  for (const child of children) child.kill("SIGKILL");
  await bare.close();
}

/** Measures how long it takes until a job that runs has been told to stop, in ms. */
async function cancelOf(pool: ClusterPool): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < 20; n++) {
    const job = pool.job(JOBS, "waitForStop", ["/dev/null"]);
    await job[Symbol.asyncIterator]().next();
    const begin = performance.now();
    job.cancel();
    while (pool.statistics().running > 0) await until(new Promise((go) => setTimeout(go, 0)));
    times.push(performance.now() - begin);
  }
  return median(times);
}

if (import.meta.main) {
  const kinds = (["redis", "nats"] as const).filter((kind) =>
    Deno.args.includes(kind) || !Deno.args.some((arg) => arg === "redis" || arg === "nats")
  );
  const slots = Number(Deno.args.find((arg) => /^\d+$/.test(arg)) ?? 16);
  for (const kind of kinds) await measure(kind, slots);
  Deno.exit(0);
}
