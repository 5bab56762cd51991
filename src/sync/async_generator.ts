/**
 * Async generators for the generator front end.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  asStep,
  callSpanning,
  type Closable,
  closeAtEnd,
  type Coroutine,
  isAsyncFunction,
  isGenerator,
  isThenable,
  type IterationStep,
  type LibraryIterator,
  Operation,
  Relay,
  RESUMED,
  show,
  type Suspension,
  takeSuspension,
  type Waiter,
} from "../lowlevel.ts";

/** A function that hands a value to whoever iterates: `yield* emit(value)`. */
export type Emit<T> = (value: T) => Iterable<Suspension, void, unknown>;

export type { IterationStep };

/** An async iterator that is closed when the loop over it ends. */
export type ClosingIterator<T> = LibraryIterator<T>;

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
    throw new TypeError(`asyncGenerator() takes a generator function: ${show(body)}`);
  }
  return new Emitter(body);
}

/** A value on its way to whoever iterates; no task ever sees it. */
class Emission<T> implements Waiter, Iterable<Suspension, void, unknown> {
  constructor(readonly value: T) {}

  [Symbol.iterator](): Iterator<Suspension, void, unknown> {
    return new Relay(this);
  }

  suspend(): void {
    throw new RuntimeError(
      "Cannot await emit() here: it belongs to an asyncGenerator(), iterate over that",
    );
  }

  cancel(): boolean {
    return false;
  }

  take(): void {}
}

/** A step of a body: its scopes may last until a later one, so it is a part of whatever iterates. */
class Step<T> extends Operation<T> {
  protected override readonly isFlow = false;
}

/** A function that runs the body from emission to emission. */
class Emitter<T> implements LibraryIterator<T>, Closable {
  #body: ((emit: Emit<T>) => Coroutine<unknown>) | undefined;
  #generator: Coroutine<unknown> | undefined;
  /** A function that calls off that it is closed at the end of the run. */
  #forget: (() => void) | undefined;
  #isRunning = false;
  #isOver = false;

  constructor(body: (emit: Emit<T>) => Coroutine<unknown>) {
    this.#body = body;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<T> {
    return asStep(new Step("asyncGenerator.next()", () => this.#advance((it) => it.next(RESUMED))));
  }

  return(): IterationStep<T> {
    return asStep(new Step("asyncGenerator.return()", () => this.close()));
  }

  /** Ends it where it stands. */
  *close(): Coroutine<IteratorResult<T, undefined>> {
    if (this.#generator === undefined) this.#isOver = true;
    const step = yield* this.#advance((generator) => generator.return(undefined));
    if (!step.done) {
      throw new RuntimeError(
        "Cannot go on after an asyncGenerator() was closed: let its cleanup emit nothing",
      );
    }
    return step;
  }

  *#advance(
    resume: (generator: Coroutine<unknown>) => IteratorResult<Suspension, unknown>,
  ): Coroutine<IteratorResult<T, undefined>> {
    if (this.#isOver) return { done: true, value: undefined };
    if (this.#isRunning) {
      throw new RuntimeError("Cannot step an asyncGenerator() that runs already: await each step");
    }
    const generator = this.#generator ??= this.#begin();
    this.#isRunning = true;
    try {
      let step = callSpanning(() => resume(generator));
      while (!step.done) {
        const { value } = step;
        if (value instanceof Emission) return { done: false, value: value.value as T };
        // Any other suspension is the task's that iterates; so is the error of one that is none.
        try {
          const waiter = takeSuspension(step);
          if (waiter !== undefined) yield* new Relay(waiter);
          else yield value;
        } catch (error) {
          step = callSpanning(() => generator.throw(error));
          continue;
        }
        step = callSpanning(() => generator.next(RESUMED));
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
    this.#forget = closeAtEnd(this, "the asynchronous generator");
    const body = this.#body!;
    const generator: unknown = body((value) => new Emission(value));
    if (isGenerator(generator)) return generator;
    this.#end();
    if (isThenable(generator)) generator.then(undefined, () => {}); // Nobody will see its error.
    throw new TypeError(
      `asyncGenerator() takes a generator function: ${show(body)} returned ${show(generator)}`,
    );
  }

  #end(): void {
    this.#isOver = true;
    this.#body = undefined;
    this.#forget?.();
  }
}
