/**
 * Tasks in a set order, for tests.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  type Body,
  callBody,
  checkBody,
  checkWhole,
  type Coroutine,
  LabeledFuture,
  Operation,
  runningLoop,
} from "../lowlevel.ts";

/** The error of those who wait in a sequence of which a step will never come. */
export class BrokenSequenceError extends RuntimeError {
  /** The name of the class. */
  override readonly name = "BrokenSequenceError";
}

/**
 * An order for what several tasks do: steps 0, 1, 2 and so on, each in whichever task it is.
 *
 * A step without a body lasts until its task waits for the next thing. One with a body lasts until
 * the body has ended, with or without an error.
 *
 * **Cancel safety.** A task cancelled while it waits for its step breaks the sequence: all others
 * who wait, or come later, get a {@linkcode BrokenSequenceError}.
 *
 * **Gotchas.** Step 0 comes first. A step whose turn it is does not wait. Each can be used once.
 *
 * ```ts
 * import { gather } from "@weft/weft";
 * import { runTest, Sequencer } from "@weft/weft/testing.ts";
 *
 * const order: string[] = [];
 * await runTest(async () => {
 *   const sequence = new Sequencer();
 *   await gather([
 *     async () => {
 *       await sequence.step(1);
 *       order.push("b");
 *     },
 *     async () => {
 *       await sequence.step(0);
 *       order.push("a");
 *       await sequence.step(2);
 *       order.push("c");
 *     },
 *   ]);
 * });
 * console.assert(order.join("") === "abc");
 * ```
 */
export class Sequencer {
  readonly #used = new Set<number>();
  readonly #waiting = new Map<number, LabeledFuture<void>>();
  /** The step that may begin next, or that runs its body. */
  #next = 0;
  /** The step whose task was cancelled. */
  #broken: number | undefined;

  /** Waits for the turn of a step, which lasts until the task waits again. */
  step(position: number): Awaitable<void>;
  /** Waits for the turn of a step, and runs its body. */
  step<T>(position: number, body: Body<number, T>): Awaitable<T>;
  step<T>(position: number, body?: Body<number, T>): Awaitable<T | undefined> {
    checkWhole("step", position, 0);
    if (body !== undefined) checkBody(body);
    return new Operation(`Sequencer.step(${position})`, () => this.#run(position, body));
  }

  /** Runs a step. */
  *#run<T>(position: number, body: Body<number, T> | undefined): Coroutine<T | undefined> {
    if (this.#used.has(position)) {
      throw new RuntimeError(`Cannot begin step ${position} again: each is used once`);
    }
    this.#used.add(position);
    this.#checkWhole();
    if (position !== this.#next) yield* this.#wait(position);
    if (body === undefined) {
      this.#advance();
      return undefined;
    }
    try {
      return yield* callBody(body, position);
    } finally {
      this.#advance();
    }
  }

  /** Waits for the turn; whoever does not take it breaks the sequence. */
  *#wait(position: number): Coroutine<void> {
    const turn = new LabeledFuture<void>(runningLoop(), `Sequencer.step(${position})`);
    this.#waiting.set(position, turn);
    try {
      yield* turn;
    } catch (error) {
      if (this.#broken === undefined) this.#break(position);
      throw error;
    }
    this.#checkWhole();
  }

  /** Lets the next step begin. */
  #advance(): void {
    this.#waiting.get(++this.#next)?.succeed();
  }

  /** Notes that a step will never come, and lets all who wait know. */
  #break(position: number): void {
    this.#broken = position;
    for (const turn of this.#waiting.values()) turn.succeed();
  }

  /** Refuses to go on with a broken sequence. */
  #checkWhole(): void {
    if (this.#broken === undefined) return;
    throw new BrokenSequenceError(
      `Cannot go on in the sequence: step ${this.#broken} was cancelled before its turn`,
    );
  }
}
