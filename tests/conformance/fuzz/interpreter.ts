/**
 * Runs random programs on Weft with generator coroutines and writes their traces: the counterpart of `interpreter.py`.
 *
 * The native async front end runs this file too, translated by `translate.ts`.
 */
import {
  asCompleted,
  CancelledError,
  type Coroutine,
  currentTask,
  DeadlockError,
  each,
  type Future,
  gather,
  run,
  sleep,
  type TaskGroup,
  taskGroup,
  timeout,
  timeoutAt,
  TimeoutError,
  VirtualClock,
  wait,
} from "../../../mod.ts";
import { Env, Machine, type Report, type Scope } from "./machine.ts";
import { attempt, describe, show, ValueError } from "./outcome.ts";
import { type Acquirable, state } from "./primitives.ts";
import type { Action, Catch, Program, Statement } from "./program.ts";

/** A statement of the operation. */
type Of<K extends Statement["op"]> = Extract<Statement, { op: K }>;

/** Returns whether a handler catches an error. */
const CATCHES: Record<Catch, (error: unknown) => boolean> = {
  cancelled: (error) => error instanceof CancelledError,
  value: (error) => error instanceof ValueError,
  timeout: (error) => error instanceof TimeoutError,
  error: (error) => !(error instanceof CancelledError),
  all: () => true,
};

/** Carries the value of a return statement out of nested blocks. */
class Return {
  /** Holds the value. */
  constructor(readonly value: number) {}
}

/** How a block was left: by a return statement or by its end. */
type Left = Return | undefined;

/** Runs the statements that suspend or contain statements. */
class Interpreter extends Machine {
  /** Makes main. */
  main(): () => Coroutine<unknown> {
    const body = this.body(0, "main");
    return () => {
      this.begin();
      return body();
    };
  }

  /** Makes a coroutine of a body that logs how it starts and ends. */
  protected override body(number: number, who: string): () => Coroutine<unknown> {
    return () => this.#body(number, who);
  }

