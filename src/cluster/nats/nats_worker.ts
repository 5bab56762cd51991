/**
 * The connection of a worker to a queue in NATS.
 *
 * @module
 */

import { bounded } from "../bounded.ts";
import type { Delivery, WorkerEvents, WorkerLink, WorkerLinkOptions } from "../job_engine.ts";
import { type JobHead, labelOf } from "../job_head.ts";
import { JobPuller, type PulledJob } from "./job_puller.ts";
import type { NatsAddress } from "./nats_address.ts";
import { lastOf, type NatsStreams, openStreams, readJob } from "./nats_streams.ts";

/** The name of the consumer that all workers of a queue share. */
export const CONSUMER = "workers";
/** How often, in ms, a worker says that it is there. */
const ALIVE_EVERY = 1000;
/** The part of a lease after which a job is given up that could not be renewed. */
const GIVEN_UP_AFTER = 0.75;
/** How much, in ms, the clocks of a server and of its workers may differ. */
const CLOCKS_DIFFER = 2000;
/** How long, in ms, to say goodbye may take. */
const LONGEST_GOODBYE = 1500;

/** What a worker answers of a job that it runs. */
export interface RunningAnswer {
  readonly id: string;
  readonly since: number;
  readonly worker: string;
}

/** What is noted of a job that was given back. */
interface Note {
  /** How often it came without having begun. */
  readonly unspent: number;
  readonly refusals: number;
}

/** Connects a worker. */
export async function openNatsWorker(
  address: NatsAddress,
  queue: string,
  options: WorkerLinkOptions,
  events: WorkerEvents,
): Promise<WorkerLink> {
  const streams = await openStreams(address, queue);
  try {
    await streams.addConsumer(CONSUMER, options.lease);
  } catch (error) {
    await streams.connection.close();
    throw error;
  }
  const worker = new NatsWorker(streams, options, events);
  try {
    await streams.checkRights();
    return worker;
  } catch (error) {
    await worker.close();
    throw error;
  }
}

/** A worker that is connected. */
class NatsWorker implements WorkerLink {
  readonly #streams: NatsStreams;
  readonly #id = crypto.randomUUID().slice(0, 13);
  readonly #name: string;
  readonly #lease: number;
  readonly #running = new Set<NatsDelivery>();
  /** The jobs that were given back and may not begin elsewhere yet, with their timers. */
  readonly #held = new Map<NatsDelivery, ReturnType<typeof setTimeout>>();
  readonly #puller: JobPuller;
  readonly #timers: ReturnType<typeof setInterval>[];
  readonly #events: WorkerEvents;
  /** When it connected last, in ms since 1970. */
  #connectedAt = Date.now();

