/**
 * The loop: the only file that decides in what order things run.
 *
 * One turn is: what the host has completed, then the timers that are due, join the ready queue;
 * then exactly what is ready runs, and what that adds waits for the next turn. Turns follow each
 * other without the host until there is nothing ready, or until the host's own work has waited
 * long enough.
 *
 * A step of native async code takes microtasks, so the loop stops in the middle of a batch when
 * one begins, and goes on in the microtask behind the one that ends it: a `then()` of the library,
 * or the settlement of the function's promise. Should the step wait for a foreign promise instead,
 * the next macrotask finds it still in progress, and the loop goes on without it.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { hasAsyncContext } from "./async_context.ts";
import { Budget } from "./budget.ts";
import { type Clock, hostClock, VirtualClock } from "./clock.ts";
import { SLOT_MASK, Total, Word } from "./core.ts";
import { active, type Execution } from "./current.ts";
import { beginRun, beginToWait, endRun } from "./emptiness.ts";
import type { ExceptionContext } from "./exception_context.ts";
import { findSoon, findSteadyLater, HostTimer, type Soon, startMicrotask } from "./host.ts";
import type { Instrument } from "./instrument.ts";
import { Schedule, type ScheduleOptions } from "./schedule.ts";
import { Registry } from "./registry.ts";
import { Watch } from "./watch.ts";

/** The priority of whatever sets none: exactly asyncio's order. */
export const DEFAULT_PRIORITY = 4;

/** How often turns may start in a microtask before the host gets a macrotask. */
const MOST_QUICK_STARTS = 16;

/** How long, in ms, the host is given to wake a stuck loop that has run native code. */
const PATIENCE = 100;
/** In how many parts: a host that was busy meanwhile then has all but one of them left. */
const PARTS = 10;

/** A task whose step is native async code. */
export interface Stepping {
  /** Notes that the step went off to a promise the loop knows nothing of. */
  leave(): void;
}

/** Options of a loop. */
export interface LoopOptions {
  /** The clock; the host's unless given. */
  clock?: Clock | undefined;
  /** Whether to check more, and to remember where things were created. */
  debug?: boolean | undefined;
  /** An observer of what the loop does. */
  instrument?: Instrument | undefined;
  /** Another order for what is ready together, for tests; first come, first served unless given. */
  schedule?: ScheduleOptions | undefined;
}

