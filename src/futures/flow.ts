/**
 * Flows of code within a task, and how a cancellation travels along them.
 *
 * A task is a flow; so is each operation of the library that its native code awaits, as a part of
 * the flow that awaits it. A request to cancel a flow reaches whatever waits in it, and counts for
 * all that is within it.
 *
 * Timeouts, groups and cancel scopes are regions of the flow that they run in: those of two flows
 * side by side do not see each other, and what native code began outside of one is not in it, even if
 * it goes on meanwhile. So native code finds, by its async context, the region that it began in.
 *
 * ```text
 * task ─┬─ strand: await sleep(1)                 a wait, and no flow
 *       └─ strand: await timeout(5, body) ─┬─ strand: await queue.get()
 *                                          └─ strand: await event.wait()
 * ```
 *
 * @module
 */

import {
  canChangeOwner,
  changeOwner,
  findOwner,
  type HostContext,
} from "../engine/async_context.ts";
import type { Context } from "../engine/context.ts";
import { currentExecution, type Execution } from "../engine/current.ts";
import type { Stepping } from "../engine/loop.ts";
import type { Runnable } from "../engine/registry.ts";
import { newCancelledError } from "../errors.ts";
import type { Sleeper, Waiter } from "./awaitable.ts";
import type { Scheduler } from "./scheduler.ts";

// Flags of tasks and strands. The three lowest bits of a task's are its future's.

/** Set while it waits or its step is queued. */
export const PARKED: number = 1 << 3;
/** Set while it waits for its own timer. */
export const SLEEPING: number = 1 << 4;
/** Set while its native code waits for a promise that the loop knows nothing of. */
export const AWAY: number = 1 << 5;
/** Set while a cancellation is to be thrown where it waits, or at its next wait. */
export const MUST_CANCEL: number = 1 << 6;
/** Set from a request to cancel it until the step that this interrupts. */
export const INTERRUPTED: number = 1 << 7;
/** Set once its coroutine is known to be native code: the task itself takes no more steps. */
export const NATIVE: number = 1 << 8;
/** Set while a strand uses its id. */
export const LENT: number = 1 << 9;
/** Set once its outcome was handed over. */
export const OVER: number = 1 << 10;
/** Set on a strand whose coroutine is a flow of its own. */
export const IS_FLOW: number = 1 << 11;
/** Set on what is no flow, but a region of one. */
const IS_REGION: number = 1 << 12;
/** Where a task's flags hold its priority. */
export const PRIORITY_SHIFT = 13;
/** Where flags hold the number of requests to cancel. */
export const REQUESTS_SHIFT = 16;
/** One request to cancel, in flags. */
export const ONE_REQUEST: number = 1 << REQUESTS_SHIFT;

/** What few flows need, kept apart so that a million sleeping tasks stay small. */
export interface Rare {
  name?: string | (() => string);
  /** Its context, once that has values. */
  context?: Context | undefined;
  /** The message of the cancellation that is to be thrown. */
  message?: string | undefined;
  /** The innermost region that it is in; of a strand that is no flow, where it began. */
  region?: Region | undefined;
  /** The region whose strands are to throw the cancellation; all if there is none. */
  pendingWithin?: Region | undefined;
  /** Of a strand: whether a cancellation that it ends without having thrown is over: others have it. */
  keepsPending?: boolean;
  /** Whether the cancellation is for who asked for it alone: others that waited have it, too. */
  isAskers?: boolean;
  /** Its priority while others lend it theirs. */
  ownPriority?: number | undefined;
  /** The priorities that others lend it. */
  lent?: Map<object, number>;
  /** What is aborted when it is cancelled, or a region of it: by the region that it was asked for in. */
  signals?: Map<Region | undefined, AbortController>;
  unlisten?: () => void;
  /** The task that keeps what it left behind. */
  heir?: Flow | undefined;
  /** Of such a task: the one whose strands it keeps. */
  origin?: Flow;
  /** A function to call, once, when its last strand has ended. */
  onEmpty?: (() => void) | undefined;
  /** What its generator waits for the host with, if it does. */
  hostWait?: HostBound | undefined;
  /** The number of waits of it, and of its parts, that were cancelled; counted once somebody asks. */
  cancelledWaits?: number;
  /** The promise of code that awaits by hand. */
  promise?: Promise<unknown>;
  settle?: { resolve(value: unknown): void; reject(error: unknown): void };
}

