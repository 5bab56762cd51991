/**
 * Answering requests wherever there is something like `fetch`.
 *
 * @module
 */

import {
  checkAbove,
  checkAtLeast,
  checkCount,
  checkFunction,
  checkKind,
  checkOptions,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  findRunningLoop,
  requireTask,
  run,
  runningLoop,
  type RunOptions,
  type Task,
  wait,
} from "../../lowlevel.ts";
import { Event } from "../../sync/event.ts";
import type { AccessEntry } from "../server/access.ts";
import { toAnswering } from "../server/answering.ts";
import { onDisconnect } from "../server/disconnect.ts";
import { type ErrorHandler, Exchange, type ExchangePolicy } from "../server/exchange.ts";
import { MAX_BODY, RequestReaders } from "../server/request_readers.ts";
import { GONE } from "../server/server_body.ts";

/** The part of a host's context that lets work go on after the response. */
export interface WaitUntil {
  /** Keeps the request's surroundings until a promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** What answers requests: a generator function, a native async function, or a plain function. */
export type FetchHandler<Env = unknown, Context = unknown> = (
  request: Request,
  env: Env,
  context: Context,
) => Response | CoroutineResult<Response>;

/** An application with such a method, as many frameworks make them. */
export interface FetchHandlerApp<Env = unknown, Context = unknown> {
  /** Answers a request. */
  fetch(request: Request, env: Env, context: Context): Response | CoroutineResult<Response>;
}

/** What a host calls with each request; what it gives besides goes on to the handler. */
export type FetchFunction<Env = unknown, Context = unknown> = (
  request: Request,
  env?: Env,
  context?: Context,
) => Promise<Response>;

/** The configuration of `fetchHandler()`. */
export interface FetchHandlerOptions {
  /** How long, in ms, a response may take, before the client gets a 504. */
  deadline?: number | undefined;
  /**
   * How long, in ms, a client may take nothing of a body that is a stream: its request is
   * cancelled then. 30,000 unless given; `Infinity` is no bound.
   */
  sendTimeout?: number | undefined;
  /**
   * The most bytes of a request's body that `json()`, `text()` and the like read: a larger one is a
   * 413. 16,777,216 unless given; the stream `request.body` has no bound.
   */
  maxBody?: number | undefined;
  /** How long, in ms, tasks that a handler has left may go on after its response; 10,000 unless given. */
  grace?: number | undefined;
  /**
   * A function that answers a request whose handler failed. What it does not answer is answered by the error's own
   * `getResponse()`, as `HttpError` has it, or else by a 500, and is reported then.
   */
  onError?: ErrorHandler | undefined;
  /** A function to tell of each request when it is over, for a log. */
  onAccess?: ((entry: AccessEntry) => void) | undefined;
  /** How each request's own loop runs: its clock, its exception handler, debug mode. */
  run?: Omit<RunOptions, "grace" | "name" | "signal" | "signals"> | undefined;
}

/** What a host gives with a request. */
interface Given<Env, Context> {
  readonly env: Env;
  readonly context: Context;
}

const NAMES: readonly (keyof FetchHandlerOptions)[] = [
  "deadline",
  "sendTimeout",
  "maxBody",
  "grace",
  "onError",
  "onAccess",
  "run",
];
/** What a run of a request is given, whatever its options. */
const OWN: readonly string[] = ["grace", "name", "signal", "signals"];
/** How long, in ms, the client of a streamed body may take nothing of it, unless the user says. */
const SEND_TIMEOUT = 30_000;
/** How long, in ms, tasks may go on after the response, unless the user says. */
const GRACE = 10_000;

/**
 * Makes the `fetch` of a script at the edge, a worker or a server out of a handler.
 *
 * The handler is a generator function, a native async function or a plain one, or an object with such
 * a method `fetch`. Each request is a run of its own, with a loop of its own: several may be in
 * progress at once, and share nothing but the module. Its task has the request's method, path and
 * number for a name. Called inside of a task, it answers in a task of that loop.
 *
 * A client that goes away cancels it, where the host aborts the request's signal, and so does the
 * deadline. An error is answered as by `serve()`: by `onError`, by its own `getResponse()`, or by a 500,
 * and then it is reported. A body that is a stream is read by the task, and may await the library.
 *
 * The run lasts until the body was sent and the tasks that the handler has left have ended, `grace` ms
 * at the most; what is left then is cancelled. If the host gives a `waitUntil()` as workers at the edge
 * do, it is told of that. No signal of the process is listened to.
 *
 * **Gotchas.** In workerd, `request.signal` is aborted only with the flag `enable_request_signal`. What
 * the host gives beside the request comes last: a generator function may leave it out.
 *
 * ```ts
 * import { sleep } from "@weft/weft";
 * import { fetchHandler } from "@weft/weft/web.ts";
 *
 * const handle = fetchHandler(function* (request) {
 *   yield* sleep(1);
 *   return new Response(`you asked for ${new URL(request.url).pathname}`);
 * }, { deadline: 5_000 });
 *
 * // Deno.serve(handle), Bun.serve({ fetch: handle }), export default { fetch: handle }
 * const response = await handle(new Request("http://localhost/hello"));
 * console.assert(await response.text() === "you asked for /hello");
 * ```
 */
export function fetchHandler<Env = unknown, Context = unknown>(
  handler: FetchHandler<Env, Context> | FetchHandlerApp<Env, Context>,
  options: FetchHandlerOptions = {},
): FetchFunction<Env, Context> {
  const requests = new Requests(handler, check(options));
  return (request, env, context) =>
    requests.answer(request, { env, context } as Given<Env, Context>);
}

/** The options, checked. */
type Checked = FetchHandlerOptions & {
  readonly sendTimeout: number;
  readonly maxBody: number;
  readonly grace: number;
};

/** Refuses what cannot be, and fills in what is left out. */
function check(options: FetchHandlerOptions): Checked {
  checkOptions("fetchHandler()", options, NAMES);
  const { deadline, sendTimeout = SEND_TIMEOUT, maxBody = MAX_BODY, grace = GRACE } = options;
  if (deadline !== undefined) checkAbove("deadline", deadline, 0);
  checkAbove("sendTimeout", sendTimeout, 0);
  checkCount("maxBody", maxBody, 0);
  checkAtLeast("grace", grace, 0);
  if (options.onError !== undefined) checkFunction("onError", options.onError);
  if (options.onAccess !== undefined) checkFunction("onAccess", options.onAccess);
  if (options.run !== undefined) checkKind("run", options.run, "object");
  for (const name of OWN) {
    if (!(name in (options.run ?? {}))) continue;
    throw new TypeError(`Cannot set the option ${name} of a request's run: leave it out`);
  }
  return { ...options, sendTimeout, maxBody, grace };
}

/** The requests that one handler answers. */
class Requests<Env, Context> {
  readonly #policy: Omit<ExchangePolicy<Given<Env, Context>>, "onDone" | "report">;
  readonly #grace: number;
  readonly #runOptions: RunOptions;
  #serial = 0;

