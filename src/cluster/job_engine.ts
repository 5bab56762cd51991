/**
 * What a cluster asks of the engine that keeps its jobs: to bring each to a worker, and what comes of
 * it back.
 *
 * An engine knows nothing of functions, results or tasks. It carries bytes, and tells what became of
 * them, in the host's own time. It holds no connection until it is opened.
 *
 * @module
 */

import type { JobHead } from "./job_head.ts";

/** What an engine can do beside what every engine does. What it cannot is refused where it is asked for. */
export interface EngineAbilities {
  /** Whether more urgent jobs begin before others. */
  readonly priority: boolean;
  /** Whether a job can wait for some time before it may begin. */
  readonly delay: boolean;
  /** Whether jobs can be asked for again and again, by a schedule. */
  readonly schedule: boolean;
}

/** A job on its way to a worker. */
export interface QueuedJob {
  /** The name of the job within its queue: letters, digits, `-` and `_`. */
  readonly id: string;
  /** What is to be done, in words. */
  readonly head: JobHead;
  /** The arguments. */
  readonly body: Uint8Array<ArrayBuffer>;
  /** How urgent it is: from 0, the most urgent, to 7. */
  readonly priority: number;
  /** How long, in ms, it waits before it may begin. */
  readonly delay: number;
}

/** Callbacks for what a caller hears of its jobs. */
export interface CallerEvents {
  /** Takes what a worker says of a job. */
  onMessage(id: string, message: Uint8Array): void;
  /** Takes note that a job is gone: it will neither begin again nor end; says why. */
  onLost(id: string, why: string): void;
  /** Takes note that the server knows a job no more, and no outcome of it. */
  onForgotten(id: string): void;
}

/** The connection of a caller. */
export interface CallerLink {
  /** The most bytes of a job, its head included. */
  readonly maxBytes: number;
  /**
   * Puts a job into the queue, and listens to what is said of it. If it was put there before, it is
   * not put there again; what is known of its outcome is told.
   */
  enqueue(job: QueuedJob): Promise<void>;
  /** Listens to a job that another has put into the queue; returns whether it, or its outcome, is there. */
  watch(id: string): Promise<boolean>;
  /** Takes a job out of the queue; returns whether it will certainly not begin any more. */
  recall(id: string): Promise<boolean>;
  /** Asks whoever runs a job to stop it. */
  cancel(id: string): void;
  /** Listens no more: the outcome was taken, or nobody wants it. */
  forget(id: string): void;
  /** Asks for a job whenever a schedule says so. */
  schedule(job: QueuedJob, schedule: Schedule): Promise<void>;
  /** Ends a schedule; returns whether there was one. */
  unschedule(id: string): Promise<boolean>;
  /** Lets go of what it holds, in bounded time. */
  close(): Promise<void>;
}

/** The times at which a job is asked for. */
export interface Schedule {
  /** The times, in five fields of cron, or six with seconds. */
  readonly pattern: string;
  /** The time zone of the pattern. */
  readonly timeZone: string;
}

/** The options of a worker's connection. */
export interface WorkerLinkOptions {
  /** What the worker is called. */
  readonly name: string;
  /** The most jobs that it runs at once. */
  readonly processes: number;
  /** How long, in ms, a job stays with a worker that says nothing. */
  readonly lease: number;
  /** The build of the worker's code. */
  readonly build: string | undefined;
}

/** Callbacks for what a worker hears. */
export interface WorkerEvents {
  /** Takes a job, and resolves once it was finished or given back. Never rejects. */
  onJob(delivery: Delivery): Promise<void>;
  /** Takes note that a job is to stop. */
  onCancel(id: string): void;
  /** Takes an error that no job is to blame for. */
  onError(error: unknown): void;
}

