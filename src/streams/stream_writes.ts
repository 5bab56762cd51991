/**
 * The waits of a writer: for room, and for the end.
 *
 * @module
 */

import { finishWith, LazyAwaitable, Rules, type Suspension, Wait } from "../lowlevel.ts";
import type { Outflow } from "./outflow.ts";

/** An iterator that ends at once. */
const AT_ONCE: Iterator<Suspension, void, unknown> = { next: () => finishWith(undefined) };

/** What `drain()` returns: it waits, each time that it is awaited, if there is need. */
export class Draining extends LazyAwaitable<void> {
  readonly #outflow: Outflow;

  constructor(outflow: Outflow) {
    super();
    this.#outflow = outflow;
  }

  override [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    const isCalm = !this.#outflow.isFull && this.#outflow.failure === undefined;
    return isCalm ? AT_ONCE : new Wait(this.#outflow.drains, DRAIN, this.#outflow);
  }

  override toString(): string {
    return "StreamWriter.drain()";
  }
}

/** The rules by which one waits for a writer: until it is ready, or one was woken. */
abstract class WriterRules extends Rules<void, Outflow> {
  /** Checks whether there is nothing to wait for. */
  protected abstract isReady(outflow: Outflow): boolean;

  override attempt(isFirst: boolean, { asked }: Wait<void, Outflow>): boolean {
    return !isFirst || this.isReady(asked);
  }

  override result({ asked }: Wait<void, Outflow>): void {
    asked.checkFailure();
  }

  override get takes(): boolean {
    return false;
  }
}

/** The rules of waiting for room. */
class Drain extends WriterRules {
  protected isReady(outflow: Outflow): boolean {
    return !outflow.isFull;
  }

  override label(): string {
    return "StreamWriter.drain()";
  }
}

/** The rules of waiting for the end. */
class Closed extends WriterRules {
  protected isReady(outflow: Outflow): boolean {
    return outflow.isClosed;
  }

  override label(): string {
    return "StreamWriter.waitClosed()";
  }
}

/** The rules of waiting until all that was written is with the host. */
class Flushed extends WriterRules {
  protected isReady(outflow: Outflow): boolean {
    return outflow.buffered === 0;
  }

  override label(): string {
    return "the last bytes of a StreamWriter";
  }
}

const DRAIN = new Drain();
const CLOSED = new Closed();
const FLUSHED = new Flushed();

/** Waits for the end. */
export function waitClosed(outflow: Outflow): Wait<void, Outflow> {
  return new Wait(outflow.closes, CLOSED, outflow);
}

/** Waits until all that was written is with the host. */
export function waitFlushed(outflow: Outflow): Wait<void, Outflow> {
  return new Wait(outflow.flushes, FLUSHED, outflow);
}
