/**
 * Code of random programs that nest values of async context: what it may do without waiting.
 *
 * @module
 */

import {
  type Awaitable,
  type Body,
  type CoroutineResult,
  createTask,
  type Task,
  type TaskOptions,
  wait,
} from "../../mod.ts";
import { hostStorage } from "../host_storage.ts";
import { hostTurn } from "../host_turns.ts";
import { Prng } from "../prng.ts";
import { type Env, Who, type World } from "./async_context_env.ts";
import { asGenerator, asNative, type FrontEnd, type Program } from "./trial.ts";

/** Makes a task: `createTask`, or a group's or a loop's method of that name. */
export type MakeTask = (
  body: () => CoroutineResult<unknown>,
  options: TaskOptions,
) => Task<unknown>;

/** Something that code of a program does; it may wait. */
export type Operation = readonly [name: string, run: (frame: Frame) => Program | void];

/** Some code of a program: a task's, a callback's, or a part of one. */
export class Frame {
  /** The tasks that it has made. */
  readonly #mine: Task<unknown>[] = [];
  /** Its own choices, which do not depend on who runs when. */
  readonly prng: Prng;

  constructor(
    readonly world: World,
    readonly as: FrontEnd,
    readonly env: Env,
    seed: number,
    readonly path: string,
    /** What it may choose from; of the second only native code. */
    readonly operations: readonly [readonly Operation[], readonly Operation[]],
  ) {
    this.prng = new Prng(seed);
  }

  /** Makes a frame that begins in this one. */
  inner(what: string, env: Env, as: FrontEnd = this.as): Frame {
    const path = `${this.path} > ${what}`;
    return new Frame(this.world, as, env, this.prng.next(), path, this.operations);
  }

  /** Makes the frame of code that runs inline: a generator in a generator sets values of both. */
  inline(what: string, as: FrontEnd = this.prng.pick([this.as, asGenerator, asNative])): Frame {
    const isShared = as === asGenerator && this.as === asGenerator;
    return this.inner(what, isShared ? this.env : this.env.call(), as);
  }

  /** Compares what must be seen with what is. */
  check(place = "here"): void {
    this.world.check(this.env, `${this.path} > ${place}`);
  }

  /** Runs some operations, one after the other. */
  *body(most = 5): Program {
    this.check("start");
    try {
      for (let left = 1 + this.prng.below(most); left > 0 && --this.world.budget > 0; left--) {
        const [either, native] = this.operations;
        const isNative = this.as === asNative && this.prng.chance(35);
        const [name, operation] = this.prng.pick(isNative ? native : either);
        try {
          const steps = operation(this);
          if (steps) yield* steps;
        } catch (error) {
          if ((error as Error).name !== "TimeoutError") throw error;
        } finally {
          this.check(`after ${name}`);
        }
      }
    } finally {
      this.check("end");
    }
  }

  /** Makes the coroutine function that runs it. */
  coroutine(): () => CoroutineResult<void> {
    return () => this.begin(() => this.body());
  }

  /** Calls a coroutine function; the end of the run waits for native code, whoever leaves it. */
  begin(code: () => Program): CoroutineResult<void> {
    const result = this.as(code)();
    if (this.as === asNative) this.world.float(result as Promise<void>);
    return result;
  }

  /** Makes the coroutine function of a task, which notes what it should not fail with. */
  task(): () => CoroutineResult<void> {
    const whole = function* (this: Frame): Program {
      try {
        yield* this.body();
      } catch (error) {
        this.world.judge(error, this.path);
        throw error;
      }
    };
    return () => this.begin(() => whole.call(this));
  }

  /** Does some things that do not wait. */
  sync(most = 3): void {
    this.check("start");
    for (let left = 1 + this.prng.below(most); left > 0; left--) {
      const [name, operation] = this.prng.pick(SYNC);
      if (--this.world.budget > 0) operation(this);
      this.check(`after ${name}`);
    }
  }

  /** Replaces a value. */
  set(): void {
    if (!this.world.enters) return;
    const storage = this.prng.below(this.env.values.length);
    const value = this.newValue();
    this.world.storages[storage].enterWith(value);
    this.env.set(storage, value);
  }

  /** Makes a value that no other code has, or none. */
  newValue(): unknown {
    return this.prng.chance(15) ? undefined : `${this.path} #${this.prng.below(1000)}`;
  }

  /** Makes a task. */
  spawn(make: MakeTask = this.maker()): void {
    const name = this.world.newName();
    const as = this.prng.pick([asGenerator, asNative]);
    const child = this.inner(name, this.env.copy(Who.task(name)), as);
    const eager = this.env.who.kind === "task" && this.prng.chance(25);
    const task = make(child.task(), { name, eager });
    this.#mine.push(task);
    this.world.tasks.add(task);
    task.addDoneCallback(() => void this.world.tasks.delete(task));
  }

  /** Chooses how to make a task: from within another run's or no task, the loop must be named. */
  maker(): MakeTask {
    const { loop } = this.world;
    if (this.env.who.kind !== "task") return (body, options) => loop.createTask(body, options);
    return createTask;
  }

