/**
 * How a WebSocket is configured at either end.
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
  show,
} from "../../lowlevel.ts";

/** What keeps a WebSocket alive that says nothing, and finds out that the other end is dead. */
export interface Heartbeat {
  /** How long, in ms, nothing may come before the other end is asked for a sign of life. */
  every: number;
  /** How long, in ms, the sign may take; as long as `every` unless given. */
  timeout?: number | undefined;
  /** A message that asks for one, or a function that makes it: whatever comes then is the sign. */
  message: string | Uint8Array | (() => string | Uint8Array);
}

/** The bounds of a WebSocket, which both ends have. */
export interface WebSocketLimits {
  /** The most bytes in a message; a larger one closes it with 1009. 4,194,304 unless given. */
  maxMessage?: number | undefined;
  /**
   * The most bytes of messages that have come and were not received; more close it with 1008.
   * 16,777,216 unless given.
   */
  maxBuffered?: number | undefined;
  /** How many bytes may wait to be sent before `send()` waits; 262,144 unless given. */
  highWater?: number | undefined;
  /** How long, in ms, the other end may take nothing of what is sent; 30,000 unless given. */
  sendTimeout?: number | undefined;
  /** How long, in ms, it may take the other end to agree to an end; 5,000 unless given. */
  closeTimeout?: number | undefined;
}

/** The names of these options. */
export const LIMIT_NAMES: readonly (keyof WebSocketLimits)[] = [
  "maxMessage",
  "maxBuffered",
  "highWater",
  "sendTimeout",
  "closeTimeout",
];

/** All of {@linkcode WebSocketLimits}, with every bound known. */
export type Limits = { readonly [name in keyof WebSocketLimits]-?: number };

/** Refuses bounds that cannot be, and fills in what is left out. */
export function checkLimits(options: WebSocketLimits): Limits {
  const { maxMessage = 2 ** 22, maxBuffered = Math.max(maxMessage, 2 ** 24) } = options;
  const { highWater = 2 ** 18, sendTimeout = 30_000, closeTimeout = 5_000 } = options;
  checkCount("maxMessage", maxMessage, 1);
  checkCount("maxBuffered", maxBuffered, 1);
  checkCount("highWater", highWater, 0);
  checkAbove("sendTimeout", sendTimeout, 0);
  checkAtLeast("closeTimeout", closeTimeout, 0);
  if (maxBuffered < maxMessage) {
    throw new RangeError(
      `maxBuffered must not be below maxMessage (${maxMessage}): ${maxBuffered}`,
    );
  }
  return { maxMessage, maxBuffered, highWater, sendTimeout, closeTimeout };
}

/** Refuses a heartbeat that cannot be. */
export function checkHeartbeat(heartbeat: Heartbeat | undefined): void {
  if (heartbeat === undefined) return;
  if (heartbeat !== undefined) checkKind("heartbeat", heartbeat, "object");
  checkOptions("heartbeat", heartbeat, ["every", "timeout", "message"]);
  const { every, timeout, message } = heartbeat;
  checkAbove("heartbeat.every", every, 0);
  if (timeout !== undefined) checkAbove("heartbeat.timeout", timeout, 0);
  if (isMessage(message)) return;
  checkFunction("heartbeat.message", message);
}

/** Checks whether a value can be sent. */
export function isMessage(value: unknown): value is string | Uint8Array {
  return typeof value === "string" || value instanceof Uint8Array;
}

/** Refuses what cannot be sent. */
export function checkMessage(value: unknown): asserts value is string | Uint8Array {
  if (isMessage(value)) return;
  throw new TypeError(`A message must be a string or a Uint8Array: ${show(value)}`);
}
