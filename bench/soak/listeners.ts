/**
 * Counts the listeners that a process has left: to the system's signals, and to abort signals.
 *
 * @module
 */

/** A counter of listeners from the moment it is made; made once in a process, before all else. */
export class Listeners {
  /** The number of listeners to the system's signals. */
  system = 0;
  /** Those who listen to an abort signal. */
  readonly #byAbort = new WeakMap<AbortSignal, Set<unknown>>();
  /** The signals somebody has listened to, unless they were collected. */
  readonly #aborts = new Set<WeakRef<AbortSignal>>();

  constructor() {
    this.#countSystem();
    this.#countAborts();
  }

  /** Counts listeners to abort signals that can still be aborted, and that something still holds. */
  countAborts(): number {
    let count = 0;
    for (const reference of this.#aborts) {
      const signal = reference.deref();
      if (signal === undefined || signal.aborted) this.#aborts.delete(reference);
      else count += this.#byAbort.get(signal)!.size;
    }
    return count;
  }

  #countSystem(): void {
    const { addSignalListener, removeSignalListener } = Deno;
    Deno.addSignalListener = (...args) => {
      addSignalListener(...args);
      this.system++;
    };
    Deno.removeSignalListener = (...args) => {
      removeSignalListener(...args);
      this.system--;
    };
  }

  #countAborts(): void {
    const { prototype } = AbortSignal;
    const { addEventListener, removeEventListener } = prototype;
    const add = (signal: AbortSignal, listener: unknown) => this.#add(signal, listener);
    const remove = (signal: AbortSignal, listener: unknown) => {
      this.#byAbort.get(signal)?.delete(listener);
    };
    prototype.addEventListener = function (this: AbortSignal, ...args: unknown[]): void {
      Reflect.apply(addEventListener, this, args);
      add(this, args[1]);
    };
    prototype.removeEventListener = function (this: AbortSignal, ...args: unknown[]): void {
      Reflect.apply(removeEventListener, this, args);
      remove(this, args[1]);
    };
  }

  #add(signal: AbortSignal, listener: unknown): void {
    const known = this.#byAbort.get(signal);
    if (known !== undefined) {
      known.add(listener);
      return;
    }
    this.#byAbort.set(signal, new Set([listener]));
    this.#aborts.add(new WeakRef(signal));
  }
}
