/**
 * The loop: the only file that decides in what order things run.
 *
 * One turn is: what the host has completed, then the timers that are due, join the ready queue;
 * then exactly what is ready runs, and what that adds waits for the next turn. Turns follow each
 * other without the host until there is nothing ready, or until the host's own work has waited
 * long enough.
 *
 * A step of native async code takes microtasks, so the loop stops in the middle of a batch when
 * one begins and goes on from the very call that ends it: a `then()` of the library, or the
 * settlement of the function's promise. Should the step wait for a foreign promise instead, the
 * next macrotask finds it still in progress, and the loop goes on without it.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { Budget } from "./budget.ts";
import { type Clock, hostClock, VirtualClock } from "./clock.ts";
import { SLOT_MASK, Total, Word } from "./core.ts";
import { active, type Execution, noteCaller } from "./current.ts";
import type { ExceptionContext } from "./exception_context.ts";
import { findSoon, HostTimer, type Soon } from "./host.ts";
import type { Instrument } from "./instrument.ts";
import { Schedule, type ScheduleOptions } from "./schedule.ts";
import { Registry } from "./registry.ts";
import { Watch } from "./watch.ts";

/** Is the priority of whatever sets none: exactly asyncio's order. */
export const DEFAULT_PRIORITY = 4;

/** Is a task whose step is native async code. */
export interface Stepping extends Execution {
  /** Is told that the step went off to a promise the loop knows nothing of. */
  leave(): void;
}

/** Configures a loop. */
export interface LoopOptions {
  /** Tells the time; the host's clock unless given. */
  clock?: Clock | undefined;
  /** Checks more and remembers where things were created. */
  debug?: boolean | undefined;
  /** Is told what the loop does. */
  instrument?: Instrument | undefined;
  /** Shuffles what is ready together, for tests; first come, first served unless given. */
  schedule?: ScheduleOptions | undefined;
}

/** Decides what runs next. */
export abstract class Loop extends Registry {
  /** Is how long a step may take, in ms, before debug mode reports it. */
  slowCallbackDuration = 100;
  /** @internal Is the task whose native async step is in progress. */
  stepping: Stepping | undefined;
  /** Tells the time. */
  readonly clock: Clock;
  readonly #virtual: VirtualClock | undefined;
  readonly #soon: Soon = findSoon();
  readonly #timer: HostTimer = new HostTimer((when) => this.#onTimer(when));
  readonly #instrument: Instrument | undefined;
  readonly #schedule: Schedule | undefined;
  /** Is the order of the lease, if it is not its own. */
  #order: Uint16Array | undefined;
  #debug = false;
  #watch: Watch | undefined;
  /** Are the ids to queue once nothing is ready. */
  readonly #idlers: number[] = [];
  #unwatch: (() => void) | undefined;
  /** Is the place of the next handle in the lease, and the lease's length. */
  #at = 0;
  #count = 0;
  #running = false;
  #stopping = false;
  /** Is true until the first turn of a run: `stop()` before it lets exactly one pass. */
  #fresh = false;
  /** Is true while a macrotask is on its way. */
  #ticking = false;
  /** Is true while no microtask of native code can be waiting. */
  #drained = false;
  /** Is true once a macrotask was taken with nothing left to do. */
  #isStuck = false;
  #iterations = 0;
  #hostOperations = 0;
  readonly #budget = new Budget();
  #armedAt = NaN;
  /** Is the latest deadline the host's timer fired for, in case its clock stands still. */
  #floor = -Infinity;
  #onStop: (() => void) | undefined;
  #onDeadlock: (() => void) | undefined;

  /** Makes a loop that is not running. */
  constructor(options: LoopOptions = {}) {
    super();
    this.#instrument = options.instrument;
    this.#schedule = options.schedule && new Schedule(options.schedule);
    this.debug = options.debug ?? false;
    this.clock = options.clock ?? hostClock;
    if (typeof this.clock.now !== "function") {
      throw new TypeError(`clock MUST HAVE A METHOD now(): ${options.clock}`);
    }
    this.#virtual = this.clock instanceof VirtualClock ? this.clock : undefined;
  }

