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
  type Future,
  handOver,
  ignoreFailure,
  InnerFuture,
  isCancelled,
  isWaitable,
  LabeledFuture,
  LazyAwaitable,
  newCancelledError,
  Operation,
  refusal,
  requireTask,
  type ResultOf,
  runningLoop,
  show,
  type Waitable,
} from "../lowlevel.ts";
import { ended } from "./ended.ts";

/** The branches of a race: an object of awaitables by their names, or a list of them. */
export type Branches = Readonly<Record<string, Waitable<unknown>>> | readonly Waitable<unknown>[];

/** The name of the branch that came first, with its value; one of a list is named by its index. */
export type Selected<B extends Branches> = B extends readonly unknown[] ? {
    readonly [N in keyof B]: {
      readonly name: N extends string ? N : `${number}`;
      readonly value: ResultOf<B[N]>;
    };
  }[number]
  : {
    readonly [N in keyof B]: { readonly name: N; readonly value: ResultOf<B[N]> };
  }[keyof B];

/**
 * Waits for the first of several awaitables, and tells its name and value.
 *
 * Of a list, the names are the indices, as strings: `select([a, b])` gives `"0"` or `"1"`.
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
export function select<const B extends Branches>(branches: B): Awaitable<Selected<B>> {
  const names = Object.keys(Object(branches));
  if (names.length === 0) {
    const error = Object(branches) === branches ? RangeError : TypeError;
    throw new error(`select() needs at least one named branch: ${show(branches)}`);
  }
  const wrong = names.find((name) => !isWaitable(branches[name as keyof B]));
  if (wrong !== undefined) {
    Object.values(branches).forEach(ignoreFailure);
    const call = Array.isArray(branches) ? "[() => f()]" : `{ ${wrong}: () => f() }`;
    throw refusal(`select(${call})`, branches[wrong as keyof B], ` as branch ${wrong}`);
  }
  Object.values(branches).forEach(handOver);
  const label = `select(${names.join(", ")})`;
  const race = new Race(
    label,
    names.map((name) => [name, branches[name as keyof B] as Waitable<unknown>]),
  );
  return new Operation(label, () => race.run()) as Awaitable<Selected<B>>;
}

/** One branch of a race. */
type Branch = readonly [name: string, awaitable: Waitable<unknown>];

/** Branches that run until one has won. */
class Race {
  readonly #label: string;
  readonly #branches: readonly Branch[];
  /** The tasks that wait for a branch each, and the futures that were given as branches. */
  readonly #parties: Future<unknown>[] = [];
  #winner: { name: string; value: unknown; failed: boolean } | undefined;
  #settled: LabeledFuture<void> | undefined;

  constructor(label: string, branches: readonly Branch[]) {
    this.#label = label;
    this.#branches = branches;
  }

  *run(): Coroutine<unknown> {
    const { priority } = requireTask("select()");
    const loop = runningLoop();
    this.#settled = new LabeledFuture(loop, this.#label);
    for (const branch of this.#branches) {
      this.#parties.push(ensureFuture(() => this.#runBranch(branch)));
      if (branch[1] instanceof InnerFuture) this.#parties.push(branch[1]);
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

  /** Reports an error of a branch that nobody will get; an end that nobody looked at stays. */
  #report(name: string, awaitable: Waitable<unknown>, exception: unknown): void {
    if (isCancelled(exception) || canPutBack(awaitable)) return;
    const message = `branch ${name} of select() failed after it was called off`;
    runningLoop().callExceptionHandler({ message, exception });
  }

  #noteDone(): void {
    if (this.#parties.every((party) => party.done)) this.#settled!.succeed();
  }

  /** Ends all branches, and puts back what the winner took: nobody will get it. */
  *#withdraw(): Coroutine<void> {
    const taken = this.#winner;
    this.#winner ??= { name: "", value: undefined, failed: true };
    this.#cancelAll();
    yield* ended(this.#parties, `the branches of ${this.#label} that were called off`);
    if (taken === undefined) return;
    const [name, awaitable] = this.#branches.find(([name]) => name === taken.name)!;
    if (taken.failed) this.#report(name, awaitable, taken.value);
    else putBack(awaitable, taken.value);
  }
}

/** What can take back what it gave. */
interface Undoable {
  undo(value: unknown): void;
}

/** Decides whether what an awaitable takes can be put back. */
function canPutBack(awaitable: unknown): awaitable is Undoable {
  return awaitable instanceof LazyAwaitable && "undo" in awaitable;
}

/** Puts back what a wait has taken; other results are dropped. */
function putBack(awaitable: Waitable<unknown>, value: unknown): void {
  if (canPutBack(awaitable)) awaitable.undo(value);
}
