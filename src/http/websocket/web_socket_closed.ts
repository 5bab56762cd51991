/**
 * How a WebSocket has ended.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

/** Who has ended a WebSocket: the other end, this one, or neither, as the connection broke. */
export type ClosedBy = "peer" | "here" | "network";

/** What the codes of RFC 6455 mean. */
const MEANINGS: Readonly<Record<number, string>> = {
  1000: "done",
  1001: "going away",
  1002: "protocol error",
  1003: "unsupported data",
  1005: "no code",
  1006: "no close frame",
  1007: "malformed data",
  1008: "policy violation",
  1009: "message too big",
  1010: "extension missing",
  1011: "internal error",
  1012: "restarting",
  1013: "try again later",
  1015: "TLS failure",
};

/** The beginning of what is said of who has ended it. */
const SENTENCES: Readonly<Record<ClosedBy, string>> = {
  peer: "The peer closed the WebSocket",
  here: "The WebSocket was closed here",
  network: "The connection of the WebSocket broke",
};

/** How a WebSocket has ended. */
export interface Closing {
  /** Who has ended it. */
  readonly by: ClosedBy;
  /** The code of RFC 6455, or the application's own. */
  readonly code: number;
  /** The reason that was given, or what the host says of a connection that broke. */
  readonly reason: string;
  /** Whether it ended because of a failure, and not because somebody was done with it. */
  readonly isFailure: boolean;
}

/** The error of a WebSocket that has ended: it says who has closed it, and why. */
export class WebSocketClosed extends Error {
  /** The name of the class. */
  override readonly name = "WebSocketClosed";
  /** Who has ended it: the other end, this one, or neither, as the connection broke. */
  readonly by: ClosedBy;
  /** The code of RFC 6455, or the application's own; 1006 if the connection broke. */
  readonly code: number;
  /** The reason that was given, or what the host says of a connection that broke. */
  readonly reason: string;
  /** Whether it ended because of a failure, and not because somebody was done with it. */
  readonly isFailure: boolean;

  /** Makes the error of an end. */
  constructor({ by, code, reason, isFailure }: Closing, options?: ErrorOptions) {
    const meaning = MEANINGS[code];
    const number = meaning === undefined ? `${code}` : `${code} (${meaning})`;
    super(`${SENTENCES[by]}: ${number}${reason === "" ? "" : `: ${show(reason)}`}`, options);
    this.by = by;
    this.code = code;
    this.reason = reason;
    this.isFailure = isFailure;
  }
}
