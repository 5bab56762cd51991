/**
 * The connection of a caller to a queue in NATS.
 *
 * An outcome is a message that a stream keeps, and that whoever listens gets at once. After a break, and
 * now and then, the caller looks into the stream.
 *
 * @module
 */

import { bounded } from "../bounded.ts";
import { whyLost } from "../correspondence.ts";
import type { CallerEvents, CallerLink, QueuedJob } from "../job_engine.ts";
import type { JobHead } from "../job_head.ts";
import type { NatsAddress } from "./nats_address.ts";
import { lastOf, type NatsStreams, openStreams, writeJob } from "./nats_streams.ts";

/** How long, in ms, a caller waits before it looks for outcomes that it has not heard of. */
const SWEEP_EVERY = 10_000;
/** How long, in ms, it waits before it looks for workers that are gone. */
const JUDGE_EVERY = 1000;
/** How many jobs are looked at at once. */
const SWEEP_SIZE = 50;
/** How long, in ms, beyond its lease a worker may say nothing. */
const PATIENCE = 2000;
/** How long, in ms, a job that was taken out of the queue may be heard of. */
const REMEMBERED = 30_000;
/** How long, in ms, to say goodbye may take. */
const LONGEST_GOODBYE = 500;

/** A job whose outcome is awaited. */
interface Awaited {
  readonly head: Pick<JobHead, "key" | "caller" | "attempts">;
  readonly since: number;
  /** Ends the listening to a job with a key. */
  readonly unlisten: (() => void) | undefined;
  /** Whether it is known to be in the queue, or to have been there. */
  isThere: boolean;
  /** The worker that has begun it. */
  worker: string | undefined;
}

/** A worker that is heard of. */
interface Heard {
  time: number;
  lease: number;
}

/** Connects a caller. */
export async function openNatsCaller(
  address: NatsAddress,
  queue: string,
  caller: string,
  events: CallerEvents,
): Promise<CallerLink> {
  const streams = await openStreams(address, queue);
  const link = new NatsCaller(streams, caller, events);
  try {
    await streams.checkRights();
    return link;
  } catch (error) {
    await link.close();
    throw error;
  }
}

/** A caller that is connected. */
class NatsCaller implements CallerLink {
  readonly #streams: NatsStreams;
  readonly #events: CallerEvents;
  readonly #awaited = new Map<string, Awaited>();
  readonly #workers = new Map<string, Heard>();
  /** The jobs that were taken out of the queue, and when: one may have been on its way to a worker. */
  readonly #recalled = new Map<string, number>();
  readonly #timers: ReturnType<typeof setInterval>[];
  #isClosed = false;