  /** Runs a body. */
  *#body(number: number, who: string): Coroutine<unknown> {
    const env = new Env(who, currentTask());
    const name = this.labelled(env.task, who);
    this.say(env, name === who ? "start" : `start in ${name}`);
    let left: Left;
    try {
      left = yield* this.#block(this.program.bodies[number], env);
    } catch (error) {
      this.say(env, `raise ${describe(error)}`);
      throw error;
    }
    this.say(env, `return ${show(left?.value)}`);
    return left?.value;
  }

  /** Runs statements in order. */
  *#block(statements: Statement[], env: Env): Coroutine<Left> {
    for (const statement of statements) {
      if (statement.op === "return") return new Return(statement.value);
      if (statement.op === "reraise") throw env.handling.at(-1);
      const step = this.#step(statement, env);
      if (step === undefined) continue;
      const left = yield* step;
      if (left !== undefined) return left;
    }
    return undefined;
  }

  /** Starts a statement that may suspend, or runs one that never does. */
  #step(statement: Statement, env: Env): Coroutine<Left> | undefined {
    switch (statement.op) {
      case "sleep":
        return this.#sleep(statement, env);
      case "await":
        return this.#await(statement, env);
      case "try":
        return this.#try(statement, env);
      case "timeout":
      case "timeoutAt":
        return this.#timeout(statement, env);
      case "group":
        return this.#group(statement, env);
      case "with":
        return this.#with(statement, env);
      case "wait":
        return this.#wait(statement, env);
      case "asCompleted":
        return this.#asCompleted(statement, env);
      case "repeat":
        return this.#repeat(statement, env);
      case "drain":
        return this.#drain(statement, env);
      default:
        return this.act(statement as Action, env) as undefined;
    }
  }

  /** Sleeps. */
  *#sleep(statement: Of<"sleep">, env: Env): Coroutine<Left> {
    yield* sleep(statement.ms);
    this.say(env, "slept");
    return undefined;
  }

  /** Awaits and logs the result. */
  *#await(statement: Of<"await">, env: Env): Coroutine<Left> {
    const awaitable = this.evaluate(statement.of);
    if (awaitable === undefined) {
      this.say(env, "await unset");
      return undefined;
    }
    const work = typeof awaitable === "function" ? awaitable() : awaitable;
    const result = yield* (work as Future<unknown>);
    const { of } = statement;
    this.say(env, `${of.kind === "use" ? `${of.method} ${of.slot}` : "got"} ${show(result)}`);
    return undefined;
  }

  /** Runs a body with a handler and a final block. */
  *#try(statement: Of<"try">, env: Env): Coroutine<Left> {
    try {
      try {
        return yield* this.#block(statement.body, env);
      } catch (error) {
        if (statement.catch === null || !CATCHES[statement.catch](error)) throw error;
        this.say(env, `caught ${describe(error)}`);
        env.handling.push(error);
        try {
          return yield* this.#block(statement.handler, env);
        } finally {
          env.handling.pop();
        }
      }
    } finally {
      yield* this.#block(statement.final, env);
    }
  }

  /** Runs a body inside a timeout and logs whether it expired. */
  *#timeout(statement: Of<"timeout"> | Of<"timeoutAt">, env: Env): Coroutine<Left> {
    let entered: Scope | undefined;
    const body = (scope: Scope) => {
      this.put(statement.scope, entered = scope);
      return this.#block(statement.body, env);
    };
    try {
      if (statement.op === "timeout") return yield* timeout(statement.ms ?? undefined, body);
      return yield* timeoutAt(this.loop.time() + statement.ms, body);
    } finally {
      this.say(env, `left ${statement.scope} expired=${Number(entered!.expired)}`);
    }
  }

  /** Runs a body inside a task group. */
  *#group(statement: Of<"group">, env: Env): Coroutine<Left> {
    try {
      return yield* taskGroup((group: TaskGroup) => {
        this.put(statement.group, group);
        return this.#block(statement.body, env);
      });
    } finally {
      this.say(env, `left ${statement.group} cancelling=${env.task!.cancelling}`);
    }
  }

  /** Runs a body that holds a lock or its like. */
  *#with({ slot, body }: Of<"with">, env: Env): Coroutine<Left> {
    const it = this.find(slot) as Acquirable | undefined;
    if (it === undefined) {
      this.say(env, "with unset");
      return undefined;
    }
    yield* it.acquire();
    try {
      this.say(env, `enter ${slot}`);
      try {
        return yield* this.#block(body, env);
      } finally {
        this.say(env, `leave ${slot} ${state(it)}`);
      }
    } finally {
      it.release();
    }
  }

  /** Waits for several futures and logs both sets. */
  *#wait(statement: Of<"wait">, env: Env): Coroutine<Left> {
    const futures = this.evaluateAll(statement.of) as Future<unknown>[];
    if (futures.length === 0) {
      this.say(env, "wait unset");
      return undefined;
    }
    const options = { ...within(statement.ms), returnWhen: statement.returnWhen };
    const { done, pending } = yield* wait(futures, options);
    this.say(env, `done=[${this.#labels(done)}] pending=[${this.#labels(pending)}]`);
    return undefined;
  }

  /** Lists the names of futures. */
  #labels(futures: Iterable<Future<unknown>>): string {
    return Array.from(futures, (future) => this.label(future)).join(", ");
  }

  /** Logs each awaitable as it completes and runs the body. */
  *#asCompleted(statement: Of<"asCompleted">, env: Env): Coroutine<Left> {
    const items = asCompleted(this.evaluateAll(statement.of), within(statement.ms));
    const body = (item: Future<unknown>) => this.#item(item, statement.body, env);
    // CPython's iterator goes on to listen when its loop is left, and so takes turns of its own.
    const next = () => items.next();
    yield* each({ [Symbol.asyncIterator]: () => ({ next }) }, body);
    return undefined;
  }

  /** Logs an awaitable that has completed and runs the body. */
  *#item(item: Future<unknown>, body: Statement[], env: Env): Coroutine<void> {
    this.say(env, `item ${this.label(item)} ${attempt(() => item.result())}`);
    yield* this.#block(body, env);
  }

  /** Runs a body several times. */
  *#repeat(statement: Of<"repeat">, env: Env): Coroutine<Left> {
    for (let turn = 0; turn < statement.times; turn++) {
      const left = yield* this.#block(statement.body, env);
      if (left !== undefined) return left;
    }
    return undefined;
  }

  /** Awaits every unfinished task that a statement created. */
  *#drain(statement: Of<"drain">, env: Env): Coroutine<Left> {
    const tasks = this.created.filter((task) => !task.done);
    if (statement.cancel) {
      for (const task of tasks) task.cancel();
    }
    const results = yield* gather(tasks, { returnExceptions: true });
    this.say(env, `drained ${show(results)}`);
    return undefined;
  }
}

/** Writes a timeout as an option, if there is one. */
function within(ms: number | null): { timeout?: number } {
  return ms === null ? {} : { timeout: ms };
}

/** Runs a program on a loop of its own and returns its lines; the last one says how the run ended. */
export async function runProgram(program: Program): Promise<string[]> {
  const machine = new Interpreter(program);
  const options = {
    clock: new VirtualClock(),
    onError: (report: Report) => machine.handle(report),
  };
  const end = await run(machine.main(), options).then(
    (value) => `end returned ${show(value)}`,
    (error: unknown) =>
      error instanceof DeadlockError ? "deadlock" : `end raised ${describe(error)}`,
  );
  return [...machine.lines, end];
}