/** A wait for the host, which may in truth be one for native code of its own flow. */
export interface HostBound {
  /** Notes that one more strand of its flow waits for the library, or one less. */
  noteStrands(change: 1 | -1): void;
}

/** A flow of code: a task, or an operation that native code awaits. */
export interface Flow extends Sleeper, Execution {
  readonly loop: Scheduler;
  /** The flow that it is a part of; a task is a part of none. */
  readonly parent: Flow | undefined;
  /** The task that it is, or is a part of. */
  readonly task: TaskFlow;
  flags: number;
  /** What it waits on. */
  waiter: Waiter | undefined;
  rare: Rare | undefined;
  /** The first of its strands, which stand in a ring, oldest first. */
  strands: Part | undefined;
  hostContext: HostContext;
  /** Makes room for what few flows need. */
  needRare(): Rare;
  /** Of a task: cancels it, or a region of it. */
  request?(message?: string, within?: Region): boolean;
  /** Of a task: itself or, once it has ended, a task that keeps its strands. */
  readonly successor?: Flow;
}

/** A task, as what is a part of it knows it. */
export interface TaskFlow extends Flow, Stepping {
  /** How dumps call it. */
  readonly label: string;
  /** Gives a strand that begins to wait an id. */
  lendId(strand: Runnable & { id: number }): void;
  /** Takes the id of a strand back. */
  takeBackId(strand: { id: number }): void;
  /** Notes that native code which went off is back. */
  comeBack(): void;
  /** Drops one that waits for it; what comes of it is known then. */
  letGo(sleeper: Sleeper): void;
}

/** A strand, as one of the ring of its flow. */
export interface Part extends Flow {
  parent: Flow;
  before: Part;
  after: Part;
}

// The ring of a flow's strands.

/** Adds a strand to its flow. */
export function link(strand: Part): void {
  const { parent } = strand;
  const first = parent.strands;
  if (first === undefined) {
    parent.strands = strand.before = strand.after = strand;
    return;
  }
  const last = first.before;
  strand.before = last;
  strand.after = first;
  last.after = first.before = strand;
}

/** Takes a strand out of its flow. */
export function unlink(strand: Part): void {
  const { parent, before, after } = strand;
  if (after === strand) {
    parent.strands = undefined;
    const onEmpty = parent.rare?.onEmpty;
    if (onEmpty === undefined) return;
    parent.rare!.onEmpty = undefined;
    onEmpty();
  } else {
    before.after = after;
    after.before = before;
    if (parent.strands === strand) parent.strands = after;
  }
}

/** Makes the strands of a flow that has ended a part of another. */
export function moveStrands(from: Flow, to: Flow): void {
  for (const strand of strandsOf(from)) {
    unlink(strand);
    strand.parent = to;
    link(strand);
  }
}

/** Lists the strands of a flow, oldest first. */
export function strandsOf(flow: Flow): Part[] {
  const all: Part[] = [];
  for (let strand = flow.strands; strand !== undefined;) {
    all.push(strand);
    strand = strand.after === flow.strands ? undefined : strand.after;
  }
  return all;
}

/** Finds what waits in a flow, itself included, oldest first. */
export function* sleepersOf(flow: Flow): Generator<Flow, void, undefined> {
  for (const one of flowsOf(flow)) if ((one.flags & PARKED) !== 0) yield one;
}

/** Whether a flow waits, or any that is a part of it may. */
export function hasSleepers(flow: Flow): boolean {
  return (flow.flags & PARKED) !== 0 || flow.strands !== undefined;
}

