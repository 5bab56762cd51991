/**
 * A job as BullMQ keeps it: words that people can read in its tools, and the arguments.
 *
 * @module
 */

import { type JobHead, readHead } from "../job_head.ts";

/** What BullMQ keeps of a job. */
export interface RedisData extends JobHead {
  /** The arguments, in Base64. */
  readonly body: string;
}

/** Writes a job. */
export function toData(head: JobHead, body: Uint8Array): RedisData {
  return { ...head, body: body.toBase64() };
}

/** Reads a job; what cannot be read is left out. */
export function fromData(data: unknown): { head: JobHead | undefined; body: Uint8Array } {
  const { body, ...words } = (data ?? {}) as Partial<RedisData>;
  const head = readHead(words);
  try {
    return { head, body: Uint8Array.fromBase64(String(body)) };
  } catch {
    return { head, body: new Uint8Array(0) };
  }
}
