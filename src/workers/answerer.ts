/**
 * Answering a job that calls functions of its caller.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  callWith,
  capture,
  type Coroutine,
  type InnerLoop,
  insist,
  outcomeOf,
  type Task,
  untilDone,
} from "../lowlevel.ts";
import { explainUnclonable } from "./cloneable.ts";
import { plainRecord, recordError } from "./error_record.ts";
import type { AnswerMessage, AskMessage } from "./message.ts";
import type { JobCalls } from "./work.ts";

/** The most arguments of a call: a job that is not to be trusted may send billions in a few bytes. */
const MOST_ARGUMENTS = 1000;

/** What is answered. */
type Answer = Pick<AnswerMessage, "value" | "error">;

/** What runs the functions that a job calls, as tasks of its caller's loop. */
export class Answerer {
  readonly #loop: InnerLoop;
  readonly #calls: JobCalls;
  readonly #post: (answer: Answer & { id: number }) => void;
  /** The values of who awaits the job, which the functions run with. */
  readonly #context = capture();
  readonly #tasks = new Map<number, Task<unknown>>();
  /** Whether the job takes no answer any more. */
  #isOver = false;

  /** Makes one for a job that the current task awaits. */
  constructor(
    loop: InnerLoop,
    calls: JobCalls,
    post: (answer: Answer & { id: number }) => void,
  ) {
    this.#loop = loop;
    this.#calls = calls;
    this.#post = post;
  }

  /** Runs a function, and posts what becomes of it. */
  take({ id, name, args }: AskMessage): void {
    if (this.#isOver || this.#tasks.has(id)) return;
    if (!Object.hasOwn(this.#calls, name)) {
      return this.#post({ id, error: recordError(unknownName(name, this.#calls)) });
    }
    if (!Array.isArray(args) || args.length > MOST_ARGUMENTS) {
      return this.#fail(id, new RangeError(`Cannot call ${name} from the job: too many arguments`));
    }
    const fn = this.#calls[name];
    const call = function* (): Coroutine<unknown> {
      return yield* outcomeOf(fn(...args));
    };
    const begin = () => this.#loop.createTask(call, { name: `call of ${name}` });
    const task = callWith(this.#context, begin, undefined);
    this.#tasks.set(id, task);
    task.addDoneCallback(() => {
      this.#tasks.delete(id);
      if (this.#isOver) this.#reportFailure(name, task);
      else this.#answer(id, name, task);
    });
  }

  /** Cancels a call whose answer is not wanted any more. */
  withdraw(id: number): void {
    this.#tasks.get(id)?.cancel("the job waits for it no more");
  }

  #answer(id: number, name: string, task: Task<unknown>): void {
    let value: unknown;
    try {
      value = task.result();
    } catch (thrown) {
      return this.#fail(id, thrown);
    }
    try {
      this.#post({ id, value });
    } catch (cause) {
      this.#fail(id, explainUnclonable(`what ${name} gave`, "result", value, cause));
    }
  }

  #fail(id: number, thrown: unknown): void {
    const error = recordError(thrown);
    try {
      this.#post({ id, error });
    } catch {
      this.#post({ id, error: plainRecord(error) });
    }
  }

  /** Reports what a function has failed with that nobody waits for. */
  #reportFailure(name: string, task: Task<unknown>): void {
    if (task.cancelled) return;
    const exception = task.exception();
    if (exception === undefined) return;
    const message = `A job has ended, and a function that it called has failed: ${name}`;
    this.#loop.callExceptionHandler({ message, exception });
  }

  /** Answers nothing any more, and cancels what runs. Harmless when done before. */
  stop(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const task of this.#tasks.values()) task.cancel("the job has ended");
  }

  /** Waits for what was cancelled; throws the last cancellation of who waits. */
  *end(): Coroutine<void> {
    this.stop();
    if (this.#tasks.size === 0) return;
    const cancellation = yield* insist(() => this.#untilIdle());
    if (cancellation !== undefined) throw cancellation;
  }

  *#untilIdle(): Coroutine<void> {
    for (const task of this.#tasks.values()) yield* untilDone(task, String(task));
  }
}

/** Makes the error of a name that was not given. */
function unknownName(name: string, calls: JobCalls): RuntimeError {
  const names = Object.keys(calls).join(", ");
  const detail = names === "" ? "its caller gives it no functions" : `its caller gives ${names}`;
  return new RuntimeError(`Cannot call ${name} from the job: ${detail}, see the option calls`);
}
