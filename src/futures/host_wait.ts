/**
 * Waits for the host, and what they wait for in turn.
 *
 * A promise that is waited for may be that of native code of the same flow, which itself waits for
 * the library. Then it is not the host that is waited for, and virtual time may pass.
 *
 * @module
 */

import type { InnerLoop } from "./event_loop.ts";
import { type Flow, type HostBound, sleepersOf } from "./flow.ts";
import { LabeledFuture } from "./labeled_future.ts";

/** The future of what the host does. */
export class HostWait<T> extends LabeledFuture<T> implements HostBound {
  readonly #flow: Flow;
  #isOver = false;
  #isInFlight = false;
  /** The number of the strands of its flow that wait for the library. */
  #strands = 0;

  /** Makes a wait of a flow; virtual time does not pass from now on. */
  constructor(loop: InnerLoop, label: string, flow: Flow) {
    super(loop, label);
    this.#flow = flow;
    flow.needRare().hostWait = this;
    for (const _sleeper of sleepersOf(flow)) this.#strands++;
    this.#note();
  }

  /** Takes what the host gives, unless nobody waits any more. */
  settle(failed: boolean, outcome: unknown): void {
    if (failed) this.break(outcome);
    else this.succeed(outcome as T);
    this.release();
  }

  /** Lets virtual time pass again, for good. */
  release(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flow.needRare().hostWait = undefined;
    this.#note();
  }

  noteStrands(change: 1 | -1): void {
    this.#strands += change;
    this.#note();
  }

  /** Notes with the loop whether it is the host that is waited for. */
  #note(): void {
    const isInFlight = !this.#isOver && this.#strands === 0;
    if (this.#isInFlight === isInFlight) return;
    this.#isInFlight = isInFlight;
    if (isInFlight) this.loop.beginHostOperation();
    else this.loop.endHostOperation();
  }
}
