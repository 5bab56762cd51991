/**
 * What things are called in Redis.
 *
 *     PREFIX:{QUEUE}:ID              a job of BullMQ, with its other keys beside
 *     PREFIX:{QUEUE}:outcome:ID      the outcome of a job, until it expires
 *     PREFIX:{QUEUE}:to:CALLER       the channel of a caller: what its jobs say
 *     PREFIX:{QUEUE}:done:ID         the channel of a job with a key: its outcome
 *     PREFIX:{QUEUE}:cancel          the channel of all workers: the jobs to stop
 *
 * The braces put all of a queue on one node of a cluster.
 *
 * @module
 */

import type { JobHead } from "../job_head.ts";

/** The names of what belongs to a queue. */
export class RedisNames {
  /** What BullMQ calls the queue. */
  readonly queue: string;
  readonly #start: string;

  /** Makes the names of a queue. */
  constructor(prefix: string, queue: string) {
    this.queue = `{${queue}}`;
    this.#start = `${prefix}:${this.queue}:`;
  }

  /** The channel of all workers. */
  get cancel(): string {
    return `${this.#start}cancel`;
  }

  /** Names the hash of a job. */
  job(id: string): string {
    return this.#start + id;
  }

  /** Names the outcome of a job. */
  outcome(id: string): string {
    return `${this.#start}outcome:${id}`;
  }

  /** Names the channel of a caller. */
  caller(caller: string): string {
    return `${this.#start}to:${caller}`;
  }

  /** Names the channel of a job with a key. */
  done(id: string): string {
    return `${this.#start}done:${id}`;
  }
}

/** Writes a message with the name of its job: `ID NUL MESSAGE`. */
export function frame(id: string, message: Uint8Array): Uint8Array<ArrayBuffer> {
  const framed = new Uint8Array(id.length + 1 + message.length);
  for (let at = 0; at < id.length; at++) framed[at] = id.charCodeAt(at);
  framed.set(message, id.length + 1);
  return framed;
}

/** Reads a message with the name of its job. */
export function unframe(framed: Uint8Array): [id: string, message: Uint8Array] {
  const end = framed.indexOf(0);
  return [String.fromCharCode(...framed.subarray(0, end)), framed.subarray(end + 1)];
}

/** Returns how long, in ms, the outcome of a job is kept; one without a key until its caller took it. */
export function keptFor(head: JobHead | undefined): number {
  return head?.key === undefined ? 600_000 : head.retention;
}

/** The most bytes of a job: Redis takes more, and is held up by it. */
export const MOST_BYTES = 16_000_000;