/** The loop, which decides what runs next. */
export abstract class Loop extends Registry {
  /** Whether it is known as one that waits without a timer. */
  isWatched = false;
  /** How long a step may take, in ms, before debug mode reports it. */
  slowCallbackDuration = 100;
  /** The task whose native async step is in progress. */
  stepping: Stepping | undefined;
  /** The clock it goes by. */
  readonly clock: Clock;
  readonly #virtual: VirtualClock | undefined;
  #soon: Soon | undefined;
  readonly #timer: HostTimer = new HostTimer((when) => this.#onTimer(when));
  readonly #instrument: Instrument | undefined;
  readonly #schedule: Schedule | undefined;
  /** The order of the lease, if it is not its own. */
  #order: Uint16Array | undefined;
  #debug = false;
  #watch: Watch | undefined;
  /** The ids to queue once nothing is ready. */
  readonly #idlers: number[] = [];
  /** The deadline that the loops on a virtual clock agreed upon, if they did. */
  #next: number | undefined;
  /** The place of the next handle in the lease, and the lease's length. */
  #at = 0;
  #count = 0;
  #running = false;
  #stopping = false;
  /** Whether a run has had no turn: `stop()` before the first lets exactly one pass. */
  #fresh = false;
  /** Whether a macrotask is on its way. */
  #ticking = false;
  /** The number of starts in microtasks since the last macrotask. */
  #quickStarts = 0;
  /** Whether no microtask of native code can be waiting. */
  #drained = false;
  /** Whether a macrotask was taken with nothing left to do. */
  #isStuck = false;
  /** Whether the host's time to wake it is over; it is false again once a run has ended by itself. */
  #isImpatient = false;
  /** Whether native code has run, which may await what the loop knows nothing of. */
  #isNative = false;
  /** What ends the patience with the host, while there is some. */
  #stopBearing: (() => void) | undefined;
  #iterations = 0;
  #hostOperations = 0;
  /** The number of things that keep the host alive though no timer is armed. */
  #holds = 0;
  readonly #budget = new Budget();
  #armedAt = NaN;
  /** The latest deadline the host's timer fired for, in case its clock stands still. */
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
      throw new TypeError(`clock must have a method now(): ${options.clock}`);
    }
    this.#virtual = this.clock instanceof VirtualClock ? this.clock : undefined;
  }

  /** Whether it checks more, and remembers where things were created. */
  get debug(): boolean {
    return this.#debug;
  }

  set debug(debug: boolean) {
    this.#debug = debug;
    const isWatched = debug || this.#instrument !== undefined;
    this.#watch = isWatched ? this.#watch ?? new Watch(this, this.#instrument) : undefined;
    this.noteDebug(debug);
  }

  /** Whether it is running. */
  get running(): boolean {
    return this.#running;
  }

  /** Returns the time, in ms; it never goes back. */
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
    if (this.#running) throw new RuntimeError("Cannot run the loop: it is running already");
    this.#running = this.#fresh = true;
    beginRun();
    this.#virtual?.["enter"](this);
    // Where it began is what its user can look at; on the host's clock that is not worth its cost.
    const began = this.#virtual === undefined ? undefined : new Error();
    return new Promise((resolve, reject) => {
      this.#onStop = resolve;
      this.#onDeadlock = () => reject(this.describeDeadlock(began));
      this.wake();
    });
  }

  /** Drops what is scheduled; a loop must have stopped first. Harmless when done before. */
  close(): void {
    if (this.#running) {
      throw new RuntimeError("Cannot close the loop while it is running: stop it first");
    }
    if (!this.closed) this.drop();
  }

  /** Notes that debug mode begins or ends. */
  protected abstract noteDebug(debug: boolean): void;

  /** Reports an error that nobody else can handle. */
  abstract callExceptionHandler(context: ExceptionContext): void;

  /** Whether a task waits on something of the library. */
  abstract readonly hasWaits: boolean;

  /** Makes the error of a run that is stuck: who waits on what, and where it began. */
  abstract describeDeadlock(began?: Error): Error;

  /** Counts an operation of the host in flight: virtual time waits for it. */
  beginHostOperation(): void {
    this.#hostOperations++;
  }

  /** Counts one less; called in the host's own time, it wakes the loop. */
  endHostOperation(): void {
    this.#hostOperations--;
    this.wake();
  }

  /** Whether virtual time may pass, as far as it is concerned. */
  get isAtRest(): boolean {
    return !this.awake && this.#hostOperations === 0;
  }

  /** Keeps the host alive while it rests, until as many `letGo()`. */
  hold(): void {
    if (this.#holds++ === 0) this.wake();
  }

  /** Lets the host end again, if nothing else keeps it. */
  letGo(): void {
    if (--this.#holds > 0) return;
    this.#timer.disarm();
    this.wake();
  }

  /** Whether it waits for nothing that it could see coming. */
  get isStill(): boolean {
    const hasTimer = this.#virtual === undefined && this.core.words[Word.TIMERS] > 0;
    return this.#running && !this.awake && !hasTimer && this.#holds === 0;
  }

  /** Whether only its own tasks can end what it waits for. */
  get isForItself(): boolean {
    return this.#hostOperations === 0 && this.hasWaits;
  }

  /** Holds the host until it goes on. */
  keepHost(): void {
    this.#timer.arm(Infinity, 0);
  }

  /** Lets go of a timer of the host that is not needed any more. */
  disarm(): void {
    this.#timer.disarm();
  }

  /** Queues an id once nothing is ready: before the loop rests, or time jumps. */
  pushWhenIdle(id: number): void {
    this.#idlers.push(id);
  }

  /** Whether its time is a test's, which passes only when nothing else is on its way. */
  get isVirtual(): boolean {
    return this.#virtual !== undefined;
  }

  /** Whether native code has run, which may await what the loop knows nothing of. */
  get isNative(): boolean {
    return this.#isNative;
  }

  /** The number of turns. */
  get iterations(): number {
    return this.#iterations;
  }

  /** Notes that native code may be about to go on: virtual time must wait for it. */
  noteMicrotasks(): void {
    this.#drained = false;
  }

  /** Makes sure that turns will be taken. */
  override wake(): void {
    if (this.awake || !this.#running) return;
    this.awake = true;
    // A macrotask would cost more than most steps; virtual time must know that nothing is on its way.
    const isQuick = this.stepping === undefined && this.#virtual === undefined &&
      this.#quickStarts < MOST_QUICK_STARTS;
    if (!isQuick) return void this.#callTick();
    this.#quickStarts++;
    startMicrotask(this.#startQuickly);
  }

  readonly #startQuickly = (): void => {
    if (!this.#running) return;
    if (this.stepping !== undefined) return void this.#callTick();
    this.#drained = false;
    this.#budget.refill();
    this.#drive();
  };

  /** Notes that a native step of a task is in progress. */
  beginStep(task: Stepping, execution: Execution): void {
    this.stepping = task;
    active.stepping = execution;
  }

  /** Goes on with the batch, in a microtask, as the native step of a task has ended. */
  stepEnded(task: Stepping): void {
    this.#isNative = true;
    if (this.stepping !== task) return;
    this.stepping = active.stepping = undefined;
    this.#watch?.noteEnd(task);
    this.awake = true;
    // Code that awaits by hand, with `then()`, is still on the stack.
    startMicrotask(this.#goOn);
  }

  readonly #goOn = (): void => {
    if (this.#running && this.stepping === undefined) this.#drive();
  };

  /** Asks the host for a macrotask. */
  #callTick(): 0 {
    if (this.#ticking) return 0;
    this.#ticking = true;
    (this.#soon ??= findSoon())(this.#onTick);
    return 0;
  }

  readonly #onTick = (): void => {
    this.#ticking = false;
    this.#tick();
  };

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
    this.#quickStarts = 0;
    this.#budget.refill();
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
    this.#drained = false;
    // Without async context, what awaits is taken for the step: that must end with it.
    const isAlone = hasAsyncContext && at === count && this.core.words[Word.QUEUED] === 0 &&
      !this.#stopping &&
      this.#virtual === undefined && this.#idlers.length === 0;
    if (!isAlone) return void this.#callTick();
    // Nothing else can run: whatever becomes ready looks after the step.
    this.awake = false;
    this.#armTimer();
  }

  /** Queues those who wait until nothing is ready; returns whether there were any. */
  #wakeIdlers(): boolean {
    for (const id of this.#idlers.splice(0)) this.push(id);
    return this.core.words[Word.QUEUED] > 0;
  }

  /** Moves virtual time on, once all loops on the clock are at rest and the host has nothing in flight. */
  #jump(): boolean {
    if (this.#virtual === undefined || this.#hostOperations > 0) return false;
    const when = this.#next = this.#virtual["findNext"](this);
    if (when === undefined || when === Infinity) return false;
    const isOwn = when === this.core.totals[Total.NEAREST];
    if (isOwn) this.#instrument?.beforeRest?.(when);
    this.#virtual.jump(when);
    return isOwn && this.core.expire(this.time()) > 0;
  }

  /** Waits for the host: for its timer, or for whatever wakes the loop. */
  #rest(): 0 {
    this.awake = false;
    this.#instrument?.beforeRest?.(this.core.totals[Total.NEAREST]);
    if (this.#virtual === undefined) {
      this.#armTimer();
    } else if (this.#hostOperations > 0 || this.#next !== Infinity) {
      this.#waitForHost();
    } else if (!this.#isStuck) {
      this.#isStuck = true; // Plain code of the host may yet help: it gets one more macrotask.
      this.#callTick();
    } else if (this.#isNative && !this.#isImpatient) {
      this.#bearWith();
    } else {
      this.failStuck();
    }
    return 0;
  }

  /** Gives the host time to settle a promise that native code may await without `until()`. */
  #bearWith(parts = PARTS): void {
    const iterations = this.#iterations;
    this.#stopBearing ??= findSteadyLater()(
      () => {
        this.#stopBearing = undefined;
        if (this.awake || this.stepping !== undefined) return; // It goes on.
        const isStill = this.#iterations === iterations;
        if (isStill && parts > 1) return this.#bearWith(parts - 1);
        this.#isImpatient = isStill;
        this.#tick();
      },
      PATIENCE / PARTS,
      true,
    );
  }

  /** Ends `runForever()` with the error that says who waits for what cannot come. */
  failStuck(): void {
    const onDeadlock = this.#onDeadlock;
    this.#leave();
    onDeadlock?.();
  }

  /** Makes the host call when the next timer is due. */
  #armTimer(): void {
    if (this.core.words[Word.TIMERS] === 0) return this.#waitForHost();
    const when = this.core.totals[Total.NEAREST];
    if (!this.#timer.isArmedFor(when)) this.#timer.arm(when, this.#armedAt = this.clock.now());
  }

  /** Waits for whatever wakes the loop; unless something keeps the host alive, that is up to itself. */
  #waitForHost(): void {
    if (this.#holds > 0) this.keepHost();
    else if (!this.isWatched) beginToWait(this);
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
    this.#isImpatient = false;
    this.#leave();
    onStop?.();
    return 0;
  }

  #leave(): void {
    this.#running = this.awake = this.#stopping = false;
    endRun(this);
    this.#onStop = this.#onDeadlock = undefined;
    this.#timer.disarm();
    this.#stopBearing?.();
    this.#stopBearing = undefined;
    this.#virtual?.["leave"](this);
  }
}
