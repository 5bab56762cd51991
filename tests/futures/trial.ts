/**
 * Trials: tests in virtual time that leave nothing behind, each written once for both front ends.
 *
 * A trial's program is a generator that yields what it awaits. Under the generator front end each
 * is awaited with `yield*`, under the other one with `await`.
 *
 * @module
 */

import {
  type Awaitable,
  type Coroutine,
  type CoroutineResult,
  type EventLoop,
  type ExceptionContext,
  Runner,
  VirtualClock,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";

/** Bounds, in ms of the host's time, what takes no time. */
const LONGEST_TRIAL = 10_000;

/** A program for either front end: it yields what it awaits. */
// deno-lint-ignore no-explicit-any -- what a yield gives depends on what it yields
export type Program<T = void> = Generator<Awaitable<unknown>, T, any>;

/** Makes a coroutine function of a program. */
export type FrontEnd = <A extends unknown[], T>(
  program: (...args: A) => Program<T>,
) => (...args: A) => CoroutineResult<T>;

/** What a trial runs in. */
export interface World {
  readonly loop: EventLoop;
  readonly clock: VirtualClock;
  /** Holds what was reported to the exception handler; a trial takes out what it expects. */
  readonly reports: ExceptionContext[];
}

/** Configures a trial. */
export interface TrialOptions {
  readonly debug?: boolean;
}

/** Runs programs as generator coroutines. */
export const asGenerator: FrontEnd = <A extends unknown[], T>(
  program: (...args: A) => Program<T>,
) =>
  function* (...args: A): Coroutine<T> {
    const steps = program(...args);
    let step = steps.next();
    while (!step.done) {
      let value: unknown;
      try {
        value = yield* step.value;
      } catch (error) {
        step = steps.throw(error);
        continue;
      }
      step = steps.next(value);
    }
    return step.value;
  };

/** Runs programs as native async functions. */
export const asNative: FrontEnd = <A extends unknown[], T>(
  program: (...args: A) => Program<T>,
) =>
async (...args: A): Promise<T> => {
  const steps = program(...args);
  let step = steps.next();
  while (!step.done) {
    let value: unknown;
    try {
      value = await step.value;
    } catch (error) {
      step = steps.throw(error);
      continue;
    }
    step = steps.next(value);
  }
  return step.value;
};

/** Lists the front ends. */
export const FRONT_ENDS: readonly (readonly [string, FrontEnd])[] = [
  ["generator", asGenerator],
  ["native async", asNative],
];

/** Defines a test per front end. */
export function trial(
  sentence: string,
  program: (as: FrontEnd, world: World) => Program<unknown>,
  options: TrialOptions = {},
): void {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence} (${name})`, async () => {
      await inWorld((world) => as(() => program(as, world)), options);
    });
  }
}

/** Runs a program in virtual time, and asserts that it leaves nothing behind. */
export async function inWorld<T>(
  main: (world: World) => () => CoroutineResult<T>,
  options: TrialOptions = {},
): Promise<T> {
  const clock = new VirtualClock();
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  const runner = new Runner({ ...options, clock, onError, signals: [] });
  const { loop } = runner;
  const result = await orStuck(runner.run(main({ loop, clock, reports })));
  await orStuck(runner.run(settle));
  assertIdle(loop);
  await orStuck(runner.close());
  assertEquals(reports.map(({ message, exception }) => `${message}: ${exception}`), []);
  return result;
}

/** Fails a trial that has not ended when it long should have. */
async function orStuck<T>(promise: Promise<T>): Promise<T> {
  const stuck = Promise.withResolvers<never>();
  const fail = () => stuck.reject(new Error("the trial is stuck"));
  const watchdog = setTimeout(fail, LONGEST_TRIAL);
  try {
    return await Promise.race([promise, stuck.promise]);
  } finally {
    clearTimeout(watchdog);
  }
}

/** Takes out what was reported: the message and the error's. */
export function takeReports(reports: ExceptionContext[]): string[] {
  return reports.splice(0).map(({ message, exception }) =>
    `${message}: ${(exception as Error).message}`
  );
}

/** Lets the callbacks of what has just ended run. */
function* settle(): Coroutine<void> {
  for (let turn = 0; turn < 5; turn++) yield* yieldNow();
}

/** Asserts that nothing is scheduled on a loop and that no task is left. */
export function assertIdle(loop: EventLoop): void {
  const { ready, timers } = loop.metrics();
  assertEquals({ ready, timers, tasks: [...loop.allTasks()].map(String) }, {
    ready: 0,
    timers: 0,
    tasks: [],
  });
}

/** Asserts that an error is of a class, with words in its message. */
export function assertError<E extends Error>(
  error: unknown,
  kind: abstract new (...parts: never[]) => E,
  ...words: string[]
): asserts error is E {
  assert(error instanceof kind, `${kind.name} was expected: ${error}`);
  for (const word of words) {
    assert(error.message.includes(word), `"${word}" must be in: ${error.message}`);
  }
}

/** Awaits what must fail, and gives its error. */
export function* failure<E extends Error>(
  awaitable: Awaitable<unknown>,
  kind: abstract new (...parts: never[]) => E,
  ...words: string[]
): Program<E> {
  const error = yield* caught(awaitable);
  assertError(error, kind, ...words);
  return error;
}

/** Awaits what may fail, and gives the error it failed with. */
export function* caught(awaitable: Awaitable<unknown>): Program<unknown> {
  try {
    yield awaitable;
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Awaits in native code what may fail, and gives the error it failed with. */
export async function caughtBy(awaitable: PromiseLike<unknown>): Promise<unknown> {
  try {
    await awaitable;
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Awaits a promise that must reject, and gives its error. */
export async function rejection<E extends Error>(
  promise: PromiseLike<unknown>,
  kind: abstract new (...parts: never[]) => E,
  ...words: string[]
): Promise<E> {
  let error: unknown;
  try {
    await promise;
  } catch (thrown) {
    error = thrown;
  }
  assertError(error, kind, ...words);
  return error;
}

/** Takes the only report out of a world, and checks its message. */
export function takeReport({ reports }: World, ...words: string[]): ExceptionContext {
  assertEquals(reports.length, 1, `one report must be there: ${reports.map((r) => r.message)}`);
  const [report] = reports.splice(0);
  for (const word of words) {
    assert(report.message.includes(word), `"${word}" must be in: ${report.message}`);
  }
  return report;
}

/** An error of the user's code. */
export class Boom extends Error {
  override name = "Boom";
}
