/**
 * One request and its response.
 *
 * @module
 */

import { TimeoutError } from "../errors.ts";
import {
  callHere,
  type Coroutine,
  type EventLoop,
  isCancelled,
  outcomeOf,
  Task,
  type TaskOptions,
  Timeout,
} from "../lowlevel.ts";
import type { Permit } from "../sync/wait_queue.ts";
import { type BodyOwner, ServerBody } from "./server_body.ts";
import { isBrokenUpload } from "./server_disconnect.ts";
import type { RequestInfo } from "./server_handler.ts";
import { checkResponse, openBody, refusal, withBody } from "./server_reply.ts";
import type { ServerRequests } from "./server_requests.ts";

const EAGERLY: TaskOptions = { eager: true };

/** Is the exchange whose task is being made. */
let beginning: Exchange | undefined;

/** Is the task of a request; its name is made when somebody looks at it. */
class RequestTask extends Task<void> {
  /** Is set once the first step has run. */
  #exchange: Exchange | undefined = beginning;

  override get name(): string {
    const exchange = #exchange in this ? this.#exchange : beginning;
    return this.rare?.name ?? exchange!.name;
  }

  override set name(name: string) {
    super.name = name;
  }
}

/** Is what a request asks for. */
interface Target {
  readonly method?: string;
  readonly url?: string;
}

/** Is one request and its response. */
export class Exchange implements BodyOwner {
  /** Is what the client asked. */
  readonly request: Request;
  readonly #info: RequestInfo;
  readonly #requests: ServerRequests;
  readonly #serial: number;
  #task: RequestTask | undefined;
  #name: string | undefined;
  #target: Target | undefined;
  #permit: Permit | undefined;
  #deadline: Timeout | undefined;
  #isInside = false;
  #response: Response | undefined;
  #respond: ((response: Response) => void) | undefined;

  /** Takes a request on. */
  constructor(requests: ServerRequests, serial: number, request: Request, info: RequestInfo) {
    this.#requests = requests;
    this.#serial = serial;
    this.request = request;
    this.#info = info;
  }

  /** Names the request: method, path and number. A query may hold secrets, and is left out. */
  get name(): string {
    return this.#name ??= this.#describe();
  }

  #describe(): string {
    const { method, url = "" } = this.target;
    const path = URL.parse(url)?.pathname;
    return path === undefined ? `request #${this.#serial}` : `${method} ${path} #${this.#serial}`;
  }

  /** Tells what is asked for; nothing if nobody wanted to know before the host let go of it. */
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

  /** Tells whether its response was handed to the host. */
  get isAnswered(): boolean {
    return this.#response !== undefined;
  }

  /** Tells whether all is done. */
  get isOver(): boolean {
    return this.#task?.done ?? false;
  }

  /** Tells whether it has got beyond the limit of requests. */
  get isInside(): boolean {
    return this.#isInside;
  }

  /** Starts the task; gives the response at once if the handler does. */
  start(loop: EventLoop): Response | Promise<Response> {
    beginning = this;
    this.#task = new RequestTask(loop, this.#run(), EAGERLY);
    beginning = undefined;
    if (this.#response !== undefined) return this.#response;
    return new Promise((resolve) => {
      this.#respond = resolve;
    });
  }

  /** Cancels the task; harmless when it is done. */
  cancel(reason: string): void {
    if (!this.isOver) this.#task?.cancel(reason);
  }

  reportBody(error: unknown): void {
    this.#requests.report("exception in a response's body", this, error);
  }

  /** Is what the task does. */
  *#run(): Coroutine<void> {
    const requests = this.#requests;
    try {
      const result = requests.isBounded ? yield* this.#bounded() : this.#call();
      const response = result instanceof Response ? result : yield* outcomeOf(result);
      const body = this.#send(response);
      if (body !== undefined) yield* body.send();
    } catch (error) {
      this.#fail(error);
      if (isCancelled(error)) throw error;
    } finally {
      this.#permit?.[Symbol.dispose]();
      requests.leave(this);
    }
  }

  /** Calls the handler within the limit and the deadline, and waits for its response. */
  *#bounded(): Coroutine<unknown> {
    this.#deadline = Timeout.after(this.#requests.deadline);
    return yield* this.#deadline.run(() => this.#inLine());
  }

  /** Calls the handler within the limit, and waits for its response. */
  *#inLine(): Coroutine<unknown> {
    const { permits } = this.#requests;
    if (permits !== undefined) this.#permit = yield* permits.acquire();
    const result = this.#call();
    return result instanceof Response ? result : yield* outcomeOf(result);
  }

  /** Calls the handler. */
  #call(): unknown {
    this.#isInside = true;
    this.#requests.enter();
    return callHere(this.#requests.handler, this.request, this.#info);
  }

  /** Hands the response to the host; gives its body, if that is to be sent yet. */
  #send(response: unknown): ServerBody | undefined {
    checkResponse(response, this.#respond === undefined);
    const body = openBody(response);
    if (body instanceof Response) {
      this.#answer(body);
      return undefined;
    }
    void this.name; // The host soon lets go of what it is made from.
    if (this.target.method === "HEAD") {
      body.cancel().catch((error) => this.reportBody(error));
      this.#answer(withBody(response, null));
      return undefined;
    }
    const sending = new ServerBody(body, this);
    this.#answer(withBody(response, sending.stream));
    return sending;
  }

  #answer(response: Response): void {
    this.#response = response;
    this.#respond?.(response);
  }

  /** Answers in the handler's place, if there still is somebody to answer. */
  #fail(error: unknown): void {
    if (this.isAnswered) {
      if (!isCancelled(error)) this.reportBody(error);
    } else if (isCancelled(error) || isBrokenUpload(error, this.request)) {
      this.#answer(refusal(503));
    } else if (error instanceof TimeoutError && this.#deadline?.expired) {
      this.#answer(refusal(504));
    } else {
      this.#answer(this.#requests.answerTo(this, error));
    }
  }
}