  constructor(streams: NatsStreams, caller: string, events: CallerEvents) {
    this.#streams = streams;
    this.#events = events;
    this.#listen(
      streams.subject("outcome", caller, "*"),
      (data, subject) => events.onMessage(lastOf(subject), data),
    );
    this.#listen(streams.subject("say", caller), (data) => {
      const end = data.indexOf(0);
      events.onMessage(new TextDecoder().decode(data.subarray(0, end)), data.subarray(end + 1));
    });
    this.#listen(streams.subject("begun", caller), (data) => {
      const [id, worker, lease] = new TextDecoder().decode(data).split(" ");
      this.#hear(worker, Number(lease));
      const awaited = this.#awaited.get(id);
      if (awaited !== undefined) awaited.worker = worker;
      else if (this.#recalled.delete(id)) this.cancel(id); // It had begun by then.
    });
    this.#listen(streams.subject("alive"), (data) => {
      const [worker, lease] = new TextDecoder().decode(data).split(" ");
      this.#hear(worker, Number(lease));
    });
    this.#timers = [
      setInterval(() => void this.#sweep(SWEEP_EVERY / 2), SWEEP_EVERY),
      setInterval(() => void this.#judge(), JUDGE_EVERY),
    ];
    void this.#followStatus();
  }

  get maxBytes(): number {
    return this.#streams.maxBytes;
  }

  #listen(subject: string, take: (data: Uint8Array, subject: string) => void): () => void {
    const subscription = this.#streams.connection.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) take(message.data, message.subject);
      },
    });
    return () => subscription.unsubscribe();
  }

  #hear(worker: string, lease: number): void {
    this.#workers.set(worker, { time: Date.now(), lease });
  }

  /** Looks for what it has missed whenever it was away. */
  async #followStatus(): Promise<void> {
    for await (const { type } of this.#streams.connection.status()) {
      if (type !== "reconnect") continue;
      for (const heard of this.#workers.values()) heard.time = Date.now();
      void this.#sweep(0);
    }
  }

  async enqueue({ id, head, body }: QueuedJob): Promise<void> {
    const job = writeJob(head, body);
    const subject = this.#streams.subject("job", id);
    // It may have got there, been run, and gone, before the connection broke.
    const { stream, subject: outcome } = this.#streams.placeOf(head, id);
    const isWanted = async () => await this.#streams.get(stream, outcome) === null;
    if (head.key !== undefined) {
      await this.#streams.keepFor(head.retention);
      if (await this.#listenToKey(id, head)) return;
      // It may be asked for anew once its outcome is no longer kept.
      const isNew = await this.#streams.put(subject, job, `${id} ${head.at}`, isWanted);
      this.#arrive(id);
      if (!isNew) void this.#look(id).catch(() => {});
    } else {
      this.#await(id, head, undefined);
      const isNew = await this.#streams.put(subject, job, id, isWanted);
      this.#arrive(id);
      if (!isNew) void this.#look(id).catch(() => {});
    }
  }

  #arrive(id: string): void {
    const awaited = this.#awaited.get(id);
    if (awaited !== undefined) awaited.isThere = true;
  }

  #await(id: string, head: Awaited["head"], unlisten: (() => void) | undefined): void {
    this.#awaited.set(id, { head, since: Date.now(), unlisten, isThere: false, worker: undefined });
  }

  /** Listens to a job with a key; gives its outcome if there is one, and returns whether there is. */
  async #listenToKey(id: string, head: Awaited["head"]): Promise<boolean> {
    const { stream, subject } = this.#streams.placeOf(head, id);
    this.#awaited.get(id)?.unlisten?.();
    this.#await(id, head, this.#listen(subject, (data) => this.#events.onMessage(id, data)));
    await this.#streams.flush();
    const kept = await this.#streams.get(stream, subject);
    if (kept !== null) this.#events.onMessage(id, kept.data);
    return kept !== null;
  }

  async watch(id: string): Promise<boolean> {
    if (await this.#listenToKey(id, { key: "", attempts: Infinity })) return true;
    const isThere = await this.#hasJob(id);
    if (isThere) this.#arrive(id);
    return isThere;
  }

  async #hasJob(id: string): Promise<boolean> {
    const { stream, subject } = { stream: this.#streams.stream("jobs"), subject: this.#jobOf(id) };
    return await this.#streams.get(stream, subject) !== null;
  }

  #jobOf(id: string): string {
    return this.#streams.subject("job", id);
  }

  async recall(id: string): Promise<boolean> {
    if (this.#awaited.get(id)?.worker !== undefined) return false;
    const isGone = await this.#streams.remove(this.#streams.stream("jobs"), this.#jobOf(id));
    if (isGone) this.#recalled.set(id, Date.now());
    return isGone;
  }

  cancel(id: string): void {
    if (!this.#isClosed) this.#streams.connection.publish(this.#streams.subject("cancel"), id);
  }

  forget(id: string): void {
    this.#awaited.get(id)?.unlisten?.();
    this.#awaited.delete(id);
  }

  schedule(): Promise<void> {
    return Promise.reject(new TypeError("There are no schedules"));
  }

  unschedule(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Looks for outcomes that have not been heard of, of jobs that are awaited for some time. */
  async #sweep(age: number): Promise<void> {
    const before = Date.now() - age;
    const ids = [...this.#awaited].flatMap(([id, { since, isThere }]) =>
      isThere && since <= before ? [id] : []
    );
    for (let at = 0; at < ids.length; at += SWEEP_SIZE) {
      await Promise.all(ids.slice(at, at + SWEEP_SIZE).map((id) => this.#look(id))).catch(() => {});
    }
  }

  async #look(id: string): Promise<void> {
    const awaited = this.#awaited.get(id);
    if (awaited === undefined || this.#isClosed) return;
    const hasJob = await this.#hasJob(id); // In this order: a job goes once its outcome is kept.
    const { stream, subject } = this.#streams.placeOf(awaited.head, id);
    const outcome = await this.#streams.get(stream, subject);
    if (outcome !== null) return this.#events.onMessage(id, outcome.data);
    if (hasJob || this.#awaited.get(id) !== awaited) return;
    this.#events.onForgotten(id);
  }

  /** Looks for jobs whose workers are gone and that may not begin again: there may be no other worker. */
  async #judge(): Promise<void> {
    const now = Date.now();
    if (this.#isClosed || this.#streams.connection.isClosed()) return;
    for (const [id, time] of this.#recalled) {
      if (time < now - REMEMBERED) this.#recalled.delete(id);
    }
    for (const [id, { worker, head }] of this.#awaited) {
      const heard = worker === undefined ? undefined : this.#workers.get(worker);
      if (heard === undefined || head.attempts > 1) continue;
      if (now - heard.time < heard.lease + PATIENCE) continue;
      const isGone = await this.#streams.remove(this.#streams.stream("jobs"), this.#jobOf(id))
        .catch(() => false);
      if (isGone) this.#events.onLost(id, whyLost(head, 1));
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    const { connection } = this.#streams;
    if (!connection.isClosed()) await bounded(connection.flush(), LONGEST_GOODBYE);
    this.#isClosed = true;
    await bounded(connection.close(), LONGEST_GOODBYE);
  }
}
