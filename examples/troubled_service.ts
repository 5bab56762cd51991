/**
 * A service that has trouble for a while: it is asked again, within a budget, and left alone when
 * that does not help.
 *
 *     deno run examples/troubled_service.ts [native]
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  getRunningLoop,
  isCancelled,
  retry,
  sleep,
} from "../mod.ts";
import { CircuitBreaker, CircuitOpenError, RetryBudget } from "../resilience.ts";
import { type Print, runExample } from "./run_example.ts";

const CALLS = 8;

/** A service that is down from the second second to the fifth. */
class Forecast {
  readonly #start = getRunningLoop().time();
  asked = 0;

  /** Answers after a while. */
  *ask(): Coroutine<string> {
    this.asked++;
    yield* sleep(100);
    const time = getRunningLoop().time() - this.#start;
    if (time > 2000 && time < 5000) throw new Error("the service is down");
    return "sunny";
  }
}

/** Makes a function that calls a service: all who call it share a budget and a circuit. */
function makeCaller(print: Print): () => Awaitable<string> {
  const service = new Forecast();
  const budget = new RetryBudget({ most: 2 });
  const breaker = new CircuitBreaker({
    failures: 4,
    cooldown: 2000,
    onChange: (state) => print(`the circuit is ${state}, after ${service.asked} attempts`),
  });
  return () =>
    retry(() => breaker.run(() => service.ask()), {
      attempts: 2,
      delay: 50,
      when: (error) => !(error instanceof CircuitOpenError),
      budget,
    });
}

/** Says why there is no forecast. */
function explain(error: unknown): string {
  if (error instanceof CircuitOpenError) return "nobody was asked";
  return (error as Error).message;
}

/** Calls once a second, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const ask = makeCaller(print);
  for (let call = 0; call < CALLS; call++) {
    try {
      print(yield* ask());
    } catch (error) {
      if (isCancelled(error)) throw error;
      print(explain(error));
    }
    yield* sleep(1000);
  }
}

/** Calls once a second, as a native async function. */
export async function native(print: Print): Promise<void> {
  const ask = makeCaller(print);
  for (let call = 0; call < CALLS; call++) {
    try {
      print(await ask());
    } catch (error) {
      if (isCancelled(error)) throw error;
      print(explain(error));
    }
    await sleep(1000);
  }
}

if (import.meta.main) await runExample({ generator, native });
