/**
 * Reading the events that a server sends.
 *
 * @module
 */

import { isCancelled, LimitOverrunError, RuntimeError, TimeoutError } from "../../errors.ts";
import {
  asStep,
  type Awaitable,
  closeAtEnd,
  type Coroutine,
  handOver,
  type IterationStep,
  type LibraryIterator,
  Operation,
  show,
  sleep,
  Timeout,
} from "../../lowlevel.ts";
import { inflowOf, StreamReader } from "../../streams/stream_reader.ts";
import {
  ClientError,
  ClientPayloadError,
  ClientResponseError,
  ContentTypeError,
  reasonOf,
  type RequestName,
  statusError,
} from "../client/client_error.ts";
import { type ClientResponse, type HostBody, takeBody } from "../client/client_response.ts";
import { readRetryAfter } from "../client/client_retries.ts";
import { ClientSession } from "../client/client_session.ts";
import { timedOut } from "../client/client_timeout.ts";
import { EventParser, type ServerEvent } from "./event_parser.ts";
import {
  checkEventSource,
  type EventSourceOptions,
  type EventSourceRules,
} from "./event_source_options.ts";
import { LoopWatch } from "./loop_watch.ts";
import { Reconnection } from "./reconnection.ts";

/** Makes the iterator of a server's events. */
let newSource: (url: string | URL, rules: EventSourceRules) => EventIterator;

/**
 * Reads the events that a server sends, and goes on after each break.
 *
 * It iterates over `{ event, data, id }`, natively with `for await`, in a generator with `each()`. When
 * the connection breaks, or ends, it waits as long as the server has said by `retry:`, asks again
 * with the last id, and the iteration goes on: a server that keeps ids loses nothing. A server that
 * cannot be reached, is busy (429) or broken (500 and more) is asked later and later. It ends when the
 * server answers 204, or when the loop over it is left; and throws what asking again cannot help:
 * another status, another type, an event that is too long.
 *
 * A request with a body, as those to language models, is sent once: it ends with its response.
 *
 * **Cancel safety.** A cancelled wait, or one that `select()` calls off, loses no event, and keeps the
 * connection: the next wait goes on.
 *
 * **Gotchas.** Without a `read` in `timeout`, a connection that is dead without a word is waited on
 * for ever: with servers that send heartbeats, give it a little more than theirs. A session's `limit`
 * counts it for as long as it is connected. A loop that is cancelled while it waits closes it when its
 * task ends, and not before: another may go on with it.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { eventSource } from "@weft/weft/io.ts";
 *
 * const text = "id: 1\ndata: hello\n\nevent: end\ndata: bye\n\n";
 * const headers = { "content-type": "text/event-stream" };
 * await using server = Deno.serve({ port: 0, onListen() {} }, () => new Response(text, { headers }));
 * await run(async () => {
 *   const seen: string[] = [];
 *   for await (const { event, data, id } of eventSource(`http://localhost:${server.addr.port}/`)) {
 *     seen.push(`${event} ${data} ${id}`);
 *     if (event === "end") break; // Or it would ask again.
 *   }
 *   console.assert(seen.join() === "message hello 1,end bye 1");
 * });
 * ```
 */
export function eventSource(url: string | URL, options: EventSourceOptions = {}): EventIterator {
  return newSource(url, checkEventSource(options));
}

/** A connection over which events come. */
interface Connected {
  readonly transfer: HostBody["transfer"];
  readonly reader: StreamReader;
  readonly decoder: TextDecoder;
  /** What must not be collected as garbage as long as it is read. */
  readonly response: ClientResponse;
}

/**
 * The events of a server, as they come. Made by `eventSource()`.
 *
 * One task at a time may wait for the next.
 */
