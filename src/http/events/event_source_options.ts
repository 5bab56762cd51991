/**
 * How the events of a server are read, and what is refused.
 *
 * @module
 */

import { checkAtLeast, checkCount, checkKind, checkOptions, show } from "../../lowlevel.ts";
import type { RequestOptions } from "../client/client_request.ts";
import { ClientSession } from "../client/client_session.ts";
import { type Bounds, type ClientTimeout, completeBounds } from "../client/client_timeout.ts";

/** The configuration of `eventSource()`. */
export interface EventSourceOptions
  extends Omit<RequestOptions, "maxBytes" | "raiseForStatus" | "redirect" | "retries" | "timeout"> {
  /** A session to ask with; one of its own, which is closed with it, unless given. */
  session?: ClientSession | undefined;
  /** The method: `"GET"` unless given, and `"POST"` if there is a body. */
  method?: string | undefined;
  /** The id of the last event that was seen already, for the server to go on after. */
  lastEventId?: string | undefined;
  /** Whether it connects again after a break; unless given, if the method is `"GET"`. */
  reconnect?: boolean | undefined;
  /** How long, in ms, it waits after a break, until the server says otherwise; 3,000 unless given. */
  delay?: number | undefined;
  /** The longest wait, in ms: it is twice as long after each failure in a row. 60,000 unless given. */
  maxDelay?: number | undefined;
  /** How often in a row it may fail to connect before it throws; `Infinity` unless given. */
  attempts?: number | undefined;
  /**
   * How long, in ms, parts of a connection may take. The head: 30,000 (`connect`) unless given. The wait
   * for the next sign of life, after which the connection counts as broken: no bound (`read`) unless given.
   */
  timeout?: ClientTimeout | undefined;
  /** The most characters in an event; 1,048,576 unless given. */
  maxLength?: number | undefined;
}

const NAMES: readonly (keyof EventSourceOptions)[] = [
  "session",
  "method",
  "lastEventId",
  "reconnect",
  "delay",
  "maxDelay",
  "attempts",
  "timeout",
  "maxLength",
  "headers",
  "params",
  "json",
  "body",
  "form",
];
/** How long, in ms, the head of a response may take, unless the user says. */
const CONNECT = 30_000;

/** The options, checked. */
export interface EventSourceRules {
  readonly session: ClientSession | undefined;
  readonly method: string;
  readonly lastEventId: string;
  readonly reconnect: boolean;
  readonly delay: number;
  readonly maxDelay: number;
  readonly attempts: number;
  readonly maxLength: number;
  /** How long, in ms, parts of a connection may take. */
  readonly bounds: Bounds;
  readonly request: RequestOptions;
}

/** Refuses what cannot be, and fills in what is left out; what a request refuses is left to that. */
export function checkEventSource(options: EventSourceOptions): EventSourceRules {
  checkOptions("eventSource()", options, NAMES);
  const { headers, params, json, body, form, session, timeout = {} } = options;
  const hasBody = json !== undefined || body !== undefined || form !== undefined;
  const { method = hasBody ? "POST" : "GET", lastEventId = "", maxLength = 2 ** 20 } = options;
  if (method !== undefined) checkKind("method", method, "string");
  if (lastEventId !== undefined) checkKind("lastEventId", lastEventId, "string");
  if (options.reconnect !== undefined) checkKind("reconnect", options.reconnect, "boolean");
  if (session !== undefined && !(session instanceof ClientSession)) {
    throw new TypeError(`session must be a ClientSession: ${show(session)}`);
  }
  const { reconnect = method.toUpperCase() === "GET", delay = 3000 } = options;
  const { maxDelay = Math.max(delay, 60_000), attempts = Infinity } = options;
  checkAtLeast("delay", delay, 0);
  checkAtLeast("maxDelay", maxDelay, delay);
  checkCount("attempts", attempts, 1);
  checkCount("maxLength", maxLength, 1);
  if (timeout !== undefined) checkKind("timeout", timeout, "object");
  const bounds = completeBounds(timeout, { total: Infinity, connect: CONNECT, read: Infinity });
  return {
    session,
    method,
    lastEventId,
    reconnect,
    delay,
    maxDelay,
    attempts,
    maxLength,
    bounds,
    request: { headers, params, json, body, form, timeout: bounds },
  };
}