  /** Says whether it checks more, and remembers where things were created. */
  get debug(): boolean {
    return this.#debug;
  }

  set debug(debug: boolean) {
    this.#debug = debug;
    const isWatched = debug || this.#instrument !== undefined;
    this.#watch = isWatched ? this.#watch ?? new Watch(this, this.#instrument) : undefined;
  }

  /** Tells whether it is running. */
  get running(): boolean {
    return this.#running;
  }

  /** Tells the time, in ms; it never goes back. */
  time(): number {
    const now = this.clock.now();
    return now < this.#floor ? this.#floor : now;
  }

  /** Makes the loop stop at the end of the batch that is running. */
  stop(): void {
    this.#stopping = true;
    this.wake();
  }

  /** Runs until `stop()`. */
  runForever(): Promise<void> {
    this.checkOpen();
    if (this.#running) throw new RuntimeError("THE LOOP IS ALREADY RUNNING");
    this.#running = this.#fresh = true;
    this.#unwatch = this.#virtual?.watch(() => this.wake());
    return new Promise((resolve, reject) => {
      this.#onStop = resolve;
      this.#onDeadlock = () => reject(this.describeDeadlock());
      this.wake();
    });
  }

  /** Drops what is scheduled; a loop must have stopped first. Harmless when done before. */
  close(): void {
    if (this.#running) throw new RuntimeError("STOP THE LOOP BEFORE CLOSING IT: IT IS RUNNING");
    if (!this.closed) this.drop();
  }

  /** @internal Reports an error that nobody else can handle. */
  abstract callExceptionHandler(context: ExceptionContext): void;

  /** @internal Says which tasks wait for what cannot come. */
  protected abstract describeDeadlock(): Error;

  /** @internal Counts an operation of the host in flight: virtual time waits for it. */
  beginHostOperation(): void {
    this.#hostOperations++;
  }

  /** @internal Counts one less; called in the host's own time, it wakes the loop. */
  endHostOperation(): void {
    this.#hostOperations--;
    this.wake();
  }

  /** @internal Queues an id once nothing is ready: before the loop rests, or time jumps. */
  pushWhenIdle(id: number): void {
    this.#idlers.push(id);
  }

  /** @internal Counts the turns. */
  get iterations(): number {
    return this.#iterations;
  }

  /** @internal Notes that native code may be about to go on: virtual time must wait for it. */
  noteMicrotasks(): void {
    this.#drained = false;
  }

  /** @internal Makes sure that turns will be taken. */
  override wake(): void {
    if (this.awake || !this.#running) return;
    this.awake = true;
    this.#callTick();
  }

  /** @internal Goes on with the batch after the native async step of a task has ended. */
  stepEnded(task: Stepping): void {
    if (this.stepping !== task) return;
    this.stepping = active.stepping = undefined;
    this.#watch?.noteEnd(task);
    active.isTainted = true;
    this.#drive();
  }

  /** Asks the host for a macrotask. */
  #callTick(): 0 {
    if (this.#ticking) return 0;
    this.#ticking = true;
    this.#soon(() => {
      this.#ticking = false;
      this.#tick();
    });
    return 0;
  }

  /** Starts, or goes on, from a macrotask: no microtask is waiting at this moment. */
  #tick(): void {
    if (!this.#running) return;
    if (this.stepping !== undefined) {
      const away = this.stepping;
      this.stepping = active.stepping = undefined;
      away.leave();
      this.#watch?.noteEnd(away);
    }
    this.awake = this.#drained = true;
    this.#budget.refill();
    noteCaller();
    this.#drive();
  }

  /** Runs handles until a native async step begins, the host's turn comes, or nothing is left. */
  #drive(): void {
    const { core, handlers } = this;
    let at = this.#at;
    let count = this.#count;
    active.loop = this;
    for (;;) {
      while (at < count && core.words[Word.URGENT] === 0) {
        const place = this.#order === undefined ? at : this.#order[at];
        const id = core.lease[place];
        core.lease[place] = 0;
        at++;
        if (id === 0) continue; // It was withdrawn after it had been handed out.
        const handler = handlers[id & SLOT_MASK]!;
        if (this.#watch === undefined) handler.run();
        else this.#watch.run(handler);
        if (this.stepping !== undefined) return this.#awaitStep(at, count);
      }
      at = 0;
      // What was not taken comes first, unless something is urgent.
      count = core.drain() || this.#turn();
      if (count === 0) break;
      this.#order = this.#schedule?.draw(count);
    }
    this.#at = this.#count = 0;
    active.loop = undefined;
  }

  /** Begins the next turn; returns how much of it is handed out, 0 if there is no turn now. */
  #turn(): number {
    const { core } = this;
    if (this.#stopping && !this.#fresh) return this.#finish();
    if (this.#budget.isSpent) return this.#callTick();
    this.#fresh = false;
    if (core.words[Word.TIMERS] !== 0) core.expire(this.time());
    let count = core.begin();
    if (count === 0) {
      if (this.#stopping) return this.#finish();
      // Before time jumps or the idle are told, native code may become ready.
      const isExact = this.#virtual !== undefined || this.#idlers.length > 0;
      if (isExact && !this.#drained) return this.#callTick();
      if (!this.#wakeIdlers() && !this.#jump()) return this.#rest();
      count = core.begin();
    }
    this.#isStuck = false;
    this.#instrument?.beforeTurn?.(this.#iterations);
    this.#iterations++;
    this.#budget.spend(count);
    return count;
  }

  /** Leaves the batch until the native async step in progress has ended. */
  #awaitStep(at: number, count: number): void {
    this.#at = at;
    this.#count = count;
    active.loop = undefined;
    active.stepping = this.stepping;
    this.#drained = false;
    this.#callTick();
  }

  /** Queues those who wait until nothing is ready; returns whether there were any. */
  #wakeIdlers(): boolean {
    for (const id of this.#idlers.splice(0)) this.push(id);
    return this.core.words[Word.QUEUED] > 0;
  }

  /** Moves virtual time to the next deadline; it waits for operations of the host. */
  #jump(): boolean {
    const { core } = this;
    if (this.#virtual === undefined || this.#hostOperations > 0) return false;
    const when = core.totals[Total.NEAREST];
    if (when === Infinity) return false;
    this.#instrument?.beforeRest?.(when);
    this.#virtual.jump(when);
    return core.expire(this.time()) > 0;
  }

  /** Waits for the host: for its timer, or for whatever wakes the loop. */
  #rest(): 0 {
    this.awake = false;
    this.#instrument?.beforeRest?.(this.core.totals[Total.NEAREST]);
    if (this.#virtual === undefined) {
      this.#timer.arm(this.core.totals[Total.NEAREST], this.#armedAt = this.clock.now());
    } else if (this.#hostOperations > 0) {
      this.#timer.arm(Infinity, 0);
    } else if (!this.#isStuck) {
      this.#isStuck = true; // Plain code of the host may yet help: it gets one more macrotask.
      this.#callTick();
    } else {
      const onDeadlock = this.#onDeadlock;
      this.#leave();
      onDeadlock?.();
    }
    return 0;
  }

  /** Goes on when the host's timer fires; a clock that stood still is told what time it is. */
  #onTimer(when: number): void {
    const now = this.clock.now();
    if (now === this.#armedAt && when > now && when < Infinity) this.#floor = when;
    this.#tick();
  }

  /** Ends `runForever()`. */
  #finish(): 0 {
    const onStop = this.#onStop;
    this.#leave();
    onStop?.();
    return 0;
  }

  #leave(): void {
    this.#running = this.awake = this.#stopping = false;
    this.#onStop = this.#onDeadlock = undefined;
    this.#timer.disarm();
    this.#unwatch?.();
  }
}
