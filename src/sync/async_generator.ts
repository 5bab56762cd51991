/**
 * Async generators for the generator front end.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Coroutine,
  type EventLoop,
  isAsyncFunction,
  isGenerator,
  isThenable,
  Operation,
  Relay,
  RESUMED,
  runningLoop,
  show,
  type Suspension,
  takeSuspension,
  type Waiter,
} from "../lowlevel.ts";

/** Hands a value to whoever iterates: `yield* emit(value)`. */
export type Emit<T> = (value: T) => Iterable<Suspension, void, unknown>;

/** Is a step of an async iterator, for either front end. */
export type IterationStep<T> =
  & Awaitable<IteratorResult<T, undefined>>
  & Promise<IteratorResult<T, undefined>>;

/** Is an async iterator that is closed when the loop over it ends. */
export interface ClosingIterator<T> extends AsyncIterable<T> {
  /** Runs to the next value. */
  next(): IterationStep<T>;
  /** Ends it where it stands, and runs its cleanup. */
  return(): IterationStep<T>;
  /** Gives itself. */
  [Symbol.asyncIterator](): AsyncIterator<T, undefined>;
}

/**
 * Makes an async iterable of a coroutine that hands out values.
 *
 * It runs in the task that iterates, from value to value. When the loop over it ends early, its
 * `finally` blocks run; one that is abandoned half-way is closed when `run` ends.
 *
 * ```ts
 * import { asyncGenerator, run, sleep } from "@weft/weft";
 *
 * const countTo = (n: number) =>
 *   asyncGenerator<number>(function* (emit) {
 *     for (let i = 1; i <= n; i++) {
 *       yield* sleep(1);
 *       yield* emit(i);
 *     }
 *   });
 * await run(async () => {
 *   let sum = 0;
 *   for await (const i of countTo(3)) sum += i;
 *   console.assert(sum === 6);
 * });
 * ```
 */
export function asyncGenerator<T>(
  body: (emit: Emit<T>) => Coroutine<unknown>,
): ClosingIterator<T> {
  if (typeof body !== "function" || isAsyncFunction(body)) {
    throw new TypeError(`asyncGenerator() TAKES A GENERATOR FUNCTION: ${show(body)}`);
  }
  return new Emitter(body) as unknown as ClosingIterator<T>;
}

/** Is a value on its way to whoever iterates; no task ever sees it. */
class Emission<T> implements Waiter, Iterable<Suspension, void, unknown> {
  constructor(readonly value: T) {}

  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return new Relay(this);
  }

  suspend(): void {
    throw new RuntimeError("emit() BELONGS TO AN asyncGenerator(): ITERATE OVER THAT");
  }

  cancel(): boolean {
    return false;
  }

  take(): void {}
}

/** Runs the body from emission to emission. */
class Emitter<T> {
  #body: ((emit: Emit<T>) => Coroutine<unknown>) | undefined;
  #generator: Coroutine<unknown> | undefined;
  #loop: EventLoop | undefined;
  #isRunning = false;
  #isOver = false;

  constructor(body: (emit: Emit<T>) => Coroutine<unknown>) {
    this.#body = body;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Awaitable<IteratorResult<T, undefined>> {
    return new Operation("asyncGenerator.next()", () => this.#advance((it) => it.next(RESUMED)));
  }

  return(): Awaitable<IteratorResult<T, undefined>> {
    return new Operation("asyncGenerator.return()", () => this.close());
  }

  /** Ends it where it stands. */
  *close(): Coroutine<IteratorResult<T, undefined>> {
    if (this.#generator === undefined) this.#isOver = true;
    const step = yield* this.#advance((generator) => generator.return(undefined));
    if (!step.done) throw new RuntimeError("AN asyncGenerator() WENT ON AFTER IT WAS CLOSED");
    return step;
  }

  *#advance(
    resume: (generator: Coroutine<unknown>) => IteratorResult<Suspension, unknown>,
  ): Coroutine<IteratorResult<T, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    if (this.#isRunning) {
      throw new RuntimeError("AN asyncGenerator() RUNS ALREADY: AWAIT EACH STEP");
    }
    const generator = this.#generator ??= this.#begin();
    this.#isRunning = true;
    try {
      let step = resume(generator);
      while (!step.done) {
        const { value } = step;
        if (value instanceof Emission) return { done: false, value: value.value as T };
        // Any other suspension is the task's that iterates; so is the error of one that is none.
        try {
          const waiter = takeSuspension(step);
          if (waiter !== undefined) yield* new Relay(waiter);
          else yield value;
        } catch (error) {
          step = generator.throw(error);
          continue;
        }
        step = generator.next(RESUMED);
      }
      this.#end();
      return { done: true, value: undefined };
    } catch (error) {
      this.#end();
      throw error;
    } finally {
      this.#isRunning = false;
    }
  }

  #begin(): Coroutine<unknown> {
    this.#loop = runningLoop();
    this.#loop.generators.add(this);
    const body = this.#body!;
    const generator: unknown = body((value) => new Emission(value));
    if (isGenerator(generator)) return generator;
    this.#end();
    if (isThenable(generator)) generator.then(undefined, () => {}); // Nobody will see its error.
    throw new TypeError(
      `asyncGenerator() TAKES A GENERATOR FUNCTION: ${show(body)} RETURNED ${show(generator)}`,
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#body = undefined;
    this.#loop?.generators.delete(this);
  }
}
