/**
 * What a log tells of a request.
 *
 * @module
 */

import type { EventLoop } from "../../lowlevel.ts";

/** A request that is over, as a log tells of it. All times are in ms. */
export interface AccessEntry {
  /** The name of its task: method, path and number. */
  readonly task: string;
  /** Its method; `undefined` if the client has gone before anybody knew. */
  readonly method: string | undefined;
  /** Its address, with a query that may hold secrets. */
  readonly url: string | undefined;
  /** The status of its response; `undefined` if there was none. */
  readonly status: number | undefined;
  /** What its task failed with or was cancelled by; `undefined` if all went well. */
  readonly error: unknown;
  /** When it came, since 1970. */
  readonly time: number;
  /** How long it waited for its turn. */
  readonly waited: number;
  /** How long it took until its response was there; `undefined` if there was none. */
  readonly responded: number | undefined;
  /** How long it took in all: until the last of the body was handed over. */
  readonly total: number;
}

/** The times of one request, by the clock of its loop. */
export class AccessTimes {
  readonly #loop: EventLoop;
  readonly #time = Date.now();
  readonly #begun: number;
  #called: number | undefined;
  #responded: number | undefined;

  /** Begins to measure. */
  constructor(loop: EventLoop) {
    this.#loop = loop;
    this.#begun = loop.time();
  }

  /** Notes that it was its turn. */
  noteTurn(): void {
    this.#called = this.#loop.time();
  }

  /** Notes that there is a response. */
  noteResponse(): void {
    this.#responded ??= this.#loop.time() - this.#begun;
  }

  /** Sums up. */
  end(): Pick<AccessEntry, "time" | "waited" | "responded" | "total"> {
    const total = this.#loop.time() - this.#begun;
    const waited = this.#called === undefined ? total : this.#called - this.#begun;
    return { time: this.#time, waited, responded: this.#responded, total };
  }
}
