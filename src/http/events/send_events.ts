/**
 * Sending events to a client.
 *
 * @module
 */

import {
  callAfter,
  callHereWith,
  capture,
  checkAbove,
  checkOptions,
  checkWhole,
  type Coroutine,
  type EventLoop,
  findRunningLoop,
  isCancelled,
  Operation,
  show,
  Timeout,
} from "../../lowlevel.ts";
import { Iteration } from "../../sync/each.ts";
import { type Continuation, continueWith } from "../server/continuation.ts";

/** An event to be sent: its data, or more about it. */
export type SentEvent = string | {
  /** Its data; lines may be parted by line feeds. */
  readonly data?: string | undefined;
  /** Its kind; `"message"` unless given. */
  readonly event?: string | undefined;
  /** Its id, after which a client goes on that comes again. */
  readonly id?: string | undefined;
  /** How long, in ms, the client is to wait after a break. */
  readonly retry?: number | undefined;
};

/** The configuration of `sendEvents()`. */
export interface SendEventsOptions {
  /**
   * How long, in ms, nothing may be sent before a comment is, which keeps the connection alive; 15,000
   * unless given, `Infinity` sends none.
   */
  heartbeat?: number | undefined;
  /** How long, in ms, the client is to wait after a break; its own choice unless given. */
  retry?: number | undefined;
  /** The headers of the response, besides or instead of those that events need. */
  headers?: HeadersInit | undefined;
}

/** How long, in ms, nothing may be sent, unless the user says. */
const HEARTBEAT = 15_000;
/** The headers of a response of events; the last keeps nginx from holding them back. */
const HEADERS: Readonly<Record<string, string>> = {
  "content-type": "text/event-stream",
  "cache-control": "no-cache",
  "x-accel-buffering": "no",
};

const encoder = new TextEncoder();

/**
 * Makes the response that sends events as they come, from anything that can be iterated over.
 *
 * The iteration goes on as the client takes what it is sent, as a part of the request's task: under
 * `serve()` and `fetchHandler()` it may await the library. When the client leaves, or the server shuts
 * down, what it waits for is cancelled, and the iterator is closed: its `finally` blocks run. An error
 * of it cuts the response off, and is reported.
 *
 * **Gotchas.** A browser connects again when the response ends, at once or not: answer it by 204 when there
 * will be no more. `request.headers.get("last-event-id")` says where to go on.
 *
 * ```ts
 * import { asyncGenerator, run, sleep } from "@weft/weft";
 * import { eventSource, sendEvents, serve } from "@weft/weft/io.ts";
 *
 * const ticks = (after: number) =>
 *   asyncGenerator<{ data: string; id: string }>(function* (emit) {
 *     for (let n = after + 1;; n++) {
 *       yield* emit({ data: `tick ${n}`, id: `${n}` });
 *       yield* sleep(5);
 *     }
 *   });
 *
 * await run(async () => {
 *   await using server = serve((request) =>
 *     sendEvents(ticks(Number(request.headers.get("last-event-id"))), { retry: 100 }), { port: 0 });
 *   for await (const { data } of eventSource(server.url, { lastEventId: "6" })) {
 *     if (data === "tick 8") break;
 *   }
 * });
 * ```
 */
export function sendEvents(
  events: AsyncIterable<SentEvent> | Iterable<SentEvent>,
  options: SendEventsOptions = {},
): Response {
  const isIterable = Symbol.asyncIterator in Object(events) || Symbol.iterator in Object(events);
  if (!isIterable || typeof events === "string") {
    throw new TypeError(`events must be an iterable or an async iterable: ${show(events)}`);
  }
  checkOptions("sendEvents()", options, ["heartbeat", "retry", "headers"]);
  const { heartbeat = HEARTBEAT, retry } = options;
  checkAbove("heartbeat", heartbeat, 0);
  if (retry !== undefined) checkWhole("retry", retry, 0);
  const headers = new Headers(options.headers);
  for (const [name, value] of Object.entries(HEADERS)) {
    if (!headers.has(name)) headers.set(name, value);
  }
  const body = new EventBody(events, heartbeat, retry === undefined ? "" : `retry: ${retry}\n\n`);
  return continueWith(new Response(body.stream, { headers }), body);
}

/** A stream of events, which goes on when somebody wants more of it. */
class EventBody implements Continuation {
  /** What is sent. */
  readonly stream: ReadableStream<Uint8Array>;
  readonly #events: AsyncIterable<SentEvent> | Iterable<SentEvent>;
  readonly #heartbeat: number;
  /** The values of who sends them, which they are made with. */
  readonly #values = capture();
  /** What is sent before the first event. */
  #prelude: string;
  #iterator: AsyncIterator<SentEvent> | Iterator<SentEvent> | undefined;
  /** The next event, while it is waited for. */
  #next: Promise<IteratorResult<SentEvent> | undefined> | undefined;
  /** The scope of that wait. */
  #scope: Timeout | undefined;
  #isStopping = false;
  #isOver = false;

