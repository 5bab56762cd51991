/**
 * One request and its response.
 *
 * @module
 */

import { TimeoutError } from "../../errors.ts";
import {
  type Coroutine,
  type EventLoop,
  isCancelled,
  outcomeOf,
  type Task,
  Timeout,
} from "../../lowlevel.ts";
import { called } from "../../sync/called.ts";
import type { Semaphore } from "../../sync/semaphore.ts";
import { type AccessEntry, AccessTimes } from "./access.ts";
import { beginningOf, type Continuation, continuationOf } from "./continuation.ts";
import { isBrokenUpload, noteCall } from "./disconnect.ts";
import { HttpError } from "./http_error.ts";
import {
  canTell,
  checkResponse,
  headOf,
  openBody,
  refusal,
  responseOf,
  withBody,
} from "./reply.ts";
import { readyBody } from "./ready_body.ts";
import { isMalformedBody, type RequestReaders } from "./request_readers.ts";
import { type BodyOwner, ServerBody } from "./server_body.ts";
import type { Permit } from "../../sync/permit.ts";

/** What dumps say that a request waits for before its handler is called. */
const LIMIT = () => "the server's limit of requests";

/** What answers a request whose handler has failed; `undefined` leaves that to the server. */
export type ErrorHandler = (error: unknown, request: Request) => Response | undefined;

/** How a server answers its requests, from the first to the last. */
export interface ExchangePolicy<Info> {
  /** What answers: it gets what the host knows of a request besides the request. */
  readonly handler: (request: Request, info: Info) => unknown;
  readonly onError: ErrorHandler | undefined;
  /** What reads the bodies of requests. */
  readonly readers: RequestReaders;
  /** A function to tell of each request when it is over. */
  readonly onAccess: ((entry: AccessEntry, info: Info) => void) | undefined;
  /** What a request needs to get to its handler, if it is to wait for it. */
  readonly permits: Semaphore | undefined;
  /** How long, in ms, a response may take from its request's arrival on. */
  readonly deadline: number | undefined;
  /** How long, in ms, the client of a streamed body may take nothing of it. */
  readonly sendTimeout: number;
  /** A function that reports what nobody else can handle. */
  readonly report: (message: string, exchange: Exchange<Info>, error: unknown) => void;
  /** Whether what goes on after its response is to come to its end. */
  readonly isStopping: () => boolean;
  /** A function to call once, when all is done. */
  readonly onDone: (exchange: Exchange<Info>) => void;
}

/** What a request asks for. */
interface Target {
  readonly method?: string;
  readonly url?: string;
}

/** One request and its response. */
export class Exchange<Info = unknown> implements BodyOwner {
  /** What the client asked. */
  readonly request: Request;
  readonly #policy: ExchangePolicy<Info>;
  /** Its number among those of the server. */
  readonly serial: number;
  readonly #info: Info;
  #task: Task<void> | undefined;
  #name: string | undefined;
  #target: Target | undefined;
  #permit: Permit | undefined;
  #deadline: Timeout | undefined;
  #isInside = false;
  #response: Response | undefined;
  #respond: ((response: Response) => void) | undefined;
  /** What the response goes on with. */
  #continuation: Continuation | undefined;
  /** What happened when, if somebody wants to know. */
  #times: AccessTimes | undefined;
  /** What the task failed with. */
  #error: unknown;

  /** Takes a request on. */
  constructor(policy: ExchangePolicy<Info>, serial: number, request: Request, info: Info) {
    this.#policy = policy;
    this.serial = serial;
    this.request = request;
    this.#info = info;
  }

  /** The request's name: method, path and number. A query may hold secrets, and is left out. */
  get name(): string {
    return this.#name ??= this.#describe();
  }

