/**
 * A pool of processes.
 *
 * @module
 */

import { checkOptions, show } from "../lowlevel.ts";
import { Pool, type PoolOptions } from "./pool.ts";
import { ProcessSeat } from "./process_seat.ts";
import type { Seat, SeatEvents } from "./seat.ts";

/** Says what a process may do, by the names of Deno's flags: all of a kind, or what is listed. */
export type ProcessPermissions = Readonly<
  Partial<
    Record<
      "read" | "write" | "net" | "env" | "run" | "sys" | "ffi" | "import",
      boolean | readonly string[]
    >
  >
>;

/** Lists the kinds of permissions. */
const KINDS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"];

/** Configures a pool of processes. */
export interface ProcessPoolOptions extends PoolOptions {
  /**
   * Says what jobs may do; `"all"`, or by kind. `{ read: true }` unless given: they may read files,
   * which importing one takes, and import from the addresses that Deno trusts; nothing else.
   */
  permissions?: "all" | ProcessPermissions | undefined;
  /** Are further flags of `deno run`, such as `--config=FILE` or `--v8-flags=FLAGS`. */
  args?: readonly string[] | undefined;
}

/**
 * Runs functions that modules export in processes of their own, which can be ended for certain.
 *
 * It takes the same jobs as a `WorkerPool`. A process takes some 100 ms to start, and then a call
 * costs a few hundred microseconds. It may do only what `permissions` gives it, and needs
 * `--allow-run` for the path of Deno. What a job prints appears where this program prints.
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
  readonly #flags: readonly string[];
  readonly #grace: number;

  /** Makes a pool; its processes start when they are needed. */
  constructor(options: ProcessPoolOptions = {}) {
    super(options, ["permissions", "args"]);
    const { permissions = { read: true }, args = [], grace = 1000 } = options;
    if (!Array.isArray(args)) throw new TypeError(`args MUST BE AN ARRAY: ${show(args)}`);
    this.#flags = [...toFlags(permissions), ...args];
    this.#grace = grace;
  }

  /** Starts a process. */
  protected override start(events: SeatEvents): Seat {
    return new ProcessSeat(events, { flags: this.#flags, grace: this.#grace });
  }
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
      `permissions.${kind} MUST BE A BOOLEAN OR AN ARRAY OF STRINGS: ${show(names)}`,
    );
  }
  for (const name of names) {
    if (name !== "" && !name.includes(",")) continue;
    throw new RangeError(`permissions.${kind} MUST NOT BE EMPTY OR HAVE A COMMA: ${show(name)}`);
  }
}
