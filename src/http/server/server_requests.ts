/**
 * The requests of a server that are being answered.
 *
 * @module
 */

import { type Context, copyContext, type EventLoop, findSteadyLater } from "../../lowlevel.ts";
import type { ServerWork } from "../../net/shutdown.ts";
import { Event } from "../../sync/event.ts";
import { Semaphore } from "../../sync/semaphore.ts";
import { onDisconnect } from "./disconnect.ts";
import type { Answering } from "./answering.ts";
import { type ErrorHandler, Exchange, type ExchangePolicy } from "./exchange.ts";
import type { RequestInfo } from "./handler.ts";
import type { AccessEntry } from "./access.ts";
import { refusal } from "./reply.ts";
import { RequestReaders } from "./request_readers.ts";
import { CUT_OFF, GONE } from "./server_body.ts";

/** What is known of a request of a server. */
type Info = RequestInfo<Deno.Addr>;

/** Starts an exchange. */
const start = (exchange: Exchange<Info>, loop: EventLoop) => exchange.start(loop);

/** A request of a server that is over, as a log tells of it. All times are in ms. */
export interface ServerAccessEntry extends AccessEntry {
  /** Where it came from. */
  readonly remoteAddr: Deno.Addr;
}

/** How requests are answered, as the options of a server say it. */
export interface ServerRules {
  readonly handler: Answering<[Info]>;
  readonly limit: number;
  readonly overload: "wait" | "reject";
  readonly deadline: number | undefined;
  readonly sendTimeout: number;
  readonly receiveTimeout: number;
  readonly maxBody: number;
  readonly onError: ErrorHandler | undefined;
  readonly onAccess: ((entry: ServerAccessEntry) => void) | undefined;
}

/** How old, in ms, a request is at least before its client is watched; at most, it is twice as old. */
const WATCHED_AFTER = 25;

/** The number of requests of a server, by what became of them. */
export interface ServerStatistics {
  /** Those that are being answered, their bodies included. */
  readonly active: number;
  /** Those that wait because of the limit. */
  readonly waiting: number;
  /** Those that are over, however they ended. */
  readonly completed: number;
  /** Those whose handler or body failed. */
  readonly failed: number;
  /** Those turned away because of the limit, or because the server had shut down. */
  readonly rejected: number;
}

/** The requests of a server: it takes them on, and knows those that are not over. */
export class ServerRequests implements ServerWork {
  /** An event that is set while nothing is being answered and nothing waits. */
  readonly idle: Event = new Event();
  readonly #loop: EventLoop;
  readonly #context: Context = copyContext();
  readonly #policy: ExchangePolicy<Info>;
  readonly #limit: number;
  /** The exchanges that did not end where they began. */
  readonly #lasting = new Set<Exchange<Info>>();
  /** Those of them whose clients are not watched yet, oldest first. */
  readonly #unwatched = new Set<Exchange<Info>>();
  /** The last exchange that was there when the clients of the old ones were watched. */
  #lastSeen = 0;
  /** What calls off the watching that is to come. */
  #stopWatching: (() => void) | undefined;
  /** The exchange that was begun last: the host complains of its response at once, if at all. */
  #latest: Exchange<Info> | undefined;
  #serial = 0;
  #present = 0;
  #failed = 0;
  #rejected = 0;
  #isStopping = false;
  #isClosed = false;

