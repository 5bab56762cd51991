/**
 * The connection of somebody who looks at a queue in NATS.
 *
 * @module
 */

import { bounded } from "../bounded.ts";
import type { DeskLink, JobRecord, JobState, QueueCounts } from "../job_engine.ts";
import type { NatsAddress } from "./nats_address.ts";
import { lastOf, type NatsStreams, openStreams, readJob } from "./nats_streams.ts";
import { CONSUMER, type RunningAnswer } from "./nats_worker.ts";

/** How long, in ms, workers have to answer what they run. */
const LONGEST_ANSWER = 300;
/** How long, in ms, to say goodbye may take. */
const LONGEST_GOODBYE = 500;

/** Connects somebody who looks at a queue. */
export async function openNatsDesk(address: NatsAddress, queue: string): Promise<DeskLink> {
  return new NatsDesk(await openStreams(address, queue));
}

/** A message of a stream: a job, and what was said of it. */
interface Found {
  readonly id: string;
  readonly time: number;
  readonly data: Uint8Array;
}

/** A desk that is connected. */
class NatsDesk implements DeskLink {
  readonly #streams: NatsStreams;

  constructor(streams: NatsStreams) {
    this.#streams = streams;
  }

  async count(): Promise<QueueCounts> {
    const jobs = this.#streams.stream("jobs");
    const running = await this.#streams.countTaken(jobs, CONSUMER);
    return {
      waiting: Math.max(await this.#streams.count(jobs) - running, 0),
      delayed: 0,
      running,
      failed: await this.#streams.count(this.#streams.stream("failed")),
    };
  }

  async list(state: JobState, limit: number): Promise<JobRecord[]> {
    if (state === "delayed") return [];
    if (state === "failed") return await this.#listFailed(limit);
    const running = await this.#askWorkers();
    if (state === "running") return await this.#listRunning(running.slice(0, limit));
    const ids = new Set(running.map(({ id }) => id));
    const found = await this.#walk("jobs", "job", limit + ids.size);
    return found.filter(({ id }) => !ids.has(id)).slice(0, limit).map(({ id, time, data }) => ({
      id,
      state,
      head: readJob(data).head,
      since: time,
      worker: undefined,
      failure: undefined,
    }));
  }

  /** Goes through the messages of a stream, oldest first. */
  async #walk(stream: "jobs" | "failed", subject: string, limit: number): Promise<Found[]> {
    const found: Found[] = [];
    for (let seq = 1; found.length < limit;) {
      // The client does not know, today, that both may be asked for at once.
      const next = { seq, next_by_subj: this.#streams.subject(subject, "*") };
      const message = await this.#streams.find(this.#streams.stream(stream), next);
      if (message === null) break;
      found.push({ id: lastOf(message.subject), time: message.time.getTime(), data: message.data });
      seq = message.seq + 1;
    }
    return found;
  }

  async #askWorkers(): Promise<RunningAnswer[]> {
    const answers = await this.#streams.connection.requestMany(this.#streams.subject("who"), "", {
      strategy: "timer",
      maxWait: LONGEST_ANSWER,
    });
    const all: RunningAnswer[] = [];
    try {
      for await (const answer of answers) all.push(...answer.json<RunningAnswer[]>());
    } catch {
      // There are no workers.
    }
    return all.toSorted((a, b) => a.since - b.since);
  }

  async #listRunning(running: readonly RunningAnswer[]): Promise<JobRecord[]> {
    return await Promise.all(running.map(async ({ id, since, worker }) => {
      const job = await this.#streams.get(
        this.#streams.stream("jobs"),
        this.#streams.subject("job", id),
      );
      const head = job === null ? undefined : readJob(job.data).head;
      return { id, state: "running" as const, head, since, worker, failure: undefined };
    }));
  }

  async #listFailed(limit: number): Promise<JobRecord[]> {
    const found = await this.#walk("failed", "failed", limit);
    return found.map(({ id, data }) => {
      const { failure, at, job } = readFailure(data);
      const { head } = readJob(job);
      return { id, state: "failed", head, since: at, worker: undefined, failure };
    });
  }

  async retry(id: string): Promise<boolean> {
    const place = this.#failedPlace(id);
    const found = await this.#streams.get(place.stream, place.subject);
    if (found === null) return false;
    const { job } = readFailure(found.data);
    const { head } = readJob(job);
    if (head !== undefined) {
      const outcome = this.#streams.placeOf(head, id);
      await this.#streams.remove(outcome.stream, outcome.subject);
    }
    await this.#streams.put(this.#streams.subject("job", id), job, `retry ${id} ${Date.now()}`);
    await this.#streams.removeMessage(place.stream, found.seq); // It may have failed anew by now.
    return true;
  }

  async drop(id: string): Promise<boolean> {
    const place = this.#failedPlace(id);
    if (await this.#streams.remove(place.stream, place.subject)) return true;
    if ((await this.#askWorkers()).some((one) => one.id === id)) return false;
    return await this.#streams.remove(
      this.#streams.stream("jobs"),
      this.#streams.subject("job", id),
    );
  }

  #failedPlace(id: string): { stream: string; subject: string } {
    return { stream: this.#streams.stream("failed"), subject: this.#streams.subject("failed", id) };
  }

  async close(): Promise<void> {
    await bounded(this.#streams.connection.close(), LONGEST_GOODBYE);
  }
}

/** Reads a job that has failed. */
function readFailure(bytes: Uint8Array): { failure: string; at: number; job: Uint8Array } {
  const end = bytes.indexOf(10);
  const words = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  return { ...words as { failure: string; at: number }, job: bytes.subarray(end + 1) };
}