  /** Registers a callback in one of the ways that there are. */
  register(): void {
    const { loop } = this.world;
    const way = this.prng.below(6);
    const call = this.callback(`callback ${way}`);
    if (way === 0) loop.callSoon(call);
    else if (way === 1) loop.callLater(this.prng.below(4), call);
    else if (way === 2) loop.callAt(loop.time() + this.prng.below(4), call);
    else if (way === 3) loop.whenIdle(call);
    else if (way === 4 || this.#mine.length === 0) {
      const future = loop.createFuture<void>();
      future.addDoneCallback(call);
      loop.callLater(this.prng.below(3), () => future.done || future.setResult());
    } else this.prng.pick(this.#mine).addDoneCallback(call);
  }

  /** Makes a callback; some go on after promises of the host. */
  callback(what: string, who: Who = Who.none): () => unknown {
    const frame = this.inner(what, this.env.copy(who));
    const { world, prng } = frame;
    world.callbacks++;
    if (prng.chance(60)) {
      return () => {
        frame.sync();
        world.callbacks--;
      };
    }
    return async () => {
      frame.sync();
      for (let left = 1 + prng.below(2); left > 0; left--) {
        await frame.host();
        frame.sync(2);
      }
      world.callbacks--;
    };
  }

  /** Waits for something of the host. */
  host(): Promise<unknown> {
    return this.prng.chance(70) ? Promise.resolve() : hostTurn();
  }

  /** Calls something under a value. */
  under<R>(storage: number, value: unknown, call: () => R): R {
    return this.world.storages[storage].run(value, call);
  }

  /** Looks where a value is hidden: no more, for hosts differ in what is made in there. */
  hide(): void {
    const storage = this.prng.below(this.env.values.length);
    const hidden = this.env.callWith(storage, undefined);
    this.world.storages[storage].exit(() => this.world.check(hidden, `${this.path} > exit`));
  }

  /** Calls code under a value. */
  nestSync(): void {
    const storage = this.prng.below(this.env.values.length);
    const value = this.newValue();
    const frame = this.inner("run", this.env.callWith(storage, value));
    this.under(storage, value, () => frame.sync());
    this.env.forget(frame.env);
  }

  /** Keeps what is seen here for later. */
  takeSnapshot(): void {
    const Storage = hostStorage();
    const env = this.env.copy(Who.any);
    const call = this.prng.chance(50)
      ? Storage.snapshot()
      : Storage.bind((body: () => unknown) => body());
    this.world.snapshots.push({ call: call as <R>(body: () => R) => R, env });
  }

  /** Calls code under what was seen elsewhere. */
  enterSnapshot(): void {
    const { world } = this;
    if (world.snapshots.length === 0) return;
    const { call, env } = this.prng.pick(world.snapshots);
    const frame = this.inner("snapshot", env.copy(Who.any));
    call(() => {
      frame.check("start");
      frame.register();
      frame.spawn();
      frame.under(0, "nested", () => world.check(env.callWith(0, "nested"), `${frame.path} > run`));
      frame.check("end");
    });
  }

  /** Chooses one of its tasks. */
  oneOfMine(): Task<unknown> | undefined {
    return this.#mine.length > 0 ? this.prng.pick(this.#mine) : undefined;
  }

  /** Waits for one of its tasks, which may have been cancelled. */
  *join(): Program {
    const task = this.oneOfMine();
    if (task !== undefined) yield wait([task]);
  }

  /** Cancels one of its tasks. */
  cancelOne(): void {
    this.oneOfMine()?.cancel();
  }

  /** Hands code to something of the library that calls it, perhaps more than once. */
  *scope(
    what: string,
    open: (body: Body<unknown, void>) => Awaitable<unknown>,
    code: (frame: Frame) => Program = (frame) => frame.body(),
  ): Program {
    const called: Env[] = [];
    const body = (): CoroutineResult<void> => {
      const frame = this.inline(what);
      for (const env of called) frame.env.forget(env);
      called.push(frame.env);
      return frame.begin(() => code(frame));
    };
    try {
      yield open(body);
    } finally {
      for (const env of called) this.env.forget(env);
    }
  }

  /** Makes functions for tasks that the library makes. */
  made(what: string): (() => CoroutineResult<void>)[] {
    return Array.from({ length: 1 + this.prng.below(3) }, () => this.madeOne(what));
  }

  /** Makes a function for one. */
  madeOne(what: string): () => CoroutineResult<void> {
    const as = this.prng.pick([asGenerator, asNative]);
    return this.inner(what, this.env.copy(Who.made()), as).coroutine();
  }

  /** Begins a strand of native code. */
  strand(what: string): Promise<void> {
    const frame = this.inner(what, this.env.call(), asNative);
    const strand = frame.begin(() => frame.body()) as Promise<void>;
    this.env.forget(frame.env); // What it has set by now may stay; what it sets later is its own.
    return strand;
  }
}

/** What code does without waiting. */
const SYNC: readonly (readonly [name: string, run: (frame: Frame) => void])[] = [
  ["set", (frame) => frame.set()],
  ["spawn", (frame) => frame.spawn()],
  ["register", (frame) => frame.register()],
  ["run", (frame) => frame.nestSync()],
  ["exit", (frame) => frame.hide()],
  ["takeSnapshot", (frame) => frame.takeSnapshot()],
  ["enterSnapshot", (frame) => frame.enterSnapshot()],
  ["setTimeout", (frame) => void setTimeout(frame.callback("timer", Who.any), 0)],
];