/** Lists a flow and all that are a part of it, oldest first. */
export function* flowsOf(flow: Flow): Generator<Flow, void, undefined> {
  yield flow;
  for (const strand of strandsOf(flow)) yield* flowsOf(strand);
}

/** Finds the flow that code of an execution is a part of now: its own may have ended, or even its task. */
export function liveFlow(execution: Execution): Flow {
  let flow = execution as Flow; // A region is as a flow that has ended, whose code is its parent's.
  while (flow.parent !== undefined && (flow.flags & OVER) !== 0) flow = flow.parent;
  return flow.parent === undefined ? flow.task : flow;
}

/** Finds the flow of a task whose code is running, if any is. */
export function flowHere(): Flow | undefined {
  const execution = currentExecution();
  return execution?.task === undefined ? undefined : liveFlow(execution);
}

// Regions.

/** The number of calls in progress of code whose regions may outlast them. */
let spanning = 0;

/** Calls code whose regions may outlast the call: a step of an async generator. */
export function callSpanning<R>(call: () => R): R {
  spanning++;
  try {
    return call();
  } finally {
    spanning--;
  }
}

/** A part of a flow that is cancelled on its own: what a timeout, a group or a cancel scope runs. */
export class Region implements Execution {
  /** The flow that it is a part of. */
  readonly flow: Flow;
  /** Code of it is code of its flow. */
  readonly parent: Flow;
  readonly flags: number = OVER | IS_REGION;
  /** The region around it. */
  readonly outer: Region | undefined;
  hostContext: HostContext = undefined;
  /** Whether each wait inside is cancelled, until it ends. */
  isCancelled = false;
  /** The message of that. */
  message: string | undefined = undefined;
  /** Whether the cancellation of regions around it is kept out. */
  isShielded: boolean;
  /** Whether all of its flow is in it: it lasts over steps of whoever iterates. */
  readonly isSpanning: boolean = spanning > 0;
  #isOver = false;

  /** Begins one in a flow whose step is running. */
  constructor(flow: Flow, isShielded = false) {
    const rare = flow.needRare();
    this.flow = this.parent = flow;
    this.outer = rare.region;
    this.isShielded = isShielded;
    rare.region = this;
    changeOwner(this);
  }

  /** Ends it: code that goes on is in the region around it. */
  end(): void {
    this.#isOver = true;
    const rare = this.flow.needRare();
    rare.region = this.outer;
    rare.signals?.delete(this);
    // Whoever closes its generator from outside keeps an async context of its own.
    if (findOwner() !== this) return;
    changeOwner(this.outer?.flow === this.flow ? this.outer : this.flow);
  }

  get loop(): Scheduler {
    return this.flow.loop;
  }

  get task(): TaskFlow {
    return this.flow.task;
  }

  get ownContext(): Execution["ownContext"] {
    return this.flow.ownContext;
  }

  set ownContext(context: Execution["ownContext"]) {
    this.flow.ownContext = context;
  }

  /** Cancels it: whatever waits inside is interrupted, and whatever will wait. */
  cancel(message: string | undefined): void {
    this.isCancelled = true;
    this.message = message;
    this.interrupt(this);
  }

