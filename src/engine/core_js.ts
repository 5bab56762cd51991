/**
 * The core in plain TypeScript: the same algorithms on typed arrays.
 *
 * It is the engine where a policy bars WASM, and the oracle that the tests hold the other against.
 * The files of `wasm/assembly/` explain the algorithms; names here are the same.
 *
 * @module
 */

import { AGE_LIMIT, type Core, LEASE_LENGTH, SLOT_MASK, State, Total, Word } from "./core.ts";
import { INFO, JsSlots, NEXT, PLACE, PREV } from "./slots_js.ts";
import { JsTimers } from "./timers_js.ts";

const LEVELS = 8;
const URGENT_LEVELS = 0b1111;

// States, as in `info >> 4`.
const IDLE = 0, READY = 1, LEASED = 2, ARMED = 3;

/** The core on typed arrays. */
export class JsCore implements Core {
  readonly engine = "js";
  readonly words: Int32Array = new Int32Array(32);
  readonly totals: Float64Array = new Float64Array(16);
  readonly lease: Int32Array = new Int32Array(LEASE_LENGTH);
  readonly #slots = new JsSlots(this.words);
  readonly #timers = new JsTimers(this.#slots.capacity);
  readonly #served = new Int32Array(LEVELS);
  #map = 0;
  #side = 0;
  #leaseLevel = 0;
  #leaseCount = 0;
  #steps = 0;

  constructor() {
    this.reset();
  }

  get bytes(): number {
    return 4 * (32 + LEASE_LENGTH) + 8 * 16 + this.#slots.capacity * (16 + JsTimers.BYTES);
  }

  reset(): void {
    this.words.fill(0);
    this.totals.fill(0);
    this.lease.fill(0);
    this.totals[Total.NEAREST] = Infinity;
    this.#slots.clear();
    this.#timers.clear();
    this.#map =
      this.#side =
      this.#leaseLevel =
      this.#leaseCount =
      this.#steps =
        0;
  }

  claim(level: number): number {
    const slot = this.#slots.claim(level);
    return slot === 0 ? 0 : this.#slots.records[slot * 4];
  }

  claimReady(level: number): number {
    const slot = this.#slots.claim(level);
    if (slot === 0) return 0;
    this.#pushReady(slot);
    return this.#slots.records[slot * 4];
  }

  claimArmed(level: number, when: number): number {
    if (when !== when) return -1;
    const slot = this.#slots.claim(level);
    if (slot === 0) return 0;
    this.#insertTimer(slot, when);
    return this.#slots.records[slot * 4];
  }

  release(id: number): number {
    const slot = this.#slots.resolve(id);
    if (slot === 0) return 0;
    this.#takeOut(slot);
    this.#slots.release(slot);
    return 1;
  }

