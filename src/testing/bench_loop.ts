/**
 * The loop of a benchmark, which goes on over all of its iterations.
 *
 * @module
 */

import type { Clock } from "../engine/clock.ts";
import { RuntimeError } from "../errors.ts";
import { Runner } from "../futures/runner.ts";
import { allTasks } from "../futures/running.ts";
import { type Body, callBody, type Coroutine, park, show, type Waker } from "../lowlevel.ts";

/** One iteration, and whom to tell of its end. */
interface Iteration<S> {
  readonly scope: S;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A loop whose one task runs a body whenever it is asked to. */
export class BenchLoop<S> {
  readonly #name: string;
  readonly #body: Body<S, unknown>;
  readonly #clock: Clock;
  #hasBegun = false;
  /** What wakes the task, while it waits for the next iteration. */
  #waker: Waker<Iteration<S>> | undefined;
  readonly #next = park<Iteration<S>>(
    "the next iteration",
    (waker) => void (this.#waker = waker),
    { isForHost: true },
  );

  /** Takes the body; the loop begins with the first iteration. */
  constructor(name: string, body: Body<S, unknown>, clock: Clock) {
    this.#name = name;
    this.#body = body;
    this.#clock = clock;
  }

  /** Runs the body once, after the last time has ended; rejects with what it throws. */
  iterate(scope: S): Promise<void> {
    return new Promise((resolve, reject) => {
      const iteration: Iteration<S> = { scope, resolve, reject };
      if (this.#hasBegun) return void this.#waker!.resolve(iteration);
      this.#hasBegun = true;
      new Runner({ clock: this.#clock, signals: [] }).run(this.#run(iteration)).catch(reject);
    });
  }

  /** Runs iterations, one after the other, for as long as the program lasts. */
  *#run(first: Iteration<S>): Coroutine<never> {
    for (let iteration = first;; iteration = yield* this.#next) {
      try {
        yield* callBody(this.#body, iteration.scope);
        if (iteration === first) this.#checkLeft();
        iteration.resolve();
      } catch (error) {
        iteration.reject(error);
      }
    }
  }

  /** Refuses a body that leaves tasks behind: the next iterations would pay for them. */
  #checkLeft(): void {
    const left = [...allTasks()].slice(1).map(({ name }) => name);
    if (left.length === 0) return;
    throw new RuntimeError(
      `Cannot measure ${show(this.#name)}: it leaves tasks behind (${left.join(", ")}), await them`,
    );
  }
}
