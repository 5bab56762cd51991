/**
 * The requests of a server that are being answered.
 *
 * @module
 */

import { Event } from "../sync/event.ts";
import { Semaphore } from "../sync/semaphore.ts";
import { type Context, copyContext, type EventLoop } from "../lowlevel.ts";
import { CUT_OFF, GONE } from "./server_body.ts";
import { onDisconnect } from "./server_disconnect.ts";
import { Exchange } from "./server_exchange.ts";
import type { Handler, RequestInfo } from "./server_handler.ts";
import { checkResponse, refusal } from "./server_reply.ts";

/** Answers a request whose handler has failed; `undefined` leaves that to the server. */
export type ErrorHandler = (error: unknown, request: Request) => Response | undefined;

/** Starts an exchange. */
const start = (exchange: Exchange, loop: EventLoop) => exchange.start(loop);

/** Says how requests are answered. */
export interface RequestOptions {
  readonly handler: Handler;
  readonly limit: number;
  readonly overload: "wait" | "reject";
  readonly deadline: number | undefined;
  readonly onError: ErrorHandler | undefined;
}

/** Counts the requests of a server. */
export interface ServerStatistics {
  /** Counts the requests that are being answered, their bodies included. */
  readonly active: number;
  /** Counts those that wait because of the limit. */
  readonly waiting: number;
  /** Counts those that are over, however they ended. */
  readonly completed: number;
  /** Counts those whose handler or body failed. */
  readonly failed: number;
  /** Counts those turned away because of the limit, or because the server had shut down. */
  readonly rejected: number;
}

/** Takes requests on, and knows those that are not over. */
export class ServerRequests {
  /** Answers. */
  readonly handler: Handler;
  /** Bounds, in ms, the time from the request's arrival to the response. */
  readonly deadline: number | undefined;
  /** Is set while nothing is being answered and nothing waits. */
  readonly idle: Event = new Event();
  /** Are what a request needs to get to its handler, if they are to wait for it. */
  readonly permits: Semaphore | undefined;
  /** Tells whether there is a limit to wait for, or a deadline. */
  readonly isBounded: boolean;
  readonly #loop: EventLoop;
  readonly #context: Context = copyContext();
  readonly #limit: number;
  readonly #onError: ErrorHandler | undefined;
  /** Holds the exchanges that did not end where they began. */
  readonly #lasting = new Set<Exchange>();
  /** Holds those of them whose clients are not watched yet. */
  #unwatched: Exchange[] = [];
  /** Is the exchange that was begun last: the host complains of its response at once, if at all. */
  #latest: Exchange | undefined;
  #serial = 0;
  #present = 0;
  #inside = 0;
  #failed = 0;
  #rejected = 0;
  #isClosed = false;

  /** Answers requests in a loop. */
  constructor(loop: EventLoop, options: RequestOptions) {
    this.#loop = loop;
    this.handler = options.handler;
    this.deadline = options.deadline;
    this.#onError = options.onError;
    const waits = options.overload === "wait" && options.limit < Infinity;
    this.permits = waits ? new Semaphore(options.limit) : undefined;
    this.#limit = waits ? Infinity : options.limit;
    this.isBounded = waits || options.deadline !== undefined;
    this.idle.set();
  }

  /** Counts the requests that are being answered. */
  get active(): number {
    return this.#inside;
  }

  /** Tells what became of the requests so far. */
  statistics(): ServerStatistics {
    return Object.freeze({
      active: this.#inside,
      waiting: this.#present - this.#inside,
      completed: this.#serial - this.#present,
      failed: this.#failed,
      rejected: this.#rejected,
    });
  }

  /** Takes a request on. */
  accept(request: Request, info: RequestInfo): Response | Promise<Response> {
    if (this.#isClosed || this.#present >= this.#limit) {
      this.#rejected++;
      return refusal(503);
    }
    if (this.#present++ === 0) this.idle.clear();
    const exchange = new Exchange(this, ++this.#serial, request, info);
    const answer = this.#context.run(start, exchange, this.#loop);
    this.#latest = exchange;
    if (!exchange.isOver) this.#keep(exchange);
    return answer;
  }

  /** Remembers an exchange that goes on. */
  #keep(exchange: Exchange): void {
    this.#lasting.add(exchange);
    if (exchange.isAnswered) return; // The host says of a body whether it is still wanted.
    if (this.#unwatched.push(exchange) > 1) return;
    this.#loop.callSoon(() => this.#watchAll());
  }

  /** Watches the clients of those that are still there. */
  #watchAll(): void {
    const unwatched = this.#unwatched;
    this.#unwatched = [];
    for (const exchange of unwatched) {
      if (exchange.isAnswered) continue;
      onDisconnect(exchange.request, () => {
        if (!exchange.isAnswered) exchange.cancel(GONE);
      });
    }
  }

  /** Notes that an exchange has got beyond the limit. */
  enter(): void {
    this.#inside++;
  }

  /** Notes that an exchange is over. */
  leave(exchange: Exchange): void {
    this.#lasting.delete(exchange);
    if (exchange.isInside) this.#inside--;
    if (--this.#present === 0) this.idle.set();
  }

  /** Cancels all that are left, and takes no more. */
  close(reason: string): void {
    this.#isClosed = true;
    for (const exchange of [...this.#lasting]) exchange.cancel(reason);
  }

  /** Makes the response to an error of the handler. */
  answerTo(exchange: Exchange, error: unknown): Response {
    try {
      const response = this.#onError?.(error, exchange.request);
      if (response !== undefined) {
        checkResponse(response);
        return response;
      }
    } catch (exception) {
      this.report("exception in onError", exchange, exception);
    }
    this.report("exception in the handler of a request", exchange, error);
    return refusal(500);
  }

  /** Answers in place of a response that the host refuses. */
  refuse(error: unknown): Response {
    if (error !== CUT_OFF) this.report("exception in a response", this.#latest!, error);
    return refusal(500);
  }

  /** Reports what nobody else can handle. */
  report(message: string, { target, name }: Exchange, exception: unknown): void {
    this.#failed++;
    this.#loop.callExceptionHandler({ message, exception, ...target, request: name });
  }
}
