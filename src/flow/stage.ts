/**
 * What all operators over iterables are: iterators that take from others, and close them.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  asStep,
  type Closable,
  closeAtEnd,
  type Coroutine,
  interruptNextWait,
  isCancelled,
  isList,
  type IterationStep,
  leaveScope,
  type LibraryIterator,
  Operation,
  requireFlow,
  runningLoop,
  show,
} from "../lowlevel.ts";
import { Iteration } from "../sync/each.ts";

/** What can be iterated over, of either kind. */
export type Source<T> = AsyncIterable<T> | Iterable<T>;

/** What an operator gives: an iterator that is closed when the loop over it ends. */
export type Stream<T> = LibraryIterator<T>;

/** The result of a step that gives nothing more. */
export const DONE: { readonly done: true; readonly value: undefined } = {
  done: true,
  value: undefined,
};

/** Refuses what cannot be iterated over. */
export function checkSource(what: string, items: unknown): void {
  const object = Object(items);
  if (Symbol.asyncIterator in object || Symbol.iterator in object) return;
  throw new TypeError(`${what} takes an iterable or an async iterable: ${show(items)}`);
}

/** Refuses what is no list of sources; gives the list. */
export function checkSources<S>(what: string, sources: Iterable<S>): readonly S[] {
  if (!isList(sources)) {
    throw new TypeError(`${what} takes an array of sources: ${show(sources)}`);
  }
  return [...sources];
}

/** An iterator whose steps are coroutines, one at a time. */
export abstract class Stage<R> implements LibraryIterator<R>, Closable {
  readonly #label: string;
  #state: "new" | "idle" | "running" | "over" = "new";
  /** Calls off that it is closed at the end of the run. */
  #forget: (() => void) | undefined;

  /** Makes one that has not begun. */
  constructor(label: string) {
    this.#label = label;
  }

  /** Waits for the next item; ends it when there is none. */
  protected abstract pull(): Coroutine<IteratorResult<R, undefined>>;

  /** Closes what it has begun to take from. */
  protected abstract end(): Coroutine<void>;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): IterationStep<R> {
    return asStep(new Operation(this.#label, () => this.#step()));
  }

  return(): IterationStep<R> {
    return asStep(new Operation(`the end of ${this.#label}`, () => this.close()));
  }

  *#step(): Coroutine<IteratorResult<R, undefined>> {
    if (this.#state === "over") return DONE;
    this.#checkIdle("step");
    if (this.#state === "new") this.#forget = closeAtEnd(this, this.#label);
    this.#state = "running";
    try {
      const step = yield* this.pull();
      if (step.done) yield* this.#finish();
      else this.#state = "idle";
      return step;
    } catch (error) {
      yield* this.#abandon();
      throw error;
    } finally {
      if ((this.#state as string) === "running") yield* this.#finish(); // Its generator is closed.
    }
  }

  *close(): Coroutine<IteratorResult<R, undefined>> {
    this.#checkIdle("close");
    const hasBegun = this.#state === "idle";
    if (hasBegun) yield* this.#finish();
    else this.#state = "over";
    return DONE;
  }

  #checkIdle(what: string): void {
    if (this.#state !== "running") return;
    throw new RuntimeError(`Cannot ${what} ${this.#label} that runs already: await each step`);
  }

  /** Ends it, for good. */
  *#finish(): Coroutine<void> {
    if (this.#state === "over") return;
    this.#state = "over";
    this.#forget?.();
    const restore = leaveScope();
    try {
      yield* this.end();
    } finally {
      restore();
    }
  }

  /** Ends it because of an error: that is what counts, so one of the end is only reported. */
  *#abandon(): Coroutine<void> {
    try {
      yield* this.#finish();
    } catch (exception) {
      if (isCancelled(exception)) return interruptNextWait(requireFlow(this.#label), undefined);
      const message = `The source of ${this.#label} failed when it was closed`;
      runningLoop().callExceptionHandler({ message, exception });
    }
  }
}

/** A stage that takes from one source, as much as it is asked for. */
export abstract class SourceStage<T, R> extends Stage<R> {
  readonly #items: Source<T>;
  #iteration: Iteration<T> | undefined;
  #isDone = false;
  /** Whether it may have to be closed: not before it has begun, nor when it has ended or failed. */
  protected isOpen = false;

  /** Makes one that has taken nothing. */
  constructor(label: string, items: Source<T>) {
    super(label);
    checkSource(label, items);
    this.#items = items;
  }

  /** Waits for the next item of the source. */
  protected *take(): Coroutine<IteratorResult<T, undefined>> {
    if (this.#isDone) return DONE;
    this.#iteration ??= new Iteration(this.#items);
    this.isOpen = false;
    try {
      const step = yield* this.#iteration.next();
      if (step.done) {
        this.#isDone = true;
        return DONE;
      }
      this.isOpen = true;
      return step;
    } catch (error) {
      this.isOpen = isCancelled(error); // Else it has failed by itself.
      throw error;
    }
  }

  protected override *end(): Coroutine<void> {
    if (!this.isOpen) return;
    this.isOpen = false;
    yield* this.#iteration!.return();
  }
}
