// The slab of ids. A claimed slot keeps its index until it is released; each release moves the
// slot's generation on, so that an id kept too long no longer matches and is refused.
//
// Free slots are reused last in, first out, which keeps the memory warm. A slot whose 256
// generations are used up goes to the far end of the free list instead: its old ids can only be
// mistaken for new ones after every other free slot has come round as well.

import {
  addWord,
  bytesFor,
  CAPACITY,
  FIRST_CAPACITY,
  FREE_HEAD,
  FREE_MARK,
  FREE_TAIL,
  GROWTHS,
  HEADS,
  heapAt,
  heapBytes,
  IDLE,
  idOf,
  INDEX_BITS,
  INDEX_MASK,
  LAST_CAPACITY,
  LAST_GENERATION,
  LIVE,
  MOST_LIVE,
  next,
  setId,
  setInfo,
  setNext,
  setPrev,
  setWord,
  STALE,
  TOP,
  word,
} from "./layout";

/** Makes the slab empty, with its list heads linked to themselves. */
export function resetSlots(): void {
  if (word(CAPACITY) == 0) setWord(CAPACITY, FIRST_CAPACITY);
  setWord(TOP, HEADS);
  for (let head: u32 = 0; head < HEADS; head++) {
    setId(head, FREE_MARK);
    setNext(head, head);
    setPrev(head, head);
    setInfo(head, 0);
  }
}

/** Finds the slot of an id; 0, and one more stale id, if the id is not live. */
// @ts-ignore: decorator
@inline
export function resolve(id: i32): u32 {
  const slot = <u32>id & INDEX_MASK;
  if (id > 0 && slot < <u32>word(TOP) && idOf(slot) == id) return slot;
  addWord(STALE, 1);
  return 0;
}

/** Takes a free slot for a level and returns it, or 0 when there is none: grow, and try again. */
export function claimSlot(level: u32): u32 {
  let slot = <u32>word(FREE_HEAD);
  if (slot != 0) {
    const after = next(slot);
    setWord(FREE_HEAD, after);
    if (after == 0) setWord(FREE_TAIL, 0);
    setId(slot, idOf(slot) ^ FREE_MARK);
  } else {
    slot = word(TOP);
    if (slot == <u32>word(CAPACITY)) return 0;
    setWord(TOP, slot + 1);
    setId(slot, slot);
  }
  setInfo(slot, (level & 7) | (IDLE << 4));
  const live = addWord(LIVE, 1);
  if (live > word(MOST_LIVE)) setWord(MOST_LIVE, live);
  return slot;
}

/** Gives a slot back; it must be in no list, lease or heap. */
export function releaseSlot(slot: u32): void {
  const generation = idOf(slot) >> INDEX_BITS;
  const head = word(FREE_HEAD);
  if (generation < LAST_GENERATION) {
    setId(slot, ((generation + 1) << INDEX_BITS) | slot | FREE_MARK);
    setNext(slot, head);
    setWord(FREE_HEAD, slot);
    if (head == 0) setWord(FREE_TAIL, slot);
  } else {
    setId(slot, slot | FREE_MARK);
    setNext(slot, 0);
    if (head == 0) setWord(FREE_HEAD, slot);
    else setNext(word(FREE_TAIL), slot);
    setWord(FREE_TAIL, slot);
  }
  addWord(LIVE, -1);
}

/** Doubles the room for slots and timers; returns 0 at the limit, or if the host has no memory. */
export function growSlots(): i32 {
  const old = <u32>word(CAPACITY);
  if (old >= LAST_CAPACITY) return 0;
  const capacity = old << 1;
  const pages = <i32>((bytesFor(capacity) + 0xffff) >> 16) - memory.size();
  if (pages > 0 && memory.grow(pages) < 0) return 0;
  memory.copy(heapAt(capacity), heapAt(old), heapBytes(old));
  setWord(CAPACITY, capacity);
  addWord(GROWTHS, 1);
  return 1;
}
