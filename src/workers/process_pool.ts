/**
 * A pool of processes.
 *
 * @module
 */

import { checkCount, checkOptions, checkStrings, checkWhole, show } from "../lowlevel.ts";
import { Pool, type PoolOptions } from "./pool.ts";
import { ProcessSeat, type ProcessSeatOptions } from "./process_seat.ts";
import type { Seat, SeatEvents } from "./seat.ts";

/** What a process may do, by the names of Deno's flags: all of a kind, or what is listed. */
export type ProcessPermissions = Readonly<
  Partial<
    Record<
      "read" | "write" | "net" | "env" | "run" | "sys" | "ffi" | "import",
      boolean | readonly string[]
    >
  >
>;

/** The memory, in MB, that Deno takes beside the heap of its engine, about. */
const OWN_MEMORY = 64;
/** The least memory, in MB, that a process comes to anything with. */
const LEAST_MEMORY = 128;

/** The kinds of permissions. */
const KINDS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"];

/** The options of a pool of processes. */
export interface ProcessPoolOptions extends PoolOptions {
  /**
   * What jobs may do; `"all"`, or by kind. `{ read: true }` unless given: they may read files,
   * which importing one takes, and import what Deno trusts; nothing else.
   *
   * What Deno trusts, a few addresses of the web and npm, can be imported unless `import` is false or
   * nothing at all is permitted: `{}`.
   */
  permissions?: "all" | ProcessPermissions | undefined;
  /**
   * The most memory that a process may take, in MB of 1,048,576 bytes, all that it holds included: of
   * which Deno itself takes some 80. One that takes more is ended, and fails its job with a
   * `JobLostError` whose `reason` is `"memory"`. It is looked at 20 times a second, so that a process
   * may take more for that long. No bound unless given.
   */
  maxMemory?: number | undefined;
  /**
   * The most bytes that a process may write during a job: what it prints, reports, calls and gives
   * back. One that writes more is ended, and fails its job with a `JobLostError` whose `reason` is
   * `"output"`. No bound unless given.
   */
  maxOutput?: number | undefined;
  /**
   * The most jobs that one process runs; then another takes its place. 1 gives each job a process of
   * its own, which nothing of an earlier one is left in. No bound unless given.
   */
  maxJobs?: number | undefined;
  /** Further flags of `deno run`, such as `--config=FILE` or `--v8-flags=FLAGS`. */
  args?: readonly string[] | undefined;
}

/**
 * A pool that runs functions of modules in processes, which can be ended for certain.
 *
 * It takes the same jobs as a `WorkerPool`. A process takes some 100 ms to start, and then a call
 * costs a few hundred microseconds. It may do only what `permissions` gives it, and needs
 * `--allow-run` for the path of Deno. Its memory, its output and its jobs can be bounded. What a job
 * prints appears where this program prints.
 *
 * A process that crashes fails the job that it ran, and no other, with a `JobLostError` that says how
 * it ended and what it wrote last. Another process takes its place.
 *
 * **Cancel safety.** Cancelling a job, or a timeout, sends SIGTERM to its process, which ends it at
 * once. A job that has looked at `currentJob().signal` or `.cancelled` is told instead, and has
 * `grace` ms to end; then SIGKILL ends it. Whoever waits goes on at once.
 *
 * **Gotchas.** Arguments and results are copied, also what is listed to be transferred; memory that
 * is shared cannot be sent. `currentJob().cancelled` changes only while the job awaits something.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { ProcessPool } from "@weft/weft/workers.ts";
 *
 * const module = "data:text/javascript,export const double = (n) => 2 * n;";
 * await run(async () => {
 *   await using pool = new ProcessPool({ size: 1, permissions: {} });
 *   console.assert(await pool.run(module, "double", 21) === 42);
 * });
 * ```
 */
export class ProcessPool extends Pool {
  readonly #seatOptions: ProcessSeatOptions;

  /** Makes a pool; its processes start when they are needed. */
  constructor(options: ProcessPoolOptions = {}) {
    super(options, ["permissions", "maxMemory", "maxOutput", "maxJobs", "args"]);
    const { permissions = { read: true }, args = [], grace = 1000, maxMemory } = options;
    const { maxOutput = Infinity, maxJobs = Infinity } = options;
    checkStrings("args", args);
    if (maxMemory !== undefined) checkWhole("maxMemory", maxMemory, LEAST_MEMORY);
    checkCount("maxOutput", maxOutput, 1);
    checkCount("maxJobs", maxJobs, 1);
    const { flags, env } = confine(permissions);
    this.#seatOptions = {
      flags: [...flags, ...heapFlags(maxMemory), ...args],
      env,
      grace,
      maxMemory,
      maxOutput,
      maxJobs,
    };
  }

  /** Starts a process. */
  protected override start(events: SeatEvents): Seat {
    return new ProcessSeat(events, this.#seatOptions);
  }
}

/** Bounds the heap of the engine by what is left of the memory: it collects garbage in time then. */
function heapFlags(maxMemory: number | undefined): string[] {
  if (maxMemory === undefined) return [];
  return [`--v8-flags=--max-old-space-size=${maxMemory - OWN_MEMORY}`];
}

/** What a process is started with, so that it may do what is permitted and no more. */
interface Confinement {
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Confines a process to what is permitted. */
function confine(permissions: "all" | ProcessPermissions): Confinement {
  const flags = toFlags(permissions);
  const isSealed = permissions !== "all" &&
    (permissions.import === false || flags.length === 0);
  return isSealed ? seal(flags) : { flags, env: {} };
}

/**
 * Keeps a process from importing what Deno trusts, which would take it to the network.
 *
 * A library that was itself imported from the web is imported there again, by every process: from its
 * host, and by means of Deno's folder. Otherwise a process needs no folder, and gets none: whatever is
 * kept there without permission, as `localStorage` and `caches` are, would be left to all others.
 */
function seal(flags: readonly string[]): Confinement {
  const { protocol, host } = new URL(import.meta.url);
  if (protocol !== "file:") {
    return { flags: [...flags, `--allow-import=${host}`, "--no-npm"], env: {} };
  }
  const env: Record<string, string> = {};
  if (Deno.build.os !== "windows") env.DENO_DIR = "/dev/null/none";
  return { flags: [...flags, "--no-remote", "--no-npm"], env };
}

/** Writes permissions as flags. */
function toFlags(permissions: "all" | ProcessPermissions): string[] {
  if (permissions === "all") return ["--allow-all"];
  checkOptions("permissions", permissions, KINDS);
  return Object.entries(permissions).flatMap(([kind, given]) => {
    if (given === undefined || given === false) return [];
    if (given === true) return [`--allow-${kind}`];
    checkNames(kind, given);
    // An empty list in a flag would allow everything.
    return given.length > 0 ? [`--allow-${kind}=${given.join(",")}`] : [];
  });
}

/** Refuses what is no list of names, or has one that a flag would take for several or for none. */
function checkNames(kind: string, names: unknown): asserts names is readonly string[] {
  if (!Array.isArray(names) || !names.every((name) => typeof name === "string")) {
    throw new TypeError(
      `permissions.${kind} must be a boolean or an array of strings: ${show(names)}`,
    );
  }
  for (const name of names) {
    if (name !== "" && !name.includes(",")) continue;
    const detail = `permissions.${kind} has a name that is empty or has a comma`;
    throw new RangeError(`Cannot write permissions as flags of Deno: ${detail}: ${show(name)}`);
  }
}
