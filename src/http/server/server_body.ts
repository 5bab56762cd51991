/**
 * Sending a body that is a stream, as a part of the request's task.
 *
 * @module
 */

import { Event } from "../../sync/event.ts";
import {
  callWith,
  capture,
  type Coroutine,
  isCancelled,
  newCancelledError,
  requireTask,
  runningLoop,
  show,
  until,
} from "../../lowlevel.ts";
import { called } from "../../sync/called.ts";

/** The error of a body that ends before its time: the host then closes the connection, and throws it. */
export const CUT_OFF: Error = newCancelledError("the body was cut off");

/** The reason of a cancellation: nobody waits for the response any more. */
export const GONE = "the client has gone";

/** The reason of a cancellation: the client takes nothing of the response. */
const UNTAKEN = "the client does not take the response";

/** What dumps say that a body waits for. */
const WANTED = () => "the client to take more of the response";

/** The owner of a body. */
export interface BodyOwner {
  /** Cancels the task that sends the body. */
  cancel(reason: string): void;
  /** Reports an error of the body. */
  reportBody(error: unknown): void;
}

/** A stream that goes to the host chunk by chunk, when the host asks for the next. */
export class ServerBody {
  /** What the host reads. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  readonly #wanted = new Event();
  readonly #owner: BodyOwner;
  /** How long, in ms, the host may take to ask for the next chunk. */
  readonly #sendTimeout: number;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isOver = false;
  #isCutOff = false;

  /** Takes over a stream. */
  constructor(source: ReadableStream<Uint8Array>, owner: BodyOwner, sendTimeout: number) {
    this.#source = source.getReader();
    this.#owner = owner;
    this.#sendTimeout = sendTimeout;
    this.stream = new ReadableStream<Uint8Array>({
      start: (controller) => void (this.#controller = controller),
      pull: () => this.#wanted.set(),
      cancel: () => this.#gone(),
    }, { highWaterMark: 0 });
  }

  #gone(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#owner.cancel(GONE);
  }

  /** Sends it all; if that fails, or is cancelled, the client sees that it is not complete. */
  *send(): Coroutine<void> {
    const { signal } = requireTask("A body");
    // Code of the source that waits for the library is cancelled as well, and may be so first: a
    // source that has failed is not told any more that it is cancelled.
    const here = capture(); // Its cleanup is a part of the task, whoever cancels that.
    const cancelSource = () => callWith(here, (reason) => this.#cutOff(reason), signal.reason);
    signal.addEventListener("abort", cancelSource, { once: true });
    try {
      for (;;) {
        if (!this.#wanted.isSet) yield* this.#waitUntilWanted();
        this.#wanted.clear();
        const chunk = yield* until(() => this.#source.read(), { label: "the body's next chunk" });
        if (this.#isOver) return;
        if (chunk.done) break;
        if (!(chunk.value instanceof Uint8Array)) {
          throw new TypeError(
            `The body of a response must have chunks of Uint8Array: ${show(chunk.value)}`,
          );
        }
        this.#controller!.enqueue(chunk.value);
      }
      this.#isOver = true;
      this.#controller!.close();
    } catch (error) {
      this.#cutOff(error);
      throw error;
    } finally {
      signal.removeEventListener("abort", cancelSource);
    }
  }

  /** Waits until the host asks for the next chunk: it does so once the client has taken some. */
  *#waitUntilWanted(): Coroutine<void> {
    const loop = runningLoop();
    const timer = this.#sendTimeout === Infinity
      ? undefined
      : loop.callLater(this.#sendTimeout, () => this.#owner.cancel(UNTAKEN));
    loop.beginHostOperation(); // It is the host that is waited for.
    try {
      yield* called(this.#wanted.wait(), WANTED);
    } finally {
      loop.endHostOperation();
      timer?.cancel();
    }
  }

  /** Ends it half-way, and lets the source clean up. */
  #cutOff(error: unknown): void {
    if (this.#isCutOff) return;
    this.#isCutOff = true;
    if (!this.#isOver) this.#controller!.error(CUT_OFF);
    this.#isOver = true;
    const reason = isCancelled(error) ? error : undefined;
    this.#source.cancel(reason).catch((failure) => {
      if (failure === error) return; // It had failed, and says so again.
      this.#owner.reportBody(failure);
    });
  }
}
