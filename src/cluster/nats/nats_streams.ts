/**
 * What a queue is made of in NATS, and how it is spoken to.
 *
 *     PREFIX.QUEUE.job.ID              a job, in a stream from which it goes when it has ended
 *     PREFIX.QUEUE.outcome.CALLER.ID   an outcome, in a stream, for some minutes
 *     PREFIX.QUEUE.kept.ID             the outcome of a job with a key, in a stream
 *     PREFIX.QUEUE.failed.ID           a job that has failed, in a stream
 *     PREFIX.QUEUE.note.ID             how often a job was given back, in the stream of outcomes
 *     PREFIX.QUEUE.say.CALLER          progress
 *     PREFIX.QUEUE.begun.CALLER        the news that a worker has begun a job
 *     PREFIX.QUEUE.cancel              the jobs to stop, for all workers
 *     PREFIX.QUEUE.alive               the workers, once a second
 *     PREFIX.QUEUE.who                 the question of what each worker runs
 *
 * Each subject of the first four has room for one message: what comes twice is refused.
 *
 * @module
 */

// deno-lint-ignore-file no-import-prefix -- every entry works by its address, without an import map
import {
  jetstream,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  type MsgRequest,
  type StoredMsg,
  type StreamConfig,
} from "npm:@nats-io/jetstream@3.4.0";
import type { NatsConnection } from "npm:@nats-io/transport-node@3.4.0";
import { type JobHead, readHead } from "../job_head.ts";
import type { NatsAddress } from "./nats_address.ts";
import { connect, describe, inboxOf, isRefusal, Refusals } from "./nats_connection.ts";

/** How long, in ms, an answer may take before the question is asked once more. */
const LONGEST_ANSWER = 1000;
/** The delay, in ms, before a question is asked once more. */
const RETRY = 200;
/** How long, in ms, an outcome without a key is kept for its caller. */
const OUTCOMES_KEPT = 600_000;
/** How long, in ms, one with a key is kept, at least. */
const KEPT = 86_400_000;
/** How long, in ms, a job that has failed is kept, and how many are. */
const FAILURES_KEPT = 7 * 86_400_000;
const MOST_FAILURES = 1000;
/** How often it is tried to make a stream that others may be making. */
const MOST_TRIES = 5;
/** The longest pause, in ms, before it is made. */
const LONGEST_PAUSE = 100;
/** The error of a message for whose subject there is no room. */
const SUBJECT_IS_FULL = 10077;
/** The error of a server that is not ready. */
const UNAVAILABLE = 10008;
/** The bytes that a message takes beside the arguments or the result, at the most. */
const OVERHEAD = 8192;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A queue, and the connection to its server. */
export class NatsStreams {
  readonly connection: NatsConnection;
  readonly #manager: JetStreamManager;
  readonly #client: JetStreamClient;
  readonly #address: NatsAddress;
  readonly #queue: string;
  readonly #refusals: Refusals;
  #keptFor = 0;

  /** Makes one of a connection. */
  constructor(
    connection: NatsConnection,
    manager: JetStreamManager,
    address: NatsAddress,
    queue: string,
  ) {
    this.connection = connection;
    this.#manager = manager;
    this.#client = jetstream(connection, { timeout: LONGEST_ANSWER });
    this.#address = address;
    this.#queue = queue;
    this.#refusals = new Refusals(connection);
  }

