/**
 * What the tasks of a program share, kept twice: the library's own things, and a record of what must
 * have come of them.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import * as weft from "../../../mod.ts";
import { canEnter, newHostStorage } from "../../host_storage.ts";
import type { Flow, Wait } from "./flow.ts";
import { type Reason, type ScopeRecord, Target, type TaskRecord } from "./requests.ts";
import { SHARED } from "./program.ts";

/** The names of the library that programs use; tests put broken ones in their place. */
export type Library = Pick<
  typeof weft,
  | "cancelScope"
  | "createTask"
  | "Event"
  | "Future"
  | "gather"
  | "Lock"
  | "Queue"
  | "Semaphore"
  | "shield"
  | "sleep"
  | "taskGroup"
  | "timeout"
  | "until"
  | "yieldNow"
>;

/** The library as it is. */
export const LIBRARY: Library = weft;

/** A lock or a semaphore, and who is inside. */
export class HolderRecord {
  readonly thing: weft.Lock | weft.Semaphore;
  readonly name: string;
  readonly most: number;
  holders = 0;

  constructor(name: string, thing: weft.Lock | weft.Semaphore, most: number) {
    this.name = name;
    this.thing = thing;
    this.most = most;
  }
}

/** An event, and how often it was set. */
export class EventRecord {
  readonly event: weft.Event;
  sets = 0;

  constructor(event: weft.Event) {
    this.event = event;
  }

  set(): void {
    if (!this.event.isSet) this.sets++;
    this.event.set();
  }
}

/** A future, and the only value that it may have. */
export class FutureRecord extends Target {
  readonly future: weft.Future<object>;
  readonly token: object = {};

  constructor(world: World, name: string, future: weft.Future<object>) {
    super(world, name);
    this.future = future;
  }

  get cancelled(): boolean {
    return this.future.cancelled && this.bound() > 0;
  }

  get isVague(): boolean {
    return true;
  }

  resolve(): void {
    if (!this.future.done) this.future.setResult(this.token);
  }
}

/** A queue, and what has become of each item. */
export class QueueRecord {
  readonly queue: weft.Queue<number>;
  readonly name: string;
  readonly #fates = new Map<number, "offered" | "put" | "withdrawn">();
  readonly #taken = new Set<number>();
  /** Counts the items that nobody may see: what the loser of a race took. */
  unseen = 0;

  constructor(name: string, queue: weft.Queue<number>) {
    this.name = name;
    this.queue = queue;
  }

  /** Makes an item to put. */
  offer(): number {
    const item = this.#fates.size;
    this.#fates.set(item, "offered");
    return item;
  }

  /** Notes what `put()` said. */
  decide(item: number, fate: "put" | "withdrawn"): void {
    this.#fates.set(item, fate);
  }