  constructor(
    streams: NatsStreams,
    { name, processes, lease }: WorkerLinkOptions,
    events: WorkerEvents,
  ) {
    this.#streams = streams;
    this.#name = name;
    this.#lease = lease;
    this.#events = events;
    const { connection } = streams;
    connection.subscribe(streams.subject("cancel"), {
      callback: (error, message) => {
        if (error === null) events.onCancel(message.string());
      },
    });
    connection.subscribe(streams.subject("who"), {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(this.#answer()));
      },
    });
    const { inbox } = streams;
    const consumer = { stream: streams.stream("jobs"), consumer: CONSUMER, inbox };
    this.#puller = new JobPuller(connection, consumer, processes, (job) => this.#process(job));
    this.#sayAlive();
    this.#timers = [
      setInterval(() => this.#sayAlive(), ALIVE_EVERY),
      setInterval(() => void this.#renew(), lease / 4),
      setInterval(() => {
        const least = Date.now() - lease * GIVEN_UP_AFTER;
        for (const delivery of this.#running) delivery.loseUnless(least);
      }, lease / 10),
    ];
    void this.#followStatus();
  }

  get maxBytes(): number {
    return this.#streams.maxBytes;
  }

  #answer(): RunningAnswer[] {
    return [...this.#running].map(({ id, since }) => ({ id, since, worker: this.#name }));
  }

  #sayAlive(): void {
    const { connection } = this.#streams;
    if (connection.isClosed()) return;
    connection.publish(this.#streams.subject("alive"), `${this.#id} ${this.#lease}`);
  }

  async #followStatus(): Promise<void> {
    for await (const status of this.#streams.connection.status()) {
      if (status.type === "reconnect") {
        this.#connectedAt = Date.now();
        this.#puller.reset();
      } else if (status.type === "error") this.#events.onError(status.error);
    }
  }

  async #process(message: PulledJob): Promise<void> {
    const hold: Hold = (held, delay) => this.#hold(held, delay);
    const worker = `${this.#id} ${this.#lease}`;
    const delivery = new NatsDelivery(message, this.#streams, worker, hold);
    this.#running.add(delivery);
    try {
      await delivery.prepare(this.#connectedAt);
      await this.#events.onJob(delivery);
    } catch (error) {
      this.#events.onError(error); // It begins again when its lease is over.
    } finally {
      this.#running.delete(delivery);
    }
  }

  /** Keeps a job for a while: the server's own delays are as coarse as the lease. */
  #hold(delivery: NatsDelivery, delay: number): void {
    const timer = setTimeout(() => {
      this.#held.delete(delivery);
      delivery.release();
    }, delay);
    this.#held.set(delivery, timer);
  }

  /** Renews the leases; they count as renewed once the server has answered. */
  async #renew(): Promise<void> {
    const deliveries = [...this.#running, ...this.#held.keys()];
    if (deliveries.length === 0 || this.#streams.connection.isClosed()) return;
    const time = Date.now();
    for (const delivery of deliveries) delivery.askForMore();
    try {
      await this.#streams.connection.flush();
    } catch {
      return; // The connection broke.
    }
    for (const delivery of deliveries) delivery.renewedAt(time);
  }

  pause(): void {
    this.#puller.pause();
  }

  async close(): Promise<void> {
    this.#puller.pause();
    for (const timer of this.#timers) clearInterval(timer);
    for (const [delivery, timer] of this.#held) {
      clearTimeout(timer);
      delivery.release();
    }
    const { connection } = this.#streams;
    await bounded(connection.drain(), LONGEST_GOODBYE);
    await bounded(connection.close(), LONGEST_GOODBYE);
  }
}

/** A function that keeps a job for some ms, and releases it then. */
type Hold = (delivery: NatsDelivery, delay: number) => void;

/** A job that this worker has. */
class NatsDelivery implements Delivery {
  readonly id: string;
  readonly head: JobHead | undefined;
  readonly body: Uint8Array;
  readonly since: number = Date.now();
  lost = 0;
  mayBeDone = false;
  readonly #message: PulledJob;
  readonly #streams: NatsStreams;
  readonly #worker: string;
  readonly #hold: Hold;
  onLost: (() => void) | undefined;
  #isLost = false;
  #renewedAt = Date.now();
  #isOver = false;
  #note: Note = { unspent: 0, refusals: 0 };

  constructor(message: PulledJob, streams: NatsStreams, worker: string, hold: Hold) {
    this.id = lastOf(message.subject);
    ({ head: this.head, body: this.body } = readJob(message.data));
    this.#message = message;
    this.#streams = streams;
    this.#worker = worker;
    this.#hold = hold;
  }

  /**
   * Finds out how often it has begun, if it came before.
   *
   * A server that was killed has forgotten some of what it delivered last. So what is older than the
   * connection may be done, whatever the count.
   */
  async prepare(connectedAt: number): Promise<void> {
    const { deliveryCount, time } = this.#message;
    this.mayBeDone = deliveryCount > 1 || time < connectedAt + CLOCKS_DIFFER;
    if (deliveryCount === 1) return;
    const { stream, subject } = this.#notePlace;
    const note = await this.#streams.get(stream, subject);
    if (note !== null) this.#note = note.json<Note>();
    this.lost = Math.max(deliveryCount - 1 - this.#note.unspent, 0);
  }

  get #notePlace(): { stream: string; subject: string } {
    return {
      stream: this.#streams.stream("outcomes"),
      subject: this.#streams.subject("note", this.id),
    };
  }

  /** Asks the server for another lease. */
  askForMore(): void {
    if (!this.#isOver) this.#message.working();
  }

  /** Takes note that its lease was renewed. */
  renewedAt(time: number): void {
    this.#renewedAt = Math.max(this.#renewedAt, time);
  }

  /** Takes its lease for over unless it was renewed since a time. */
  loseUnless(least: number): void {
    if (this.#renewedAt >= least || this.#isOver) return;
    this.#isLost = true;
    this.onLost?.();
  }

  async isDone(): Promise<boolean> {
    const { stream, subject } = this.#streams.placeOf(this.head ?? {}, this.id);
    return await this.#streams.get(stream, subject) !== null;
  }

  begin(): void {
    const { caller } = this.head ?? {};
    if (caller === undefined) return;
    this.#streams.connection.publish(
      this.#streams.subject("begun", caller),
      `${this.id} ${this.#worker}`,
    );
  }

  report(message: Uint8Array<ArrayBuffer>): void {
    const { caller } = this.head ?? {};
    if (caller === undefined || this.#streams.connection.isClosed()) return;
    const id = new TextEncoder().encode(`${this.id}\0`);
    const bytes = new Uint8Array(id.length + message.length);
    bytes.set(id);
    bytes.set(message, id.length);
    this.#streams.connection.publish(this.#streams.subject("say", caller), bytes);
  }

  async finish(message: Uint8Array<ArrayBuffer> | undefined, failure?: string): Promise<void> {
    const isWanted = () => !this.#isLost;
    if (failure !== undefined) await this.#keepFailure(failure, isWanted);
    if (message !== undefined) {
      const { subject } = this.#streams.placeOf(this.head ?? {}, this.id);
      const key = this.head?.key === undefined ? this.id : `${this.id} ${this.head.at}`;
      await this.#streams.put(subject, message, `outcome ${key}`, isWanted);
    }
    if (!isWanted()) return;
    this.#isOver = true;
    this.#message.ack();
  }

  /** Keeps the job with the words of its failure: those behind a line, the job as it came. */
  async #keepFailure(failure: string, isWanted: () => boolean): Promise<void> {
    const words = new TextEncoder().encode(JSON.stringify({ failure, at: Date.now() }) + "\n");
    const bytes = new Uint8Array(words.length + this.#message.data.length);
    bytes.set(words);
    bytes.set(this.#message.data, words.length);
    const subject = this.#streams.subject("failed", this.id);
    await this.#streams.put(subject, bytes, `failed ${this.id} ${Date.now()}`, isWanted);
  }

  async refuse(): Promise<number> {
    await this.#setNote({ ...this.#note, refusals: this.#note.refusals + 1 });
    return this.#note.refusals;
  }

  async giveBack(delay: number): Promise<void> {
    await this.#setNote({ ...this.#note, unspent: this.#note.unspent + 1 });
    if (delay > 0) this.#hold(this, delay);
    else this.release();
  }

  /** Lets it begin elsewhere. */
  release(): void {
    this.#isOver = true;
    this.#message.nak();
  }

  async #setNote(note: Note): Promise<void> {
    this.#note = note;
    const { stream, subject } = this.#notePlace;
    await this.#streams.remove(stream, subject);
    const bytes = new TextEncoder().encode(JSON.stringify(note));
    await this.#streams.put(subject, bytes, `note ${this.id} ${JSON.stringify(note)}`);
  }

  leave(): void {
    this.#isOver = true;
  }

  /** Describes it for dumps. */
  toString(): string {
    return this.head === undefined ? this.id : labelOf(this.head);
  }
}
