// The ready queue: which handle runs next.
//
// A level has two first-in-first-out lists of slots, one a side. The batch being run is one side;
// what becomes ready meanwhile is queued on the other and waits for the next batch, which begins by
// changing sides. A map with a bit for each list finds the most urgent one without a search.
//
// Two rules bend the order of levels inside a batch:
//   - what becomes ready at a level more urgent than the default runs before the rest of the batch;
//   - a level of the batch that AGE_LIMIT steps of more urgent handles have passed over is served
//     one handle (the longest waiting level first, should several be due).
//
// Handles are handed out in leases, copied to a fixed area that the host reads through a view. It
// writes 0 over each entry as it takes it, so an entry that is not 0 has not begun: withdrawing its
// id writes the 0, and drain() puts what is left back at the head of its list.

import {
  addTotal,
  addWord,
  AGE_LIMIT,
  AGED_TOTAL,
  IDLE,
  idOf,
  INDEX_MASK,
  info,
  INTERRUPTED_TOTAL,
  LEASE_LENGTH,
  LEASE_LEVEL,
  LEASED,
  leased,
  LEASED_COUNT,
  leasedPair,
  levelOf,
  LEVELS,
  MAP,
  MOST_QUEUED,
  next,
  place,
  prev,
  QUEUED,
  READY,
  SERVED,
  setInfo,
  setLeased,
  setNext,
  setPlace,
  setPrev,
  setWord,
  SIDE,
  stateOf,
  STEPS,
  STEPS_TOTAL,
  URGENT,
  URGENT_LEVELS,
  word,
} from "./layout";

/** Queues a slot for the next batch, behind its level's others. */
export function pushReady(slot: u32): void {
  const level = levelOf(slot);
  const list = nextSide() | level;
  link(slot, prev(list), list, list);
  if (level < <u32>word(LEASE_LEVEL) && (URGENT_LEVELS >> level & 1) != 0) setWord(URGENT, 1);
}

/** Takes a ready or leased slot out; says whether it was still waiting to be run. */
export function withdrawReady(slot: u32): bool {
  if (stateOf(slot) == READY) {
    unlink(slot);
    return true;
  }
  if (!isPending(slot)) return false;
  setLeased(place(slot), 0);
  setInfo(slot, levelOf(slot) | (IDLE << 4));
  return true;
}

/** Returns whether a leased slot has not begun. */
// @ts-ignore: decorator
@inline
export function isPending(slot: u32): bool {
  return stateOf(slot) == LEASED && leased(place(slot)) == idOf(slot);
}

/** Moves a waiting slot behind the others of a new level, in the batch that it was waiting in. */
export function moveReady(slot: u32, level: u32): void {
  const side = stateOf(slot) == READY ? info(slot) & 8 : word(SIDE);
  withdrawReady(slot);
  setInfo(slot, level);
  link(slot, prev(side | level), side | level, side | level);
  const joins = side == word(SIDE) || (URGENT_LEVELS >> level & 1) != 0;
  if (joins && level < <u32>word(LEASE_LEVEL)) setWord(URGENT, 1);
}

/** Makes what is ready now the batch, unless one is still in progress. */
export function changeSides(): void {
  returnLease();
  if (batchLevels() != 0) return;
  setWord(SIDE, nextSide());
  const steps = word(STEPS);
  for (let level: u32 = 0; level < LEVELS; level++) setWord(SERVED + level, steps);
}

