/**
 * Promises that the library knows nothing of, in virtual time.
 *
 * Whether virtual time passes while such a promise is pending depends on what the library knows of
 * who waits for it. So time is moved by hand as long as one is: by a millisecond whenever the loop
 * has had nothing to do for some turns of the host. The promises are resolved in turns of the host
 * too, as those of I/O are, after the timers of that time.
 *
 * @module
 */

import { type EventLoop, getRunningLoop, type VirtualClock } from "../../../mod.ts";
import type { InnerLoop } from "../../../src/futures/event_loop.ts";

/** Bounds how long a loop may have nothing to do before the next thing happens, in turns of the host. */
const IDLE_TURNS = 8;

/** A promise that is pending. */
interface Pending {
  readonly when: number;
  readonly resolve: () => void;
}

/** Holds what is pending, by the loop whose time it waits for. */
const pending = new WeakMap<EventLoop, Pending[]>();

/** Makes a promise of the host that is resolved at a time of the running loop. */
export function foreign(ms: number): Promise<void>;
export function foreign<T>(ms: number, value: T): Promise<T>;
export function foreign<T>(ms: number, value?: T): Promise<T | undefined> {
  const loop = getRunningLoop();
  const { promise, resolve } = Promise.withResolvers<T | undefined>();
  let queue = pending.get(loop);
  if (queue === undefined) {
    pending.set(loop, queue = []);
    drive(loop as InnerLoop, queue);
  }
  queue.push({ when: loop.time() + ms, resolve: () => resolve(value) });
  queue.sort((one, other) => one.when - other.when);
  return promise;
}

/** Moves the time of a loop, and resolves what is due, until nothing is pending. */
function drive(loop: InnerLoop, queue: Pending[]): void {
  const clock = loop.clock as VirtualClock;
  let idle = 0;
  const turn = () => {
    idle = loop.metrics().ready > 0 ? 0 : idle + 1;
    if (idle > IDLE_TURNS) {
      idle = 0;
      if (queue.length === 0 || loop.closed) {
        pending.delete(loop);
        return loop.endHostOperation();
      }
      if (queue[0].when <= clock.now()) queue.shift()!.resolve();
      else clock.advance(1);
    }
    setImmediate(turn);
  };
  loop.beginHostOperation();
  setImmediate(turn);
}
