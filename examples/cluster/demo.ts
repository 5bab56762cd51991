/**
 * Starts a server of Redis and three workers, maps over them, and kills one of them half-way: every
 * result comes, in order. What each worker did is drawn at the end.
 *
 *     deno task demo:cluster
 *
 * @module
 */

import { ClusterPool, redisEngine } from "../../cluster.ts";
import { run } from "../../mod.ts";
import type { Told } from "./jobs.ts";

const JOBS = 48;
const LIMIT = 400_000;
/** The number of results after which a worker is killed. */
const KILL_AT = 16;
/** The width of the bar and of the drawing, in characters. */
const WIDTH = 60;
const FOLDER = new URL("./", import.meta.url).href;

/** A worker, with what became of it. */
interface Worker {
  readonly name: string;
  readonly child: Deno.ChildProcess;
  killedAt?: number;
}

/** The error of a program that is not there. */
class Missing extends Error {}

/** Starts a program; says what is missing if it is not there. */
function spawn(program: string, args: string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(program, { args, stdin: "null", stdout: "null", stderr: "null" })
      .spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Missing(
      `${program} is missing: install Debian's package, apt-get install ${program}`,
    );
  }
}

/** Waits until something listens at a port. */
async function untilOpen(port: number): Promise<void> {
  for (let left = 200; left > 0; left--) {
    try {
      return (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  throw new Error(`Nothing listens at port ${port}`);
}

/** Starts a worker by the command that runs it on any machine. */
function startWorker(name: string, url: string): Worker {
  const cli = new URL("../../cli.ts", import.meta.url).href;
  const child = spawn(Deno.execPath(), [
    ...["run", "--allow-net=127.0.0.1", "--allow-run", "--allow-read", "--ignore-env", cli],
    ...["worker", "--engine", url, "--queue", "demo", "--modules", FOLDER, "--name", name],
    ...["--processes", "2", "--lease", "1000"],
  ]);
  return { name, child };
}

/** Shows how far it is, on one line of a terminal. */
function showProgress(done: number, note = ""): void {
  const filled = Math.round(done / JOBS * WIDTH);
  const bar = "#".repeat(filled).padEnd(WIDTH, "·");
  const text = `[${bar}] ${String(done).padStart(2)} of ${JOBS}`;
  if (Deno.stdout.isTerminal()) {
    Deno.stdout.writeSync(new TextEncoder().encode(`\r${text}${note && `  ${note}\n`}`));
  } else if (note !== "" || done % 12 === 0) console.log(text, note);
}

/** Draws a row for each worker: how many jobs it ran at a time, and when it was killed. */
function draw(workers: readonly Worker[], told: readonly Told[]): void {
  const start = Math.min(...told.map(({ begin }) => begin));
  const end = Math.max(...told.map(({ end }) => end));
  const step = (end - start) / WIDTH;
  const columnOf = (time: number) => Math.min(Math.floor((time - start) / step), WIDTH - 1);
  console.log("\njobs at a time, by worker");
  for (const { name, child, killedAt } of workers) {
    const row: string[] = new Array(WIDTH).fill(" ");
    const own = told.filter(({ worker }) => worker === child.pid);
    for (const [at] of row.entries()) {
      const time = start + at * step;
      const running = own.filter(({ begin, end }) => begin < time + step && end > time).length;
      if (running > 0) row[at] = running === 1 ? "-" : "=";
    }
    if (killedAt !== undefined) row[columnOf(killedAt)] = "X";
    console.log(`${name} |${row.join("")}| ${own.length} done${killedAt ? ", then killed" : ""}`);
  }
  console.log(`         0 ms${`${end - start} ms`.padStart(WIDTH - 3)}`);
}

/** Maps over the workers, and kills one of them half-way. */
async function map(url: string, workers: readonly Worker[]): Promise<Told[]> {
  await using pool = new ClusterPool(redisEngine(url), { queue: "demo", base: FOLDER });
  const items = Array.from({ length: JOBS }, (_, n) => LIMIT + n);
  const told: Told[] = [];
  const results = pool.map<Told, number>(import.meta.resolve("./jobs.ts"), "count", items, {
    attempts: 3,
    key: (item) => `${item}`,
  });
  for await (const result of results) {
    showProgress(told.push(result));
    if (told.length !== KILL_AT) continue;
    const victim = workers[1];
    victim.killedAt = Date.now();
    victim.child.kill("SIGKILL");
    showProgress(told.length, `${victim.name} is killed`);
  }
  return told;
}

if (import.meta.main) {
  const folder = await Deno.makeTempDir();
  using probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const workers: Worker[] = [];
  const children: Deno.ChildProcess[] = [];
  try {
    children.push(spawn("redis-server", [
      ...["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", ""],
      ...["--appendonly", "yes"],
    ]));
    await untilOpen(port);
    const url = `redis://127.0.0.1:${port}`;
    for (const n of [1, 2, 3]) workers.push(startWorker(`worker ${n}`, url));
    const told = await run(() => map(url, workers));
    draw(workers, told);
    const isInOrder = told.every(({ primes }, at) => at === 0 || primes >= told[at - 1].primes);
    console.log(
      `\nEvery result came: ${told.length} of ${JOBS}, in order: ${isInOrder ? "yes" : "no"}`,
    );
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  } finally {
    for (const child of [...workers.map(({ child }) => child), ...children]) {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await child.status;
    }
    await Deno.remove(folder, { recursive: true });
  }
}
