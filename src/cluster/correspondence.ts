/**
 * What a pool and the workers of its queue say to each other, by one connection.
 *
 * @module
 */

import { newCancelledError, RuntimeError, TimeoutError } from "../errors.ts";
import { recordError } from "../workers/error_record.ts";
import { JobLostError } from "../workers/job_errors.ts";
import type { FromSeat } from "../workers/message.ts";
import type { CallerLink, JobEngine, QueuedJob } from "./job_engine.ts";
import { type JobHead, labelOf } from "./job_head.ts";
import { readMessage } from "./wire.ts";

/** A function that takes what is said of a job. */
export type Take = (message: FromSeat) => void;

/** A job that somebody waits for. */
interface Order {
  readonly id: string;
  readonly label: string;
  /** The job, if it may be put into the queue again. */
  readonly job: QueuedJob | undefined;
  /** How often it may be put into the queue again. */
  again: number;
  readonly takers: Set<Take>;
  /** Whether the engine has it. */
  isAccepted: boolean;
  isCancelled: boolean;
  /** The timer of its deadline. */
  deadline: ReturnType<typeof setTimeout> | undefined;
  /** The timer that tells its worker once more to stop it. */
  reminder: ReturnType<typeof setInterval> | undefined;
}

/** How long, in ms, a worker is given to hear of a cancellation before it is told once more. */
const REMIND_AFTER = 1000;
/** The longest delay that a timer takes. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** What came of the jobs of a pool that was out of the ordinary. */
export interface Oddities {
  /** The number of jobs that were lost. */
  readonly lost: number;
  /** The number of outcomes that nobody waited for any more, those that came twice included. */
  readonly dropped: number;
}

/** The letters between a pool and the workers of a queue. */
export class Correspondence {
  /** The name of this caller within its queue. */
  readonly caller: string = crypto.randomUUID().slice(0, 13);
  readonly #engine: JobEngine;
  readonly #queue: string;
  readonly #maxBytes: number;
  readonly #orders = new Map<string, Order>();
  #link: Promise<CallerLink> | undefined;
  #lost = 0;
  #dropped = 0;

  /** Makes one that is not connected. */
  constructor(engine: JobEngine, queue: string, maxBytes: number) {
    this.#engine = engine;
    this.#queue = queue;
    this.#maxBytes = maxBytes;
  }