  /** Where answers arrive. */
  get inbox(): string {
    return inboxOf(this.#address);
  }

  /** The most bytes of the arguments of a job, or of a message. */
  get maxBytes(): number {
    return (this.connection.info?.max_payload ?? 1_048_576) - OVERHEAD;
  }

  /** Names a subject of the queue. */
  subject(...parts: readonly string[]): string {
    return [this.#address.prefix, this.#queue, ...parts].join(".");
  }

  /** Names a stream of the queue. */
  stream(name: "jobs" | "outcomes" | "kept" | "failed"): string {
    return `${this.#address.prefix}_${this.#queue}_${name}`;
  }

  /** Names the stream and the subject of an outcome. */
  placeOf(head: Pick<JobHead, "key" | "caller">, id: string): { stream: string; subject: string } {
    return head.key === undefined
      ? {
        stream: this.stream("outcomes"),
        subject: this.subject("outcome", head.caller ?? "-", id),
      }
      : { stream: this.stream("kept"), subject: this.subject("kept", id) };
  }

  /** Makes the streams, unless they are there. */
  async prepare(): Promise<void> {
    await this.#add("jobs", [this.subject("job", "*")], { retention: "workqueue" });
    await this.#add("outcomes", [this.subject("outcome", "*", "*"), this.subject("note", "*")], {
      max_age: nanos(OUTCOMES_KEPT),
    });
    await this.#add("kept", [this.subject("kept", "*")], { max_age: nanos(KEPT) });
    await this.#add("failed", [this.subject("failed", "*")], {
      max_age: nanos(FAILURES_KEPT),
      max_msgs: MOST_FAILURES,
      discard: "old",
      discard_new_per_subject: false,
    });
  }

  /** Makes the consumer that all workers share, unless it is there, with the lease of this one. */
  async addConsumer(name: string, lease: number): Promise<void> {
    const { consumers } = this.#manager;
    const stream = this.stream("jobs");
    const ack_wait = nanos(lease);
    const known = await this.#insist(() => consumers.info(stream, name));
    if (known?.config.ack_wait === ack_wait) return;
    const config = { ack_policy: "explicit", max_ack_pending: -1, max_deliver: -1 } as const;
    await this.#insist(() => consumers.add(stream, { durable_name: name, ack_wait, ...config }));
  }

  /** Throws if the server has refused something that was asked for so far. */
  async checkRights(): Promise<void> {
    try {
      await this.#refusals.check();
    } catch (error) {
      throw describe(this.#address, this.#queue, error);
    }
  }

  /** Makes sure that outcomes of jobs with a key are kept for some ms, at least. */
  async keepFor(ms: number): Promise<void> {
    if (ms <= this.#keptFor) return;
    const name = this.stream("kept");
    const age = nanos(ms);
    await this.#insist(async () => {
      const { config } = await this.#manager.streams.info(name);
      if (config.max_age < age) await this.#manager.streams.update(name, { max_age: age });
    });
    this.#keptFor = ms;
  }

  async #add(
    name: Parameters<NatsStreams["stream"]>[0],
    subjects: string[],
    rest: { [K in keyof StreamConfig]?: StreamConfig[K] | string },
  ): Promise<void> {
    const config = {
      name: this.stream(name),
      subjects,
      storage: "file",
      max_msgs_per_subject: 1,
      discard: "new",
      discard_new_per_subject: true,
      ...rest,
    } as Partial<StreamConfig> & { name: string };
    const { streams } = this.#manager;
    const isThere = async () => {
      try {
        return await streams.info(config.name) !== undefined;
      } catch (error) {
        if (isRefusal(error)) throw error;
        return false;
      }
    };
    for (let left = MOST_TRIES; !await isThere(); left--) {
      // Servers of version 2.9 confuse streams that two make at the same moment.
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LONGEST_PAUSE));
      if (await isThere()) return;
      try {
        return void await streams.add(config);
      } catch (error) {
        if (left === 0 || isRefusal(error)) throw error;
      }
    }
  }

  /**
   * Puts a message into a stream, once more whenever the connection breaks and it is still wanted; returns
   * whether it did.
   */
  async put(
    subject: string,
    message: Uint8Array,
    msgID: string,
    isWanted: () => boolean | Promise<boolean> = () => true,
  ): Promise<boolean> {
    for (;;) {
      try {
        return !(await this.#client.publish(subject, message, { msgID })).duplicate;
      } catch (error) {
        if (codeOf(error) === SUBJECT_IS_FULL) return false;
        if (codeOf(error) !== undefined) throw error;
        await this.#pause(error);
        if (!await isWanted()) return false;
      }
    }
  }

  /** Asks once more whenever the connection breaks; gives `undefined` if the server refuses. */
  async #insist<T>(ask: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await ask();
      } catch (error) {
        if (codeOf(error) !== undefined) return undefined;
        await this.#pause(error);
      }
    }
  }

  /** Waits before something is asked for once more; throws if its error does not pass. */
  async #pause(error: unknown): Promise<void> {
    if (isRefusal(error)) throw describe(this.#address, this.#queue, error);
    if (this.connection.isClosed()) throw error;
    await new Promise((resolve) => setTimeout(resolve, RETRY));
  }

  /** Waits until the server has taken all that was said so far. */
  async flush(): Promise<void> {
    await this.#insist(() => this.connection.flush());
  }

  /** Gives the message of a subject; `null` if there is none. */
  async get(stream: string, subject: string): Promise<StoredMsg | null> {
    return await this.find(stream, { last_by_subj: subject });
  }

  /** Gives the message that a question finds; `null` if there is none. */
  async find(stream: string, question: MsgRequest): Promise<StoredMsg | null> {
    const { streams } = this.#manager;
    return await this.#insist(() => streams.getMessage(stream, question)) ?? null;
  }

  /** Counts the messages of a stream. */
  async count(stream: string): Promise<number> {
    const info = await this.#insist(() => this.#manager.streams.info(stream));
    return info?.state.messages ?? 0;
  }

  /** Counts the messages of a stream that a consumer has been sent and that have not ended. */
  async countTaken(stream: string, consumer: string): Promise<number> {
    const info = await this.#insist(() => this.#manager.consumers.info(stream, consumer));
    return info?.num_ack_pending ?? 0;
  }

  /** Removes the message of a subject; returns whether there was one. */
  async remove(stream: string, subject: string): Promise<boolean> {
    const found = await this.get(stream, subject);
    return found !== null && await this.removeMessage(stream, found.seq);
  }

  /**
   * Removes a message; returns whether it was there.
   *
   * To purge its subject would do as well, and holds up the consumer on servers of version 2.9.
   */
  async removeMessage(stream: string, seq: number): Promise<boolean> {
    const { streams } = this.#manager;
    return await this.#insist(() => streams.deleteMessage(stream, seq, false)) ?? false;
  }
}