  push(id: number): number {
    const slot = this.#slots.resolve(id);
    if (slot === 0) return 0;
    const state = this.#slots.records[slot * 4 + INFO] >> 4;
    if (state === READY || this.#isPending(slot)) return 1;
    if (state === ARMED) this.#takeOut(slot);
    this.#pushReady(slot);
    return 1;
  }

  arm(id: number, when: number): number {
    if (when !== when) return -1;
    const slot = this.#slots.resolve(id);
    if (slot === 0) return 0;
    this.#takeOut(slot);
    this.#insertTimer(slot, when);
    return 1;
  }

  withdraw(id: number): number {
    const slot = this.#slots.resolve(id);
    if (slot === 0) return 0;
    this.#takeOut(slot);
    return 1;
  }

  setLevel(id: number, level: number): number {
    const slot = this.#slots.resolve(id);
    if (slot === 0) return 0;
    const info = this.#slots.records[slot * 4 + INFO];
    const to = level & 7;
    if (to === (info & 7)) return 1;
    if (info >> 4 === READY || this.#isPending(slot)) this.#moveReady(slot, to);
    else this.#slots.records[slot * 4 + INFO] = info & ~7 | to;
    return 1;
  }

  state(id: number): number {
    if (!this.#slots.isLive(id)) return State.STALE;
    const slot = id & SLOT_MASK;
    const state = this.#slots.records[slot * 4 + INFO] >> 4;
    if (state === ARMED) return State.ARMED;
    return state === READY || this.#isPending(slot) ? State.READY : State.IDLE;
  }

  expire(now: number): number {
    let count = 0;
    while (this.words[Word.TIMERS] !== 0 && this.totals[Total.NEAREST] <= now) {
      const slot = this.#timers.first;
      this.#removeTimer(slot);
      this.#pushReady(slot);
      count++;
    }
    this.totals[Total.EXPIRED] += count;
    return count;
  }

  begin(): number {
    this.#returnLease();
    if ((this.#map >> this.#side & 0xff) === 0) {
      this.#side ^= 8;
      this.#served.fill(this.#steps);
    }
    return this.drain();
  }

  drain(): number {
    this.#returnLease();
    this.words[Word.URGENT] = 0;
    this.#leaseLevel = 0;
    const batch = this.#map >> this.#side & 0xff;
    if (batch === 0) return 0;
    let level = lowestBit(batch);
    let list = this.#side | level;
    const late = (this.#map >> (this.#side ^ 8)) & URGENT_LEVELS & ((1 << level) - 1);
    if (late !== 0) {
      level = lowestBit(late);
      list = this.#side ^ 8 | level;
    }
    let most = LEASE_LENGTH;
    let oldest = 0;
    for (let other = level + 1; other < LEVELS; other++) {
      if ((batch >> other & 1) === 0) continue;
      const slack = AGE_LIMIT - (this.#steps - this.#served[other] | 0);
      if (slack < most) {
        most = slack;
        oldest = other;
      }
    }
    if (most > 0) {
      this.#leaseLevel = level;
    } else {
      level = oldest;
      list = this.#side | level;
      most = 1;
      this.totals[Total.AGED]++;
    }
    return this.#fill(list, level, most);
  }

  #takeOut(slot: number): void {
    if (this.#slots.records[slot * 4 + INFO] >> 4 === ARMED) {
      this.#removeTimer(slot);
      this.totals[Total.WITHDRAWN]++;
    } else {
      this.#withdrawReady(slot);
    }
  }

  #pushReady(slot: number): void {
    const level = this.#slots.records[slot * 4 + INFO] & 7;
    const list = this.#side ^ 8 | level;
    this.#link(slot, this.#slots.records[list * 4 + PREV], list, list);
    if (level < this.#leaseLevel && (URGENT_LEVELS >> level & 1) !== 0) {
      this.words[Word.URGENT] = 1;
    }
  }

  #withdrawReady(slot: number): void {
    const slots = this.#slots.records;
    const info = slots[slot * 4 + INFO];
    if (info >> 4 === READY) {
      const after = slots[slot * 4 + NEXT], before = slots[slot * 4 + PREV];
      slots[before * 4 + NEXT] = after;
      slots[after * 4 + PREV] = before;
      if (after === before) this.#map &= ~(1 << after);
      this.#noteMost();
      this.words[Word.QUEUED]--;
    } else if (this.#isPending(slot)) {
      this.lease[slots[slot * 4 + PLACE]] = 0;
    } else return;
    slots[slot * 4 + INFO] = info & 7 | IDLE << 4;
  }

  #isPending(slot: number): boolean {
    const slots = this.#slots.records;
    return slots[slot * 4 + INFO] >> 4 === LEASED &&
      this.lease[slots[slot * 4 + PLACE]] === slots[slot * 4];
  }

  #moveReady(slot: number, level: number): void {
    const info = this.#slots.records[slot * 4 + INFO];
    const side = info >> 4 === READY ? info & 8 : this.#side;
    this.#withdrawReady(slot);
    const list = side | level;
    this.#link(slot, this.#slots.records[list * 4 + PREV], list, list);
    const joins = side === this.#side || (URGENT_LEVELS >> level & 1) !== 0;
    if (joins && level < this.#leaseLevel) this.words[Word.URGENT] = 1;
  }

  #fill(list: number, level: number, most: number): number {
    const slots = this.#slots.records;
    let slot = slots[list * 4 + NEXT];
    let count = 0;
    while (slot !== list && count < most) {
      const after = slots[slot * 4 + NEXT];
      this.lease[count] = slots[slot * 4];
      slots[slot * 4 + PLACE] = count;
      slots[slot * 4 + INFO] = level | LEASED << 4;
      count++;
      slot = after;
    }
    slots[list * 4 + NEXT] = slot;
    slots[slot * 4 + PREV] = list;
    if (slot === list) this.#map &= ~(1 << list);
    this.#noteMost();
    this.words[Word.QUEUED] -= count;
    this.totals[Total.STEPS] += count;
    this.#leaseCount = count;
    this.#served[level] = this.#steps = this.#steps + count | 0;
    return count;
  }

  #returnLease(): void {
    let returned = 0;
    let level = 0;
    for (let at = this.#leaseCount - 1; at >= 0; at--) {
      const id = this.lease[at];
      if (id === 0) continue;
      this.lease[at] = 0;
      const slot = id & SLOT_MASK;
      level = this.#slots.records[slot * 4 + INFO] & 7;
      const list = this.#side | level;
      this.#link(slot, list, this.#slots.records[list * 4 + NEXT], list);
      returned++;
    }
    this.#leaseCount = 0;
    if (returned === 0) return;
    this.#served[level] = this.#steps = this.#steps - returned | 0;
    this.totals[Total.STEPS] -= returned;
    this.totals[Total.INTERRUPTED]++;
  }

  #link(slot: number, before: number, after: number, list: number): void {
    const slots = this.#slots.records;
    slots[slot * 4 + NEXT] = after;
    slots[slot * 4 + PREV] = before;
    slots[before * 4 + NEXT] = slot;
    slots[after * 4 + PREV] = slot;
    slots[slot * 4 + INFO] = list | READY << 4;
    this.#map |= 1 << list;
    this.words[Word.QUEUED]++;
  }

  #noteMost(): void {
    const queued = this.words[Word.QUEUED];
    if (queued > this.words[Word.MOST_QUEUED]) this.words[Word.MOST_QUEUED] = queued;
  }

  #insertTimer(slot: number, when: number): void {
    this.#slots.records[slot * 4 + INFO] = this.#slots.records[slot * 4 + INFO] & 7 | ARMED << 4;
    this.#timers.reserve(this.#slots.capacity);
    this.#timers.insert(slot, when);
    const count = ++this.words[Word.TIMERS];
    if (count > this.words[Word.MOST_TIMERS]) this.words[Word.MOST_TIMERS] = count;
    this.totals[Total.ARMED]++;
    this.totals[Total.NEAREST] = this.#timers.nearest;
  }

  #removeTimer(slot: number): void {
    this.#slots.records[slot * 4 + INFO] = this.#slots.records[slot * 4 + INFO] & 7 | IDLE << 4;
    this.#timers.remove(slot);
    this.words[Word.TIMERS]--;
    this.totals[Total.NEAREST] = this.#timers.nearest;
  }
}

/** Finds the number of the lowest bit that is set. */
function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
