/**
 * The timer heap in plain TypeScript; `wasm/assembly/timers.ts` explains it.
 *
 * @module
 */

const ARITY = 4;

/** A heap of slots by (deadline, arming); each is in it at most once. */
export class JsTimers {
  /** The number of bytes for each slot of capacity. */
  static readonly BYTES = 24;

  #whens: Float64Array;
  #orders: Float64Array;
  #owners: Int32Array;
  /** The place of each slot in the heap. */
  #places: Int32Array;
  #count = 0;
  #order = 0;

  constructor(capacity: number) {
    this.#whens = new Float64Array(capacity);
    this.#orders = new Float64Array(capacity);
    this.#owners = new Int32Array(capacity);
    this.#places = new Int32Array(capacity);
  }

  /** The nearest deadline, or Infinity. */
  get nearest(): number {
    return this.#count === 0 ? Infinity : this.#whens[0];
  }

  /** The slot that is next; there must be one. */
  get first(): number {
    return this.#owners[0];
  }

  /** Forgets all timers and the order of arming. */
  clear(): void {
    this.#count = this.#order = 0;
  }

  /** Makes room for slots up to a capacity. */
  reserve(capacity: number): void {
    if (capacity <= this.#places.length) return;
    this.#whens = copy(this.#whens, new Float64Array(capacity));
    this.#orders = copy(this.#orders, new Float64Array(capacity));
    this.#owners = copy(this.#owners, new Int32Array(capacity));
    this.#places = copy(this.#places, new Int32Array(capacity));
  }

  /** Arms a slot, behind all that have the same deadline. */
  insert(slot: number, when: number): void {
    this.#raise(this.#count++, when, this.#order++, slot);
  }

  /** Disarms a slot. */
  remove(slot: number): void {
    const hole = this.#places[slot];
    const last = --this.#count;
    if (hole === last) return;
    const when = this.#whens[last], order = this.#orders[last], owner = this.#owners[last];
    const above = (hole - 1) / ARITY | 0;
    if (hole !== 0 && this.#isBefore(when, order, above)) this.#raise(hole, when, order, owner);
    else this.#lower(hole, last, when, order, owner);
  }

  #raise(hole: number, when: number, order: number, owner: number): void {
    while (hole !== 0) {
      const above = (hole - 1) / ARITY | 0;
      if (!this.#isBefore(when, order, above)) break;
      this.#put(hole, this.#whens[above], this.#orders[above], this.#owners[above]);
      hole = above;
    }
    this.#put(hole, when, order, owner);
  }

  #lower(hole: number, count: number, when: number, order: number, owner: number): void {
    const whens = this.#whens, orders = this.#orders;
    for (;;) {
      let child = hole * ARITY + 1;
      if (child >= count) break;
      const end = Math.min(child + ARITY, count);
      let least = child;
      while (++child < end) {
        if (this.#isBefore(whens[child], orders[child], least)) least = child;
      }
      if (this.#isBefore(when, order, least)) break;
      this.#put(hole, whens[least], orders[least], this.#owners[least]);
      hole = least;
    }
    this.#put(hole, when, order, owner);
  }

  #isBefore(when: number, order: number, place: number): boolean {
    const other = this.#whens[place];
    return when < other || (when === other && order < this.#orders[place]);
  }

  #put(place: number, when: number, order: number, owner: number): void {
    this.#whens[place] = when;
    this.#orders[place] = order;
    this.#owners[place] = owner;
    this.#places[owner] = place;
  }
}

/** Copies a shorter array into a longer one. */
function copy<A extends Int32Array | Float64Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
