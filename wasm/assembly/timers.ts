// The timer heap: which deadline comes next.
//
// A heap of ARITY children a node, in three flat arrays: deadline, order of arming, slot. The order
// of arming breaks ties, so equal deadlines expire first in, first out. Entries move into a hole
// instead of being swapped, and each slot knows its place, so that any timer can be taken out at
// once: nothing cancelled stays behind.

import {
  addTotal,
  addWord,
  ARMED,
  ARMED_TOTAL,
  CAPACITY,
  IDLE,
  levelOf,
  MOST_TIMERS,
  NEAREST,
  nextOrder,
  ordersAt,
  ownersAt,
  place,
  setInfo,
  setPlace,
  setTotal,
  setWord,
  TIMERS,
  whensAt,
  word,
} from "./layout";

/** Is the number of children of a node. */
const ARITY: u32 = 4;

let whens: usize = 0;
let orders: usize = 0;
let owners: usize = 0;

/** Finds the arrays again after the memory was laid out anew. */
export function locateTimers(): void {
  const capacity = <u32>word(CAPACITY);
  whens = whensAt(capacity);
  orders = ordersAt(capacity);
  owners = ownersAt(capacity);
}

// @ts-ignore: decorator
@inline
export function whenAt(place: u32): f64 {
  return load<f64>(whens + (<usize>place << 3));
}

// @ts-ignore: decorator
@inline
export function orderAt(place: u32): u64 {
  return load<u64>(orders + (<usize>place << 3));
}

// @ts-ignore: decorator
@inline
export function ownerAt(place: u32): u32 {
  return load<u32>(owners + (<usize>place << 2));
}

/** Arms an idle slot, behind all that have the same deadline. */
export function insertTimer(slot: u32, when: f64): void {
  const count = word(TIMERS);
  setWord(TIMERS, count + 1);
  if (count >= word(MOST_TIMERS)) setWord(MOST_TIMERS, count + 1);
  addTotal(ARMED_TOTAL, 1);
  setInfo(slot, levelOf(slot) | (ARMED << 4));
  raise(count, when, nextOrder(), slot);
  setTotal(NEAREST, whenAt(0));
}

/** Disarms a slot. */
export function removeTimer(slot: u32): void {
  const hole = <u32>place(slot);
  setInfo(slot, levelOf(slot) | (IDLE << 4));
  const last = <u32>addWord(TIMERS, -1);
  if (hole != last) {
    const when = whenAt(last);
    const order = orderAt(last);
    const owner = ownerAt(last);
    if (hole != 0 && isBefore(when, order, parentOf(hole))) raise(hole, when, order, owner);
    else lower(hole, last, when, order, owner);
  }
  setTotal(NEAREST, last != 0 ? whenAt(0) : Infinity);
}

/** Moves a hole up to where an entry belongs, and puts the entry there. */
function raise(from: u32, when: f64, order: u64, owner: u32): void {
  let hole = from;
  while (hole != 0) {
    const above = parentOf(hole);
    if (!isBefore(when, order, above)) break;
    move(above, hole);
    hole = above;
  }
  put(hole, when, order, owner);
}

/** Moves a hole down to where an entry belongs, and puts the entry there. */
function lower(from: u32, count: u32, when: f64, order: u64, owner: u32): void {
  let hole = from;
  while (true) {
    let child = hole * ARITY + 1;
    if (child >= count) break;
    const end = min(child + ARITY, count);
    let least = child;
    let leastWhen = whenAt(child);
    while (++child < end) {
      const other = whenAt(child);
      if (other < leastWhen || (other == leastWhen && orderAt(child) < orderAt(least))) {
        least = child;
        leastWhen = other;
      }
    }
    if (when < leastWhen || (when == leastWhen && order < orderAt(least))) break;
    move(least, hole);
    hole = least;
  }
  put(hole, when, order, owner);
}

/** Finds the node above a place that is not the root. */
// @ts-ignore: decorator
@inline
export function parentOf(place: u32): u32 {
  return (place - 1) / ARITY;
}

/** Says whether an entry comes before the one at a place. */
// @ts-ignore: decorator
@inline
export function isBefore(when: f64, order: u64, place: u32): bool {
  const other = whenAt(place);
  return when < other || (when == other && order < orderAt(place));
}

// @ts-ignore: decorator
@inline
function put(place: u32, when: f64, order: u64, owner: u32): void {
  store<f64>(whens + (<usize>place << 3), when);
  store<u64>(orders + (<usize>place << 3), order);
  store<u32>(owners + (<usize>place << 2), owner);
  setPlace(owner, place);
}

// @ts-ignore: decorator
@inline
function move(from: u32, to: u32): void {
  put(to, whenAt(from), orderAt(from), ownerAt(from));
}
