/**
 * What a loop needs from its host: one macrotask while there is work, one timer while there is none.
 *
 * @module
 */

/** Bounds what `setTimeout` takes: a longer delay would fire at once. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Calls a function in a macrotask of its own. */
export type Soon = (callback: () => void) => void;

/** Finds the host's quickest macrotask that lets its I/O have a turn. */
export function findSoon(): Soon {
  const host = globalThis as { setImmediate?: Soon };
  if (typeof host.setImmediate === "function") {
    const setImmediate = host.setImmediate;
    return (callback) => setImmediate(callback);
  }
  if (typeof MessageChannel === "function") return soonByMessage;
  return (callback) => void setTimeout(callback, 0);
}

/** Posts a message to itself; the channel is closed again, or it would keep the process alive. */
function soonByMessage(callback: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    callback();
  };
  port2.postMessage(null);
}

/** Is the one host timer of a loop. */
export class HostTimer {
  readonly #callback: (when: number) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #when = Infinity;

  /** Makes a timer that calls back, not before its time and at most once each time it is armed. */
  constructor(callback: (when: number) => void) {
    this.#callback = callback;
  }

  /** Makes sure that the timer fires at `when` or earlier; Infinity only keeps the host alive. */
  arm(when: number, now: number): void {
    if (this.#timer !== undefined && this.#when <= when) return;
    this.disarm();
    this.#when = when;
    const delay = Math.min(Math.max(Math.ceil(when - now), 0), LONGEST_DELAY);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#callback(when);
    }, delay);
  }

  /** Lets the host go. */
  disarm(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
