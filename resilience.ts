/**
 * What keeps a service up when others fail, are slow, or ask too often. Portable.
 *
 * ```ts
 * import { retry, run, sleep, timeout, VirtualClock } from "@weft/weft";
 * import { CircuitBreaker, hedge, singleFlight } from "@weft/weft/resilience.ts";
 *
 * const breaker = new CircuitBreaker({ failures: 3, cooldown: 10_000 });
 * const ask = (id: number) => () => hedge(() => sleep(20, `price ${id}`), { after: 50 });
 * const priceOf = singleFlight((id: number) =>
 *   retry(() => breaker.run(() => timeout(1000, ask(id))), { attempts: 3 })
 * );
 * await run(async () => {
 *   console.assert(await priceOf(7) === "price 7");
 * }, { clock: new VirtualClock() });
 * ```
 *
 * @module
 */

export {
  CircuitBreaker,
  type CircuitBreakerOptions,
  CircuitOpenError,
  type CircuitState,
  type CircuitStatistics,
} from "./src/resilience/circuit_breaker.ts";
export { type Cron, cron, type CronOptions, type CronStatistics } from "./src/resilience/cron.ts";
export { debounce, type DebounceOptions } from "./src/resilience/debounce.ts";
export { hedge, type HedgeOptions } from "./src/resilience/hedge.ts";
export type { PacedFunction } from "./src/resilience/paced_call.ts";
export { RetryBudget, type RetryBudgetOptions } from "./src/resilience/retry_budget.ts";
export { singleFlight, type SingleFlightOptions } from "./src/resilience/single_flight.ts";
export { throttle, type ThrottleOptions } from "./src/resilience/throttle.ts";
export type { Allowance } from "./src/sync/retry.ts";