  #describe(): string {
    const { method, url = "" } = this.target;
    if (!URL.canParse(url)) return `request #${this.serial}`;
    return `${method} ${new URL(url).pathname} #${this.serial}`;
  }

  /** What is asked for; nothing if nobody wanted to know before the host let go of it. */
  get target(): Target {
    return this.#target ??= this.#readTarget();
  }

  #readTarget(): Target {
    try {
      const { method, url } = this.request;
      return { method, url };
    } catch {
      return {};
    }
  }

  /** Whether its response was handed to the host. */
  get isAnswered(): boolean {
    return this.#response !== undefined;
  }

  /** Whether all is done. */
  get isOver(): boolean {
    return this.#task?.done ?? false;
  }

  /** Whether it has got beyond the limit of requests. */
  get isInside(): boolean {
    return this.#isInside;
  }

  /** Starts the task, at once if it is eager; returns the response at once if the handler does. */
  start(loop: EventLoop, isEager = true): Response | Promise<Response> {
    if (this.#policy.onAccess !== undefined) this.#beginAccess(loop);
    const name = () => this.name; // To make it costs more than to ask for it, and few ask.
    this.#task = loop.createTask(this.#run(), { name, eager: isEager });
    if (this.#response !== undefined) return this.#response;
    return new Promise((resolve) => {
      this.#respond = resolve;
    });
  }

  /** Cancels the task; harmless when it is done. */
  cancel(reason: string): void {
    if (!this.isOver) this.#task?.cancel(reason);
  }

  /** Lets what goes on after the response come to its end. */
  stop(): void {
    this.#continuation?.stop();
  }

  reportBody(error: unknown): void {
    this.#report("The body of a response failed", error);
  }

  /** Handles the request, in its task. */
  *#run(): Coroutine<void> {
    const { permits, deadline, onDone } = this.#policy;
    try {
      const isBounded = permits !== undefined || deadline !== undefined;
      const result = isBounded ? yield* this.#bounded() : this.#call();
      let response = result instanceof Response ? result : yield* outcomeOf(result);
      const begin = beginningOf(response);
      if (begin !== undefined) response = yield* begin();
      const body = this.#send(canTell() ? response : yield* this.#look(response));
      if (body !== undefined) yield* body.send();
      const next = this.#continuation;
      if (next?.run !== undefined) yield* next.run((...report) => this.#report(...report));
    } catch (error) {
      this.#error = error;
      this.#fail(error);
      if (isCancelled(error)) throw error;
    } finally {
      this.#permit?.[Symbol.dispose]();
      if (this.#times !== undefined) this.#tellAccess(this.#times);
      onDone(this);
    }
  }

  /** Begins to measure; what is asked for is read while the host knows it. */
  #beginAccess(loop: EventLoop): void {
    this.#times = new AccessTimes(loop);
    void this.name;
  }

  /** Hands on what there is to know of the request, which is over. */
  #tellAccess(times: AccessTimes): void {
    const { method, url } = this.target;
    const status = this.#response?.status;
    const entry = { task: this.name, method, url, status, error: this.#error, ...times.end() };
    try {
      this.#policy.onAccess!(entry, this.#info);
    } catch (error) {
      this.#report("onAccess failed", error);
    }
  }

  /** Reports what nobody else can handle. */
  #report(message: string, error: unknown): void {
    this.#policy.report(message, this, error);
  }

  /** Calls the handler within the limit and the deadline, and waits for its response. */
  *#bounded(): Coroutine<unknown> {
    this.#deadline = Timeout["after"](this.#policy.deadline);
    return yield* this.#deadline["run"](() => this.#inLine());
  }

  /** Calls the handler within the limit, and waits for its response. */
  *#inLine(): Coroutine<unknown> {
    const { permits } = this.#policy;
    if (permits !== undefined) this.#permit = yield* called(permits.acquire(), LIMIT);
    const result = this.#call();
    return result instanceof Response ? result : yield* outcomeOf(result);
  }

  /** Calls the handler. */
  #call(): unknown {
    this.#isInside = true;
    this.#times?.noteTurn();
    const { handler, readers } = this.#policy;
    const request = readers.install(this.request);
    const before = noteCall(request);
    try {
      return handler(request, this.#info);
    } finally {
      noteCall(before);
    }
  }

  /** Looks whether all of the response's body is there; HEAD wants none of it. */
  *#look(response: unknown): Coroutine<unknown> {
    const isSound = response instanceof Response && response.type !== "error" && !response.bodyUsed;
    if (!isSound || this.target.method === "HEAD") return response;
    return yield* readyBody(response);
  }

  /** Hands the response to the host; returns its body, if that is to be sent yet. */
  #send(response: unknown): ServerBody | undefined {
    checkResponse(response, this.#respond === undefined);
    this.#continuation = continuationOf(response);
    if (this.#continuation !== undefined && this.#policy.isStopping()) this.#continuation.stop();
    const body = openBody(response);
    if (body instanceof Response) {
      this.#answer(body);
      return undefined;
    }
    if (this.target.method === "HEAD") {
      body?.cancel().catch((error) => this.reportBody(error));
      this.#answer(headOf(response));
      return undefined;
    }
    if (body === null) {
      this.#answer(response);
      return undefined;
    }
    void this.name; // The host soon lets go of what it is made from.
    const sending = new ServerBody(body, this, this.#policy.sendTimeout);
    this.#answer(withBody(response, sending.stream));
    return sending;
  }

  #answer(response: Response): void {
    this.#response = response;
    this.#times?.noteResponse();
    this.#respond?.(response);
  }

  /** Answers in the handler's place, if there still is somebody to answer. */
  #fail(error: unknown): void {
    if (this.isAnswered) {
      if (!isCancelled(error)) this.reportBody(error);
    } else if (isCancelled(error)) {
      this.#answer(refusal(503));
    } else if (isBrokenUpload(error, this.request)) {
      this.#answer(refusal(400)); // Who has sent it wrongly, and is still there, is to know.
    } else if (error instanceof TimeoutError && this.#deadline?.expired) {
      this.#answer(refusal(504));
    } else {
      this.#answer(this.#answerTo(error));
    }
  }

  /** Returns the response to an error of the handler: `onError`'s, the error's own, or a bare 500. */
  #answerTo(error: unknown): Response {
    const response = this.#tryAnswer("onError", () => this.#askOnError(error)) ??
      this.#tryAnswer("getResponse()", () => responseOf(error));
    if (response !== undefined) return response;
    if (isMalformedBody(error)) return malformed(error);
    if (error instanceof TypeError && this.#isMisaddressed()) return refusal(400);
    this.#report("The handler of a request failed", error);
    return refusal(500);
  }

  /** Checks whether the address is none, as the client's header `host` made it: no handler can read it. */
  #isMisaddressed(): boolean {
    const { url } = this.target;
    return url !== undefined && !URL.canParse(url);
  }

  #askOnError(error: unknown): Response | undefined {
    const { onError } = this.#policy;
    const response = onError?.(error, this.request);
    if (response !== undefined) checkResponse(response);
    return response;
  }

  /** Asks code of the user's for a response; reports its failure. */
  #tryAnswer(name: string, answer: () => Response | undefined): Response | undefined {
    try {
      return answer();
    } catch (exception) {
      this.#report(`${name} failed to answer a request`, exception);
      return undefined;
    }
  }
}

/** Returns the response to a request whose body is not what it claims to be. */
function malformed({ message }: Error): Response {
  return new HttpError(400, `The body of the request is malformed: ${message}`).getResponse();
}
