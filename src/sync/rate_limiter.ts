/**
 * So many in so much time.
 *
 * @module
 */

import {
  type Awaitable,
  checkOptions,
  checkSpan,
  checkWhole,
  type EventLoop,
  runningLoop,
  type TimerHandle,
  Wait,
  WaitQueue,
} from "../lowlevel.ts";
import { Ring } from "./ring.ts";
import { SteadyRules } from "./steady_rules.ts";

/** Options of a rate. */
export interface RateOptions {
  /** The interval, in ms, that the limit holds for. */
  per: number;
}

/** What a rate limiter holds, at one moment. */
export interface RateStatistics {
  /** The number that may pass within an interval. */
  readonly limit: number;
  /** The interval, in ms. */
  readonly per: number;
  /** The number of those who could pass now. */
  readonly available: number;
  /** The number of those who wait. */
  readonly waiting: number;
}

/**
 * A limit on how many tasks pass within any interval, in the order in which they asked.
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
  readonly #state: RateState;

  /** Makes one that nobody has passed. */
  constructor(limit: number, options: RateOptions) {
    checkOptions("a RateLimiter", options, ["per"]);
    const { per } = options;
    checkWhole("limit", limit, 1);
    checkSpan("per", per);
    this.#state = new RateState(limit, per);
  }

  /** Waits until it may pass, and takes a place. */
  pass(): Awaitable<void> {
    return new Wait(this.#state.line, this.#state);
  }

  /** Returns what it holds, at this moment. */
  statistics(): RateStatistics {
    const { limit, per, available, line } = this.#state;
    return Object.freeze({ limit, per, available, waiting: line.live });
  }
}

/** The places that were taken, and who waits for one. */
class RateState extends SteadyRules<void> {
  readonly limit: number;
  readonly per: number;
  readonly line = new WaitQueue("a RateLimiter");
  /** When the places that are not free yet were taken. */
  readonly #taken = new Ring<number>();
  #loop: EventLoop | undefined = undefined;
  #timer: TimerHandle | undefined = undefined;

  constructor(limit: number, per: number) {
    super();
    this.limit = limit;
    this.per = per;
  }

  /** Counts the places that are free in the running loop. */
  countFree(): number {
    const loop = runningLoop();
    if (this.#loop !== loop) {
      const isOtherClock = this.#loop !== undefined && this.#loop.clock !== loop.clock;
      // It begins anew: times of two clocks cannot be compared.
      if (isOtherClock) { while (this.#taken.size > 0) this.#taken.shift(); }
      this.#loop = loop;
      this.#timer = undefined;
    }
    return this.available;
  }

  /** The number of places that are free, in the loop that last waited for one. */
  get available(): number {
    if (this.#taken.size === 0) return this.limit;
    const now = this.#loop!.time();
    while (this.#taken.size > 0 && this.#freeAt() <= now) this.#taken.shift();
    return this.limit - this.#taken.size;
  }

  /** Computes when the place that was taken first is free again. */
  #freeAt(): number {
    return this.#taken.at(0) + this.per;
  }

  /** Takes a place, which stays taken: it was counted. */
  override result(): void {
    this.#taken.push(this.#loop!.time());
    this.settle();
  }

  /** Wakes who may pass; as long as others wait, a timer is armed that wakes them. */
  override settle(): void {
    this.line.wakeUpTo(this.countFree());
    if (this.line.live === this.line.woken) {
      this.#timer?.cancel();
      this.#timer = undefined;
    } else if (this.#timer === undefined && this.#taken.size > 0) {
      this.#timer = this.#loop!.callAt(this.#freeAt(), () => {
        this.#timer = undefined;
        this.settle();
      });
    }
  }

  protected override isReady(): boolean {
    return this.countFree() > 0;
  }

  override label(): string {
    return "RateLimiter.pass()";
  }
}
