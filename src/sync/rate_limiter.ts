/**
 * So many in so much time.
 *
 * @module
 */

import { type Awaitable, checkOptions, type EventLoop, runningLoop, show } from "../lowlevel.ts";
import { Ring } from "./ring.ts";
import { SteadyQueue, SteadyWait } from "./steady_wait.ts";

/** Configures a rate. */
export interface RateOptions {
  /** Is the interval, in ms, that the limit holds for. */
  per: number;
}

/** Is what a rate limiter holds, at one moment. */
export interface RateStatistics {
  /** Is the number that may pass within an interval. */
  readonly limit: number;
  /** Is the interval, in ms. */
  readonly per: number;
  /** Counts those who could pass now. */
  readonly available: number;
  /** Counts those who wait. */
  readonly waiting: number;
}

/**
 * Lets tasks pass, no more than so many within any interval, in the order in which they asked.
 *
 * It says when to begin, not how many go on at once: for that, use a `Limiter` or a `Semaphore`.
 * The limit holds wherever the interval is laid: as many as are left may pass at once, and each
 * place is free again one interval after it was taken.
 *
 * **Cancel safety.** A task cancelled while it waits leaves the line and takes no place.
 *
 * ```ts
 * import { RateLimiter, run, VirtualClock } from "@weft/weft";
 *
 * const clock = new VirtualClock();
 * await run(async () => {
 *   const rate = new RateLimiter(2, { per: 1000 });
 *   for (let call = 0; call < 5; call++) await rate.pass();
 *   console.assert(clock.now() === 2000);
 * }, { clock });
 * ```
 */
export class RateLimiter {
  readonly #limit: number;
  readonly #per: number;
  readonly #line = new SteadyQueue("a RateLimiter");
  /** Holds when the places that are not free yet were taken. */
  readonly #taken = new Ring<number>();
  #loop: EventLoop | undefined;
  #timer: ReturnType<EventLoop["callAt"]> | undefined;

  /** Makes one that nobody has passed. */
  constructor(limit: number, options: RateOptions) {
    checkOptions("A RATE LIMITER", options, ["per"]);
    const per: unknown = options.per;
    if (typeof limit !== "number") throw new TypeError(`limit MUST BE A NUMBER: ${show(limit)}`);
    if (typeof per !== "number") throw new TypeError(`per MUST BE A NUMBER: ${show(per)}`);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`limit MUST BE A WHOLE NUMBER OF 1 OR MORE: ${limit}`);
    }
    if (!(per > 0 && per < Infinity)) throw new RangeError(`per MUST BE ABOVE 0: ${per}`);
    this.#limit = limit;
    this.#per = per;
  }

  /** Waits until it may pass, and takes a place. */
  pass(): Awaitable<void> {
    return new Pass(this, this.#line);
  }

  /** @internal Counts the places that are free in the running loop. */
  countFree(): number {
    const loop = runningLoop();
    if (this.#loop !== loop) {
      const isOtherClock = this.#loop !== undefined && this.#loop.clock !== loop.clock;
      // It begins anew: times of two clocks cannot be compared.
      if (isOtherClock) { while (this.#taken.size > 0) this.#taken.shift(); }
      this.#loop = loop;
      this.#timer = undefined;
    }
    return this.#free();
  }

  #free(): number {
    if (this.#taken.size === 0) return this.#limit;
    const now = this.#loop!.time();
    while (this.#taken.size > 0 && this.#freeAt() <= now) this.#taken.shift();
    return this.#limit - this.#taken.size;
  }

  /** Tells when the place that was taken first is free again. */
  #freeAt(): number {
    return this.#taken.at(0) + this.#per;
  }

  /** @internal Takes a place. */
  take(): void {
    this.#taken.push(this.#loop!.time());
    this.settle();
  }

  /** @internal Wakes who may pass; as long as others wait, a timer is armed that wakes them. */
  settle(): void {
    this.#line.wakeUpTo(this.countFree());
    if (this.#line.live === this.#line.woken) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else if (this.#timer === undefined && this.#taken.size > 0) {
      this.#timer = this.#loop!.callAt(this.#freeAt(), () => {
        this.#timer = undefined;
        this.settle();
      });
    }
  }

  /** Tells what it holds, at this moment. */
  statistics(): RateStatistics {
    return Object.freeze({
      limit: this.#limit,
      per: this.#per,
      available: this.#free(),
      waiting: this.#line.live,
    });
  }
}

/** Is a wait for a place. */
class Pass extends SteadyWait<void> {
  readonly #rate: RateLimiter;

  constructor(rate: RateLimiter, line: SteadyQueue) {
    super(line);
    this.#rate = rate;
  }

  protected isReady(): boolean {
    return this.#rate.countFree() > 0;
  }

  protected result(): void {
    this.#rate.take();
  }

  protected settle(): void {
    this.#rate.settle();
  }

  /** A place that was taken stays taken: it was counted. */
  undo(): void {}

  toString(): string {
    return "RateLimiter.pass()";
  }
}