/** Connects to a queue; rejects in bounded time, and says why, if the server cannot be used. */
export async function openStreams(address: NatsAddress, queue: string): Promise<NatsStreams> {
  let connection: NatsConnection | undefined;
  try {
    connection = await connect(address);
    const manager = await jetstreamManager(connection, { timeout: LONGEST_ANSWER });
    const streams = new NatsStreams(connection, manager, address, queue);
    await streams.prepare();
    return streams;
  } catch (cause) {
    await connection?.close();
    throw describe(address, queue, cause);
  }
}

/** Returns the number of an error of JetStream; `undefined` if it is one that passes. */
function codeOf(error: unknown): number | undefined {
  return error instanceof JetStreamApiError && error.code !== UNAVAILABLE ? error.code : undefined;
}

/** Returns ms in ns. */
export function nanos(ms: number): number {
  return Math.round(ms * 1e6);
}

/** Writes a job: the length of its head in 4 bytes, little-endian, its head in JSON, the arguments. */
export function writeJob(head: JobHead, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const words = encoder.encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + words.length + body.length);
  new DataView(bytes.buffer).setUint32(0, words.length, true);
  bytes.set(words, 4);
  bytes.set(body, 4 + words.length);
  return bytes;
}

/** Reads a job; what cannot be read is left out. */
export function readJob(bytes: Uint8Array): { head: JobHead | undefined; body: Uint8Array } {
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(0, true);
    const head = readHead(JSON.parse(decoder.decode(bytes.subarray(4, 4 + length))));
    return { head, body: bytes.subarray(4 + length) };
  } catch {
    return { head: undefined, body: new Uint8Array(0) };
  }
}

/** Returns the last part of a subject. */
export function lastOf(subject: string): string {
  return subject.slice(subject.lastIndexOf(".") + 1);
}