/** A job as it comes to a worker. */
export interface Delivery {
  /** The name of the job within its queue. */
  readonly id: string;
  /** What is to be done; `undefined` if it cannot be read. */
  readonly head: JobHead | undefined;
  /** The arguments; nothing if they cannot be read. */
  readonly body: Uint8Array;
  /** How often it has begun before, on workers that were lost. */
  readonly lost: number;
  /** What is called when the job may begin elsewhere, since its lease could not be renewed. */
  onLost: (() => void) | undefined;
  /** Whether it may have come before, to a worker that told its outcome and could not end it. */
  readonly mayBeDone: boolean;
  /** Returns whether an outcome is known. */
  isDone(): Promise<boolean>;
  /** Notes that it begins. */
  begin(): void;
  /** Passes on how it goes on. */
  report(message: Uint8Array<ArrayBuffer>): void;
  /**
   * Ends it with an outcome, unless one was told before, and, if it has failed, with the words that
   * are kept of that. Gives nothing if nothing is left to wait for.
   */
  finish(
    message: Uint8Array<ArrayBuffer> | undefined,
    failure?: string,
  ): Promise<void> | undefined;
  /** Counts one more refusal; returns their number. */
  refuse(): Promise<number>;
  /** Gives it back without having begun it; it may begin elsewhere after a delay in ms. */
  giveBack(delay: number): Promise<void>;
  /** Keeps silent about it from now on, so that it begins elsewhere once its lease is over. */
  leave(): void;
}

/** The connection of a worker. */
export interface WorkerLink {
  /** The most bytes of a message. */
  readonly maxBytes: number;
  /** Takes no more jobs; those that it has go on. */
  pause(): void;
  /** Lets go of what it holds, in bounded time; what still runs is left. */
  close(): Promise<void>;
}

/** The states of a job that can be looked at. */
export type JobState = "waiting" | "delayed" | "running" | "failed";

/** A job, as somebody who looks at the queue sees it. */
export interface JobRecord {
  /** The name of the job within its queue. */
  readonly id: string;
  /** Where it stands. */
  readonly state: JobState;
  /** What is to be done; `undefined` if it cannot be read. */
  readonly head: JobHead | undefined;
  /** When it got there, in ms since 1970, if that is known. */
  readonly since: number | undefined;
  /** The name of the worker that runs it, if that is known. */
  readonly worker: string | undefined;
  /** What it has failed with. */
  readonly failure: string | undefined;
}

/** How many jobs stand where. */
export interface QueueCounts {
  /** The number of jobs that wait for a worker. */
  readonly waiting: number;
  /** The number of jobs that may not begin yet. */
  readonly delayed: number;
  /** The number of jobs that workers have. */
  readonly running: number;
  /** The number of jobs that have failed and are kept. */
  readonly failed: number;
}

/** The connection of somebody who looks at a queue. */
export interface DeskLink {
  /** Counts the jobs. */
  count(): Promise<QueueCounts>;
  /** Lists jobs of a state, oldest first. */
  list(state: JobState, limit: number): Promise<JobRecord[]>;
  /** Puts a failed job into the queue again; returns whether there was one. */
  retry(id: string): Promise<boolean>;
  /** Removes a job that does not run; returns whether there was one. */
  drop(id: string): Promise<boolean>;
  /** Lets go of what it holds, in bounded time. */
  close(): Promise<void>;
}

/** An engine that keeps jobs, and where to find it. */
export interface JobEngine {
  /** What it is called in messages; no secret is in it. */
  readonly name: string;
  /** What it can do beside what every engine does. */
  readonly abilities: EngineAbilities;
  /** Connects a caller of a name; rejects in bounded time if the server cannot be used. */
  openCaller(queue: string, caller: string, events: CallerEvents): Promise<CallerLink>;
  /** Connects a worker; it gets jobs from now on. */
  openWorker(queue: string, options: WorkerLinkOptions, events: WorkerEvents): Promise<WorkerLink>;
  /** Connects somebody who looks at a queue. */
  openDesk(queue: string): Promise<DeskLink>;
}
