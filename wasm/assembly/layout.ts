// The memory map: every byte the core owns, and the only file with addresses.
//
//      0 ┌──────────────────────────────────────────────┐
//        │ words   32 x i32   counters and list heads   │  the host reads them through a view
//    128 ├──────────────────────────────────────────────┤
//        │ totals  16 x f64   running totals, deadline  │
//    256 ├──────────────────────────────────────────────┤
//        │ lease  256 x i32   ids handed out to be run  │  0: taken or withdrawn
//   1280 ├──────────────────────────────────────────────┤
//        │ slots   capacity x 16 bytes                  │  the first 16 are list heads
//        ├──────────────────────────────────────────────┤
//        │ heap    capacity x 20 bytes                  │  in blocks of 16: see timers.ts
//        └──────────────────────────────────────────────┘
//
// One slot:
//
//      0        4                8       12       16
//      ┌────────┬────────────────┬────────┬────────┐
//      │ id     │ next or place  │ prev   │ info   │
//      └────────┴────────────────┴────────┴────────┘
//   id     generation (8 bits) << 23 | index (23 bits); the sign bit is set while the slot is free
//   next   the following slot of its list: free, or ready
//   place  in the same word: the position in the heap (armed), or in the lease (leased)
//   prev   the preceding slot of its list: ready
//   info   level (3 bits) | side (1 bit, which of a level's two lists) << 3 | state << 4

/** The number of levels of urgency: 0 runs first, 7 last. */
export const LEVELS: u32 = 8;
/** The levels that may interrupt a batch, a bit each: those more urgent than the default, 4. */
export const URGENT_LEVELS: u32 = 0b1111;
/** The most steps of more urgent handles that may pass over a level that waits in the batch. */
export const AGE_LIMIT: i32 = 64;
/** The most ids that one drain hands out. */
export const LEASE_LENGTH: i32 = 256;

/** The number of bits of an id that name the slot. */
export const INDEX_BITS: i32 = 23;
/** The bits of an id that name the slot. */
export const INDEX_MASK: u32 = (1 << INDEX_BITS) - 1;
/** The last generation: after 256 of them the slot's ids come round again. */
export const LAST_GENERATION: i32 = 255;
/** The bit that marks the id of a slot that is free: no id handed out is negative. */
export const FREE_MARK: i32 = 1 << 31;
/** The number of slots that serve as list heads: two lists for each level. */
export const HEADS: u32 = 16;
/** The number of slots of a new core, heads included. */
export const FIRST_CAPACITY: u32 = 1024;
/** The most slots of a core, heads included: what INDEX_BITS can name. */
export const LAST_CAPACITY: u32 = 1 << INDEX_BITS;

/** What a slot is doing; LEASED counts as idle once its entry in the lease is 0. */
export const IDLE: u32 = 0;
export const READY: u32 = 1;
export const LEASED: u32 = 2;
export const ARMED: u32 = 3;

// Words: i32, at 4 times their number.
/** 1 while something more urgent than the lease waits, else 0. */
export const URGENT: usize = 0;
/** The number of ids queued and not yet leased. */
export const QUEUED: usize = 1;
/** The number of ids in the heap. */
export const TIMERS: usize = 2;
/** The number of ids claimed and not released. */
export const LIVE: usize = 3;
/** The number of slots there is room for, heads included. */
export const CAPACITY: usize = 4;
/** The number of slots ever used, heads included. */
export const TOP: usize = 5;
/** The high-water marks of QUEUED, TIMERS and LIVE. */
export const MOST_QUEUED: usize = 6;
export const MOST_TIMERS: usize = 7;
export const MOST_LIVE: usize = 8;
/** How often the memory was doubled. */
export const GROWTHS: usize = 9;
/** The number of stale ids that were refused. */
export const STALE: usize = 10;
/** The first and the last free slot, 0 if there is none. */
export const FREE_HEAD: usize = 11;
export const FREE_TAIL: usize = 12;
/** A bit for each list that is not empty: lists 0 to 7 are one side, 8 to 15 the other. */
export const MAP: usize = 13;
/** The side of the batch, 0 or 8; what becomes ready is queued on the other one. */
export const SIDE: usize = 14;
/** The level of the lease; 0 if nothing may interrupt it. */
export const LEASE_LEVEL: usize = 15;
/** The number of entries of the lease. */
export const LEASED_COUNT: usize = 16;
/** The number of steps handed out, wrapping. */
export const STEPS: usize = 17;
/** For each of the 8 levels, the STEPS at which it was last served in this batch. */
export const SERVED: usize = 18;