  /** Counts what was out of the ordinary. */
  get oddities(): Oddities {
    return { lost: this.#lost, dropped: this.#dropped };
  }

  /** Puts a job into the queue, and takes what is said of it. */
  send(job: QueuedJob, take: Take): void {
    const known = this.#orders.get(job.id);
    if (known !== undefined && !known.isCancelled) return void known.takers.add(take);
    const order = this.#begin(job.id, labelOf(job.head), take, job);
    const { deadline } = job.head;
    if (deadline !== undefined) {
      const left = Math.min(Math.max(deadline - Date.now(), 0), LONGEST_DELAY);
      order.deadline = setTimeout(() => void this.#expire(order), left);
    }
    this.#enqueue(order, job);
  }

  #enqueue(order: Order, job: QueuedJob): void {
    this.#follow(order, async (link) => {
      this.#checkSize(job, link);
      await link.enqueue(job);
    });
  }

  /** Takes what is said of a job that somebody else has put into the queue. */
  watch(id: string, key: string, take: Take): void {
    const known = this.#orders.get(id);
    if (known !== undefined && !known.isCancelled) return void known.takers.add(take);
    this.#follow(this.#begin(id, key, take), async (link) => {
      if (await link.watch(id)) return;
      throw new RuntimeError(
        `Cannot find the job ${key} in the queue ${this.#queue}: it was not submitted, or its outcome is no longer kept`,
      );
    });
  }

  /** Puts a job into the queue that nobody here waits for. */
  async submit(job: QueuedJob): Promise<void> {
    const link = await this.open();
    this.#checkSize(job, link);
    await link.enqueue(job);
    if (!this.#orders.has(job.id)) link.forget(job.id);
  }

  /** Takes nothing more of a job; it goes on. */
  unwatch(id: string, take: Take): void {
    const order = this.#orders.get(id);
    if (order?.takers.delete(take) && order.takers.size === 0) this.#drop(order);
  }

  /** Gives a job up: it is taken out of the queue, or told to stop. */
  cancel(id: string, take: Take): void {
    const order = this.#orders.get(id);
    if (order === undefined) return;
    if (order.takers.size > 1) { // Somebody else wants it.
      order.takers.delete(take);
      return queueMicrotask(() => take(cancelled()));
    }
    order.isCancelled = true;
    if (order.isAccepted) this.#recall(order);
  }

  /** Takes nothing more of a job that was given up. */
  abandon(id: string, take: Take): void {
    const order = this.#orders.get(id);
    if (order === undefined || !order.takers.delete(take) || order.takers.size > 0) return;
    this.#drop(order);
    this.#link?.then((link) => link.cancel(id), () => {});
  }

  /** Connects, unless that was done. */
  open(): Promise<CallerLink> {
    if (this.#link !== undefined) return this.#link;
    const link = this.#link = this.#engine.openCaller(this.#queue, this.caller, {
      onMessage: (id, bytes) => this.#receive(id, bytes),
      onLost: (id, why) => this.#lose(id, why),
      onForgotten: (id) => this.#repeat(id),
    });
    link.catch(() => {
      if (this.#link === link) this.#link = undefined;
    });
    return link;
  }

  /** Disconnects; it connects again when it is used. */
  async close(): Promise<void> {
    for (const order of [...this.#orders.values()]) this.#drop(order);
    const link = this.#link;
    this.#link = undefined;
    await link?.then((open) => open.close(), () => {});
  }

  #begin(id: string, label: string, take: Take, job?: QueuedJob): Order {
    const again = (job?.head.attempts ?? 1) - 1;
    const order: Order = {
      id,
      label,
      job: again > 0 ? job : undefined,
      again,
      takers: new Set([take]),
      isAccepted: false,
      isCancelled: false,
      deadline: undefined,
      reminder: undefined,
    };
    this.#orders.set(id, order);
    return order;
  }

  async #follow(order: Order, ask: (link: CallerLink) => Promise<void>): Promise<void> {
    try {
      await ask(await this.open());
    } catch (error) {
      return this.#settle(order, { type: "error", error: recordError(error) });
    }
    if (!this.#isOpen(order)) return;
    order.isAccepted = true;
    if (order.isCancelled) this.#recall(order);
  }

  #isOpen(order: Order): boolean {
    return this.#orders.get(order.id) === order;
  }

  #checkSize({ head, body }: QueuedJob, link: CallerLink): void {
    const most = Math.min(this.#maxBytes, link.maxBytes);
    if (body.length <= most) return;
    throw new RangeError(
      `Cannot send the arguments of the job ${
        labelOf(head)
      }: they have ${body.length} bytes, the most is ${most}, send where they are kept`,
    );
  }

  /** Takes a job out of the queue or has it stopped, whichever it takes, until it is over. */
  async #recall(order: Order): Promise<void> {
    order.reminder ??= setInterval(() => void this.#recall(order), REMIND_AFTER);
    const link = await this.open().catch(() => undefined);
    const isGone = await link?.recall(order.id).catch(() => false);
    if (isGone) this.#settle(order, cancelled());
    else if (this.#isOpen(order)) link?.cancel(order.id);
  }

  /** Takes a job out of the queue when it is too late to begin; one that runs goes on. */
  async #expire(order: Order): Promise<void> {
    if (!order.isAccepted) return this.#settle(order, late(order.label));
    const link = await this.open().catch(() => undefined);
    const isGone = await link?.recall(order.id).catch(() => false);
    if (isGone) this.#settle(order, late(order.label));
  }

  #receive(id: string, bytes: Uint8Array): void {
    const order = this.#orders.get(id);
    if (order === undefined) {
      this.#dropped++;
      return;
    }
    let message;
    try {
      message = readMessage(bytes);
    } catch (cause) {
      const error = new RuntimeError(
        `Cannot read what came of the job ${order.label}: the worker may have another version`,
        { cause },
      );
      return this.#settle(order, { type: "error", error: recordError(error) });
    }
    if (message.type !== "progress") return this.#settle(order, message);
    for (const take of order.takers) take(message);
  }

  #lose(id: string, why: string): void {
    const order = this.#orders.get(id);
    if (order === undefined) return;
    this.#settle(order, lostMessage(order.label, why));
  }

  /** Puts a job into the queue again that a server has forgotten, if it may have begun before. */
  #repeat(id: string): void {
    const order = this.#orders.get(id);
    if (order?.job === undefined || order.again-- <= 0) {
      return this.#lose(id, "the server knows it no more, and has no outcome of it");
    }
    order.isAccepted = false;
    this.#enqueue(order, order.job);
  }

  #settle(order: Order, message: FromSeat): void {
    if (!this.#isOpen(order)) return;
    if (message.type === "error" && message.error.name === "JobLostError") this.#lost++;
    const takers = [...order.takers];
    this.#drop(order);
    for (const take of takers) take(message);
  }

  #drop(order: Order): void {
    clearTimeout(order.deadline);
    clearInterval(order.reminder);
    this.#orders.delete(order.id);
    this.#link?.then((link) => link.forget(order.id), () => {});
  }
}

/** Makes the outcome of a job that was taken out of the queue. */
function cancelled(): FromSeat {
  return { type: "error", error: recordError(newCancelledError(undefined)) };
}

/** Makes the outcome of a job that came too late to begin. */
function late(label: string): FromSeat {
  return { type: "error", error: recordError(lateError(label)) };
}

/** Makes the error of a job that came too late to begin. */
export function lateError(label: string): TimeoutError {
  return new TimeoutError(`Cannot begin the job ${label}: its deadline has passed`);
}

/** Makes the outcome of a job that is lost. */
export function lostMessage(label: string, why: string): FromSeat {
  return {
    type: "error",
    error: recordError(new JobLostError(`The job ${label} is lost: ${why}`)),
  };
}

/** Makes the words for a job whose worker is gone. */
export function whyLost({ attempts }: Pick<JobHead, "attempts">, lost: number): string {
  const times = lost === 1 ? "once" : `${lost} times`;
  const most = attempts === 1 ? "one attempt" : `${attempts} attempts`;
  return `it has begun ${times}, each time its worker went away, and it has ${most}`;
}
