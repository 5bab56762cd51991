/**
 * One request under way, until the last byte of its response.
 *
 * @module
 */

import { ClientConnectionError, isCancelled, RuntimeError, TimeoutError } from "../errors.ts";
import {
  type Coroutine,
  type EventLoop,
  runningLoop,
  show,
  Timeout,
  type TimerHandle,
  until,
} from "../lowlevel.ts";
import type { Bounds } from "./client_options.ts";
import type { ClientRequest } from "./client_request.ts";

/** Gives the host's own words about a failure. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return show(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}

/** Makes the error of a bound that was passed. */
export function timedOut(
  bound: keyof Bounds,
  bounds: Bounds,
  { method, url }: ClientRequest,
  cause?: unknown,
): TimeoutError {
  const message = `TIMED OUT AFTER ${bounds[bound]} MS (${bound}): ${method} ${url}`;
  return new TimeoutError(message, cause === undefined ? undefined : { cause });
}

/** Is what a session does for its exchanges. */
export interface Sender {
  /** Sends a request over the session's connections. */
  send(request: ClientRequest, signal: AbortSignal): Promise<Response>;
  /** Waits for a place in the pool. */
  enter(origin: string): Coroutine<Disposable>;
  /** Forgets an exchange that is over. */
  forget(exchange: Exchange): void;
}

/** Ends the exchanges whose responses were collected as garbage. */
const forgotten = new FinalizationRegistry<Exchange>((exchange) => exchange.drop());

/**
 * Holds a place in the pool from the request to the end of the response, and can be aborted.
 *
 * Invariant: once it is over, its place is free, its timers are gone, and either its body has come
 * to the last byte or its connection is aborted.
 */
export class Exchange {
  readonly request: ClientRequest;
  readonly bounds: Bounds;
  readonly #sender: Sender;
  readonly #deadline: number;
  readonly #controller = new AbortController();
  readonly #loop: EventLoop = runningLoop();
  #place: Disposable | undefined;
  #isOver = false;
  /** Is why it was aborted. */
  #reason: unknown;
  /** Rejects what was last waited for. */
  #interrupt: ((reason: unknown) => void) | undefined;
  #total: TimerHandle | undefined;
  #read: TimerHandle | undefined;

  /** Begins one that must be over at a time of the loop. */
  constructor(sender: Sender, request: ClientRequest, bounds: Bounds, deadline: number) {
    this.#sender = sender;
    this.request = request;
    this.bounds = bounds;
    this.#deadline = deadline;
  }

  /** Tells whether it has ended, well or not. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends the request, when there is a place, and waits for the head of the response. */
  *begin(): Coroutine<Response> {
    const scope = Timeout.after(this.bounds.connect);
    try {
      return yield* scope.run(() => this.#fetch());
    } catch (thrown) {
      const isLate = thrown instanceof TimeoutError && scope.expired;
      const error = isLate ? timedOut("connect", this.bounds, this.request, thrown.cause) : thrown;
      this.abort(error);
      if (isCancelled(error) || error instanceof TimeoutError || error instanceof RuntimeError) {
        throw error;
      }
      throw new ClientConnectionError("NO ANSWER", this.request, {
        cause: error,
        reason: reasonOf(error),
      });
    }
  }

  /** Sends the request, when there is a place. */
  *#fetch(): Coroutine<Response> {
    const place = yield* this.#sender.enter(this.request.target.origin);
    if (this.#isOver) {
      place[Symbol.dispose]();
      throw this.#reason;
    }
    this.#place = place;
    const promise = this.#sender.send(this.request, this.#controller.signal);
    return yield* until(this.#orAborted(promise), { label: this.toString() });
  }

  /** Makes a promise that rejects at once when it is aborted: not every host's does. */
  #orAborted<T>(promise: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      promise.then(resolve, reject);
    });
  }

  /** Aborts it when its time is over or its response is forgotten, if it is not over by then. */
  watch(response: object): void {
    if (this.#isOver) return;
    forgotten.register(response, this, this);
    this.#loop.generators.add(this);
    if (this.#deadline !== Infinity) this.#total = this.#expireAt(this.#deadline, "total");
  }

  /** Waits for a part of the body; whatever goes wrong ends the exchange. */
  *wait<T>(part: Promise<T>): Coroutine<T> {
    const { read } = this.bounds;
    if (read !== Infinity) this.#read = this.#expireAt(this.#loop.time() + read, "read");
    try {
      return yield* until(this.#orAborted(part), { label: `the body of ${this}` });
    } catch (error) {
      this.abort(error);
      throw error;
    } finally {
      this.#read?.cancel();
    }
  }

  /** Arms a timer that aborts it. */
  #expireAt(when: number, bound: keyof Bounds): TimerHandle {
    return this.#loop.callAt(when, () => {
      this.abort(timedOut(bound, this.bounds, this.request));
    });
  }

  /** Is why it was aborted, if it was. */
  get reason(): unknown {
    return this.#reason;
  }

  /** Ends it where it stands: the server sees the connection close. Harmless when it is over. */
  abort(reason: unknown): void {
    if (this.#isOver) return;
    this.#reason = reason;
    this.finish();
    this.#interrupt?.(reason);
    this.#controller.abort(reason);
  }

  /** Ends it: the last byte has come, or none will. */
  finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    forgotten.unregister(this); // The reason may refer to the response, by its stack.
    this.#loop.generators.delete(this);
    this.#total?.cancel();
    this.#sender.forget(this);
    this.#place?.[Symbol.dispose]();
  }

  /** Aborts it because nobody can read its response any more, and reports that. */
  drop(): void {
    if (this.#isOver) return;
    this.abort(undefined);
    if (this.#loop.closed) return;
    this.#loop.callExceptionHandler({
      message: `a response was dropped before its body was read or released: ${this}`,
    });
  }

  /** Ends it with its loop: nobody would give its place back. */
  // deno-lint-ignore require-yield -- there is nothing to wait for
  *close(): Coroutine<void> {
    this.abort(new RuntimeError(`THE LOOP HAS ENDED DURING: ${this}`));
  }

  /** Says what it is, in dumps. */
  toString(): string {
    return `${this.request.method} ${this.request.url}`;
  }
}