export class EventIterator implements LibraryIterator<ServerEvent>, Disposable {
  readonly #url: string | URL;
  readonly #rules: EventSourceRules;
  readonly #session: ClientSession;
  readonly #parser: EventParser;
  /** What it asks for, without secrets. */
  readonly #label: string;
  #connected: Connected | undefined;
  readonly #reconnection: Reconnection;
  readonly #loop = new LoopWatch(() => this.close());
  #isBusy = false;
  #isOver = false;
  /** Ends at once what it waits for before it is connected. */
  #interrupt: (() => void) | undefined;
  /** Calls off that it is closed at the end of the run. */
  #forget: (() => void) | undefined;

  static {
    newSource = (url, rules) => new EventIterator(url, rules);
  }

  private constructor(url: string | URL, rules: EventSourceRules) {
    this.#url = url;
    this.#rules = rules;
    this.#session = rules.session ?? new ClientSession();
    this.#parser = new EventParser(rules.maxLength, rules.lastEventId);
    this.#reconnection = new Reconnection(rules.delay, rules.maxDelay, rules.attempts);
    const first = this.#ask(); // Checks what is asked for; it is never sent.
    handOver(first);
    this.#label = `${first}`;
  }

  /** Waits for the next event. */
  next(): IterationStep<ServerEvent> {
    const label = `the next event of ${this.#label}`;
    return asStep(new NextEvent(label, () => this.#next(), this.#parser));
  }

  /** Ends it; loops call it when they are left. */
  return(): IterationStep<ServerEvent> {
    return asStep(new Operation(`the end of the events of ${this.#label}`, () => this.#return()));
  }

  /** Gives itself. */
  [Symbol.asyncIterator](): this & AsyncIterator<ServerEvent, undefined> {
    this.#loop.noteLoop();
    return this as this & AsyncIterator<ServerEvent, undefined>;
  }

  /** Closes the connection, and ends the iteration. Harmless when done before. */
  close(): void {
    this.#isOver = true;
    this.#interrupt?.();
    this.#disconnect();
    this.#forget?.();
    if (this.#rules.session === undefined) this.#session.close();
  }

  /** Closes it, at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  // deno-lint-ignore require-yield -- there is nothing to wait for
  *#return(): Coroutine<IteratorResult<ServerEvent, undefined>> {
    this.close();
    return { done: true, value: undefined };
  }

  /** Waits for an event, or the end. */
  *#next(): Coroutine<IteratorResult<ServerEvent, undefined>> {
    if (this.#isBusy) {
      throw new RuntimeError(`Cannot wait for the events of ${this.#label}: another task does`);
    }
    this.#isBusy = true;
    this.#loop.noteWait();
    try {
      for (;;) {
        const event = this.#isOver ? undefined : this.#parser.take();
        if (event !== undefined) return { done: false, value: event };
        if (this.#isOver) return { done: true, value: undefined };
        yield* this.#goOn();
      }
    } catch (error) {
      if (isCancelled(error)) this.#loop.noteCancelled();
      else this.close();
      throw error;
    } finally {
      this.#isBusy = false;
    }
  }

  /** Connects or reads; a failure that may pass is left to the next time. */
  *#goOn(): Coroutine<void> {
    try {
      if (this.#connected === undefined) yield* this.#connect();
      else yield* this.#read(this.#connected);
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (this.#isOver) return; // It was closed meanwhile.
      if (!this.#mayPass(error)) throw error;
      this.#disconnect();
      if (!this.#reconnection.noteFailure()) throw error;
      const headers = error instanceof ClientResponseError ? error.headers : undefined;
      this.#reconnection.rest(this.#parser.retry, headers && readRetryAfter(headers));
    }
  }

  /** Checks whether asking again may help. */
  #mayPass(error: unknown): boolean {
    if (!this.#rules.reconnect || this.#session.closed || error instanceof LimitOverrunError) {
      return false;
    }
    if (error instanceof ClientResponseError) {
      return error.status >= 500 || error.status === 429 || error.status === 408;
    }
    return error instanceof ClientError || error instanceof TimeoutError;
  }

  /** Makes a request for the events after the last one. */
  #ask(): Awaitable<ClientResponse> {
    const { method, request } = this.#rules;
    const headers = new Headers(request.headers);
    if (!headers.has("accept")) headers.set("accept", "text/event-stream");
    const { lastId } = this.#parser;
    if (lastId !== "") headers.set("last-event-id", toHeader(lastId));
    return this.#session.request(method, this.#url, { ...request, headers });
  }

  /** Waits until it may ask, and asks. */
  *#connect(): Coroutine<void> {
    this.#forget ??= closeAtEnd({ close: () => this.#return() }, "an event source");
    const wait = this.#reconnection.left;
    if (wait > 0) yield* this.#interruptible(() => sleep(wait));
    if (this.#isOver) return;
    const response = yield* this.#interruptible(() => this.#ask());
    let isKept = false;
    try {
      if (this.#isOver) return;
      if (response.status === 204) return void this.close();
      if (response.status !== 200) throw statusError(response);
      const type = (response.headers.get("content-type") ?? "").split(";")[0].trim();
      if (type.toLowerCase() !== "text/event-stream") {
        const what = `Cannot read the response as events, as its type is ${show(type)}`;
        throw new ContentTypeError(what, response, response);
      }
      isKept = this.#begin(response);
    } finally {
      if (!isKept) response.release();
    }
  }

  /** Waits for something, or until it is closed; throws then. */
  *#interruptible<T>(wait: () => Awaitable<T>): Coroutine<T> {
    const scope = Timeout["at"](undefined);
    this.#interrupt = () => scope.reschedule(0);
    try {
      return yield* scope["run"](wait);
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** Begins to read a response; returns whether there is anything in it. */
  #begin(response: ClientResponse): boolean {
    const { stream, transfer } = takeBody(response);
    if (stream === null) {
      this.#endOfStream();
      return false;
    }
    this.#parser.restart();
    const reader = new StreamReader(stream);
    transfer.signal.addEventListener("abort", () => inflowOf(reader).release().catch(() => {}));
    this.#connected = { transfer, reader, decoder: new TextDecoder(), response };
    return true;
  }

  /** Reads on, until there may be an event. */
  *#read({ reader, decoder, transfer }: Connected): Coroutine<void> {
    const { read } = this.#rules.bounds;
    let bytes: Uint8Array | undefined;
    const scope = Timeout["after"](read === Infinity ? undefined : read);
    try {
      bytes = yield* scope["run"](() => reader.read());
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (scope.expired) throw timedOut("read", this.#rules.bounds, transfer.request, error);
      throw cutOff(error, transfer.request);
    }
    if (bytes === undefined) {
      if (transfer.reason !== undefined) throw transfer.reason;
      transfer.finish();
      this.#endOfStream();
      return;
    }
    this.#reconnection.noteLife();
    this.#parser.push(decoder.decode(bytes, { stream: true }));
  }

  /** Ends what came over one connection: another follows, or nothing. */
  #endOfStream(): void {
    this.#connected = undefined;
    if (this.#rules.reconnect) this.#reconnection.rest(this.#parser.retry);
    else this.close();
  }

  /** Closes the connection, if there is one. */
  #disconnect(): void {
    this.#connected?.transfer.abort(undefined);
    this.#connected = undefined;
  }
}

/** A wait for the next event. */
class NextEvent extends Operation<IteratorResult<ServerEvent, undefined>> {
  readonly #parser: EventParser;

  constructor(
    label: string,
    begin: () => Coroutine<IteratorResult<ServerEvent, undefined>>,
    parser: EventParser,
  ) {
    super(label, begin);
    this.#parser = parser;
  }

  /** Puts back what it has taken. */
  undo(result: IteratorResult<ServerEvent>): void {
    if (!result.done) this.#parser.putBack(result.value);
  }
}

/** Returns the error of a connection that broke. */
function cutOff(cause: unknown, request: RequestName): ClientPayloadError {
  return new ClientPayloadError("The events were cut off", request, {
    cause,
    reason: reasonOf(cause),
  });
}

/** Writes an id as a header: in UTF-8, a byte a character. */
function toHeader(id: string): string {
  return String.fromCharCode(...new TextEncoder().encode(id));
}
