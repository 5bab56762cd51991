/**
 * Stages whose sources go on while nobody asks for an item.
 *
 * @module
 */

import {
  type Coroutine,
  type EventLoop,
  isCancelled,
  runningLoop,
  type Task,
  WaitQueue,
  yieldNow,
} from "../lowlevel.ts";
import { Iteration } from "../sync/each.ts";
import { ended } from "../sync/ended.ts";
import { checkSource, DONE, type Source, Stage } from "./stage.ts";

/** A source, and the task that takes from it. */
interface Feed<T> {
  readonly iteration: Iteration<T>;
  readonly task: Task<void>;
  /** Whether it is asked for an item, and whether it has ended or failed. */
  isAsked: boolean;
  isOver: boolean;
}

/** A stage that takes from its sources in tasks of its own, and keeps what is wanted. */
export abstract class FedStage<T, R> extends Stage<R> {
  readonly #label: string;
  readonly #sources: readonly Source<T>[];
  readonly #feeds: Feed<T>[] = [];
  /** The feeds, and whoever asks for an item: woken when something has changed. */
  readonly #line: WaitQueue;
  #loop: EventLoop | undefined;
  #failure: { readonly error: unknown } | undefined;
  /** Whether the failure was thrown. */
  #isTold = false;

  /** Makes one that has taken nothing. */
  constructor(label: string, sources: readonly Source<T>[]) {
    super(label);
    for (const source of sources) checkSource(label, source);
    this.#label = label;
    this.#sources = sources;
    this.#line = new WaitQueue(label);
  }

  /** Decides whether another item of a source is to be taken now: what is kept has a bound. */
  protected abstract wants(index: number): boolean;

  /** Keeps an item that has come. */
  protected abstract keep(item: T, index: number, now: number): void;

  /** Gives what is to be given now; `isLast` tells that no other item comes. */
  protected abstract give(now: number, isLast: boolean): { readonly value: R } | undefined;

  /** When, in the loop's time, `give()` may have something though nothing else has come. */
  protected get due(): number | undefined {
    return undefined;
  }

  /** Returns whether a source has ended. */
  protected hasEnded(index: number): boolean {
    return this.#feeds[index].isOver;
  }

  /** Whether nothing is to be given any more. */
  protected get isExhausted(): boolean {
    return this.#feeds.every(({ isOver }) => isOver);
  }

  protected override *pull(): Coroutine<IteratorResult<R, undefined>> {
    const loop = this.#loop ??= this.#begin();
    for (;;) {
      const isLast = this.#failure !== undefined || this.isExhausted;
      const given = this.give(loop.time(), isLast);
      if (given !== undefined) {
        this.#line.wakeAll(); // There may be room.
        return { done: false, value: given.value };
      }
      if (this.due === undefined) {
        if (this.#failure !== undefined) {
          this.#isTold = true;
          throw this.#failure.error;
        }
        if (isLast) return DONE;
      }
      yield* this.#change(loop);
    }
  }

  /** Waits until something has come, or is due. */
  *#change(loop: EventLoop): Coroutine<void> {
    const { due } = this;
    const timer = due === undefined ? undefined : loop.callAt(due, () => this.#line.wakeAll());
    try {
      this.#line.wakeAll(); // Something may be wanted now.
      yield* this.#line.wait(`an item of ${this.#label}`);
    } finally {
      timer?.cancel();
    }
  }

  #begin(): EventLoop {
    const loop = runningLoop();
    const iterations = this.#sources.map((source) => new Iteration(source));
    for (const [index, iteration] of iterations.entries()) {
      const task = loop.createTask(() => this.#feed(index), { name: `${this.#label} source` });
      this.#feeds.push({ iteration, task, isAsked: false, isOver: false });
    }
    return loop;
  }

  /** Takes items while they are wanted. */
  *#feed(index: number): Coroutine<void> {
    const feed = this.#feeds[index];
    try {
      for (;;) {
        while (!this.wants(index)) yield* this.#line.wait(`room in ${this.#label}`);
        feed.isAsked = true;
        const step = yield* feed.iteration.next();
        feed.isAsked = false;
        if (step.done) break;
        this.keep(step.value, index, this.#loop!.time());
        this.#line.wakeAll();
        yield* yieldNow(); // A source that never waits must not keep others from running.
      }
    } catch (error) {
      if (feed.isAsked && !isCancelled(error)) feed.isOver = true; // It has failed by itself.
      this.#fail(error);
      if (isCancelled(error)) throw error;
      return;
    }
    feed.isOver = true;
    this.#line.wakeAll();
  }

  /** Takes note of the first failure, which ends all; of another one the loop is told. */
  #fail(error: unknown): void {
    if (this.#failure !== undefined) return this.#report(error);
    this.#failure = { error };
    this.#cancelAll();
    this.#line.wakeAll();
  }

  #report(exception: unknown): void {
    if (isCancelled(exception)) return;
    const message = `A source of ${this.#label} failed, and nobody asked for more`;
    this.#loop!.callExceptionHandler({ message, exception });
  }

  #cancelAll(): void {
    for (const { task } of this.#feeds) if (task.cancelling === 0) task.cancel();
  }

  protected override *end(): Coroutine<void> {
    this.#cancelAll();
    const cancellation = yield* ended(this.#feeds.map(({ task }) => task), this.#label);
    if (this.#failure !== undefined && !this.#isTold) this.#report(this.#failure.error);
    let failure: { readonly error: unknown } | undefined;
    for (const feed of this.#feeds) {
      if (feed.isOver) continue;
      feed.isOver = true;
      try {
        yield* feed.iteration.return();
      } catch (error) {
        if (failure === undefined) failure = { error };
        else this.#report(error);
      }
    }
    if (failure !== undefined) throw failure.error;
    if (cancellation !== undefined) throw cancellation;
  }
}
