/**
 * Which requests are tried again, and when.
 *
 * @module
 */

import {
  ClientConnectionError,
  ClientError,
  ClientResponseError,
  TimeoutError,
} from "../errors.ts";
import { checkCount, checkOptions, type Coroutine, runningLoop, show, sleep } from "../lowlevel.ts";
import { retry, type RetryOptions } from "../sync/retry.ts";
import { checkKind } from "./check_kind.ts";
import type { ClientRequest } from "./client_request.ts";

/** Configures how requests are tried again. */
export interface ClientRetries {
  /** Bounds how often a request is sent; 3 times unless given. */
  attempts?: number | undefined;
  /** Is the wait before the second attempt, in ms; 100 unless given. */
  delay?: number | undefined;
  /** Multiplies the wait after each attempt; 2 unless given. */
  factor?: number | undefined;
  /** Shortens each wait by a random part of it, up to this one; 0 to 1, 0 unless given. */
  jitter?: number | undefined;
  /**
   * Decides whether an error is worth another attempt. Unless given: no answer, no head within
   * `timeout.connect`, and the statuses 408, 429, and 500 and more.
   */
  when?: ((error: ClientError | TimeoutError, attempt: number) => boolean) | undefined;
  /** Lists the methods that are tried again: those that do no harm twice, unless given. */
  methods?: readonly string[] | undefined;
}

/** Lists the options. */
const NAMES: readonly (keyof ClientRetries)[] = [
  "attempts",
  "delay",
  "factor",
  "jitter",
  "when",
  "methods",
];
/** Lists the methods that may be repeated, as RFC 9110 has it. */
const IDEMPOTENT: readonly string[] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

/** Tells whether another attempt may help. */
function mayHelp(error: ClientError | TimeoutError): boolean {
  if (error instanceof ClientResponseError) {
    return error.status >= 500 || error.status === 429 || error.status === 408;
  }
  return error instanceof ClientConnectionError || error instanceof TimeoutError;
}

/** Reads, in ms from now, when a server wants to be asked again. */
export function readRetryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}

/** Decides which requests are tried again. */
export class RetryPolicy {
  readonly #options: ClientRetries;
  readonly #methods: readonly string[];
  /** Decides whether an error is worth another attempt. */
  readonly when: (error: ClientError | TimeoutError, attempt: number) => boolean;

  /** Checks and completes options. */
  constructor(retries: number | ClientRetries) {
    checkKind("retries", retries, "number", "object");
    const options = typeof retries === "number" ? { attempts: retries } : retries;
    checkOptions("retries", options, NAMES);
    const { attempts = 3, methods = IDEMPOTENT, when = mayHelp, ...rest } = options;
    checkCount("attempts", attempts, 1);
    if (!Array.isArray(methods) || !methods.every((method) => typeof method === "string")) {
      throw new TypeError(`methods MUST BE AN ARRAY OF STRINGS: ${show(methods)}`);
    }
    checkKind("when", when, "function");
    this.#options = { ...rest, attempts };
    this.#methods = methods.map((method) => method.toUpperCase());
    this.when = when;
    retry(() => sleep(0), this.#options as RetryOptions); // Checks the numbers; it never runs.
  }

  /** Bounds how often a request is sent. */
  attemptsFor(request: ClientRequest): number {
    const mayRepeat = request.isReplayable && this.#methods.includes(request.method);
    return mayRepeat ? this.#options.attempts! : 1;
  }

  /** Sends a request as often as it takes and is allowed. */
  *run<T>(
    request: ClientRequest,
    deadline: number,
    send: (attempts: Attempts) => Coroutine<T>,
  ): Coroutine<T> {
    const most = this.attemptsFor(request);
    const attempts = new Attempts(this, most, deadline);
    if (most === 1) return yield* send(attempts);
    return yield* retry((count) => attempts.make(count, send), {
      ...this.#options as RetryOptions,
      attempts: most,
      when: (error) => attempts.wants(error),
    });
  }
}

/** Are the attempts at one request. */
export class Attempts {
  readonly #policy: RetryPolicy;
  readonly #most: number;
  readonly #deadline: number;
  #count = 1;
  #notBefore = -Infinity;
  /** Is the error that the next attempt follows: nobody is asked twice about it. */
  #accepted: unknown = undefined;

  /** Counts from the first. */
  constructor(policy: RetryPolicy, most: number, deadline: number) {
    this.#policy = policy;
    this.#most = most;
    this.#deadline = deadline;
  }

  /** Makes an attempt, once the server wants to be asked again. */
  *make<T>(count: number, send: (attempts: Attempts) => Coroutine<T>): Coroutine<T> {
    this.#count = count;
    const wait = this.#notBefore - runningLoop().time();
    if (wait > 0) yield* sleep(wait);
    return yield* send(this);
  }

  /** Tells whether another attempt follows an error. */
  wants(error: unknown): boolean {
    if (error === this.#accepted) return true;
    if (this.#count >= this.#most) return false;
    if (!(error instanceof ClientError || error instanceof TimeoutError)) return false;
    if (!this.#policy.when(error, this.#count)) return false;
    const after = error instanceof ClientResponseError ? readRetryAfter(error.headers) : undefined;
    if (after !== undefined) {
      this.#notBefore = runningLoop().time() + after;
      if (this.#notBefore >= this.#deadline) return false; // It would come too late.
    }
    this.#accepted = error;
    return true;
  }
}
