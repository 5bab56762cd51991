/**
 * Connecting to the first of several addresses that answers: happy eyeballs, by RFC 8305.
 *
 * The addresses of both families take turns. Each has 250 ms until the next one is tried beside it;
 * one that fails makes the next one begin at once. The first to be connected wins: the others are
 * called off, and one that is connected too late is closed.
 *
 * @module
 */

import {
  type Awaitable,
  type InnerLoop,
  park,
  runningLoop,
  type TimerHandle,
  type Waker,
} from "../lowlevel.ts";

/** How long, in ms, an address has until the next one is tried, too. */
const STAGGER = 250;

/** A function that connects to an address, unless its signal is aborted. */
type Dial<C> = (address: string, signal: AbortSignal) => Promise<C>;

/** Something that is connected, and can be closed. */
interface Closable {
  close(): void;
}

/** Connects to the first of several addresses that answers; throws what the first failed with. */
export function raceAddresses<C extends Closable>(
  addresses: readonly string[],
  dial: Dial<C>,
  label: string,
): Awaitable<C> {
  return park<C>(label, (waker) => {
    const race = new Race(runningLoop(), alternate(addresses), dial, waker);
    race.next();
    return () => race.end();
  }, { isForHost: true, giveBack: (conn) => conn.close() });
}

/** Lets the two families of addresses take turns, beginning with that of the first. */
export function alternate(addresses: readonly string[]): string[] {
  const isFirst = (address: string) => address.includes(":") === addresses[0].includes(":");
  const first = addresses.filter(isFirst);
  const second = addresses.filter((address) => !isFirst(address));
  const turns = first.flatMap((address, at) => [address, ...second.slice(at, at + 1)]);
  return [...turns, ...second.slice(first.length)];
}

/** What is being tried. */
class Race<C extends Closable> {
  readonly #loop: InnerLoop;
  readonly #left: string[];
  readonly #dial: Dial<C>;
  readonly #waker: Waker<C>;
  /** What calls off each attempt that is in flight. */
  readonly #inFlight = new Set<AbortController>();
  #timer: TimerHandle | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(loop: InnerLoop, addresses: string[], dial: Dial<C>, waker: Waker<C>) {
    this.#loop = loop;
    this.#left = addresses;
    this.#dial = dial;
    this.#waker = waker;
  }

  /** Tries the next address, if one is left. */
  next(): void {
    this.#timer?.cancel();
    const address = this.#left.shift();
    if (address === undefined) return;
    if (this.#left.length > 0) this.#timer = this.#loop.callLater(STAGGER, () => this.next());
    this.#try(address);
  }

  async #try(address: string): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#inFlight.add(controller);
    let conn: C;
    try {
      conn = await this.#dial(address, signal);
    } catch (error) {
      this.#inFlight.delete(controller);
      if (!signal.aborted) this.#noteFailure(error);
      return;
    }
    this.#inFlight.delete(controller); // What is connected is not to be called off.
    if (signal.aborted || !this.#waker.resolve(conn)) conn.close();
    else this.end();
  }

  /** Goes on with the next address; without one, ends as the first has. */
  #noteFailure(error: unknown): void {
    this.#failure ??= { error };
    if (this.#left.length > 0) this.next();
    else if (this.#inFlight.size === 0) this.#waker.reject(this.#failure.error);
  }

  /** Calls off all that is being tried. */
  end(): void {
    this.#timer?.cancel();
    this.#left.length = 0;
    for (const controller of this.#inFlight) controller.abort();
  }
}
