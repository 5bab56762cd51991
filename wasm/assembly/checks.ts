// Every invariant, walked and asserted after each call: debug build only.

import {
  ARMED,
  CAPACITY,
  FREE_HEAD,
  FREE_TAIL,
  HEADS,
  idOf,
  info,
  INDEX_MASK,
  leased,
  LEASED,
  LEASED_COUNT,
  LIVE,
  MAP,
  NEAREST,
  next,
  place,
  prev,
  QUEUED,
  READY,
  stateOf,
  TIMERS,
  TOP,
  total,
  word,
} from "./layout";
import { isBefore, nth, orderAt, ownerAt, parentOf, whenAt } from "./timers";

/** Walks the whole core; compiled to nothing in the release build. */
// @ts-ignore: decorator
@inline
export function verify(): void {
  if (ASC_NO_ASSERT) return;
  const free = verifyFree();
  const queued = verifyLists();
  verifyLease();
  verifyHeap();
  let live: u32 = 0;
  let ready: u32 = 0;
  let armed: u32 = 0;
  for (let slot: u32 = HEADS; slot < <u32>word(TOP); slot++) {
    if (idOf(slot) < 0) continue;
    assert((<u32>idOf(slot) & INDEX_MASK) == slot, "a live id must name its own slot");
    live++;
    if (stateOf(slot) == READY) ready++;
    if (stateOf(slot) == ARMED) armed++;
  }
  assert(live == word(LIVE), "LIVE must count the live ids");
  assert(live + free == word(TOP) - HEADS, "every used slot must be live or in the free list");
  assert(ready == queued && ready == word(QUEUED), "QUEUED must count the slots in lists");
  assert(armed == word(TIMERS), "TIMERS must count the slots in the heap");
  assert(word(TOP) <= word(CAPACITY), "TOP must be within CAPACITY");
}

/** Walks the free list and counts it. */
function verifyFree(): u32 {
  let count: u32 = 0;
  let last: u32 = 0;
  for (let slot: u32 = word(FREE_HEAD); slot != 0; slot = next(slot)) {
    assert(slot >= HEADS && slot < <u32>word(TOP), "a free slot must have been used before");
    assert(idOf(slot) < 0, "a free slot must be marked free");
    last = slot;
    count++;
    assert(count < <u32>word(TOP), "the free list must end");
  }
  assert(last == word(FREE_TAIL), "FREE_TAIL must name the last free slot");
  return count;
}

/** Walks the ready lists in both directions and counts their slots. */
function verifyLists(): u32 {
  let count: u32 = 0;
  for (let list: u32 = 0; list < HEADS; list++) {
    const listed = next(list) != list;
    assert(listed == (((word(MAP) >> list) & 1) != 0), "MAP must mark exactly the lists in use");
    let before = list;
    for (let slot = next(list); slot != list; slot = next(slot)) {
      assert(prev(slot) == before, "prev must undo next");
      assert(info(slot) == (list | (READY << 4)), "a listed slot must carry its list's level");
      before = slot;
      count++;
    }
    assert(prev(list) == before, "a head's prev must be the last slot");
  }
  return count;
}

/** Walks the lease. */
function verifyLease(): void {
  for (let at = 0; at < word(LEASED_COUNT); at++) {
    const id = leased(at);
    if (id == 0) continue;
    const slot = <u32>id & INDEX_MASK;
    assert(idOf(slot) == id, "a leased id must be live");
    assert(stateOf(slot) == LEASED, "a leased slot must be marked so");
    assert(place(slot) == at, "a leased slot must know its place");
  }
}

/** Walks the heap. */
function verifyHeap(): void {
  const count = <u32>word(TIMERS);
  const nearest = count != 0 ? whenAt(nth(0)) : Infinity;
  assert(total(NEAREST) == nearest, "NEAREST must be the root's deadline");
  for (let n: u32 = 0; n < count; n++) {
    const at = nth(n);
    assert(<u32>place(ownerAt(at)) == at, "an armed slot must know its place");
    if (n == 0) continue;
    assert(!isBefore(whenAt(at), orderAt(at), parentOf(at)), "a timer must not precede its parent");
  }
  for (let at = nth(count); (at & 15) != 0; at++) {
    assert(isNaN(whenAt(at)), "a free entry's deadline must be NaN");
  }
}
