/**
 * A first-in-first-out store whose both ends cost the same however much it holds.
 *
 * @module
 */

/** Items in a circle that doubles when it is full, and shrinks when it is nearly empty. */
export class Ring<T> {
  #items: (T | undefined)[] = new Array(FIRST_ROOM);
  #head = 0;
  #size = 0;

  /** The number of items. */
  get size(): number {
    return this.#size;
  }

  /** Looks at the item with so many before it; it must be there. */
  at(index: number): T {
    return this.#items[(this.#head + index) & (this.#items.length - 1)] as T;
  }

  /** Adds an item at the end. */
  push(item: T): void {
    if (this.#size === this.#items.length) this.#resize(this.#size * 2);
    this.#items[(this.#head + this.#size++) & (this.#items.length - 1)] = item;
  }

  /** Adds an item at the front. */
  unshift(item: T): void {
    if (this.#size === this.#items.length) this.#resize(this.#size * 2);
    this.#head = (this.#head - 1) & (this.#items.length - 1);
    this.#items[this.#head] = item;
    this.#size++;
  }

  /** Takes the first item; there must be one. */
  shift(): T {
    const item = this.#items[this.#head] as T;
    this.#items[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#items.length - 1);
    this.#size--;
    if (this.#size < this.#items.length / 8 && this.#items.length > FIRST_ROOM) {
      this.#resize(this.#items.length / 2);
    }
    return item;
  }

  #resize(room: number): void {
    const items = new Array<T | undefined>(room);
    for (let at = 0; at < this.#size; at++) {
      items[at] = this.#items[(this.#head + at) & (this.#items.length - 1)];
    }
    this.#items = items;
    this.#head = 0;
  }
}

/** The room of a new ring: a power of two, as all its rooms are. */
const FIRST_ROOM = 16;
