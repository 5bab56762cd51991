/**
 * Which requests are tried again, and when.
 *
 * @module
 */

import { TimeoutError } from "../../errors.ts";
import {
  checkCount,
  checkFunction,
  checkKind,
  checkOptions,
  checkStrings,
  handOver,
  sleep,
} from "../../lowlevel.ts";
import { type Allowance, checkAllowance, retry, type RetryOptions } from "../../sync/retry.ts";
import { ClientConnectionError, type ClientError, ClientResponseError } from "./client_error.ts";

/** The configuration of requests that are tried again. */
export interface ClientRetries {
  /** How often a request is sent, at most; 3 times unless given. */
  attempts?: number | undefined;
  /** The wait before the second attempt, in ms; 100 unless given. */
  delay?: number | undefined;
  /** The factor by which each wait is longer than the one before; 2 unless given. */
  factor?: number | undefined;
  /**
   * The largest part, 0 to 1, by which each wait is shortened at random, and by which one that the
   * server asks for by `Retry-After` is lengthened. Unless given, 0, and a quarter for the latter.
   */
  jitter?: number | undefined;
  /**
   * A function that decides whether an error is worth another attempt. Unless given: no answer, no head
   * within `timeout.connect`, and the statuses 408, 429, and 500 and more.
   */
  when?: ((error: ClientError | TimeoutError, attempt: number) => boolean) | undefined;
  /** The methods that are tried again: those that do no harm twice, unless given. */
  methods?: readonly string[] | undefined;
  /**
   * Pays for each attempt but the first, for all requests that share it: a `RetryBudget` of
   * `resilience.ts`. When it cannot, a request ends with what it has. A session's own holds for all of
   * its requests that name no other.
   */
  budget?: Allowance | undefined;
}

/** The names of the options. */
const NAMES: readonly (keyof ClientRetries)[] = [
  "attempts",
  "delay",
  "factor",
  "jitter",
  "when",
  "methods",
  "budget",
];
/** The part by which waits that servers ask for are lengthened, unless the user says: all end at once. */
const SPREAD = 0.25;
/** The methods that may be repeated, as RFC 9110 has it. */
const IDEMPOTENT: readonly string[] = ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"];

/** Checks whether another attempt may help. */
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

/** The decision which requests are tried again, and when. */
export class RetryPolicy {
  /** How long to wait between attempts. */
  readonly waits: Pick<RetryOptions, "delay" | "factor" | "jitter">;
  /** The largest part of it by which a wait that the server asks for is longer. */
  readonly spread: number;
  readonly #attempts: number;
  readonly #methods: readonly string[];
  /** What decides whether an error is worth another attempt. */
  readonly when: (error: ClientError | TimeoutError, attempt: number) => boolean;
  /** What pays for attempts beyond the first. */
  readonly budget: Allowance | undefined;

  /** Checks and completes options; a budget of the session's holds unless they name another. */
  constructor(retries: number | ClientRetries, shared?: Allowance) {
    checkKind("retries", retries, "number", "object");
    const options = typeof retries === "number" ? { attempts: retries } : retries;
    checkOptions("retries", options, NAMES);
    const { attempts = 3, methods = IDEMPOTENT, when = mayHelp, budget = shared, ...rest } =
      options;
    checkCount("attempts", attempts, 1);
    checkStrings("methods", methods);
    if (when !== undefined) checkFunction("when", when);
    if (budget !== undefined) checkAllowance(budget);
    this.budget = budget;
    this.waits = rest as RetryOptions;
    this.spread = rest.jitter ?? SPREAD;
    this.#attempts = attempts;
    this.#methods = methods.map((method) => method.toUpperCase());
    this.when = when;
    handOver(retry(() => sleep(0), this.waits)); // Checks the numbers; it never runs.
  }

  /** Returns how often a request is sent, at most. */
  attemptsFor(request: { readonly method: string; readonly isReplayable: boolean }): number {
    const mayRepeat = request.isReplayable && this.#methods.includes(request.method);
    return mayRepeat ? this.#attempts : 1;
  }
}