  /** Answers requests in a loop. */
  constructor(loop: EventLoop, rules: ServerRules) {
    this.#loop = loop;
    const { handler, limit, overload, deadline, sendTimeout, onError, onAccess } = rules;
    const waits = overload === "wait" && limit < Infinity;
    this.#limit = waits ? Infinity : limit;
    this.#policy = Object.freeze(
      {
        handler,
        onError,
        onAccess: onAccess && ((entry, { remoteAddr }) => onAccess({ ...entry, remoteAddr })),
        readers: new RequestReaders(rules.maxBody, { ms: rules.receiveTimeout, loop }),
        permits: waits ? new Semaphore(limit) : undefined,
        deadline,
        sendTimeout,
        report: (message, exchange, error) => this.#report(message, exchange, error),
        isStopping: () => this.#isStopping,
        onDone: (exchange) => this.#noteDone(exchange),
      } satisfies ExchangePolicy<Info>,
    );
    this.idle.set();
  }

  /** The number of requests that are being answered. */
  get active(): number {
    return this.#present - this.#waiting;
  }

  /** The number of requests that have not got beyond the limit. */
  get #waiting(): number {
    if (this.#policy.permits === undefined) return 0;
    let waiting = 0;
    for (const { isInside } of this.#lasting) if (!isInside) waiting++;
    return waiting;
  }

  /** Counts what became of the requests so far. */
  statistics(): ServerStatistics {
    const waiting = this.#waiting;
    return Object.freeze({
      active: this.#present - waiting,
      waiting,
      completed: this.#serial - this.#present,
      failed: this.#failed,
      rejected: this.#rejected,
    });
  }

  /** Takes a request on. */
  accept(request: Request, info: Info): Response | Promise<Response> {
    if (this.#isClosed || this.#present >= this.#limit) {
      this.#rejected++;
      return refusal(503);
    }
    if (this.#policy.onAccess !== undefined) keepAddress(info);
    if (this.#present++ === 0) this.idle.clear();
    const exchange = new Exchange(this.#policy, ++this.#serial, request, info);
    const answer = this.#context.run(start, exchange, this.#loop);
    this.#latest = exchange;
    if (!exchange.isOver) this.#keep(exchange);
    return answer;
  }

  /** Remembers an exchange that goes on. */
  #keep(exchange: Exchange<Info>): void {
    this.#lasting.add(exchange);
    if (exchange.isAnswered) return; // The host says of a body whether it is still wanted.
    this.#unwatched.add(exchange);
    this.#watchLater();
  }

  /** Sees to the clients of those that take long; for all others that would cost more than they do. */
  #watchLater(): void {
    this.#stopWatching ??= findSteadyLater()(() => this.#watchOld(), WATCHED_AFTER, false);
  }

  /** Watches the clients of those that were there the last time. */
  #watchOld(): void {
    this.#stopWatching = undefined;
    for (const exchange of this.#unwatched) {
      if (exchange.serial > this.#lastSeen) break;
      this.#unwatched.delete(exchange);
      if (exchange.isAnswered) continue;
      onDisconnect(exchange.request, () => {
        if (!exchange.isAnswered) exchange.cancel(GONE);
      });
    }
    this.#lastSeen = this.#serial;
    if (this.#unwatched.size > 0) this.#watchLater();
  }

  /** Forgets an exchange that is over. */
  #noteDone(exchange: Exchange<Info>): void {
    this.#lasting.delete(exchange);
    this.#unwatched.delete(exchange);
    if (--this.#present === 0) this.idle.set();
  }

  /** Lets what goes on after responses come to its end: no more requests will come. */
  stop(): void {
    this.#isStopping = true;
    for (const exchange of [...this.#lasting]) exchange.stop();
  }

  /** Cancels all that are left, and takes no more. */
  close(reason: string): void {
    this.#isClosed = true;
    this.#stopWatching?.();
    for (const exchange of [...this.#lasting]) exchange.cancel(reason);
  }

  /** Answers in place of a response that the host refuses. */
  refuse(error: unknown): Response {
    if (error !== CUT_OFF) {
      this.#report("The host cannot send a response", this.#latest!, error);
    }
    return refusal(500);
  }

  /** Reports what nobody else can handle. */
  #report(message: string, { target, name }: Exchange<Info>, exception: unknown): void {
    this.#failed++;
    this.#loop.callExceptionHandler({ message, exception, ...target, request: name });
  }
}

/** Reads the address of a client while the host knows it. */
function keepAddress(info: Info): void {
  const { remoteAddr } = info;
  Object.defineProperty(info, "remoteAddr", { value: remoteAddr });
}
