/**
 * A pool of threads.
 *
 * @module
 */

import { checkString, provideDefaultExecutor } from "../lowlevel.ts";
import { Pool, type PoolOptions } from "./pool.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { type WorkerPermissions, WorkerSeat } from "./worker_seat.ts";

/** The options of a pool of threads. */
export interface WorkerPoolOptions extends PoolOptions {
  /** What the workers are called in the host's tools; `weft` unless given. */
  name?: string | undefined;
  /**
   * What jobs may do, in the host's words: `"none"`, or `{ read: true }`. They may do what
   * the program may unless given. Deno, today, ends a program that uses it without the flag
   * `--unstable-worker-options`.
   */
  permissions?: WorkerPermissions | undefined;
}

/**
 * A pool that runs functions of modules in threads of this process: Web Workers.
 *
 * Use it for what keeps a processor busy. A worker starts when it is first needed, in some 30 ms, and
 * then a call costs tens of microseconds. Files need the permission to read them, modules at an
 * address of the web that to import them.
 *
 * **Cancel safety.** A thread cannot be stopped from outside, so cancelling is cooperative. Whoever
 * waits goes on at once; the job is told by `currentJob()`: an `AbortSignal`, and a flag in shared
 * memory that a busy loop can check. Its worker takes the next job as soon as it ends. One that does
 * not within `grace` is replaced by another, the loop's exception handler is called, and the program
 * still ends when it is done. Until then the job goes on burning a processor.
 * What must be killable for certain belongs in a `ProcessPool`.
 *
 * **Gotchas.** The module is loaded again in each worker: it has variables of its own there, and a
 * program that gives its own `import.meta.url` must guard its main part with `import.meta.main`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { WorkerPool } from "@weft/weft/workers.ts";
 *
 * const module = "data:text/javascript,export const double = (n) => 2 * n;";
 * await run(async () => {
 *   await using pool = new WorkerPool({ size: 2 });
 *   console.assert(await pool.run(module, "double", 21) === 42);
 *   const all = await pool.map<number>(module, "double", [1, 2, 3]);
 *   console.assert(all.join() === "2,4,6");
 * });
 * ```
 */
export class WorkerPool extends Pool {
  readonly #name: string;
  readonly #permissions: WorkerPermissions | undefined;
  #started = 0;

  /** Makes a pool; its workers start when they are needed. */
  constructor(options: WorkerPoolOptions = {}) {
    super(options, ["name", "permissions"]);
    const { name = "weft", permissions } = options;
    checkString("name", name);
    this.#name = name;
    this.#permissions = permissions;
  }

  /** Starts a worker. */
  protected override start(events: SeatEvents): Seat {
    const name = `${this.#name} ${++this.#started}`;
    return new WorkerSeat(events, { name, permissions: this.#permissions });
  }

  /** Describes it for dumps. */
  override toString(): string {
    return `WorkerPool ${this.#name}`;
  }
}

provideDefaultExecutor(() => new WorkerPool());
