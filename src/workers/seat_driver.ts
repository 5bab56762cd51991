/**
 * What drives one seat of a pool, from job to job.
 *
 * A driver is idle, or a job runs whose result is awaited, or a job that was given up is given the
 * grace to end. Only then, or once the seat has ended, is its place free again.
 *
 * @module
 */

import { RuntimeError, TimeoutError } from "../errors.ts";
import {
  callAfter,
  type Coroutine,
  type InnerLoop,
  LabeledFuture,
  runningLoop,
} from "../lowlevel.ts";
import { Answerer } from "./answerer.ts";
import { explainUnclonable } from "./cloneable.ts";
import { reviveError } from "./error_record.ts";
import { JobLostError } from "./job_errors.ts";
import type { FromSeat, FunctionName, ResultMessage, StrayMessage } from "./message.ts";
import type { Seat, SeatEvents } from "./seat.ts";
import { writeTrace } from "./trace_context.ts";
import type { JobCalls, Work } from "./work.ts";
import type { Permit } from "../sync/permit.ts";

/** The pool, as its drivers see it. */
export interface SeatOwner {
  /** How long, in ms, a job that was given up may go on. */
  readonly grace: number;
  /** The functions that all jobs may call. */
  readonly calls: JobCalls | undefined;
  /** Takes note that the driver can take a job. */
  onIdle(driver: SeatDriver): void;
  /** Takes note that the driver has ended, with an error if it ended by itself while it was idle. */
  onGone(driver: SeatDriver, error?: Error): void;
}

/** What `run()` throws if the seat had ended before the job could begin. */
export const NEVER_BEGAN: unique symbol = Symbol("the job never began");

/** The driver of a seat: it hands it one job at a time, and takes what comes back. */
export class SeatDriver implements SeatEvents {
  /** The place where its jobs run. */
  readonly seat: Seat;
  readonly #owner: SeatOwner;
  #isOver = false;
  /** The number of the job that it has begun last. */
  #id = 0;
  /** The functions that were called here, by their numbers. */
  readonly #functions: FunctionName[] = [];
  /** The number of the function that was called last. */
  #last = 0;
  #label = "";
  #loop: InnerLoop | undefined;
  /** The right to run a job, from its beginning to its end. */
  #place: Permit | undefined;
  /** What is awaited; nothing while it is idle, and once a job was given up. */
  #reply: LabeledFuture<unknown> | undefined;
  #onProgress: ((value: unknown) => void) | undefined;
  /** What answers the calls of the job that is awaited. */
  #answerer: Answerer | undefined;
  /** A function that calls off the end of the grace of a job that was given up. */
  #spare: (() => void) | undefined;
  #jobEnd: PromiseWithResolvers<void> | undefined;
  /** Whether the seat cannot take another job. */
  #isDoomed = false;

  /** Starts a seat. */
  constructor(owner: SeatOwner, start: (events: SeatEvents) => Seat) {
    this.#owner = owner;
    this.seat = start(this);
  }

  /** What is resolved when the job that was given up has ended; `undefined` if there is none. */
  get jobEnd(): Promise<void> | undefined {
    return this.#jobEnd?.promise;
  }

  /** Runs a job, and gives the place back once nothing of it runs any more. */
  *run<T>(work: Work, place: Permit): Coroutine<T> {
    const loop = this.#loop = runningLoop();
    this.#label = work.label;
    this.#place = place;
    loop.hold(); // Neither threads nor processes do.
    loop.beginHostOperation(); // Virtual time does not pass until the place is free again.
    const reply = this.#reply = new LabeledFuture<T>(loop, `job ${work.label}`);
    this.#onProgress = work.onProgress;
    this.#post(work);
    const answerer = this.#answerer = this.#newAnswerer(loop, work);
    const spare = callAfter(work.timeout ?? Infinity, () => {
      reply.break(
        new TimeoutError(`The job ${work.label} has taken longer than ${work.timeout} ms`),
      );
    });
    try {
      return yield* reply;
    } finally {
      spare();
      if (this.#reply === reply) {
        this.#giveUp(reply.cancelled ? reply.cancelMessage : "its time is over");
      }
      yield* answerer.end();
    }
  }

  #newAnswerer(loop: InnerLoop, { calls }: Work): Answerer {
    const job = this.#id;
    return new Answerer(
      loop,
      { ...this.#owner.calls, ...calls },
      (answer) => this.seat.post({ type: "answer", job, ...answer }, []),
    );
  }