  constructor(
    handler: FetchHandler<Env, Context> | FetchHandlerApp<Env, Context>,
    options: Checked,
  ) {
    const { deadline, sendTimeout, maxBody, grace, onError, onAccess } = options;
    const answer = toAnswering<[Env, Context]>(handler);
    this.#policy = {
      handler: (request, { env, context }) => answer(request, env, context),
      onError,
      onAccess,
      readers: new RequestReaders(maxBody),
      permits: undefined,
      deadline,
      sendTimeout,
      isStopping: () => false,
    };
    this.#grace = grace;
    this.#runOptions = { ...options.run, signals: [] };
  }

  /** Answers a request in a run of its own, or in the loop that is running already. */
  answer(request: Request, given: Given<Env, Context>): Promise<Response> {
    const running = findRunningLoop();
    if (running !== undefined) return Promise.resolve(this.#begin(request, given, running).answer);
    return new Promise((resolve, reject) => {
      let loop: EventLoop | undefined;
      const respond = (answer: Response | Promise<Response>) =>
        answer instanceof Promise ? void answer.then(resolve) : resolve(answer);
      const main = () => this.#last(request, given, loop = runningLoop(), respond);
      const lasting = run(main, this.#runOptions).catch((exception) => {
        reject(exception); // Unless there is a response already.
        loop?.callExceptionHandler({ message: "The run of a request failed", exception });
      });
      keepAlive(given.context, lasting);
    });
  }

  /** Begins to answer a request in a loop; returns the answer, and what happens at the end of all. */
  #begin(
    request: Request,
    given: Given<Env, Context>,
    loop: EventLoop,
  ): { readonly answer: Response | Promise<Response>; readonly isOver: Event } {
    const isOver = new Event();
    const exchange = new Exchange(
      {
        ...this.#policy,
        report: (message, { target, name }, exception) =>
          loop.callExceptionHandler({ message, exception, ...target, request: name }),
        onDone: () => isOver.set(),
      },
      ++this.#serial,
      request,
      given,
    );
    // Without async context, a native handler is known in a turn of its own only.
    const answer = exchange.start(loop, false);
    loop.callSoon(watch, exchange);
    return { answer, isOver };
  }

  /** Answers a request, and lasts until all that goes on after that has ended. */
  *#last(
    request: Request,
    given: Given<Env, Context>,
    loop: EventLoop,
    respond: (answer: Response | Promise<Response>) => void,
  ): Coroutine<void> {
    const { answer, isOver } = this.#begin(request, given, loop);
    respond(answer);
    yield* isOver.wait();
    yield* letEnd(loop, requireTask("fetchHandler()"), this.#grace);
  }
}

/** What can be cancelled as long as it is not answered. */
type Unanswered = Pick<Exchange, "request" | "isAnswered" | "cancel">;

/** Watches the client of a request that is not answered yet. */
function watch(exchange: Unanswered): void {
  if (exchange.isAnswered) return; // The host says of a body whether it is still wanted.
  onDisconnect(exchange.request, () => {
    if (!exchange.isAnswered) exchange.cancel(GONE);
  });
}

/** Waits for all tasks but one that are left, as long as they may go on. */
function* letEnd(loop: EventLoop, own: Task<unknown>, grace: number): Coroutine<void> {
  const end = loop.time() + grace;
  for (;;) {
    const left = [...loop.allTasks()].filter((task) => task !== own);
    const timeout = end - loop.time();
    if (left.length === 0 || timeout <= 0) return;
    yield* wait(left, timeout === Infinity ? {} : { timeout });
  }
}

/** Lets the host know how long a request lasts, if it wants to. */
function keepAlive(context: unknown, lasting: Promise<unknown>): void {
  const { waitUntil } = (context ?? {}) as Partial<WaitUntil>;
  if (typeof waitUntil === "function") waitUntil.call(context, lasting);
}
