/**
 * Telling a peer that has gone from a handler that has failed.
 *
 * @module
 */

import { inflowOf } from "../streams/stream_reader.ts";
import { outflowOf } from "../streams/stream_writer.ts";
import type { Connection } from "./connection.ts";

/** Checks whether an error is the socket's own: the peer has gone, not always politely. */
export function isOwnFailure(error: unknown, { reader, writer }: Connection): boolean {
  const { failure, cutOff } = inflowOf(reader);
  const failures = [outflowOf(writer).failure?.error, failure?.error, cutOff];
  return error !== undefined && failures.includes(error);
}
