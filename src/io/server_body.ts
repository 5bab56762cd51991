/**
 * Sending a body that is a stream, as a part of the request's task.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import { type Coroutine, isCancelled, newCancelledError, show, until } from "../lowlevel.ts";

/** Ends a body before its time: the host then closes the connection, and tells the server this. */
export const CUT_OFF: Error = newCancelledError("the body was cut off");

/** Is the reason of a cancellation: nobody waits for the response any more. */
export const GONE = "the client has gone";

/** Is whose body it is. */
export interface BodyOwner {
  /** Cancels the task that sends the body. */
  cancel(reason: string): void;
  /** Reports an error of the body. */
  reportBody(error: unknown): void;
}

/** Hands a stream on to the host, chunk by chunk, when the host asks for the next. */
export class ServerBody {
  /** Is what the host reads. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #source: ReadableStreamDefaultReader<Uint8Array>;
  readonly #wanted = new Event();
  readonly #owner: BodyOwner;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #isOver = false;

  /** Takes over a stream. */
  constructor(source: ReadableStream<Uint8Array>, owner: BodyOwner) {
    this.#source = source.getReader();
    this.#owner = owner;
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
    try {
      for (;;) {
        yield* this.#wanted.wait();
        this.#wanted.clear();
        const chunk = yield* until(() => this.#source.read(), { label: "the body's next chunk" });
        if (this.#isOver) return;
        if (chunk.done) break;
        if (!(chunk.value instanceof Uint8Array)) {
          throw new TypeError(`A BODY MUST GIVE CHUNKS OF Uint8Array: ${show(chunk.value)}`);
        }
        this.#controller!.enqueue(chunk.value);
      }
      this.#isOver = true;
      this.#controller!.close();
    } catch (error) {
      this.#cutOff(error);
      throw error;
    }
  }

  /** Ends it half-way, and lets the source clean up. */
  #cutOff(error: unknown): void {
    if (!this.#isOver) this.#controller!.error(CUT_OFF);
    this.#isOver = true;
    const reason = isCancelled(error) ? error : undefined;
    this.#source.cancel(reason).catch((failure) => {
      if (failure === error) return; // It had failed, and says so again.
      this.#owner.reportBody(failure);
    });
  }
}
