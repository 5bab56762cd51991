/**
 * Sending a request as often as it takes.
 *
 * @module
 */

import { TimeoutError } from "../../errors.ts";
import { type Coroutine, runningLoop, sleep } from "../../lowlevel.ts";
import { retry } from "../../sync/retry.ts";
import { ClientError, ClientResponseError, statusError } from "./client_error.ts";
import type { ClientRequest } from "./client_request.ts";
import type { ClientResponse } from "./client_response.ts";
import { readRetryAfter, type RetryPolicy } from "./client_retries.ts";
import { follow } from "./redirects.ts";
import type { Settings } from "./session_options.ts";
import type { Transport } from "./transport.ts";

/** Sends a request as often as it takes and is allowed; returns the response that is not retried. */
export function* attempt(
  request: ClientRequest,
  settings: Settings,
  transport: Transport,
  deadline: number,
): Coroutine<ClientResponse> {
  const { retries } = settings;
  retries.budget?.earn();
  const send = () => follow(request, settings, transport, deadline);
  const most = retries.attemptsFor(request);
  if (most === 1) return yield* send();
  const attempts = new Attempts(retries, most, deadline);
  return yield* retry((count) => attempts.make(count, send), {
    ...retries.waits,
    attempts: most,
    when: (error) => attempts.wants(error),
  });
}

/** The attempts at one request. */
class Attempts {
  readonly #policy: RetryPolicy;
  readonly #most: number;
  readonly #deadline: number;
  #count = 1;
  #notBefore = -Infinity;
  /** The error that the next attempt follows: nobody is asked twice about it. */
  #accepted: unknown = undefined;

  /** Counts from the first. */
  constructor(policy: RetryPolicy, most: number, deadline: number) {
    this.#policy = policy;
    this.#most = most;
    this.#deadline = deadline;
  }

  /** Makes an attempt, once the server wants to be asked; throws the error that another follows. */
  *make(count: number, send: () => Coroutine<ClientResponse>): Coroutine<ClientResponse> {
    this.#count = count;
    const wait = this.#notBefore - runningLoop().time();
    if (wait > 0) yield* sleep(wait);
    const response = yield* send();
    if (response.status < 400) return response;
    let isKept = false;
    try {
      const error = statusError(response);
      if (this.wants(error)) throw error;
      isKept = true;
      return response;
    } finally {
      if (!isKept) response.release();
    }
  }

  /** Decides whether another attempt follows an error. */
  wants(error: unknown): boolean {
    if (error === this.#accepted) return true;
    if (this.#count >= this.#most) return false;
    if (!(error instanceof ClientError || error instanceof TimeoutError)) return false;
    if (!this.#policy.when(error, this.#count)) return false;
    const after = (error instanceof ClientResponseError && readRetryAfter(error.headers)) || 0;
    const earliest = runningLoop().time() + after;
    const left = this.#deadline - earliest;
    if (!(left > 0)) return false; // It would come too late, or never.
    if (this.#policy.budget?.spend() === false) return false;
    const spread = Math.min(after * this.#policy.spread, left / 2);
    this.#notBefore = earliest + spread * Math.random();
    this.#accepted = error;
    return true;
  }
}
