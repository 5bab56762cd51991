/**
 * Waiting for whichever comes first.
 *
 * @module
 */

import {
  type Awaitable,
  awaitInline,
  type Coroutine,
  ensureFuture,
  explain,
  Future,
  isAwaitable,
  isCancelled,
  isCoroutine,
  newCancelledError,
  Operation,
  requireTask,
  type ResultOf,
  runningLoop,
  show,
  type Waitable,
} from "../lowlevel.ts";
import { DrainStep } from "./drain.ts";
import { ended } from "./ended.ts";
import { Wait } from "./wait_queue.ts";

/** Names the branch that came first, with its value. */
export type Selected<B extends Readonly<Record<string, Waitable<unknown>>>> = {
  readonly [N in keyof B]: { readonly name: N; readonly value: ResultOf<B[N]> };
}[keyof B];

/**
 * Waits for the first of several awaitables, and tells its name and value.
 *
 * The others are cancelled, and have ended before it returns. If several can go on when it begins,
 * the one named first wins; later, the one that could go on first. A failure that comes first is thrown.
 *
 * **Cancel safety.** No loser has taken anything: an item, a permit or a turn it was about to get
 * goes to the next who waits. That holds when the whole is cancelled, too, for what is awaited as it
 * is, as `queue.get()`: what a coroutine has taken, only the coroutine can put back. An error of a
 * loser's cleanup goes to the loop's exception handler.
 *
 * ```ts
 * import { Queue, run, select, sleep } from "@weft/weft";
 *
 * await run(async () => {
 *   const queue = new Queue<string>();
 *   queue.putNowait("item");
 *   const first = await select({ item: queue.get(), late: sleep(1000) });
 *   if (first.name === "item") console.assert(first.value === "item");
 * });
 * ```
 */
export function select<B extends Readonly<Record<string, Waitable<unknown>>>>(
  branches: B,
): Awaitable<Selected<B>> {
  const names = Object.keys(Object(branches));
  if (names.length === 0) {
    throw new RangeError(`select() NEEDS AT LEAST ONE NAMED BRANCH: ${show(branches)}`);
  }
  for (const name of names) {
    const branch: unknown = branches[name];
    if (isCoroutine(branch) || isAwaitable(branch)) continue;
    throw new TypeError(`BRANCH ${name} CANNOT BE AWAITED: ${explain(branch)}`);
  }
  const race = new Race(names.map((name) => [name, branches[name]]));
  return new Operation(`select(${names.join(", ")})`, () => race.run()) as Awaitable<Selected<B>>;
}

/** Is one branch of a race. */
type Branch = readonly [name: string, awaitable: Waitable<unknown>];

/** Runs branches until one has won. */
class Race {
  readonly #branches: readonly Branch[];
  /** Are the tasks that wait for a branch each, and the futures that were given as branches. */
  readonly #parties: Future<unknown>[] = [];
  #winner: { name: string; value: unknown; failed: boolean } | undefined;
  #settled: Future<void> | undefined;

  constructor(branches: readonly Branch[]) {
    this.#branches = branches;
  }

  *run(): Coroutine<unknown> {
    const { priority } = requireTask("select()");
    const loop = runningLoop();
    this.#settled = loop.createFuture<void>();
    for (const branch of this.#branches) {
      this.#parties.push(ensureFuture(() => this.#runBranch(branch)));
      if (branch[1] instanceof Future) this.#parties.push(branch[1]);
    }
    for (const party of this.#parties) {
      party.addDoneCallback(() => this.#noteDone(), { priority });
    }
    try {
      yield* this.#settled;
    } catch (error) {
      yield* this.#withdraw();
      throw error;
    }
    if (this.#winner === undefined) throw newCancelledError(undefined); // All were cancelled.
    const { name, value, failed } = this.#winner;
    if (failed) throw value;
    return { name, value };
  }

  /** Waits for one branch; the first to come calls off all others within its own step. */
  *#runBranch([name, awaitable]: Branch): Coroutine<void> {
    let value: unknown;
    let failed = false;
    try {
      value = yield* awaitInline(awaitable);
    } catch (error) {
      if (this.#winner !== undefined) return this.#report(name, awaitable, error);
      const isOwn = !isCancelled(error) || requireTask("select()").cancelling === 0;
      if (!isOwn) throw error;
      failed = true;
      value = error;
    }
    if (this.#winner !== undefined) return putBack(awaitable, value);
    this.#winner = { name, value, failed };
    this.#cancelAll();
  }

  #cancelAll(): void {
    for (const party of this.#parties) party.cancel();
  }

  /** Tells the loop of an error of a branch that nobody will get; an end that was not told stays. */
  #report(name: string, awaitable: Waitable<unknown>, exception: unknown): void {
    if (isCancelled(exception) || canPutBack(awaitable)) return;
    const message = `branch ${name} of select() failed after it was called off`;
    runningLoop().callExceptionHandler({ message, exception });
  }

  #noteDone(): void {
    if (!this.#settled!.done && this.#parties.every((party) => party.done)) {
      this.#settled!.setResult();
    }
  }

  /** Ends all branches, and puts back what the winner took: nobody will get it. */
  *#withdraw(): Coroutine<void> {
    const taken = this.#winner;
    this.#winner ??= { name: "", value: undefined, failed: true };
    this.#cancelAll();
    yield* ended(this.#parties);
    if (taken === undefined) return;
    const [name, awaitable] = this.#branches.find(([name]) => name === taken.name)!;
    if (taken.failed) this.#report(name, awaitable, taken.value);
    else putBack(awaitable, taken.value);
  }
}

/** Tells whether what an awaitable takes can be put back. */
function canPutBack(awaitable: Waitable<unknown>): awaitable is Wait<unknown> | DrainStep<unknown> {
  return awaitable instanceof Wait || awaitable instanceof DrainStep;
}

/** Puts back what a wait has taken; other results are dropped. */
function putBack(awaitable: Waitable<unknown>, value: unknown): void {
  if (canPutBack(awaitable)) awaitable.undo(value as IteratorResult<unknown>);
}