/** Leases the next handles of the batch; returns how many, 0 at its end. */
export function lease(): i32 {
  returnLease();
  setWord(URGENT, 0);
  const batch = batchLevels();
  if (batch == 0) {
    setWord(LEASE_LEVEL, 0);
    return 0;
  }
  let level = <u32>ctz(batch);
  let list = word(SIDE) | level;
  const late = (<u32>word(MAP) >> nextSide()) & URGENT_LEVELS & ((1 << level) - 1);
  if (late != 0) {
    level = <u32>ctz(late);
    list = nextSide() | level;
  }
  let most = LEASE_LENGTH;
  let waiting = batch & ~((2 << level) - 1);
  let oldest: u32 = 0;
  while (waiting != 0) {
    const other = <u32>ctz(waiting);
    waiting &= waiting - 1;
    const slack = AGE_LIMIT - (word(STEPS) - word(SERVED + other));
    if (slack < most) {
      most = slack;
      oldest = other;
    }
  }
  if (most > 0) {
    setWord(LEASE_LEVEL, level);
  } else {
    level = oldest;
    list = word(SIDE) | level;
    most = 1;
    setWord(LEASE_LEVEL, 0);
    addTotal(AGED_TOTAL, 1);
  }
  return fill(list, level, most);
}

/** Moves up to `most` handles from the head of a list to the lease. */
function fill(list: u32, level: u32, most: i32): i32 {
  let slot = next(list);
  let count: i32 = 0;
  while (slot != list && count < most) {
    const after = next(slot);
    setLeased(count, idOf(slot));
    setPlace(slot, count);
    setInfo(slot, level | (LEASED << 4));
    count++;
    slot = after;
  }
  setNext(list, slot);
  setPrev(slot, list);
  if (slot == list) setWord(MAP, word(MAP) & ~(1 << list));
  noteMost();
  addWord(QUEUED, -count);
  addTotal(STEPS_TOTAL, count);
  setWord(LEASED_COUNT, count);
  setWord(SERVED + level, addWord(STEPS, count));
  return count;
}

/** Puts what was not taken of the lease back at the head of its lists. */
function returnLease(): void {
  let returned: i32 = 0;
  let level: u32 = 0;
  for (let at = word(LEASED_COUNT) - 1; at >= 0; at--) {
    const id = leased(at);
    if (id == 0) {
      // Two at a time: most leases were taken to the end.
      while (at >= 2 && leasedPair(at - 2) == 0) at -= 2;
      continue;
    }
    setLeased(at, 0);
    const slot = <u32>id & INDEX_MASK;
    level = levelOf(slot);
    const list = word(SIDE) | level;
    link(slot, list, next(list), list);
    returned++;
  }
  setWord(LEASED_COUNT, 0);
  if (returned == 0) return;
  // The lease was counted in full when it was handed out.
  const steps = addWord(STEPS, -returned);
  setWord(SERVED + level, steps);
  addTotal(STEPS_TOTAL, -returned);
  addTotal(INTERRUPTED_TOTAL, 1);
}

// @ts-ignore: decorator
@inline
function nextSide(): u32 {
  return word(SIDE) ^ 8;
}

/** Returns a bit for each level that still waits in the batch. */
// @ts-ignore: decorator
@inline
function batchLevels(): u32 {
  return (<u32>word(MAP) >> word(SIDE)) & 0xff;
}

/** Links a slot into a list, between two neighbors. */
// @ts-ignore: decorator
@inline
function link(slot: u32, before: u32, after: u32, list: u32): void {
  setNext(slot, after);
  setPrev(slot, before);
  setNext(before, slot);
  setPrev(after, slot);
  setInfo(slot, list | (READY << 4));
  setWord(MAP, word(MAP) | (1 << list));
  addWord(QUEUED, 1);
}

/** Raises the high-water mark; called wherever the queue is about to shrink. */
// @ts-ignore: decorator
@inline
function noteMost(): void {
  const queued = word(QUEUED);
  if (queued > word(MOST_QUEUED)) setWord(MOST_QUEUED, queued);
}

/** Takes a slot out of its list, which need not be named. */
function unlink(slot: u32): void {
  const after = next(slot);
  const before = prev(slot);
  setNext(before, after);
  setPrev(after, before);
  if (after == before) setWord(MAP, word(MAP) & ~(1 << after));
  setInfo(slot, levelOf(slot) | (IDLE << 4));
  noteMost();
  addWord(QUEUED, -1);
}
