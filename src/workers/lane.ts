/**
 * One seat of a pool, and the job that sits there.
 *
 * A lane is idle, or a job runs whose result is awaited, or a job that was given up is given the
 * grace to end. Only then, or once the seat has ended, is its place free again.
 *
 * @module
 */

import { JobLostError, RuntimeError, TimeoutError } from "../errors.ts";
import { type Coroutine, type EventLoop, runningLoop } from "../lowlevel.ts";
import type { Permit } from "../sync/wait_queue.ts";
import { explainUnclonable } from "./cloneable.ts";
import { reviveError } from "./error_record.ts";
import type { FromSeat, FunctionName } from "./message.ts";
import { Reply } from "./reply.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import type { Work } from "./work.ts";

/** Is the pool, as its lanes see it. */
export interface LaneOwner {
  /** Is how long, in ms, a job that was given up may go on. */
  readonly grace: number;
  /** Is told that the lane can take a job. */
  onIdle(lane: Lane): void;
  /** Is told that the lane has ended; with an error if it ended by itself while it was idle. */
  onGone(lane: Lane, error?: Error): void;
}

/** Is what `run()` throws if the seat had ended before the job could begin. */
export const NEVER_BEGAN: unique symbol = Symbol("the job never began");

/** Bounds what `setTimeout` takes: a longer delay would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Runs one job at a time on a seat. */
export class Lane implements SeatEvents {
  /** Is where its jobs run. */
  readonly seat: Seat;
  readonly #owner: LaneOwner;
  #isOver = false;
  /** Numbers its jobs. */
  #id = 0;
  /** Are the functions that were called here, by their numbers. */
  readonly #functions: FunctionName[] = [];
  /** Is the number of the function that was called last. */
  #last = 0;
  #label = "";
  #loop: EventLoop | undefined;
  /** Is the right to run a job, from its beginning to its end. */
  #place: Permit | undefined;
  /** Is what is awaited; nothing while it is idle, and once a job was given up. */
  #reply: Reply<unknown> | undefined;
  #onProgress: ((value: unknown) => void) | undefined;
  /** Bounds the grace of a job that was given up. */
  #grace: ReturnType<typeof setTimeout> | undefined;
  #settled: PromiseWithResolvers<void> | undefined;
  /** Is true once the seat cannot take another job. */
  #isDoomed = false;

  /** Starts a seat. */
  constructor(owner: LaneOwner, start: (events: SeatEvents) => Seat) {
    this.#owner = owner;
    this.seat = start(this);
  }

  /** Is resolved when the job that was given up has ended; `undefined` if there is none. */
  get settled(): Promise<void> | undefined {
    return this.#settled?.promise;
  }

  /** Runs a job, and gives the place back once nothing of it runs any more. */
  *run<T>(work: Work, place: Permit): Coroutine<T> {
    const loop = this.#loop = runningLoop();
    this.#label = work.label;
    this.#place = place;
    loop.beginHostOperation(); // Virtual time does not pass until the place is free again.
    const reply = this.#reply = new Reply<T>(loop, work.label);
    this.#onProgress = work.onProgress;
    this.#post(work);
    const timer = this.#arm(work.timeout, () => {
      const detail = `${work.label} TOOK LONGER THAN ${work.timeout} ms`;
      reply.break(new TimeoutError(`THE JOB'S TIME IS OVER: ${detail}`));
    });
    try {
      return yield* reply;
    } finally {
      clearTimeout(timer);
      if (this.#reply === reply) {
        this.#giveUp(reply.cancelled ? reply.cancelMessage : "its time is over");
      }
    }
  }

  #arm(ms: number | undefined, callback: () => void): ReturnType<typeof setTimeout> | undefined {
    return ms === undefined || ms > LONGEST_DELAY ? undefined : setTimeout(callback, ms);
  }

  #post(work: Work): void {
    const { module, name, args, isEach, transfer } = work;
    const known = this.#numberOf(work);
    const fn = known ?? this.#functions.length;
    try {
      this.seat.post({
        type: "call",
        fn,
        args,
        ...(known === undefined ? { first: { module, name } } : undefined),
        ...(isEach ? { isEach } : undefined),
      }, transfer);
      this.#id++;
      this.#last = fn;
      if (known === undefined) this.#functions.push({ module, name });
    } catch (error) {
      this.#vacate();
      throw explainUnclonable("ARGUMENT", isEach ? "items" : "args", args, error);
    }
  }

  /** Finds the number of a function; the one called last is the most likely. */
  #numberOf({ module, name }: Work): number | undefined {
    const isIt = (one: FunctionName | undefined) => one?.module === module && one.name === name;
    if (isIt(this.#functions[this.#last])) return this.#last;
    const found = this.#functions.findIndex(isIt);
    return found < 0 ? undefined : found;
  }

  /** Asks the job to stop, and gives it its grace. */
  #giveUp(message: string | undefined): void {
    this.#reply = this.#onProgress = undefined;
    this.#settled = Promise.withResolvers();
    this.#isDoomed = !this.seat.cancel(this.#id, message);
    this.#grace = this.#arm(this.#owner.grace, () => this.#abandon());
  }

  /** Ends a seat whose job has not ended within its grace. */
  #abandon(): void {
    const isCertain = this.seat.kill();
    this.#leave();
    const loop = this.#loop!;
    if (isCertain || loop.closed) return;
    loop.callExceptionHandler({
      message: "a worker was abandoned: its job was cancelled and did not end within its grace",
      exception: new RuntimeError(
        `THE JOB GOES ON UNTIL THE PROGRAM ENDS, LET IT CHECK currentJob().cancelled: ${this.#label}`,
      ),
    });
  }

  /** Ends the seat at once, and its job with it. */
  kill(): void {
    if (this.#isOver) return;
    this.seat.kill();
    const reply = this.#reply;
    this.#leave();
    reply?.break(lostAtClose(this.#label));
  }

  /** Takes what the seat says. */
  onMessage(message: FromSeat): void {
    if (this.#isOver) return;
    if (message.type === "progress") return this.#onProgress?.(message.value);
    const reply = this.#reply;
    this.#vacate();
    if (message.type === "result") reply?.succeed(message.value);
    else reply?.break(reviveError(message.error));
  }

  /** Fails the job of a seat that has ended by itself. */
  onEnd(error: Error, begun: number = this.#id): void {
    if (this.#isOver) return;
    const reply = this.#reply;
    const wasIdle = this.#place === undefined;
    this.#leave(wasIdle ? error : undefined);
    // One that has begun nothing at all would not do better a second time.
    const isLate = begun > 0 && begun < this.#id;
    reply?.break(isLate ? NEVER_BEGAN : error);
  }

  /** Makes room for the next job. */
  #vacate(): void {
    if (this.#isDoomed) {
      this.seat.kill();
      return this.#leave();
    }
    this.#owner.onIdle(this);
    this.#release();
  }

  /** Goes, for another to take its place. */
  #leave(error?: Error): void {
    this.#isOver = true;
    this.#owner.onGone(this, error);
    this.#release();
  }

  #release(): void {
    clearTimeout(this.#grace);
    this.#grace = this.#reply = this.#onProgress = undefined;
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) {
      place[Symbol.dispose]();
      this.#loop!.endHostOperation();
    }
    this.#settled?.resolve();
    this.#settled = undefined;
  }
}

/** Makes the error of a job that was not done when its pool ended. */
export function lostAtClose(label: string): JobLostError {
  return new JobLostError(`THE POOL WAS CLOSED BEFORE THE JOB HAD ENDED: ${label}`);
}
