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

/** What a flow waits for the host with. */
export class HostWait<T> implements HostBound {
  /** The future of what the host gives. */
  readonly future: LabeledFuture<T>;
  readonly #flow: Flow;
  #isInFlight = false;
  /** The number of the strands of its flow that wait for the library. */
  #strands: number;

  /** Makes a wait of a flow; virtual time does not pass from now on. */
  constructor(loop: InnerLoop, label: string, flow: Flow) {
    this.future = new LabeledFuture(loop, label);
    this.#flow = flow;
    flow.needRare().hostWait = this;
    this.#strands = [...sleepersOf(flow)].length;
    this.#note();
  }

  /** Takes what the host gives, unless nobody waits any more. */
  settle(failed: boolean, outcome: unknown): void {
    if (failed) this.future.break(outcome);
    else this.future.succeed(outcome as T);
    this.release();
  }

  /** Lets virtual time pass again, for good. Harmless when done before. */
  release(): void {
    const rare = this.#flow.rare!;
    if (rare.hostWait === this) rare.hostWait = undefined;
    this.#note();
  }

  noteStrands(change: 1 | -1): void {
    this.#strands += change;
    this.#note();
  }

  /** Notes with the loop whether it is the host that is waited for. */
  #note(): void {
    const isInFlight = this.#flow.rare!.hostWait === this && this.#strands === 0;
    if (this.#isInFlight === isInFlight) return;
    this.#isInFlight = isInFlight;
    const { loop } = this.future;
    if (isInFlight) loop.beginHostOperation();
    else loop.endHostOperation();
  }
}