  #post(work: Work): void {
    const { module, name, args, isEach, transfer, terms } = work;
    const known = this.#numberOf(work);
    const fn = known ?? this.#functions.length;
    const trace = writeTrace() ?? work.trace;
    try {
      this.seat.post({
        type: "call",
        fn,
        args,
        ...(known === undefined ? { first: { module, name } } : undefined),
        ...(isEach ? { isEach } : undefined),
        ...(terms === undefined ? undefined : { terms }),
        ...(trace === undefined ? undefined : { trace }),
      }, transfer);
      this.#id++;
      this.#last = fn;
      if (known === undefined) this.#functions.push({ module, name });
    } catch (error) {
      this.#vacate();
      const [what, path] = isEach ? ["the items", "items"] : ["the arguments", "args"];
      throw explainUnclonable(what, path, args, error);
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
    this.#answerer?.stop();
    this.#jobEnd = Promise.withResolvers();
    this.#isDoomed = !this.seat.cancel(this.#id, message);
    this.#spare = callAfter(this.#owner.grace, () => this.#endByForce());
  }

  /** Ends a seat whose job has not ended within its grace. */
  #endByForce(): void {
    const isCertain = this.seat.kill();
    this.#retire();
    if (isCertain) return;
    this.#report({
      message: "A worker was replaced: its job was cancelled and has not ended within its grace",
      exception: new RuntimeError(
        `Cannot end the job ${this.#label}, which keeps a thread busy: let it check currentJob().cancelled`,
      ),
    });
  }

  /** Ends the seat at once, and its job with it. */
  kill(): void {
    if (this.#isOver) return;
    this.seat.kill();
    const reply = this.#reply;
    this.#retire();
    reply?.break(lostAtClose(this.#label));
  }

  /** Gives its job up, and fails it; the job has its grace to end. */
  dismiss(): void {
    const reply = this.#reply;
    if (reply === undefined) return;
    this.#giveUp("the block of its pool has ended");
    reply.break(lostAtBlockEnd(this.#label));
  }

  /** Takes what the seat says. */
  onMessage(message: FromSeat): void {
    if (this.#isOver) return;
    if (message.type === "progress") return this.#onProgress?.(message.value);
    if (message.type === "stray") return this.#reportStray(message);
    if (message.type === "ask") return this.#answerer?.take(message);
    if (message.type === "withdraw") return this.#answerer?.withdraw(message.id);
    if (this.#place === undefined) return; // Of a job that says twice what came of it.
    const reply = this.#reply;
    // What cannot be read throws, and its seat is ended.
    const failure = message.type === "result" ? undefined : { error: reviveError(message.error) };
    this.#vacate();
    if (failure !== undefined) reply?.break(failure.error);
    else reply?.succeed((message as ResultMessage).value);
  }

  /** Fails the job of a seat that has ended by itself. */
  onEnd(error: Error, begun: number = this.#id): void {
    if (this.#isOver) return;
    const reply = this.#reply;
    // One that has begun nothing at all would not do better a second time.
    const isLate = begun > 0 && begun < this.#id;
    this.#retire(this.#place === undefined || isLate ? error : undefined);
    reply?.break(isLate ? NEVER_BEGAN : error);
  }

  #reportStray({ name, error }: StrayMessage): void {
    this.#report({
      message: `A job has ended, and what it left running has failed: ${name}`,
      exception: reviveError(error),
    });
  }

  /** Reports what a job has sent past the pool. */
  onForeign(): void {
    const cause = "only its pool listens to a worker, use currentJob().report()";
    this.#report({
      message: "A job has posted a message that nobody takes",
      exception: new RuntimeError(`Cannot take a message of the job ${this.#label}: ${cause}`),
    });
  }

  #report(context: Parameters<InnerLoop["callExceptionHandler"]>[0]): void {
    if (this.#loop?.closed === false) this.#loop.callExceptionHandler(context);
  }

  /** Makes room for the next job. */
  #vacate(): void {
    if (this.#isDoomed) {
      this.seat.kill();
      return this.#retire();
    }
    if (this.seat.isSpent) {
      this.seat.stop();
      return this.#retire();
    }
    this.#owner.onIdle(this);
    this.#release();
  }

  /** Gives its place up for another. */
  #retire(error?: Error): void {
    this.#isOver = true;
    this.#owner.onGone(this, error);
    this.#release();
  }

  #release(): void {
    this.#spare?.();
    this.#answerer?.stop();
    this.#spare =
      this.#reply =
      this.#onProgress =
      this.#answerer =
        undefined;
    const place = this.#place;
    this.#place = undefined;
    if (place !== undefined) {
      place[Symbol.dispose]();
      this.#loop!.endHostOperation();
      this.#loop!.letGo();
    }
    this.#jobEnd?.resolve();
    this.#jobEnd = undefined;
  }
}

/** Makes the error of a job that was not done when its pool ended. */
export function lostAtClose(label: string): JobLostError {
  return new JobLostError(`Cannot go on with the job ${label}: its pool was closed`);
}

/** Makes the error of a job that was not done when the block of its pool was left. */
export function lostAtBlockEnd(label: string): JobLostError {
  const advice = "await it in the block, or end the block with pool.close()";
  return new JobLostError(
    `Cannot go on with the job ${label}: the block of its pool has ended, ${advice}`,
  );
}
