// The timer heap: which deadline comes next.
//
// A heap of 16 children a node, in blocks of 16 entries, so that a node's children lie side by side:
//
//      0                 128                256          320
//      ┌─────────────────┬──────────────────┬────────────┐
//      │ when  16 x f64  │ order  16 x f64  │ slot  u32  │  block b: the children of node b + 14
//      └─────────────────┴──────────────────┴────────────┘
//
// The root is entry 15, alone in block 0. The deadlines of free entries are NaN, which loses every
// comparison, so the least of 16 children is found eight vectors at a time without a bound. `order`
// counts armings and breaks ties: equal deadlines expire first in, first out.
//
// Taking a timer out moves the hole down to a leaf, then lets the last entry rise from there: it
// belongs near the leaves. Each slot knows its place, so any timer can be taken out at once and
// nothing cancelled stays behind.

import {
  addTotal,
  addWord,
  ARMED,
  ARMED_TOTAL,
  BLOCK,
  CAPACITY,
  heapAt,
  heapBytes,
  IDLE,
  levelOf,
  MOST_TIMERS,
  NEAREST,
  nextOrder,
  place,
  setInfo,
  setPlace,
  setTotal,
  setWord,
  TIMERS,
  word,
} from "./layout";

/** The place of the root: the last of a block that it has to itself. */
const ROOT: u32 = 15;

let heap: usize = 0;

/** Finds the heap after the memory was laid out anew, and marks the entries it may yet use free. */
export function locateTimers(): void {
  const capacity = <u32>word(CAPACITY);
  heap = heapAt(capacity);
  const end = ROOT + word(TIMERS);
  const block = <usize>(end >> 4) * BLOCK;
  memory.fill(heap + block + BLOCK, 0xff, heapBytes(capacity) - block - BLOCK);
  for (let at = end; (at & 15) != 0; at++) store<f64>(whenPointer(at), NaN);
}

// @ts-ignore: decorator
@inline
function whenPointer(at: u32): usize {
  return heap + <usize>(at >> 4) * BLOCK + (<usize>(at & 15) << 3);
}

// @ts-ignore: decorator
@inline
function ownerPointer(at: u32): usize {
  return heap + <usize>(at >> 4) * BLOCK + 256 + (<usize>(at & 15) << 2);
}

// @ts-ignore: decorator
@inline
export function whenAt(at: u32): f64 {
  return load<f64>(whenPointer(at));
}

// @ts-ignore: decorator
@inline
export function orderAt(at: u32): f64 {
  return load<f64>(whenPointer(at), 128);
}

// @ts-ignore: decorator
@inline
export function ownerAt(at: u32): u32 {
  return load<u32>(ownerPointer(at));
}

/** Finds the place of the n-th entry; the first is the nearest timer. */
// @ts-ignore: decorator
@inline
export function nth(n: u32): u32 {
  return ROOT + n;
}

/** Finds the node above a place that is not the root. */
// @ts-ignore: decorator
@inline
export function parentOf(at: u32): u32 {
  return (at >> 4) + 14;
}

/** Returns whether an entry comes before the one at a place. */
// @ts-ignore: decorator
@inline
export function isBefore(when: f64, order: f64, at: u32): bool {
  const other = whenAt(at);
  return when < other || (when == other && order < orderAt(at));
}

/** Arms an idle slot, behind all that have the same deadline. */
export function insertTimer(slot: u32, when: f64): void {
  const count = word(TIMERS);
  setWord(TIMERS, count + 1);
  if (count >= word(MOST_TIMERS)) setWord(MOST_TIMERS, count + 1);
  addTotal(ARMED_TOTAL, 1);
  setInfo(slot, levelOf(slot) | (ARMED << 4));
  raise(nth(count), when, nextOrder(), slot);
  setTotal(NEAREST, whenAt(ROOT));
}

