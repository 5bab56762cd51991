/**
 * What becomes of jobs in a network that breaks: the server, the caller and the workers are on machines
 * of their own, which are namespaces of the host's network.
 *
 * @module
 */

import { assert, assertEquals } from "../../assert.ts";
import { TestCaller } from "./fixtures/caller.ts";
import { type Machine, Network, whyNoNetworks } from "./fixtures/network.ts";
import { eventually, isAlive, noted, QUEUE } from "./fixtures/on_engines.ts";
import { TestServer } from "./fixtures/server.ts";
import { TestWorker } from "./fixtures/worker.ts";

/** A lease, in ms, that is over while a test waits. */
const LEASE = 2000;
const CAN_NOTE = ["--allow", "write", "--grace", "100"];
const ONE = [...CAN_NOTE, "--lease", `${LEASE}`, "--processes", "1"];

const reason = await whyNoNetworks();
if (reason !== undefined) {
  console.log(`What is tried in networks is skipped, as this host refuses namespaces: ${reason}`);
}

/** What a test has: a network with a server and a caller, to add workers to. */
interface Site {
  readonly network: Network;
  readonly callerMachine: Machine;
  readonly caller: TestCaller;
  /** A file that jobs write to. */
  readonly file: string;
  /** Starts a worker on a machine. */
  work(machine: Machine, args: readonly string[]): Promise<TestWorker>;
}

/** Defines a test for each engine, unless the host refuses namespaces. */
function onNetworks(sentence: string, program: (site: Site) => Promise<void>): void {
  for (const kind of ["redis", "nats"] as const) {
    Deno.test({
      name: `${sentence} (${kind})`,
      ignore: reason !== undefined,
      fn: async () => {
        const folder = await Deno.makeTempDir({ prefix: "weft-cluster-" });
        try {
          await using network = await Network.create();
          const serverMachine = await network.join("server");
          const callerMachine = await network.join("caller");
          await using server = await TestServer.start(kind, { machine: serverMachine });
          await using caller = new TestCaller(server, QUEUE, callerMachine.within);
          const work: Site["work"] = ({ within }, args) =>
            TestWorker.start({ url: () => server.url(), within }, QUEUE, ...args);
          const file = `${folder}/notes`;
          await program({ network, callerMachine, caller, file, work });
        } finally {
          await Deno.remove(folder, { recursive: true });
        }
      },
    });
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

onNetworks(
  "A worker that is cut off for less than its lease goes on with its job",
  async ({ network, caller, file, work }) => {
    const machine = await network.join("worker");
    const args = [...CAN_NOTE, "--lease", "10000", "--processes", "1"];
    await using worker = await work(machine, args);
    const { outcome } = caller.call("noteAndWait", [file, 3000]);
    await eventually(async () => (await noted(file)).length === 1);
    await machine.cut();
    await pause(1000);
    await machine.heal();
    assertEquals(await outcome, worker.pid);
    assertEquals((await noted(file)).length, 2, "it has begun once, and ended");
  },
);

onNetworks(
  "A worker that is cut off for longer ends its job before it begins elsewhere, and comes back",
  async ({ network, caller, file, work }) => {
    const machine = await network.join("worker");
    await using _first = await work(machine, ONE);
    const { outcome } = caller.call("noteAndWait", [file, 5000], { attempts: 3, key: "it" });
    await eventually(async () => (await noted(file)).length === 1);
    const [child] = await noted(file);
    await using second = await work(await network.join("other"), ONE);
    await machine.cut();
    await eventually(async () => (await noted(file)).length === 2);
    assertEquals(isAlive(child), false, "the first has ended its process by now");
    assertEquals(await outcome, second.pid);
    second.signal("SIGTERM");
    await second.end();
    await machine.heal();
    // By the first one. What it asked for when it was cut off may count as begun, once.
    assertEquals(await caller.call("double", [2], { attempts: 2, key: "next" }).outcome, 4);
    assertEquals((await noted(file)).filter((note) => note === -1), [-1], "it has ended once");
  },
);

onNetworks(
  "A job with one attempt is lost with a worker that is cut off, and says so",
  async ({ network, caller, file, work }) => {
    const machine = await network.join("worker");
    await using _worker = await work(machine, ONE);
    const { outcome } = caller.call("noteAndWait", [file, 60_000]);
    await eventually(async () => (await noted(file)).length === 1);
    await machine.cut();
    const error = await outcome.catch(String);
    assert(String(error).includes("JobLostError"), String(error));
    const [child] = await noted(file);
    await eventually(() => !isAlive(child));
    assertEquals((await noted(file)).length, 1, "it has begun once, and not ended");
  },
);

onNetworks(
  "A caller that is cut off gets what came meanwhile, once it is back",
  async ({ network, callerMachine, caller, file, work }) => {
    await using _worker = await work(await network.join("worker"), ONE);
    const items = Array.from({ length: 60 }, (_, n) => [file, n]);
    const numbers = items.map(([, n]) => n as number);
    assertEquals(await caller.call("double", [1]).outcome, 2); // They know each other.
    for (const [round, ms] of [LEASE / 4, 2 * LEASE].entries()) {
      const mapped = caller.map("noteOf", items);
      await eventually(async () => (await noted(file)).length > 60 * round);
      await callerMachine.cut();
      await pause(ms);
      await callerMachine.heal();
      assertEquals(await mapped, numbers);
    }
    assertEquals((await noted(file)).length, 120, "each has run once in each round");
  },
);

onNetworks(
  "Nothing is lost in a network that breaks at random",
  async ({ network, callerMachine, caller, file, work }) => {
    const [count, cuts, processes] = [2000, 6, 2];
    const args = [...CAN_NOTE, "--lease", `${LEASE}`, "--processes", `${processes}`];
    const machines = await Promise.all(["a", "b", "c"].map((name) => network.join(name)));
    await using workers = new AsyncDisposableStack();
    for (const machine of machines) workers.use(await work(machine, args));
    const items = Array.from({ length: count }, (_, n) => [file, n, 15]);
    const mapped = caller.map("noteOfSlowly", items, { attempts: cuts + 1 });
    let isDone = false;
    void mapped.finally(() => isDone = true);
    for (let cut = 0; cut < cuts && !isDone; cut++) {
      const all = [...machines, callerMachine];
      const machine = all[Math.floor(Math.random() * all.length)];
      await pause(Math.random() * 300);
      await machine.cut();
      await pause(LEASE * (Math.random() < 0.5 ? 0.3 : 1.5));
      await machine.heal();
    }
    assertEquals(await mapped, items.map(([, n]) => n));
    const notes = await noted(file);
    assertEquals(new Set(notes).size, count, "all have run");
    const doubles = notes.length - count;
    assert(doubles <= cuts * processes, `${doubles} ran twice, of ${cuts * processes} cut off`);
  },
);
