/**
 * Measures what happens around a cut in the network, with each machine in a namespace of its own: run
 * by hand, as root.
 *
 *     deno task bench:cluster:partitions                both engines
 *     deno task bench:cluster:partitions -- redis 3     one of them, each cut three times
 *
 * The lease of the workers is that of the defaults.
 *
 * @module
 */

import { TestCaller } from "../../tests/cluster/servers/fixtures/caller.ts";
import { type Machine, Network } from "../../tests/cluster/servers/fixtures/network.ts";
import { eventually, isAlive, noted } from "../../tests/cluster/servers/fixtures/on_engines.ts";
import { type ServerKind, TestServer } from "../../tests/cluster/servers/fixtures/server.ts";
import { TestWorker } from "../../tests/cluster/servers/fixtures/worker.ts";

/** How long, in ms, machines are cut off. */
const CUTS = [1000, 5000, 30_000];
/** Bounds, in ms, how long anything may take. */
const LONGEST = 120_000;
const QUEUE = "cuts";
const ONE = ["--processes", "1"];
/** How many jobs are run while the network breaks at random, and how often. */
const JOBS = 4000;
const BREAKS = 10;

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Shows the values of one row, in seconds. */
function show(what: string, values: readonly number[]): void {
  const seconds = values.map((ms) => (ms / 1000).toFixed(1)).join(", ");
  console.log(`| ${what} | ${seconds} |`);
}

/** A network with a server, a caller and a worker. */
class Site {
  readonly caller: TestCaller;
  readonly callerMachine: Machine;
  readonly file: string;
  readonly #network: Network;
  readonly #server: TestServer;
  readonly #stack: AsyncDisposableStack;

  private constructor(
    stack: AsyncDisposableStack,
    network: Network,
    server: TestServer,
    callerMachine: Machine,
    file: string,
  ) {
    this.#stack = stack;
    this.#network = network;
    this.#server = server;
    this.callerMachine = callerMachine;
    this.file = file;
    this.caller = stack.use(new TestCaller(server, QUEUE, callerMachine.within));
  }

  static async open(kind: ServerKind): Promise<Site> {
    const stack = new AsyncDisposableStack();
    const network = stack.use(await Network.create());
    const machine = await network.join("server");
    const server = stack.use(await TestServer.start(kind, { machine }));
    const file = await Deno.makeTempFile();
    stack.defer(() => Deno.remove(file));
    return new Site(stack, network, server, await network.join("caller"), file);
  }

  /** Starts a worker on a machine of its own; gives the machine. */
  async work(name: string, ...args: string[]): Promise<Machine> {
    const machine = await this.#network.join(name);
    const at = { url: () => this.#server.url(), within: machine.within };
    const all = ["--allow", "write", "--grace", "100", ...args];
    this.#stack.use(await TestWorker.start(at, QUEUE, ...all));
    return machine;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}

/** Cuts a worker off for good; gives when its job ended there, and when it began elsewhere. */
async function measureLoss(kind: ServerKind): Promise<[ended: number, begun: number]> {
  await using site = await Site.open(kind);
  const first = await site.work("first", ...ONE);
  site.caller.call("noteAndWait", [site.file, LONGEST], { attempts: 2, key: "it" });
  await eventually(async () => (await noted(site.file)).length === 1);
  const [child] = await noted(site.file);
  await site.work("second", ...ONE);
  await first.cut();
  const begin = Date.now();
  await eventually(() => !isAlive(child), LONGEST);
  const ended = Date.now() - begin;
  await eventually(async () => (await noted(site.file)).length === 2, LONGEST);
  return [ended, Date.now() - begin];
}

/** Cuts an idle worker off for some time; gives how long after that it has done its next job. */
async function measureWorker(kind: ServerKind, ms: number): Promise<number> {
  await using site = await Site.open(kind);
  const machine = await site.work("worker", ...ONE);
  await site.caller.call("double", [1]).outcome;
  await machine.cut();
  await pause(ms);
  await machine.heal();
  const begin = Date.now();
  await site.caller.call("double", [2], { attempts: 9, key: "next" }).outcome;
  return Date.now() - begin;
}

/** Cuts a caller off for some time; gives how long after that it has what came meanwhile. */
async function measureCaller(kind: ServerKind, ms: number): Promise<number> {
  await using site = await Site.open(kind);
  await site.work("worker", ...ONE);
  await site.caller.call("double", [1]).outcome;
  const { outcome } = site.caller.call("noteAndWait", [site.file, 500]);
  await eventually(async () => (await noted(site.file)).length === 1);
  await site.callerMachine.cut();
  await pause(ms);
  await site.callerMachine.heal();
  const begin = Date.now();
  await outcome;
  return Date.now() - begin;
}

/** Cuts machines off at random while jobs run; gives how many were lost, and how many ran twice. */
async function measureBreaks(kind: ServerKind): Promise<[lost: number, doubles: number]> {
  await using site = await Site.open(kind);
  const args = ["--lease", "2000", "--processes", "2"];
  const machines = [site.callerMachine];
  for (const name of ["a", "b", "c"]) machines.push(await site.work(name, ...args));
  const items = Array.from({ length: JOBS }, (_, n) => [site.file, n, 15]);
  const mapped = site.caller.map("noteOfSlowly", items, { attempts: BREAKS + 1 });
  for (let n = 0; n < BREAKS; n++) {
    const machine = machines[Math.floor(Math.random() * machines.length)];
    await pause(Math.random() * 500);
    await machine.cut();
    await pause(n % 2 === 0 ? 600 : 3000);
    await machine.heal();
  }
  const outcomes = await mapped;
  const notes = await noted(site.file);
  return [JOBS - new Set(outcomes).size, notes.length - new Set(notes).size];
}

async function repeat<T>(times: number, measure: () => Promise<T>): Promise<T[]> {
  const values: T[] = [];
  for (let n = 0; n < times; n++) values.push(await measure());
  return values;
}

if (import.meta.main) {
  const kinds = (["redis", "nats"] as const).filter((kind) =>
    Deno.args.includes(kind) || !Deno.args.some((arg) => arg === "redis" || arg === "nats")
  );
  const times = Number(Deno.args.find((arg) => /^\d+$/.test(arg)) ?? 3);
  for (const kind of kinds) {
    console.log(`\n| ${kind} | s |\n| :-- | :-- |`);
    const losses = await repeat(times, () => measureLoss(kind));
    show("a worker is cut off: its job has ended there", losses.map(([ended]) => ended));
    show("and begins elsewhere", losses.map(([, begun]) => begun));
    const breaks = await repeat(times, () => measureBreaks(kind));
    console.log(
      `| of ${JOBS} jobs in ${BREAKS} cuts: lost | ${breaks.map(([lost]) => lost).join(", ")} |`,
    );
    console.log(`| and run twice | ${breaks.map(([, doubles]) => doubles).join(", ")} |`);
    for (const ms of CUTS) {
      const values = await repeat(times, () => measureWorker(kind, ms));
      show(`a worker is back after ${ms / 1000} s: its next job is done`, values);
    }
    for (const ms of CUTS) {
      const values = await repeat(times, () => measureCaller(kind, ms));
      show(`a caller is back after ${ms / 1000} s: it has the outcome`, values);
    }
  }
}