// Totals: f64, at 128 plus 8 times their number.
/** The deadline of the nearest timer, or Infinity. */
export const NEAREST: usize = 0;
/** How much was armed, withdrawn before its time, expired, handed out to be run. */
export const ARMED_TOTAL: usize = 1;
export const WITHDRAWN_TOTAL: usize = 2;
export const EXPIRED_TOTAL: usize = 3;
export const STEPS_TOTAL: usize = 4;
/** How many handles were run because of their age, and how many leases were cut short. */
export const AGED_TOTAL: usize = 5;
export const INTERRUPTED_TOTAL: usize = 6;
/** The order of the next arming: exact up to 2^53. */
export const ORDER: usize = 7;

const TOTALS: usize = 128;
const LEASE: usize = 256;
/** The address of the slots, and the end of what reset() clears. */
export const SLOTS: usize = 1280;

// @ts-ignore: decorator
@inline
export function word(name: usize): i32 {
  return load<i32>(name << 2);
}

// @ts-ignore: decorator
@inline
export function setWord(name: usize, value: i32): void {
  store<i32>(name << 2, value);
}

// @ts-ignore: decorator
@inline
export function addWord(name: usize, change: i32): i32 {
  const value = word(name) + change;
  setWord(name, value);
  return value;
}

// @ts-ignore: decorator
@inline
export function total(name: usize): f64 {
  return load<f64>(TOTALS + (name << 3));
}

// @ts-ignore: decorator
@inline
export function setTotal(name: usize, value: f64): void {
  store<f64>(TOTALS + (name << 3), value);
}

// @ts-ignore: decorator
@inline
export function addTotal(name: usize, change: f64): void {
  setTotal(name, total(name) + change);
}

/** Takes the next number in the order of arming. */
// @ts-ignore: decorator
@inline
export function nextOrder(): f64 {
  const order = total(ORDER);
  setTotal(ORDER, order + 1);
  return order;
}

// @ts-ignore: decorator
@inline
export function leased(place: i32): i32 {
  return load<i32>(LEASE + (<usize>place << 2));
}

/** Reads two entries of the lease at once. */
// @ts-ignore: decorator
@inline
export function leasedPair(place: i32): i64 {
  return load<i64>(LEASE + (<usize>place << 2));
}

// @ts-ignore: decorator
@inline
export function setLeased(place: i32, id: i32): void {
  store<i32>(LEASE + (<usize>place << 2), id);
}

// @ts-ignore: decorator
@inline
function slotAt(slot: u32): usize {
  return SLOTS + (<usize>slot << 4);
}

// @ts-ignore: decorator
@inline
export function idOf(slot: u32): i32 {
  return load<i32>(slotAt(slot));
}

// @ts-ignore: decorator
@inline
export function setId(slot: u32, id: i32): void {
  store<i32>(slotAt(slot), id);
}

// @ts-ignore: decorator
@inline
export function next(slot: u32): u32 {
  return load<u32>(slotAt(slot), 4);
}

// @ts-ignore: decorator
@inline
export function setNext(slot: u32, other: u32): void {
  store<u32>(slotAt(slot), other, 4);
}

// @ts-ignore: decorator
@inline
export function place(slot: u32): i32 {
  return load<i32>(slotAt(slot), 4);
}

// @ts-ignore: decorator
@inline
export function setPlace(slot: u32, place: i32): void {
  store<i32>(slotAt(slot), place, 4);
}

// @ts-ignore: decorator
@inline
export function prev(slot: u32): u32 {
  return load<u32>(slotAt(slot), 8);
}

// @ts-ignore: decorator
@inline
export function setPrev(slot: u32, other: u32): void {
  store<u32>(slotAt(slot), other, 8);
}

// @ts-ignore: decorator
@inline
export function info(slot: u32): u32 {
  return load<u32>(slotAt(slot), 12);
}

// @ts-ignore: decorator
@inline
export function setInfo(slot: u32, value: u32): void {
  store<u32>(slotAt(slot), value, 12);
}

// @ts-ignore: decorator
@inline
export function levelOf(slot: u32): u32 {
  return info(slot) & 7;
}

// @ts-ignore: decorator
@inline
export function stateOf(slot: u32): u32 {
  return info(slot) >> 4;
}

/** The number of bytes of one block of the heap, 16 timers. */
export const BLOCK: usize = 320;

/** Finds where the heap starts for a capacity: on a cache line. */
// @ts-ignore: decorator
@inline
export function heapAt(capacity: u32): usize {
  return SLOTS + (<usize>capacity << 4);
}

/** Returns the number of bytes of the heap: its root has a block to itself. */
// @ts-ignore: decorator
@inline
export function heapBytes(capacity: u32): usize {
  return (<usize>(capacity >> 4) + 1) * BLOCK;
}

/** Returns the number of bytes that a core of this capacity needs. */
// @ts-ignore: decorator
@inline
export function bytesFor(capacity: u32): usize {
  return heapAt(capacity) + heapBytes(capacity);
}
