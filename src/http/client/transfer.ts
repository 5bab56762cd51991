/**
 * One request under way, until the last byte of its response.
 *
 * @module
 */

import { RuntimeError } from "../../errors.ts";
import {
  closeAtEnd,
  type Coroutine,
  type EventLoop,
  runningLoop,
  type TimerHandle,
  until,
} from "../../lowlevel.ts";
import type { ClientRequest } from "./client_request.ts";
import { type Bounds, timedOut } from "./client_timeout.ts";

/** What ends the transfers whose responses were collected as garbage. */
const forgotten = new FinalizationRegistry<Transfer>((transfer) => transfer.drop());

/**
 * A request that holds a place in the pool until the end of its response, and can be aborted.
 *
 * Invariant: once it is over, its place is free, its timers are gone, and either its body has come
 * to the last byte or its connection is aborted.
 */
export class Transfer {
  readonly request: ClientRequest;
  readonly bounds: Bounds;
  readonly #deadline: number;
  readonly #onOver: (transfer: Transfer) => void;
  readonly #controller = new AbortController();
  readonly #loop: EventLoop = runningLoop();
  #place: Disposable | undefined;
  /** The response whose body it carries. */
  #response: Response | undefined;
  /** What reads that body, if it is read in pieces. */
  reader: ReadableStreamDefaultReader<unknown> | undefined;
  #isOver = false;
  /** A function that calls off that it is closed at the end of the run. */
  #forget: (() => void) | undefined;
  /** Why it was aborted. */
  #reason: unknown;
  /** A function that rejects what was last waited for. */
  #interrupt: ((reason: unknown) => void) | undefined;
  #total: TimerHandle | undefined;
  #read: TimerHandle | undefined;

  /** Begins one that must be over at a time of the loop; calls back when it is. */
  constructor(
    request: ClientRequest,
    bounds: Bounds,
    deadline: number,
    onOver: (transfer: Transfer) => void,
  ) {
    this.request = request;
    this.bounds = bounds;
    this.#deadline = deadline;
    this.#onOver = onOver;
  }

  /** Whether it has ended, well or not. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why it was aborted, if it was. */
  get reason(): unknown {
    return this.#reason;
  }

  /** A signal that is aborted with it. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Takes the place that it holds until it is over; throws if it was aborted meanwhile. */
  hold(place: Disposable): void {
    if (this.#isOver) {
      place[Symbol.dispose]();
      throw this.#reason;
    }
    this.#place = place;
  }

  /** Takes the response whose body it carries from now on; one that comes too late is dropped. */
  carry(response: Response): void {
    this.#response = response;
    if (this.#isOver) this.#dropBody();
  }

  /** Lets the source of the body clean up: a `fetch` of the user's may not heed the signal. */
  #dropBody(): void {
    const source = this.reader ?? this.#response?.body;
    source?.cancel(this.#reason).catch(() => {}); // The host's has failed, and says so again.
  }

  /** Waits for a promise of the host, and no longer than until it is aborted: not every host's is. */
  *wait<T>(promise: Promise<T>, label: string): Coroutine<T> {
    const interruptible = new Promise<T>((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
    return yield* until(interruptible, { label });
  }

  /** Waits for a part of the body; whatever goes wrong ends the transfer. */
  *receive<T>(part: Promise<T>): Coroutine<T> {
    const { read } = this.bounds;
    if (read !== Infinity) this.#read = this.#expireAt(this.#loop.time() + read, "read");
    try {
      return yield* this.wait(part, `the body of ${this}`);
    } catch (error) {
      this.abort(error);
      throw error;
    } finally {
      this.#read?.cancel();
    }
  }

  /** Aborts it when its time is over or its response is forgotten, if it is not over by then. */
  watch(response: object): void {
    if (this.#isOver) return;
    forgotten.register(response, this, this);
    this.#forget = closeAtEnd(this, "an exchange of an HTTP client", this.#loop);
    if (this.#deadline !== Infinity) this.#total = this.#expireAt(this.#deadline, "total");
  }

  /** Arms a timer that aborts it. */
  #expireAt(when: number, bound: keyof Bounds): TimerHandle {
    return this.#loop.callAt(when, () => {
      this.abort(timedOut(bound, this.bounds, this.request));
    });
  }

  /** Ends it where it stands: the server sees the connection close. Harmless when it is over. */
  abort(reason: unknown): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.finish();
    this.#interrupt?.(reason);
    this.#controller.abort(reason);
    this.#dropBody();
  }

  /** Ends it: the last byte has come, or none will. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    forgotten.unregister(this); // The reason may refer to the response, by its stack.
    this.#forget?.();
    this.#total?.cancel();
    this.#onOver(this);
    this.#place?.[Symbol.dispose]();
  }

  /** Aborts it because nobody can read its response any more, and reports that. */
  drop(): void {
    if (this.#isOver) return;
    this.abort(undefined);
    if (this.#loop.closed) return;
    this.#loop.callExceptionHandler({
      message: `A response was dropped before its body was read or released: ${this}`,
    });
  }

  /** Ends it with its loop: nobody would give its place back. */
  // deno-lint-ignore require-yield -- there is nothing to wait for
  *close(): Coroutine<void> {
    this.abort(new RuntimeError(`The loop has ended during ${this}`));
  }

  /** Returns a few words that say what it is, in dumps. */
  toString(): string {
    return `${this.request.method} ${this.request.url}`;
  }
}
