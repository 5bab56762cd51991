/**
 * The waits of a writer: for room, and for the end.
 *
 * @module
 */

import {
  type Coroutine,
  finishWith,
  LazyAwaitable,
  type Settle,
  type Suspension,
  type Task,
} from "../lowlevel.ts";
import type { WaitQueue } from "../sync/wait_queue.ts";
import { HostBoundWait } from "./host_bound_wait.ts";
import type { StreamWriter } from "./stream_writer.ts";

/** Ends at once. */
const AT_ONCE: Iterator<Suspension, void, unknown> = { next: () => finishWith(undefined) };

/** Is what `drain()` gives: it waits, each time that it is awaited, if there is need. */
export class Draining extends LazyAwaitable<void> {
  readonly #writer: StreamWriter;
  readonly #line: WaitQueue;

  constructor(writer: StreamWriter, line: WaitQueue) {
    super();
    this.#writer = writer;
    this.#line = line;
  }

  override [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    const isCalm = !this.#writer.isFull && this.#writer.failure === undefined;
    return isCalm ? AT_ONCE : new Drain(this.#writer, this.#line);
  }

  protected override awaitIn(task: Task<unknown>, resolve: Settle, reject: Settle): void {
    const wait = this[Symbol.iterator]();
    if (wait === AT_ONCE) resolve(undefined);
    else task.operateNatively(wait as Coroutine<unknown>, resolve, reject);
  }

  override toString(): string {
    return "StreamWriter.drain()";
  }
}

/** Is a wait of a writer that goes on when it is ready, or was woken. */
abstract class WriterWait extends HostBoundWait<void> {
  protected readonly writer: StreamWriter;

  constructor(writer: StreamWriter, line: WaitQueue) {
    super(line);
    this.writer = writer;
  }

  /** Tells whether there is nothing to wait for. */
  protected abstract isReady(): boolean;

  protected attempt(isFirst: boolean): boolean {
    return !isFirst || this.isReady();
  }

  protected result(): void {
    this.writer.checkFailure();
  }

  protected giveUp(): void {}

  undo(): void {}
}

/** Is a wait for room. */
class Drain extends WriterWait {
  protected isReady(): boolean {
    return !this.writer.isFull;
  }

  toString(): string {
    return "StreamWriter.drain()";
  }
}

/** Is a wait for the end. */
export class Closed extends WriterWait {
  protected isReady(): boolean {
    return this.writer.isClosed;
  }

  toString(): string {
    return "StreamWriter.waitClosed()";
  }
}
