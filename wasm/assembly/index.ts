// What the host calls. Only i32 and f64 cross, nothing is imported, and no call traps: a stale id
// is answered with 0 and counted.

import {
  addTotal,
  ARMED,
  CAPACITY,
  EXPIRED_TOTAL,
  idOf,
  INDEX_MASK,
  info,
  levelOf,
  NEAREST,
  READY,
  setInfo,
  setTotal,
  SLOTS,
  stateOf,
  TIMERS,
  TOP,
  WITHDRAWN_TOTAL,
  word,
} from "./layout";
import { verify } from "./checks";
import { changeSides, isPending, lease, moveReady, pushReady, withdrawReady } from "./ready";
import { claimSlot, growSlots, releaseSlot, resetSlots, resolve } from "./slots";
import { insertTimer, locateTimers, nth, ownerAt, removeTimer, whenAt } from "./timers";

/** Forgets everything but the memory already grown; call it before any other. */
export function reset(): void {
  const capacity = word(CAPACITY);
  memory.fill(0, 0, SLOTS);
  store<i32>(CAPACITY << 2, capacity);
  setTotal(NEAREST, Infinity);
  resetSlots();
  locateTimers();
  verify();
}

/** Doubles the room; 0 if the limit of ids is reached or the host has no memory. */
export function grow(): i32 {
  const grown = growSlots();
  locateTimers();
  verify();
  return grown;
}

/** Claims an idle id of a level, 0 to 7; 0 if there is no room. */
export function claim(level: i32): i32 {
  const slot = claimSlot(level);
  verify();
  return slot == 0 ? 0 : idOf(slot);
}

/** Claims an id and queues it. */
export function claimReady(level: i32): i32 {
  const slot = claimSlot(level);
  if (slot == 0) return 0;
  pushReady(slot);
  verify();
  return idOf(slot);
}

/** Claims an id and arms it; -1 if the deadline is NaN. */
export function claimArmed(level: i32, when: f64): i32 {
  if (when != when) return -1;
  const slot = claimSlot(level);
  if (slot == 0) return 0;
  insertTimer(slot, when);
  verify();
  return idOf(slot);
}

/** Takes an id out of wherever it is and gives it back. */
export function release(id: i32): i32 {
  const slot = resolve(id);
  if (slot == 0) return 0;
  takeOut(slot);
  releaseSlot(slot);
  verify();
  return 1;
}

/** Queues an id for the next batch, disarming it if it was armed; one that is queued stays there. */
export function push(id: i32): i32 {
  const slot = resolve(id);
  if (slot == 0) return 0;
  const state = stateOf(slot);
  if (state == READY || isPending(slot)) return 1;
  if (state == ARMED) takeOut(slot);
  pushReady(slot);
  verify();
  return 1;
}

/** Arms an id, taking it out of wherever it was; -1, and nothing done, if the deadline is NaN. */
export function arm(id: i32, when: f64): i32 {
  if (when != when) return -1;
  const slot = resolve(id);
  if (slot == 0) return 0;
  takeOut(slot);
  insertTimer(slot, when);
  verify();
  return 1;
}

/** Makes an id idle: it is neither queued nor armed any more. */
export function withdraw(id: i32): i32 {
  const slot = resolve(id);
  if (slot == 0) return 0;
  takeOut(slot);
  verify();
  return 1;
}

/** Gives an id another level; if it is queued, it goes behind the others of that level. */
export function setLevel(id: i32, level: i32): i32 {
  const slot = resolve(id);
  if (slot == 0) return 0;
  const to = <u32>level & 7;
  if (to == levelOf(slot)) return 1;
  if (stateOf(slot) == READY || isPending(slot)) moveReady(slot, to);
  else setInfo(slot, info(slot) & ~7 | to);
  verify();
  return 1;
}

/** Returns what an id is doing: 0 stale, 1 idle, 2 ready, 3 armed. Does not count stale ids. */
export function state(id: i32): i32 {
  const slot = <u32>id & INDEX_MASK;
  if (id <= 0 || slot >= <u32>word(TOP) || idOf(slot) != id) return 0;
  const doing = stateOf(slot);
  if (doing == ARMED) return 3;
  return doing == READY || isPending(slot) ? 2 : 1;
}

/** Queues every timer that is due, in order of (deadline, arming); returns how many. */
export function expire(now: f64): i32 {
  let count: i32 = 0;
  while (word(TIMERS) != 0 && whenAt(nth(0)) <= now) {
    const slot = ownerAt(nth(0));
    removeTimer(slot);
    pushReady(slot);
    count++;
  }
  addTotal(EXPIRED_TOTAL, count);
  verify();
  return count;
}

/** Begins a batch of exactly what is ready, unless one is in progress, and leases its first part. */
export function begin(): i32 {
  changeSides();
  const count = lease();
  verify();
  return count;
}

/** Leases the next part of the batch, after putting back what was not taken; 0 at its end. */
export function drain(): i32 {
  const count = lease();
  verify();
  return count;
}

/** Makes a slot idle. */
function takeOut(slot: u32): void {
  if (stateOf(slot) == ARMED) {
    removeTimer(slot);
    addTotal(WITHDRAWN_TOTAL, 1);
  } else {
    withdrawReady(slot);
  }
}
