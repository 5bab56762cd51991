/**
 * What listens, as programs see it.
 *
 * @module
 */

import {
  type Awaitable,
  checkAtLeast,
  checkOptions,
  type Coroutine,
  Operation,
} from "../lowlevel.ts";
import { called } from "../sync/called.ts";
import type { Shutdown } from "./shutdown.ts";

/** How long, in ms, a client may take nothing of what it is sent, unless the user says. */
export const SEND_TIMEOUT = 30_000;
/** How long, in ms, work may go on when a server shuts down, unless the user says. */
export const GRACE = 10_000;

/** The configuration of a server's end. */
export interface ShutdownOptions {
  /** How long, in ms, work may go on; the server's own `grace` unless given. */
  grace?: number | undefined;
}

/**
 * A server that works until it is shut down.
 *
 * To shut down is to stop accepting at once, to let the work that has come go on for `grace` ms, and
 * to cancel the rest. A server is shut down when it is asked to, or disposed, or when its loop ends.
 */
export abstract class ListeningServer implements AsyncDisposable {
  readonly #shutdown: Shutdown;

  /** Takes what sees to its end. */
  protected constructor(shutdown: Shutdown) {
    this.#shutdown = shutdown;
  }

  /** The number of things that it is working on. */
  get active(): number {
    return this.#shutdown.work.active;
  }

  /**
   * What to await to wait until it has shut down.
   *
   * **Cancel safety.** A cancelled wait changes nothing.
   */
  get finished(): Awaitable<void> {
    return new Operation("Server.finished", () => this.#waitForEnd());
  }

  /**
   * Stops accepting, lets work go on for `grace` ms, cancels the rest, and waits for that.
   *
   * Called again, it can make the grace shorter, but not longer.
   *
   * **Cancel safety.** A cancelled wait does not stop the shutting down.
   */
  shutdown(options: ShutdownOptions = {}): Awaitable<void> {
    checkOptions("shutdown()", options, ["grace"]);
    const { grace = this.#shutdown.grace } = options;
    checkAtLeast("grace", grace, 0);
    return new Operation("Server.shutdown()", () => this.#shutDown(grace));
  }

  *#shutDown(grace: number): Coroutine<void> {
    this.#shutdown.begin(grace);
    yield* this.#waitForEnd();
  }

  *#waitForEnd(): Coroutine<void> {
    yield* called(this.#shutdown.finished.wait(), () => "the end of the server");
  }

  /** Shuts it down at the end of an `await using`. */
  [Symbol.asyncDispose](): Awaitable<void> {
    return this.shutdown();
  }
}