  /** Interrupts what waits inside and is subject to a cancelled region; what runs, where it next waits. */
  interrupt(cancelled: Region): void {
    if (this.#isOver) return;
    const isSubject = (region?: Region) =>
      region?.isWithin(this) && region.findCancelled() === cancelled;
    for (const flow of [...flowsOf(this.flow)]) {
      if ((flow.flags & PARKED) !== 0 && isSubject(flow.rare?.region)) {
        interruptWait(flow, cancelled.message);
      }
      abortWhere(flow, cancelled.message, isSubject);
    }
  }

  /** Finds the innermost cancelled region around that no shield keeps out. */
  findCancelled(): Region | undefined {
    if (!this.#isOver) {
      if (this.isCancelled) return this;
      if (this.isShielded) return undefined;
    }
    return this.outer?.findCancelled();
  }

  /** Returns whether it is another region, or inside of it. */
  isWithin(other: Region): boolean {
    // deno-lint-ignore no-this-alias -- it begins a walk outwards
    for (let region: Region | undefined = this; region !== undefined; region = region.outer) {
      if (region === other) return true;
    }
    return false;
  }
}

/** Finds the region that code of an execution began in. */
export function regionOf(execution: Execution): Region | undefined {
  const flow = execution as Flow;
  if ((flow.flags & IS_REGION) !== 0) return execution as Region;
  let region = flow.rare?.region;
  // Where code cannot be told its region, it is taken for code of the one that its flow is in now.
  if (!canChangeOwner) return region;
  // The regions of its own flow are those that its generator is in, and not all of its code.
  while (region !== undefined && region.flow === execution) region = region.outer;
  return region;
}

// Cancelling.

/**
 * Interrupts all that waits in a flow, or in a region of it; if nothing does, its next wait.
 *
 * Returns whether anything did wait.
 */
export function deliver(flow: Flow, message: string | undefined, within?: Region): boolean {
  flow.flags |= INTERRUPTED;
  let isReached = (flow.flags & PARKED) !== 0;
  if (isReached) interruptWait(flow, message);
  let busy: Part[] | undefined;
  if (flow.strands !== undefined) {
    for (const strand of strandsOf(flow)) {
      if (!isWithin(strand.rare?.region, within)) continue;
      if (deliver(strand, message)) isReached = true;
      else (busy ??= []).push(strand);
    }
  }
  const here = flowHere();
  // Whoever ends without having thrown it passes it on, unless others throw it; who asks always does.
  for (const strand of busy ?? []) {
    strand.needRare().keepsPending = isReached && !isPartOf(here, strand);
  }
  if ((isReached || busy !== undefined) && here !== flow) return isReached;
  pend(flow, message);
  if (flow.rare !== undefined || within !== undefined) flow.needRare().pendingWithin = within;
  if (isReached) flow.needRare().isAskers = true;
  return isReached;
}

/** Returns whether a flow is another, or a part of it. */
function isPartOf(flow: Flow | undefined, other: Flow): boolean {
  let one = flow;
  while (one !== undefined && one !== other) one = one.parent;
  return one === other;
}

/** Returns whether what a region holds is in another one; all is if none is given. */
function isWithin(region: Region | undefined, within: Region | undefined): boolean | undefined {
  return within === undefined || within.isSpanning || region?.isWithin(within);
}

/** What waits of the tasks that are being interrupted: a ring of tasks comes back to them. */
export const interrupting: Map<unknown, Flow> = new Map();

/** Interrupts the wait of a flow or strand; one that is over fails when it is taken. */
export function interruptWait(flow: Flow, message: string | undefined): void {
  flow.flags |= INTERRUPTED;
  noteCancelledWait(flow);
  const { task, waiter } = flow;
  if (interrupting.has(waiter)) return breakOff(flow, message);
  interrupting.set(task, flow);
  try {
    if (waiter?.cancel(message)) return;
  } finally {
    interrupting.delete(task);
  }
  pend(flow, message);
}

/** Ends a wait for what waits for this very task: nothing else would ever end it. */
export function breakOff(flow: Flow, message: string | undefined): void {
  (flow.waiter as unknown as TaskFlow).letGo(flow); // A task, or another future that waits for some.
  flow.waiter = undefined;
  interruptNextWait(flow, message);
  flow.wake();
}

/** Counts a wait of a flow as cancelled, where somebody counts. */
export function noteCancelledWait(flow: Flow): void {
  for (let one: Flow | undefined = flow; one !== undefined; one = one.parent) {
    if (one.rare?.cancelledWaits !== undefined) one.rare.cancelledWaits++;
  }
}

/** Counts the waits of a flow and of its parts that were cancelled since this was first called. */
export function countCancelledWaits(flow: Flow): number {
  return flow.needRare().cancelledWaits ??= 0;
}

/** Interrupts the next wait of a flow, whatever waits in it now. */
export function interruptNextWait(flow: Flow, message: string | undefined): void {
  flow.flags |= INTERRUPTED;
  pend(flow, message);
}

function pend(flow: Flow, message: string | undefined): void {
  flow.flags |= MUST_CANCEL;
  if (flow.rare !== undefined) flow.rare.isAskers = false;
  keepMessage(flow, message);
  if (flow.parent !== undefined) keepMessage(flow.task, message);
}

function keepMessage(flow: Flow, message: string | undefined): void {
  if (message !== undefined || flow.rare !== undefined) flow.needRare().message = message;
}

/** Interrupts what begins to wait, if a cancellation was on its way to it or a scope bids it. */
export function interruptIfDue(sleeper: Flow): void {
  const due = takePending(sleeper);
  if (due !== undefined) interruptWait(sleeper, due.message);
  const cancelled = sleeper.rare?.region?.findCancelled();
  if (cancelled !== undefined) interruptWait(sleeper, cancelled.message);
}

/** Takes the cancellation that is to be thrown at the next wait of a flow, or of one around it. */
function takePending(sleeper: Flow): { message: string | undefined } | undefined {
  let due: { message: string | undefined } | undefined;
  let below = sleeper;
  for (let flow: Flow | undefined = sleeper; flow !== undefined; below = flow, flow = flow.parent) {
    if ((flow.flags & MUST_CANCEL) === 0) continue;
    // One that waits itself keeps it for its own step.
    const isForThis = flow === sleeper ||
      (flow.flags & PARKED) === 0 && isWithin(below.rare?.region, flow.rare?.pendingWithin);
    if (!isForThis) continue;
    flow.flags &= ~MUST_CANCEL;
    due ??= { message: flow.rare?.message };
  }
  return due;
}

/** Notes that what was interrupted goes on. */
export function noteStep(sleeper: Flow): void {
  if ((sleeper.flags & INTERRUPTED) !== 0) endAsking(sleeper);
  for (let flow: Flow | undefined = sleeper; flow !== undefined; flow = flow.parent) {
    flow.flags &= ~INTERRUPTED;
  }
}

/**
 * Drops what is meant for who asked, as another throws it: who asked has had its turn.
 *
 * Code of one flow cannot be told apart, so the cleanup of the other would be cancelled once more.
 */
function endAsking(sleeper: Flow): void {
  for (let flow = sleeper.parent; flow !== undefined; flow = flow.parent) {
    if (flow.rare?.isAskers) flow.flags &= ~MUST_CANCEL;
  }
}

/** Hands the cancellation that a flow ends without having thrown to the flow it was a part of. */
export function passPending(flow: Flow): void {
  if ((flow.flags & MUST_CANCEL) === 0) return;
  flow.flags &= ~MUST_CANCEL;
  if (flow.rare?.keepsPending || requestsHere(flow) === 0) return;
  interruptNextWait(flow.parent!, flow.rare?.message);
}

/** Counts the requests to cancel a flow, and those around it. */
export function requestsHere(flow: Flow): number {
  let requests = 0;
  for (let one: Flow | undefined = flow; one !== undefined; one = one.parent) {
    requests += one.flags >> REQUESTS_SHIFT;
  }
  return requests;
}

/** Counts the requests to cancel a flow, and those within it. */
export function requestsWithin(flow: Flow): number {
  let requests = flow.flags >> REQUESTS_SHIFT;
  for (const strand of strandsOf(flow)) requests += requestsWithin(strand);
  return requests;
}

/** Returns whether a cancellation is on its way to a flow. */
export function isInterrupted(flow: Flow): boolean {
  for (let one: Flow | undefined = flow; one !== undefined; one = one.parent) {
    if ((one.flags & INTERRUPTED) !== 0) return true;
  }
  return false;
}

/** Requests the cancellation of a flow, or of a region of it. */
export function requestCancel(flow: Flow, within?: Region): void {
  // A task that waits for a chain of others cancels all of them.
  if (flow.request !== undefined && flow.strands === undefined) {
    return void flow.request(undefined, within);
  }
  flow.flags += ONE_REQUEST;
  deliver(flow, undefined, within);
  abortSignals(flow, undefined, within);
}

/**
 * Takes back one request to cancel a flow; returns how many apply to it yet.
 *
 * Should the task's own `uncancel()` have taken it back already, it is one of those around: the
 * requests of a task count together, as in asyncio.
 */
export function uncancel(flow: Flow): number {
  const asked = nearestAsked(flow);
  if (asked.flags >> REQUESTS_SHIFT > 0) {
    asked.flags -= ONE_REQUEST;
    if (requestsHere(asked) === 0) calmWithin(asked);
  }
  return requestsHere(flow);
}

/** Finds the nearest flow around, or itself, that was requested to cancel; if none, the outermost. */
export function nearestAsked(flow: Flow): Flow {
  let one = flow;
  while (one.flags >> REQUESTS_SHIFT === 0 && one.parent !== undefined) one = one.parent;
  return one;
}

/** Finds the outermost flow in a flow that was requested to cancel. */
export function anyAsked(flow: Flow): Flow | undefined {
  if (flow.flags >> REQUESTS_SHIFT > 0) return flow;
  for (const strand of strandsOf(flow)) {
    const asked = anyAsked(strand);
    if (asked !== undefined) return asked;
  }
  return undefined;
}

/** Calls off the interruptions of a flow and of those around it. */
export function calmAround(flow: Flow): void {
  for (let one: Flow | undefined = flow; one !== undefined; one = one.parent) calm(one);
}

/** Calls off an interruption that no request stands behind any more; a wait that it ended is ended. */
export function calm(flow: Flow): void {
  const isEnded = (flow.flags & PARKED) !== 0 && (flow.flags & MUST_CANCEL) === 0;
  if (isEnded || strandsOf(flow).some(({ flags }) => (flags & INTERRUPTED) !== 0)) {
    flow.flags &= ~MUST_CANCEL;
  } else {
    flow.flags &= ~(MUST_CANCEL | INTERRUPTED);
  }
}

/** Calls off the interruptions of a flow and of all in it that were not asked for themselves. */
function calmWithin(flow: Flow): void {
  for (const strand of strandsOf(flow)) {
    if (strand.flags >> REQUESTS_SHIFT === 0) calmWithin(strand);
  }
  calm(flow);
}

/** Delivers a request that applies to a flow once more. */
export function deliverAgain(flow: Flow): void {
  const asked = nearestAsked(flow);
  uncancel(asked);
  requestCancel(asked, undefined);
}

// Signals.

/** Gives a signal that is aborted when a flow is cancelled, the region it is in, or one around. */
export function signalOf(flow: Flow): AbortSignal {
  const rare = flow.needRare();
  const { region, signals = rare.signals = new Map<Region | undefined, AbortController>() } = rare;
  const isToStop = requestsHere(flow) > 0 || region?.findCancelled() !== undefined;
  let controller = signals.get(region);
  // One that was aborted is of no more use when that is over.
  if (!controller || !isToStop && controller.signal.aborted) {
    signals.set(region, controller = new AbortController());
  }
  if (isToStop) controller.abort(newCancelledError(rare.message));
  return controller.signal;
}

/** Aborts the signals of a flow, or of a region of it, and those within. */
export function abortSignals(flow: Flow, message: string | undefined, within?: Region): void {
  abortWhere(flow, message, (region) => within === undefined || region?.isWithin(within));
  for (const strand of strandsOf(flow)) {
    if (isWithin(strand.rare?.region, within)) abortSignals(strand, message);
  }
}

/** Aborts the signals of a flow that were asked for in some regions. */
function abortWhere(
  { rare }: Flow,
  message: string | undefined,
  isMeant: (region: Region | undefined) => unknown,
): void {
  for (const [region, controller] of rare?.signals ?? []) {
    if (isMeant(region)) controller.abort(newCancelledError(message));
  }
}