  constructor(
    events: AsyncIterable<SentEvent> | Iterable<SentEvent>,
    heartbeat: number,
    prelude: string,
  ) {
    this.#events = events;
    this.#heartbeat = heartbeat;
    this.#prelude = prelude;
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => {
        // A task that is cancelled ends its waits itself: once more would interrupt their cleanup.
        if (!isCancelled(reason)) this.#scope?.reschedule(0);
        return this.#close();
      },
    }, { highWaterMark: 0 });
  }

  stop(): void {
    this.#isStopping = true;
    this.#scope?.reschedule(0);
  }

  /** Sends one event, or a sign of life if none comes. */
  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    if (this.#prelude !== "") {
      controller.enqueue(encoder.encode(this.#prelude));
      this.#prelude = "";
      return;
    }
    try {
      // To begin here, before the first await, is to be known as a part of the task on any host.
      this.#next ??= this.#isStopping
        ? Promise.resolve(undefined)
        : callHereWith(this.#values, () => this.#begin(), undefined);
      const next = this.#next;
      const isHere = await within(next, this.#heartbeat);
      if (!isHere) return controller.enqueue(encoder.encode(":\n\n"));
      this.#next = undefined;
      const step = await next;
      if (step !== undefined && !step.done) {
        return controller.enqueue(encoder.encode(format(step.value)));
      }
      if (step === undefined) await this.#close();
      this.#isOver = true;
      controller.close();
    } catch (error) {
      await this.#close();
      throw error;
    }
  }

  /** Begins to wait for the next event; there is none if it was stopped. */
  #begin(): Promise<IteratorResult<SentEvent> | undefined> {
    const iterator = this.#iterator ??= iteratorOf(this.#events);
    if (findRunningLoop() === undefined) return nextOf(iterator);
    const next = new Operation("the next event to send", () => this.#nextInTask(iterator));
    return new Promise((resolve, reject) => void next.then(resolve, reject));
  }

  /** Waits for the next event in the request's task, until it is stopped. */
  *#nextInTask(
    iterator: AsyncIterator<SentEvent> | Iterator<SentEvent>,
  ): Coroutine<IteratorResult<SentEvent> | undefined> {
    const scope = this.#scope = Timeout["at"](undefined);
    try {
      return yield* scope["run"](() => iterationOf(iterator).next());
    } catch (error) {
      if (scope.expired) return undefined;
      throw error;
    } finally {
      this.#scope = undefined;
    }
  }

  /** Closes the iterator, if it was begun and has not ended. */
  async #close(): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    const iterator = this.#iterator;
    if (iterator === undefined) return;
    if (findRunningLoop() === undefined) return void await iterator.return?.();
    await this.#next?.catch(() => {}); // Whoever waits for it is told.
    const end = new Operation("the end of the events", () => iterationOf(iterator).return());
    await callHereWith(this.#values, async () => await end, undefined);
  }
}

/** Begins to iterate. */
function iteratorOf(
  events: AsyncIterable<SentEvent> | Iterable<SentEvent>,
): AsyncIterator<SentEvent> | Iterator<SentEvent> {
  return Symbol.asyncIterator in events
    ? events[Symbol.asyncIterator]()
    : events[Symbol.iterator]();
}

/** Steps an iterator in a task. */
function iterationOf(
  iterator: AsyncIterator<SentEvent> | Iterator<SentEvent>,
): Iteration<SentEvent> {
  return new Iteration({ [Symbol.iterator]: () => iterator as Iterator<SentEvent> });
}

/** Steps an iterator where there are no tasks. */
async function nextOf(
  iterator: AsyncIterator<SentEvent> | Iterator<SentEvent>,
): Promise<IteratorResult<SentEvent>> {
  return await iterator.next();
}

/** Waits for a promise for so many ms; returns whether it was settled by then. */
function within(promise: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = callLater(findRunningLoop(), ms, () => resolve(false));
    const settled = () => {
      stop();
      resolve(true);
    };
    promise.then(settled, settled);
  });
}

/** Calls back after so many ms of a loop's time, or the host's; returns what stops it. */
function callLater(loop: EventLoop | undefined, ms: number, callback: () => void): () => void {
  if (loop === undefined || ms === Infinity) return callAfter(ms, callback);
  const timer = loop.callLater(ms, callback);
  return () => timer.cancel();
}

/** Writes an event as it is sent. */
function format(event: SentEvent): string {
  if (typeof event === "string") return `${formatData(event)}\n`;
  if (typeof event !== "object" || event === null) {
    throw new TypeError(`An event must be a string or an object: ${show(event)}`);
  }
  const { data, event: kind, id, retry } = event;
  let text = "";
  if (kind !== undefined) text += formatLine("event", kind);
  if (id !== undefined) text += formatLine("id", id);
  if (retry !== undefined) {
    checkWhole("retry of an event", retry, 0);
    text += `retry: ${retry}\n`;
  }
  if (data !== undefined) text += formatData(data);
  return `${text}\n`;
}

/** Writes data, line by line. */
function formatData(data: unknown): string {
  if (typeof data !== "string") {
    throw new TypeError(
      `data of an event must be a string, as JSON.stringify() makes: ${show(data)}`,
    );
  }
  return data.split(/\r\n|\n|\r/).map((line) => `data: ${line}\n`).join("");
}

/** Writes a field that has one line. */
function formatLine(name: string, value: unknown): string {
  if (typeof value !== "string" || /[\r\n\0]/.test(value)) {
    throw new TypeError(`${name} of an event must be a string of one line: ${show(value)}`);
  }
  return `${name}: ${value}\n`;
}
