/**
 * Waiting for signals of the system.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  asStep,
  checkString,
  closeAtEnd,
  type Coroutine,
  type IterationStep,
  type LibraryIterator,
  listenToSignal,
  operation,
  park,
  runningLoop,
  type Signal,
  stepTo,
  type Waker,
} from "../lowlevel.ts";

type Step = IteratorResult<Signal, undefined>;

let newWatcher: (names: ReadonlySet<Signal>) => SignalWatcher;

/**
 * What tells of signals. Made by `signals()`.
 *
 * It stops listening when a loop over it is left, at the end of a `using`, and when its loop ends.
 *
 * **Cancel safety.** A cancelled step takes no signal.
 */
export class SignalWatcher implements LibraryIterator<Signal>, Disposable {
  readonly #label: string;
  /** Those that nobody was told of, oldest first. */
  readonly #pending = new Set<Signal>();
  readonly #waiting = new Set<Waker<Step>>();
  readonly #stops: (() => void)[] = [];
  readonly #keepOpen: () => void;
  readonly #loop = runningLoop();
  #isClosed = false;

  static {
    newWatcher = (names) => new SignalWatcher(names);
  }

  private constructor(names: ReadonlySet<Signal>) {
    this.#label = `signals(${[...names].join(", ")})`;
    for (const name of names) {
      const stop = listenToSignal(name, () => this.#note(name));
      if (stop === undefined) {
        this.#stop();
        throw new RuntimeError(`Cannot listen to ${name}: the host has no such signal`);
      }
      this.#stops.push(stop);
    }
    this.#keepOpen = closeAtEnd({ close: () => this.#end() }, this.#label);
    this.#loop.hold(); // The host's listener keeps no program alive.
  }

  /** Gives a signal to who waits longest, or keeps it. */
  #note(name: Signal): void {
    if (this.#isClosed) return;
    for (const { resolve } of this.#waiting) {
      if (resolve({ done: false, value: name })) return;
    }
    this.#pending.add(name);
  }

  /** Waits for the next signal. */
  next(): IterationStep<Signal> {
    return asStep(park<Step>(this.#label, (waker) => this.#arm(waker), {
      isForHost: true,
      giveBack: ({ value }) => value && this.#note(value),
    }));
  }

  #arm(waker: Waker<Step>): (() => void) | void {
    const [first] = this.#pending;
    if (first === undefined && !this.#isClosed) {
      this.#waiting.add(waker);
      return () => void this.#waiting.delete(waker);
    }
    if (first !== undefined) this.#pending.delete(first);
    waker.resolve(stepTo(first));
  }

  /** Stops listening; loops call it when they are left. */
  return(): IterationStep<Signal> {
    return asStep(operation(`the end of ${this}`, () => this.#return()));
  }

  *#return(): Coroutine<Step> {
    yield* this.#end();
    return stepTo<Signal>(undefined);
  }

  // deno-lint-ignore require-yield -- what is closed at the end of a run may wait
  *#end(): Coroutine<void> {
    this.close();
  }

  /** Stops listening: those who wait are at the end. Harmless when done before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keepOpen();
    this.#stop();
    this.#loop.letGo();
    this.#pending.clear();
    for (const { resolve } of this.#waiting) resolve(stepTo<Signal>(undefined));
    this.#waiting.clear();
  }

  /** Lets the host's listeners go. */
  #stop(): void {
    for (const stop of this.#stops) stop();
  }

  /** Stops listening at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives itself. */
  [Symbol.asyncIterator](): this & AsyncIterator<Signal, undefined> {
    return this as this & AsyncIterator<Signal, undefined>;
  }

  /** Returns a few words that say what it listens to. */
  toString(): string {
    return this.#label;
  }
}

/**
 * Listens to signals of the system, one or several, and gives the name of each that comes.
 *
 * It listens from the call on. A signal that comes again before the last one was taken is given once,
 * as the system does. A name that the host does not know, or lets no program listen to, as SIGKILL,
 * is a `RuntimeError`.
 *
 * **Cancel safety.** A cancelled step takes no signal.
 *
 * **Gotchas.** `run` itself ends the program on SIGINT and SIGTERM, also if they are listened to here,
 * unless its option `signals` says otherwise. Virtual time stands still while somebody waits.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { signals } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   const hangups = signals("SIGHUP", "SIGUSR1");
 *   Deno.kill(Deno.pid, "SIGHUP");
 *   for await (const signal of hangups) {
 *     console.assert(signal === "SIGHUP");
 *     break; // Nobody listens any more.
 *   }
 * });
 * ```
 */
export function signals(...names: Signal[]): SignalWatcher {
  if (names.length === 0) throw new TypeError('signals() needs the name of a signal, as "SIGHUP"');
  for (const name of names) checkString("The name of a signal", name);
  return newWatcher(new Set(names));
}
