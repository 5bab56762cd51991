/**
 * A prototype: generators on an explicit stack, so that a resume does not pass through all of them.
 *
 * A coroutine yields the generator it calls instead of delegating to it with `yield*`.
 *
 * @module
 */

import type { Coroutine, CoroutineLike } from "../mod.ts";
import type { Waiter } from "../src/futures/awaitable.ts";

/** A generator of waits, and of calls. */
export type Calling = Generator<unknown, void, unknown>;

type Waiting = IteratorResult<unknown, unknown>;

/** What looks like a generator to a task, which steps it. */
class Trampoline {
  #top: Calling;
  /** The callers of `top`, innermost last. */
  readonly #callers: Calling[] = [];

  constructor(outermost: Calling) {
    this.#top = outermost;
  }

  next(token: unknown): Waiting {
    return this.#follow(this.#top.next(token));
  }

  throw(error: unknown): Waiting {
    for (;;) {
      try {
        return this.#follow(this.#top.throw(error));
      } catch (thrown) {
        const caller = this.#callers.pop();
        if (caller === undefined) throw thrown;
        this.#top = caller;
        error = thrown;
      }
    }
  }

  /** Calls and returns until there is something to wait for. */
  #follow(result: Waiting): Waiting {
    for (;;) {
      if (result.done) {
        const caller = this.#callers.pop();
        if (caller === undefined) return result;
        this.#top = caller;
        result = caller.next(result.value);
      } else if (typeof (result.value as Partial<Waiter>).suspend === "function") {
        return result;
      } else {
        this.#callers.push(this.#top);
        this.#top = result.value as Calling;
        result = this.#top.next();
      }
    }
  }
}

Object.setPrototypeOf(Trampoline.prototype, Object.getPrototypeOf(function* () {}).prototype);

/** Makes a coroutine of generators that call each other by yielding. */
export function trampoline(outermost: Calling): CoroutineLike<unknown> {
  return new Trampoline(outermost) as unknown as Coroutine<unknown>;
}