/** Disarms a slot. */
export function removeTimer(slot: u32): void {
  setInfo(slot, levelOf(slot) | (IDLE << 4));
  const count = addWord(TIMERS, -1);
  const last = nth(count);
  const when = whenAt(last);
  const order = orderAt(last);
  const owner = ownerAt(last);
  store<f64>(whenPointer(last), NaN);
  let hole = <u32>place(slot);
  if (hole != last) {
    for (let block = hole - 14; block << 4 < last; block = hole - 14) {
      const child = (block << 4) + least(heap + <usize>block * BLOCK);
      put(hole, whenAt(child), orderAt(child), ownerAt(child));
      hole = child;
    }
    raise(hole, when, order, owner);
  }
  setTotal(NEAREST, count != 0 ? whenAt(ROOT) : Infinity);
}

/** Moves a hole up to where an entry belongs, and puts the entry there. */
function raise(from: u32, when: f64, order: f64, owner: u32): void {
  let hole = from;
  while (hole > ROOT) {
    const above = parentOf(hole);
    if (!isBefore(when, order, above)) break;
    put(hole, whenAt(above), orderAt(above), ownerAt(above));
    hole = above;
  }
  put(hole, when, order, owner);
}

// @ts-ignore: decorator
@inline
function put(at: u32, when: f64, order: f64, owner: u32): void {
  const pointer = whenPointer(at);
  store<f64>(pointer, when);
  store<f64>(pointer, order, 128);
  store<u32>(ownerPointer(at), owner);
  setPlace(owner, at);
}

/** Finds which of a block's entries comes first; its first entry must be in use. */
function least(block: usize): u32 {
  const set = whichEqual(block, leastOf(block));
  return set & (set - 1) ? leastOrder(block, set) : <u32>ctz(set) >> 1;
}

/** Finds the one armed first among several with the same deadline. */
function leastOrder(block: usize, ties: u32): u32 {
  let first: u32 = 0;
  let order = Infinity;
  for (let rest = ties; rest != 0; rest &= rest - 1) {
    const at = <u32>ctz(rest) >> 1;
    const other = load<f64>(block + (<usize>at << 3), 128);
    if (other < order) {
      first = at;
      order = other;
    }
  }
  return first;
}

/** Finds the least deadline of a block. A NaN loses, being always the second operand. */
// @ts-ignore: decorator
@inline
function leastOf(block: usize): f64 {
  const all = lesser(
    lesser(lesser(pair(block, 0), pair(block, 1)), lesser(pair(block, 2), pair(block, 3))),
    lesser(lesser(pair(block, 4), pair(block, 5)), lesser(pair(block, 6), pair(block, 7))),
  );
  const low = f64x2.extract_lane(all, 0);
  const high = f64x2.extract_lane(all, 1);
  return high < low ? high : low;
}

/** Returns, for each deadline of a block that equals one, a bit at twice its place. */
// @ts-ignore: decorator
@inline
function whichEqual(block: usize, when: f64): u32 {
  const both = f64x2.splat(when);
  const low = i8x16.bitmask(i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(equal(block, 0, both), equal(block, 1, both)),
    i16x8.narrow_i32x4_s(equal(block, 2, both), equal(block, 3, both)),
  ));
  const high = i8x16.bitmask(i8x16.narrow_i16x8_s(
    i16x8.narrow_i32x4_s(equal(block, 4, both), equal(block, 5, both)),
    i16x8.narrow_i32x4_s(equal(block, 6, both), equal(block, 7, both)),
  ));
  return (low | (high << 16)) & 0x55555555;
}

// @ts-ignore: decorator
@inline
function pair(block: usize, n: usize): v128 {
  return v128.load(block + (n << 4));
}

// @ts-ignore: decorator
@inline
function lesser(a: v128, b: v128): v128 {
  return f64x2.pmin(a, b);
}

// @ts-ignore: decorator
@inline
function equal(block: usize, n: usize, both: v128): v128 {
  return f64x2.eq(pair(block, n), both);
}
