/**
 * One job, from its arrival at a worker to its outcome.
 *
 * @module
 */

import { isCancelled, newCancelledError, RuntimeError } from "../errors.ts";
import { type Coroutine, type Task, until } from "../lowlevel.ts";
import { recordError } from "../workers/error_record.ts";
import { JobLostError } from "../workers/job_errors.ts";
import type { FromSeat } from "../workers/message.ts";
import { toWork, type Work } from "../workers/work.ts";
import { lateError, lostMessage, whyLost } from "./correspondence.ts";
import type { Delivery } from "./job_engine.ts";
import { type JobHead, labelOf, PROTOCOL } from "./job_head.ts";
import type { ModuleList } from "./module_names.ts";
import { readBody, writeMessage } from "./wire.ts";

/** The worker, as a job sees it. */
export interface JobHost {
  /** The build of its code. */
  readonly build: string | undefined;
  /** The modules that it runs. */
  readonly modules: ModuleList;
  /** The most bytes of a message. */
  readonly maxBytes: number;
  /** How long, in ms, a job of another build is given back for. */
  readonly patience: number;
  /** Whether it begins nothing new. */
  readonly isDraining: boolean;
  /** Whether a job was cancelled before it came. */
  wasCancelled(id: string): boolean;
  /** Runs a job in a process. */
  run(work: Work): Coroutine<unknown>;
  /** Takes note of what became of a job. */
  count(what: "done" | "failed" | "refused" | "lost"): void;
  /** Takes an error that no caller is told. */
  report(message: string, error: unknown): void;
}

/** Why a job that runs is to stop: its caller, its lease, or its worker says so. */
export type StopReason = "cancelled" | "lease" | "shutdown";

/** The delay, in ms, after a number of refusals before another worker may look at a job. */
const refusalDelay = (refusals: number) => Math.min(1000, 50 * 2 ** refusals);

/** A job that a worker has been given. */
export class ServedJob {
  readonly #host: JobHost;
  readonly #delivery: Delivery;
  #task: Task<unknown> | undefined;
  #reason: StopReason | undefined;

  /** Makes what sees to a job. */
  constructor(host: JobHost, delivery: Delivery) {
    this.#host = host;
    this.#delivery = delivery;
  }

  /** Stops it, wherever it is. */
  stop(reason: StopReason): void {
    this.#reason ??= reason;
    this.#task?.cancel(reason);
  }

  /** Sees to it. */
  *serve(task: Task<unknown>): Coroutine<void> {
    const { head, id } = this.#delivery;
    try {
      if (head === undefined) return yield* this.#setAside("it cannot be read");
      if (this.#host.isDraining) return yield* until(this.#delivery.giveBack(0));
      const refusal = yield* this.#findRefusal(head);
      if (refusal === "given back") return;
      if (refusal !== undefined) return yield* this.#finish(head, refusal);
      const args = this.#read(head);
      if (args === undefined) return yield* this.#setAside("its arguments cannot be read", head);
      if (this.#host.wasCancelled(id)) this.#reason ??= "cancelled";
      this.#task = task;
      yield* this.#run(head, args);
    } catch (error) {
      this.#host.report(`A worker could not see to the job ${id}`, error);
    } finally {
      this.#task = undefined;
    }
  }

  /** Finds out why a job must not begin: its outcome, or nothing if it was given back or may begin. */
  *#findRefusal(head: JobHead): Coroutine<FromSeat | "given back" | undefined> {
    const { lost } = this.#delivery;
    const label = labelOf(head);
    if (this.#delivery.mayBeDone && (yield* until(this.#delivery.isDone()))) {
      yield* this.#end(undefined);
      return "given back";
    }
    if (lost >= head.attempts) {
      this.#host.count("lost");
      return lostMessage(label, whyLost(head, lost));
    }
    if (head.deadline !== undefined && Date.now() > head.deadline) {
      return { type: "error", error: recordError(lateError(label)) };
    }
    const stale = this.#describeStale(head);
    if (stale !== undefined) return yield* this.#refuse(label, stale);
    try {
      this.#host.modules.resolve(head.module);
    } catch (error) {
      return { type: "error", error: recordError(error) };
    }
    return undefined;
  }

  /** Describes why a job is of another build; `undefined` if it is not. */
  #describeStale({ weft, build }: JobHead): string | undefined {
    if (weft !== PROTOCOL) {
      return `it speaks version ${weft} of the protocol, and its workers version ${PROTOCOL}`;
    }
    const own = this.#host.build;
    if (build === undefined || own === undefined || build === own) return undefined;
    return `it is of build ${build}, and its workers of ${own}`;
  }

