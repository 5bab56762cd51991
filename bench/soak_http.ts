/**
 * Lets many clients use a server for a while, and shows that nothing is left of it.
 *
 *     deno task bench:soak:http                    200 clients, two minutes
 *     deno task bench:soak:http -- 10 50 7         10 seconds, 50 clients, from seed 7
 *
 * The server and the clients have a process each. Every five seconds all clients rest, and keep their
 * sessions. Then, and at the end, both processes must hold what they held at the start. The status is
 * 1 if they do not, if anything was answered as it must not be, or if memory grew.
 *
 * @module
 */

import { createTask, type ExceptionContext, getRunningLoop, run, sleep } from "../mod.ts";
import { Crowd } from "./soak/crowd.ts";
import { Served } from "./soak/served.ts";
import type { ServerReport } from "./soak/server.ts";
import {
  growthOf,
  judgeCounts,
  judgeMemory,
  type Series,
  SHORTEST_TO_JUDGE,
} from "./soak/verdict.ts";
import { readVitals, type Vitals } from "./soak/vitals.ts";

/** How long the clients act before they rest, in seconds. */
const ROUND = 5;
/** How often it is asked at most whether the server has noticed that its clients have gone. */
const MOST_ASKED = 100;

/** What both processes held at a moment. */
interface Moment {
  readonly second: number;
  readonly client: Vitals;
  readonly server: ServerReport;
}

/** Writes a row about a moment. */
function rowOf(label: string, client: Vitals, server: Vitals): string {
  const cells = [client, server].flatMap(({ heap, rss, tasks, sockets, signals, aborts }) => [
    heap.toFixed(2),
    rss.toFixed(0),
    ...[tasks, sockets, signals, aborts].map(String),
  ]);
  return `| ${label} | ${cells.join(" | ")} |`;
}

/** Writes the head of the table. */
function headOf(): string {
  const columns = ["heap, MB", "RSS, MB", "tasks", "sockets", "signals", "aborts"];
  const names = ["clients", "server"].flatMap((side) => columns.map((name) => `${side}: ${name}`));
  return `| | ${names.join(" | ")} |\n| :-- |${" --: |".repeat(names.length)}`;
}

/** One soak. */
class Soak {
  readonly #served: Served;
  readonly #seconds: number;
  readonly #moments: Moment[] = [];
  readonly #faults: string[] = [];
  #start!: Moment;

  constructor(served: Served, seconds: number) {
    this.#served = served;
    this.#seconds = seconds;
  }

  /** Runs all of it; gives what was wrong. */
  async run(clients: number, seed: number): Promise<string[]> {
    const before = await this.#served.next();
    const server = await this.#served.next();
    this.#start = { second: 0, client: await readVitals(), server };
    console.log(`${headOf()}\n${rowOf("at the start", this.#start.client, server.vitals)}`);
    const crowd = new Crowd({ port: server.port, clients, seed });
    await this.#act(crowd);
    crowd[Symbol.dispose]();
    const { client, server: calm } = await this.#rest(false);
    const last = await this.#served.stop();
    console.log(`${rowOf("at the end", client, last.vitals)}\n`);
    this.#faults.push(...crowd.faults, ...judgeCounts("server's end", before.vitals, last.vitals));
    this.#judgeServer(calm, last, crowd.countFailures());
    this.#tell(crowd, calm);
    return this.#faults;
  }

  /** Lets the clients act and rest in turns. */
  async #act(crowd: Crowd): Promise<void> {
    const loop = getRunningLoop();
    const start = loop.time();
    for (let second = 0; second < this.#seconds;) {
      const span = Math.min(ROUND, this.#seconds - second);
      const acting = createTask(() => crowd.act(span));
      await sleep(span * 500);
      if (this.#moments.length % 6 === 0) {
        const server = await this.#served.sample();
        console.log(rowOf(`under load, ${second} s`, await readVitals(), server.vitals));
      }
      await acting;
      const moment = await this.#rest(true);
      second = Math.round((loop.time() - start) / 1000);
      this.#moments.push({ ...moment, second });
      if (this.#moments.length % 6 === 1 || second >= this.#seconds) {
        console.log(rowOf(`at rest, ${second} s`, moment.client, moment.server.vitals));
      }
    }
  }

  /** Waits until the server has noticed that nobody asks; gives what both processes hold then. */
  async #rest(mayKeepSockets: boolean): Promise<Moment> {
    for (let asked = 1;; asked++) {
      const client = await readVitals();
      const server = await this.#served.sample();
      const { open, statistics } = server;
      const { active, waiting } = statistics!;
      const faults = [
        ...judgeCounts("clients", this.#start.client, client, mayKeepSockets),
        ...judgeCounts("server", this.#start.server.vitals, server.vitals, mayKeepSockets),
        ...Object.entries({ open, active, waiting }).filter(([, count]) => count !== 0)
          .map(([what, count]) => `server: ${count} ${what} at rest`),
      ];
      if (faults.length === 0) return { second: 0, client, server };
      if (asked === MOST_ASKED) {
        this.#faults.push(...faults);
        return { second: 0, client, server };
      }
      await sleep(50);
    }
  }

  /** Notes what the last reports of the server say that must not be. */
  #judgeServer(calm: ServerReport, last: ServerReport, made: number): void {
    this.#faults.push(...last.unexpected.map((report) => `server: ${report}`));
    const { failed } = calm.statistics!;
    if (failed === made && last.failures === made) return;
    this.#faults.push(
      `server: ${made} failures made, ${failed} counted, ${last.failures} reported`,
    );
  }

  /** Returns what was done, and what memory did. */
  #tell(crowd: Crowd, { statistics, begun }: ServerReport): void {
    for (const [name, count] of [...crowd.done].sort()) console.log(`${name}: ${count}`);
    const { completed, failed } = statistics!;
    console.log(`requests: ${completed}, of which ${failed} failed; cleanups: ${begun}\n`);
    const sides: Series[] = [
      {
        name: "clients",
        samples: this.#moments.map(({ second, client }) => ({ second, vitals: client })),
      },
      {
        name: "server",
        samples: this.#moments.map(({ second, server }) => ({ second, vitals: server.vitals })),
      },
    ];
    for (const side of sides) {
      this.#faults.push(...judgeMemory(side, this.#seconds));
      if (this.#seconds < SHORTEST_TO_JUDGE) {
        console.log(`${side.name}: memory is not judged in less than ${SHORTEST_TO_JUDGE} s`);
        continue;
      }
      const { heap, rss } = growthOf(side, this.#seconds);
      console.log(`${side.name}: heap ${heap.toFixed(2)} MB/min, RSS ${rss.toFixed(2)} MB/min`);
    }
  }
}

if (import.meta.main) {
  const [seconds = 120, clients = 200, seed = 1] = Deno.args.filter((word) => word !== "--")
    .map(Number);
  const reports: string[] = [];
  const onError = ({ message, exception }: ExceptionContext) => {
    reports.push(`clients: ${message}: ${exception}`);
  };
  console.log(`Deno ${Deno.version.deno}, ${clients} clients, ${seconds} s, seed ${seed}\n`);
  const found = await run(async () => {
    using served = new Served();
    return await new Soak(served, seconds).run(clients, seed);
  }, { onError });
  const faults = [...found, ...reports];
  for (const fault of new Set(faults)) console.error(`fault: ${fault}`);
  console.log(faults.length === 0 ? "\nAll is as at the start." : `\n${faults.length} faults`);
  if (faults.length > 0) Deno.exitCode = 1;
}
