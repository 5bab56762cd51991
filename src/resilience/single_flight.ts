/**
 * Doing once what several ask for at the same time.
 *
 * @module
 */

import {
  type Awaitable,
  checkFunction,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  Operation,
  outcomeOf,
  runningLoop,
  type Task,
  WaitQueue,
} from "../lowlevel.ts";
import { ended } from "../sync/ended.ts";

/** Configures `singleFlight()`. */
export interface SingleFlightOptions<A extends readonly unknown[]> {
  /** A function that says what is asked for: calls with the same key share a run. The only argument unless given. */
  key?: ((...args: A) => unknown) | undefined;
}

/** A run that several wait for. */
interface Flight<T> {
  readonly task: Task<T>;
  readonly line: WaitQueue;
  /** The number of those who wait for it. */
  waiting: number;
}

/**
 * Makes a function whose callers share a run: who asks for what is on its way already waits for that.
 *
 * Nothing is kept: when a run has ended, well or not, the next caller begins another. The function
 * may be plain, or a coroutine function; it runs in a task of its own. Keys are compared as those of
 * a `Map`.
 *
 * **Cancel safety.** Who is cancelled leaves the others alone. When the last one leaves, the run is
 * cancelled, and that one waits for its end.
 *
 * **Gotchas.** All callers of a run get the same result, and the same error: leave it as it is. A run
 * that asks for its own key waits for ever.
 *
 * ```ts
 * import { gather, run, sleep, VirtualClock } from "@weft/weft";
 * import { singleFlight } from "@weft/weft/resilience.ts";
 *
 * let runs = 0;
 * const load = singleFlight((id: number) => sleep(10, `user ${id}, run ${++runs}`));
 * await run(async () => {
 *   const users = await gather([load(1), load(1), load(2)]);
 *   console.assert(users.join("; ") === "user 1, run 1; user 1, run 1; user 2, run 2");
 *   console.assert(await load(1) === "user 1, run 3");
 * }, { clock: new VirtualClock() });
 * ```
 */
export function singleFlight<A extends readonly unknown[], T>(
  fn: (...args: A) => CoroutineResult<T> | T,
  options: SingleFlightOptions<A> = {},
): (...args: A) => Awaitable<T> {
  checkFunction("fn", fn);
  checkOptions("singleFlight()", options, ["key"]);
  const { key = onlyArgument } = options;
  checkFunction("key", key);
  const flights = new Flights(fn);
  return (...args) => {
    const found = key(...args);
    return new Operation(`singleFlight() of ${fn.name || "a function"}`, () => {
      return flights.join(found, args);
    });
  };
}

/** Gives the argument of a call that has one, or none. */
function onlyArgument(...args: readonly unknown[]): unknown {
  if (args.length < 2) return args[0];
  throw new TypeError(
    "A function of singleFlight() that takes several arguments needs the option key, which tells " +
      "the calls apart",
  );
}

/** The runs of a function that are on their way. */
class Flights<A extends readonly unknown[], T> {
  readonly #fn: (...args: A) => CoroutineResult<T> | T;
  /** By loop: a run of one cannot be waited for in another. */
  readonly #all = new WeakMap<EventLoop, Map<unknown, Flight<T>>>();

  constructor(fn: (...args: A) => CoroutineResult<T> | T) {
    this.#fn = fn;
  }

  /** Waits for the run of a key, which is begun if there is none. */
  *join(key: unknown, args: A): Coroutine<T> {
    const loop = runningLoop();
    let flights = this.#all.get(loop);
    if (flights === undefined) this.#all.set(loop, flights = new Map());
    const flight = flights.get(key) ?? this.#begin(loop, flights, key, args);
    const { task, line } = flight;
    flight.waiting++;
    try {
      yield* line.wait("a run of singleFlight()");
      return task.result();
    } finally {
      if (--flight.waiting === 0 && !task.done) {
        this.#drop(flights, key, flight);
        task.cancel();
        yield* ended([task], "singleFlight()");
      }
    }
  }

  #begin(loop: EventLoop, flights: Map<unknown, Flight<T>>, key: unknown, args: A): Flight<T> {
    const task = loop.createTask(() => this.#run(args), { name: "singleFlight()" });
    const line = new WaitQueue("a run of singleFlight()");
    const flight: Flight<T> = { task, line, waiting: 0 };
    flights.set(key, flight);
    task.addDoneCallback(() => {
      this.#drop(flights, key, flight);
      line.wakeAll();
    });
    return flight;
  }

  *#run(args: A): Coroutine<T> {
    return yield* outcomeOf<T>(this.#fn(...args));
  }

  /** Forgets a run: who asks from now on begins another. */
  #drop(flights: Map<unknown, Flight<T>>, key: unknown, flight: Flight<T>): void {
    if (flights.get(key) === flight) flights.delete(key);
  }
}