  /** Gives a job back for a worker that suits it, as long as there is patience. */
  *#refuse(label: string, why: string): Coroutine<FromSeat | "given back"> {
    const refusals = yield* until(this.#delivery.refuse());
    this.#host.count("refused");
    let waited = 0;
    for (let n = 1; n < refusals; n++) waited += refusalDelay(n);
    if (waited < this.#host.patience) {
      yield* until(this.#delivery.giveBack(refusalDelay(refusals)));
      return "given back";
    }
    const error = new RuntimeError(
      `Cannot run the job ${label}: ${why}, start workers of its build or ask for it anew`,
    );
    return { type: "error", error: recordError(error) };
  }

  #read(head: JobHead): readonly unknown[] | undefined {
    try {
      return readBody(this.#delivery.body);
    } catch (error) {
      this.#host.report(`A worker cannot read the arguments of the job ${labelOf(head)}`, error);
      return undefined;
    }
  }

  /** Puts a job among those that have failed: nobody can run it. */
  *#setAside(why: string, head?: JobHead): Coroutine<void> {
    const label = head === undefined ? this.#delivery.id : labelOf(head);
    const error = new RuntimeError(`Cannot run the job ${label}: ${why}`);
    if (head === undefined) this.#host.report("A worker has set a job aside", error);
    this.#host.count("failed");
    const message = writeMessage({ type: "error", error: recordError(error) });
    yield* this.#end(message, error.message);
  }

  *#run(head: JobHead, args: readonly unknown[]): Coroutine<void> {
    const delivery = this.#delivery;
    const { timeout, each = false } = head;
    let message: FromSeat;
    try {
      if (this.#reason !== undefined) throw newCancelledError(this.#reason);
      delivery.begin();
      const address = this.#host.modules.resolve(head.module);
      const value = yield* this.#host.run(
        toWork(address, head.name, args, "job", {
          timeout,
          isEach: each,
          label: labelOf(head),
          trace: head.trace,
          onProgress: (progress) => this.#report(progress),
        }),
      );
      message = { type: "result", value };
    } catch (error) {
      if (this.#mayBeginAgain(head, error)) return delivery.leave();
      message = this.#reason === "shutdown" && isCancelled(error)
        ? lostMessage(
          labelOf(head),
          "its worker was shut down, and it did not end within its grace",
        )
        : { type: "error", error: recordError(error) };
    }
    yield* this.#finish(head, message);
  }

  /** Returns whether what ended a job leaves it to another worker. */
  #mayBeginAgain(head: JobHead, error: unknown): boolean {
    if (this.#reason === "lease") return true;
    const isLost = error instanceof JobLostError || this.#reason === "shutdown";
    return isLost && this.#delivery.lost + 1 < head.attempts;
  }

  #report(progress: unknown): void {
    const message = writeMessage({ type: "progress", value: progress });
    if (message.length <= this.#host.maxBytes) return this.#delivery.report(message);
    const error = new RangeError(
      `Cannot send progress of ${message.length} bytes: the most is ${this.#host.maxBytes}`,
    );
    this.#host.report("A job has reported too much at once", error);
  }

  *#finish(head: JobHead, outcome: FromSeat): Coroutine<void> {
    this.#task = undefined; // What stops it now comes too late.
    let message = outcome;
    let bytes = writeMessage(message);
    const most = this.#host.maxBytes;
    if (bytes.length > most) {
      const what = message.type === "result" ? "result" : "error";
      const error = new RangeError(
        `Cannot send the ${what} of the job ${
          labelOf(head)
        }: it has ${bytes.length} bytes, the most is ${most}, give back where it is kept`,
      );
      message = { type: "error", error: recordError(error) };
      bytes = writeMessage(message);
    }
    const failure = this.#reason === undefined && message.type === "error"
      ? `${message.error.name}: ${message.error.message}`
      : undefined;
    this.#host.count(failure === undefined ? "done" : "failed");
    yield* this.#end(bytes, failure);
  }

  *#end(bytes: Uint8Array<ArrayBuffer> | undefined, failure?: string): Coroutine<void> {
    const ending = this.#delivery.finish(bytes, failure);
    if (ending !== undefined) yield* until(ending);
  }
}
