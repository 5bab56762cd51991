/**
 * What one writes by hand for promises, with nothing to cancel: a bounded queue and a semaphore.
 *
 * @module
 */

/** A line of those who wait for a change; they go on one at a time. */
class Line {
  readonly #waiting: (() => void)[] = [];

  /** Waits in line. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Wakes the first; returns whether there was one. */
  wake(): boolean {
    const first = this.#waiting.shift();
    first?.();
    return first !== undefined;
  }
}

/** A queue for a number of items. */
export class PromiseQueue<T> {
  readonly #capacity: number;
  readonly #items: T[] = [];
  readonly #gets = new Line();
  readonly #puts = new Line();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Puts an item, when there is room. */
  async put(item: T): Promise<void> {
    while (this.#items.length >= this.#capacity) await this.#puts.wait();
    this.#items.push(item);
    this.#gets.wake();
  }

  /** Takes the next item, when there is one. */
  async get(): Promise<T> {
    while (this.#items.length === 0) await this.#gets.wait();
    const item = this.#items.shift()!;
    this.#puts.wake();
    return item;
  }
}

/** A semaphore, and a lock when it has one permit. */
export class PromiseSemaphore {
  readonly #line = new Line();
  #free: number;

  constructor(permits: number) {
    this.#free = permits;
  }

  /** Waits for a permit. */
  async acquire(): Promise<void> {
    if (this.#free > 0) this.#free--;
    else await this.#line.wait();
  }

  /** Hands a permit to the first who waits. */
  release(): void {
    if (!this.#line.wake()) this.#free++;
  }
}