  /** Notes that an item was taken; says what is wrong with it. */
  take(item: number): string | undefined {
    if (!this.#fates.has(item)) return `${this.name} gave what was never put: ${item}`;
    if (this.#taken.has(item)) return `${this.name} gave an item twice: ${item}`;
    this.#taken.add(item);
    return undefined;
  }

  /** Helps who waits for an item or for room. */
  help(): string | undefined {
    const { waitingGets, waitingPuts } = this.queue.statistics();
    if (waitingGets > 0 && this.queue.empty) {
      const item = this.offer();
      this.queue.putNowait(item);
      this.decide(item, "put");
    } else if (waitingPuts > 0 && !this.queue.empty) {
      return this.take(this.queue.getNowait());
    }
    return undefined;
  }

  /** Compares at the end what was put with what was taken. */
  audit(): string[] {
    const wrong: string[] = [];
    while (!this.queue.empty) wrong.push(this.take(this.queue.getNowait()) ?? "");
    let lost = 0;
    for (const [item, fate] of this.#fates) {
      if (fate === "put" && !this.#taken.has(item)) lost++;
      if (fate === "withdrawn" && this.#taken.has(item)) {
        wrong.push(`${this.name} has taken an item whose put() was cancelled: ${item}`);
      }
    }
    if (lost > this.unseen) wrong.push(`${this.name} has lost ${lost} items`);
    return wrong.filter((what) => what !== "");
  }
}

/** The state of one run. */
export class World {
  readonly library: Library;
  readonly storage: AsyncLocalStorage<object> = newHostStorage();
  readonly variable: weft.ContextVar<object> = new weft.ContextVar("random strands");
  readonly failures: string[] = [];
  readonly traced: string[] = [];
  loop!: weft.EventLoop;
  readonly locks: HolderRecord[];
  readonly semaphores: HolderRecord[];
  readonly events: EventRecord[];
  readonly queues: QueueRecord[];
  /** Made in the run: a future belongs to its loop. */
  futures: FutureRecord[] = [];
  /** The tasks that the program knows by number. */
  readonly tasks: TaskRecord[] = [];
  /** All tasks that were made. */
  readonly made: TaskRecord[] = [];
  readonly scopes: (ScopeRecord | undefined)[] = [];
  /** The flows that have begun, or will, and have not ended. */
  readonly flows: Set<Flow> = new Set();
  /** The waits that have not ended; those that nobody sees end stay. */
  readonly waits: Set<Wait> = new Set();
  /** The promises of the host that were made. */
  readonly hostTurns: Promise<void>[] = [];
  /** The errors that the program's own code has let through. */
  readonly thrown: WeakSet<object> = new WeakSet();
  /** Why each `CancelledError` was thrown. */
  readonly reasons: WeakMap<object, Reason> = new WeakMap();
  readonly #enters = canEnter();
  /** Whether main has ended. */
  isClosing = false;
  /** Whether it was helped on for so long that it must have ended. */
  gaveUp = false;
  readonly isVirtual: boolean;
  #moment = 0;

  constructor(library: Library, isVirtual: boolean) {
    this.library = library;
    this.isVirtual = isVirtual;
    const { Lock, Semaphore, Event, Queue } = library;
    const make = <T>(count: number, one: (at: number) => T) =>
      Array.from({ length: count }, (_, at) => one(at));
    this.locks = make(SHARED.locks, (at) => new HolderRecord(`lock ${at}`, new Lock(), 1));
    this.semaphores = make(SHARED.semaphores, (at) => {
      return new HolderRecord(`semaphore ${at}`, new Semaphore(at + 1), at + 1);
    });
    this.events = make(SHARED.events, () => new EventRecord(new Event()));
    this.queues = make(SHARED.queues, (at) => new QueueRecord(`queue ${at}`, new Queue(at + 1)));
  }

  /** Begins inside of the loop. */
  enter(): void {
    this.loop = weft.getRunningLoop();
    this.futures = Array.from({ length: SHARED.futures }, (_, at) => {
      return new FutureRecord(this, `future ${at}`, new this.library.Future<object>());
    });
  }

  /** Counts the turns of the loop. */
  get turn(): number {
    return this.loop.metrics().iterations;
  }

  /** Sets the host's value for what a flow does from here on, unless the host refuses it. */
  enterWith(flow: Flow): void {
    if (!this.#enters) return;
    flow.store = {};
    this.storage.enterWith(flow.store);
  }

  /** Counts moments: what begins or ends has one of its own. */
  nextMoment(): number {
    return ++this.#moment;
  }

  fail(what: string): void {
    this.trace(`!! ${what}`);
    this.failures.push(what);
  }

  trace(what: string): void {
    const time = this.loop === undefined ? 0 : this.loop.time();
    this.traced.push(`${time.toFixed(1).padStart(7)}  ${what}`);
  }

  /** Does what somebody may wait for, so that every wait can end. */
  help(): void {
    for (const event of this.events) event.set();
    for (const future of this.futures) future.resolve();
    for (const queue of this.queues) {
      const wrong = queue.help();
      if (wrong !== undefined) this.fail(wrong);
    }
  }

  /** Gives up helping: whoever waits now will do so for ever. */
  giveUp(): void {
    this.gaveUp = true;
    this.nameStuck();
  }

  /** Names the flows and the waits that should have ended. */
  nameStuck(): void {
    for (const flow of this.flows) {
      const waits = [...this.waits].filter((wait) => wait.flow === flow);
      this.fail(`${flow.name} never ends; it waits on ${waits.map((wait) => wait.label)}`);
    }
    for (const { isSeen, flow, label } of this.waits) {
      if (isSeen && !this.flows.has(flow)) this.fail(`${flow.name} waits for ever on ${label}`);
    }
  }

  /** Checks what must be so when all is over. */
  audit(): void {
    this.nameStuck();
    if (this.flows.size > 0) return; // The rest would be its consequence.
    for (const { name, thing, most } of [...this.locks, ...this.semaphores]) {
      const { value = thing.locked ? 0 : 1 } = thing as { value?: number };
      if (thing.locked || value !== most) this.fail(`${name} was not given back`);
    }
    for (const queue of this.queues) for (const wrong of queue.audit()) this.fail(wrong);
  }
}
