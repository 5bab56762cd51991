/**
 * Running the jobs of a queue.
 *
 * @module
 */

import {
  type Awaitable,
  checkAtLeast,
  checkOptions,
  checkString,
  checkWhole,
  closeAtEnd,
  type Coroutine,
  Operation,
  until,
} from "../lowlevel.ts";
import type { ProcessPermissions } from "../workers/process_pool.ts";
import { checkEngine, checkQueue } from "./check_queue.ts";
import type { JobEngine } from "./job_engine.ts";
import {
  connect,
  eventsOf,
  type JobServer,
  type JobServerParts,
  newJobServer,
} from "./job_server.ts";
import { ModuleList } from "./module_names.ts";

/** The configuration of a worker. */
export interface ServeJobsOptions {
  /** The name of the queue. */
  queue: string;
  /**
   * What it may run: addresses of modules, and of folders, which end with a slash. A module that travels
   * as `job:PATH` is looked for below the folders. Addresses of the web and `data:` are refused unless
   * they are listed.
   */
  modules?: readonly (string | URL)[] | undefined;
  /** Modules by names: what travels as `job:NAME`. */
  names?: Readonly<Record<string, string | URL>> | undefined;
  /** The most jobs that run at once, each in a process; as many as there are processors unless given. */
  processes?: number | undefined;
  /** What jobs may do; to read the folders that are listed, and the library, unless given. */
  permissions?: "all" | ProcessPermissions | undefined;
  /** Further flags of `deno run` for the processes. */
  args?: readonly string[] | undefined;
  /** How long, in ms, a job that was told to stop may go on, and the jobs of a worker that ends; 5000 unless given. */
  grace?: number | undefined;
  /**
   * How long, in ms, a job stays with a worker that says nothing; 10,000 unless given. When the worker
   * is lost it takes between one and two of these until the job begins elsewhere.
   */
  lease?: number | undefined;
  /** The build of the worker's code: a job of another one is refused. */
  build?: string | undefined;
  /** How long, in ms, a job of another build is given back for, before it fails; 30,000 unless given. */
  patience?: number | undefined;
  /** The most bytes of a result or a report; 1,000,000 unless given. */
  maxBytes?: number | undefined;
  /** What the worker is called; the machine's name and the process's number unless given. */
  name?: string | undefined;
}

const NAMES: readonly (keyof ServeJobsOptions)[] = [
  "queue",
  "modules",
  "names",
  "processes",
  "permissions",
  "args",
  "grace",
  "lease",
  "build",
  "patience",
  "maxBytes",
  "name",
];

/** The shortest lease, in ms: a shorter one would end with every pause of a busy machine. */
const SHORTEST_LEASE = 500;

/**
 * Takes jobs from a queue, and runs them in processes.
 *
 * It is connected when this gives a worker, and fails in some seconds if the server cannot be reached
 * or refuses it. A job runs in a process of its own pool: it may keep a processor busy for longer than
 * its lease, and can be ended for certain. One whose lease can no longer be renewed is ended, since it
 * may begin elsewhere.
 *
 * **Cancel safety.** Cancelled while it connects, it disconnects.
 *
 * **Gotchas.** Jobs may do no more than `permissions` say, and the worker's own permissions are not
 * theirs. Who can write to the queue can call any exported function of the listed modules.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { redisEngine, serveJobs } from "@weft/weft/cluster.ts";
 *
 * const engine = redisEngine("redis://127.0.0.1:1"); // Nobody listens there.
 * const modules = [import.meta.resolve("./jobs/")];
 * await run(async () => {
 *   const error = String(await serveJobs(engine, { queue: "img", modules }).catch(String));
 *   console.assert(error.includes("Cannot reach the server"));
 * });
 * ```
 */
export function serveJobs(engine: JobEngine, options: ServeJobsOptions): Awaitable<JobServer> {
  checkEngine(engine);
  checkOptions("serveJobs()", options, NAMES);
  const { queue, lease = 10_000, processes = navigator.hardwareConcurrency } = options;
  checkQueue(queue);
  checkWhole("processes", processes, 1);
  checkAtLeast("lease", lease, SHORTEST_LEASE);
  const parts = check(options, processes);
  return new Operation(`serveJobs(${queue})`, () => serve(engine, queue, parts, processes, lease));
}

/** Checks what is not of the engine. */
function check(options: ServeJobsOptions, processes: number): JobServerParts {
  const {
    modules = [],
    names,
    permissions,
    args,
    grace = 5000,
    build,
    patience = 30_000,
    maxBytes = 1_000_000,
    name = nameOfProcess(),
  } = options;
  checkAtLeast("grace", grace, 0);
  checkAtLeast("patience", patience, 0);
  checkWhole("maxBytes", maxBytes, 1);
  if (build !== undefined) checkString("build", build);
  checkString("name", name);
  const list = new ModuleList(modules, names);
  return {
    name,
    build,
    modules: list,
    maxBytes,
    patience,
    grace,
    pool: { size: processes, grace, args, permissions: permissions ?? leastFor(list) },
  };
}

function* serve(
  engine: JobEngine,
  queue: string,
  parts: JobServerParts,
  processes: number,
  lease: number,
): Coroutine<JobServer> {
  const server = newJobServer(parts);
  const { name, build } = parts;
  const opening = engine.openWorker(queue, { name, processes, lease, build }, eventsOf(server));
  try {
    connect(server, yield* until(opening, { label: engine.name }));
  } catch (error) {
    opening.then((link) => link.close(), () => {});
    throw error;
  }
  const resource = {
    *close(): Coroutine<void> {
      yield* server.close();
    },
  };
  closeAtEnd(resource, String(server));
  return server;
}

/** Returns what jobs need to be able to run at all: to read their modules, and the library. */
function leastFor(modules: ModuleList): ProcessPermissions {
  const library = new URL("../../", import.meta.url).href;
  const files = [...modules.files, library].filter((one) => one.startsWith("file:"));
  return { read: files.map((one) => decodeURIComponent(new URL(one).pathname)) };
}

/** Names this process, as well as it may be known. */
function nameOfProcess(): string {
  let host = "worker";
  try {
    host = Deno.hostname();
  } catch {
    // It may not be asked for.
  }
  return `${host}:${Deno.pid}`;
}
