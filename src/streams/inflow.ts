/**
 * What a reader shares with those who wait at it: the bytes that have come, and the asking for more.
 *
 * @module
 */

import { type Wait, WaitQueue } from "../lowlevel.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import type { Pump } from "./byte_source.ts";

/** A read, as far as it matters to where the bytes come from. */
export interface Demand {
  /** Checks whether it can go on. */
  isSatisfied(): boolean;
}

/** Bytes on their way from a source to the one read that waits for them. */
export class Inflow {
  /** What has come and was not taken. */
  readonly buffer: ByteBuffer = new ByteBuffer();
  /** How far, in bytes, a separator is looked for. */
  readonly limit: number;
  /** Where a read waits. */
  readonly line: WaitQueue = new WaitQueue("a StreamReader", { isForHost: true });
  /** What a read was last thrown because the stream had ended too early. */
  cutOff: Error | undefined;
  /** A function to call once no more will come. */
  onEnd: (() => void) | undefined;
  /** A function to call when a read begins to wait for the source, and when it does no longer. */
  onDemand: ((isWaiting: boolean) => void) | undefined;
  readonly #pump: Pump;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  /** The read that waits, or was woken last. */
  #demand: Demand | undefined;
  /** Its wait. */
  #wait: Wait<unknown> | undefined;
  #isPulling = false;
  #isGreedy = false;
  readonly #onGiven = (given: unknown) => this.#accept(given);
  readonly #onFailure = (error: unknown) => this.#fail(error);

  /** Makes one that asks for nothing yet. */
  constructor(pump: Pump, limit: number) {
    this.#pump = pump;
    this.limit = limit;
  }

  /** Whether no more will come. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** What the source failed with. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Whether the host was asked for more, and has not answered. */
  get isPulling(): boolean {
    return this.#isPulling;
  }

  /** Whether a read waits, or was woken and has not gone on. */
  get isBusy(): boolean {
    return this.line.live > 0;
  }

  /** Asks for what a read needs, until it is satisfied or forgotten. */
  serve(demand: Demand, wait: Wait<unknown>): void {
    this.#demand = demand;
    this.#wait = wait;
    this.#pull();
    this.onDemand?.(true);
  }

  /** Forgets a read that is over. */
  forget(demand: Demand): void {
    if (this.#demand !== demand) return;
    this.#demand = this.#wait = undefined;
    this.onDemand?.(false);
  }

  /** Reads ahead to the end, whether anybody waits or not, until that is called off. */
  readAhead(isWanted: boolean): void {
    this.#isGreedy = isWanted;
    if (isWanted && !this.#isEnded) this.#pull();
  }

  /** Ends it here: nothing more will be asked for. */
  end(): void {
    this.#isEnded = true;
    this.#notify();
  }

  /** Forgets what has come and that it ended: the source has moved. Nobody waits or reads. */
  restart(): void {
    this.buffer.drop(this.buffer.length);
    this.#isEnded = false;
    this.#failure = undefined;
  }

  /** Ends it here, and lets go of its source. */
  async release(): Promise<void> {
    this.end();
    await this.#pump.release();
  }

  /** Asks the host for more, unless it is being asked. */
  #pull(): void {
    if (this.#isPulling) return;
    this.#isPulling = true;
    let given: Promise<unknown>;
    try {
      given = this.#pump.pull(this.buffer);
    } catch (error) {
      given = Promise.reject(error); // As late as any other failure: the read has not begun to wait.
    }
    given.then(this.#onGiven, this.#onFailure);
  }

  /** Takes over what the host has given. */
  #accept(given: unknown): void {
    this.#isPulling = false;
    try {
      if (!this.#pump.accept(this.buffer, given)) this.#isEnded = true;
    } catch (error) {
      return this.#fail(error);
    }
    this.#notify();
  }

  /** Notes that the source has failed: nobody cares once it was closed here. */
  #fail(error: unknown): void {
    this.#isPulling = false;
    if (!this.#isEnded) this.#failure = { error };
    this.#isEnded = true;
    this.#notify();
  }

  /** Lets the read that waits go on, if it can; or else asks for more. */
  #notify(): void {
    if (this.#isEnded) this.onEnd?.();
    const demand = this.#demand;
    const isWaiting = this.#wait?.progress === "waiting";
    if (isWaiting && demand!.isSatisfied()) this.line.wakeNext();
    else if ((isWaiting || this.#isGreedy) && !this.#isEnded) this.#pull();
  }
}
