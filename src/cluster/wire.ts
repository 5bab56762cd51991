/**
 * What travels between callers and workers, as bytes.
 *
 * Arguments are a structured clone. So is a message of a worker, behind the version of the protocol:
 *
 *     | version: 1 byte | message: the rest |
 *
 * Reading runs nothing of what is read.
 *
 * @module
 */

import type { FromSeat } from "../workers/message.ts";
import { deserialize, serialize } from "../workers/serializer.ts";
import { PROTOCOL } from "./job_head.ts";

/** Writes the arguments of a job; throws if they cannot be copied. */
export function writeBody(args: readonly unknown[]): Uint8Array<ArrayBuffer> {
  return serialize(args);
}

/** Reads the arguments of a job; throws if they are none. */
export function readBody(body: Uint8Array): readonly unknown[] {
  const args = deserialize(body);
  if (!Array.isArray(args)) throw new TypeError("They are no list");
  return args;
}

/** Writes what a worker says; throws if it cannot be copied. */
export function writeMessage(message: FromSeat): Uint8Array<ArrayBuffer> {
  const written = serialize(message);
  const bytes = new Uint8Array(1 + written.length);
  bytes[0] = PROTOCOL;
  bytes.set(written, 1);
  return bytes;
}

/** Reads what a worker says; throws if it is not understood. */
export function readMessage(bytes: Uint8Array): FromSeat {
  if (bytes[0] !== PROTOCOL) {
    throw new TypeError(`It is of version ${bytes[0]} of the protocol, and ${PROTOCOL} is known`);
  }
  return deserialize(bytes.subarray(1)) as FromSeat;
}
