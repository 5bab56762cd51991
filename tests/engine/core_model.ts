/**
 * The scheduler core in the plainest words: arrays, searched and spliced.
 *
 * It follows what the interface promises and shares no code or structure with the engines: timers
 * are one sorted array, each level has an array a batch, and age is counted up for every level.
 *
 * @module
 */

const LEVELS = 8, URGENT_LEVELS = 4, AGE_LIMIT = 64, LEASE_LENGTH = 256, HEADS = 16;

/** An id, and where it is. */
interface Entry {
  readonly id: number;
  level: number;
  where: "idle" | "now" | "next" | "lease" | "timers";
  when: number;
}

/** Does what a core does, slowly. */
export class CoreModel {
  /** Holds every live id. */
  readonly live: Map<number, Entry> = new Map();
  /** Holds the entries handed out: an id, or 0 once it is taken or withdrawn. */
  lease: number[] = [];
  urgent = 0;
  capacity: number;
  growths = 0;
  stale = 0;
  mostQueued = 0;
  mostTimers = 0;
  mostLive = 0;
  armed = 0;
  withdrawn = 0;
  expired = 0;
  steps = 0;
  aged = 0;
  interrupted = 0;
  #used = 0;
  #free: number[] = [];
  #now: Entry[][] = Array.from({ length: LEVELS }, () => []);
  #next: Entry[][] = Array.from({ length: LEVELS }, () => []);
  #timers: Entry[] = [];
  #waited: number[] = new Array(LEVELS).fill(0);
  /** The level of the lease, while something may interrupt it. */
  #interruptible = 0;

  get queued(): number {
    return [...this.#now, ...this.#next].reduce((sum, list) => sum + list.length, 0);
  }

  get timers(): number {
    return this.#timers.length;
  }

  get nearest(): number {
    return this.#timers.length > 0 ? this.#timers[0].when : Infinity;
  }

  /** Starts empty, with room for so many slots. */
  constructor(capacity: number) {
    this.capacity = capacity;
  }

  claim(level: number): number {
    let id = this.#free.shift();
    if (id === undefined) {
      if (HEADS + this.#used === this.capacity) {
        this.capacity *= 2;
        this.growths++;
      }
      id = HEADS + this.#used++;
    }
    this.live.set(id, { id, level, where: "idle", when: 0 });
    this.mostLive = Math.max(this.mostLive, this.live.size);
    return id;
  }

  claimReady(level: number): number {
    const id = this.claim(level);
    this.push(id);
    return id;
  }

  claimArmed(level: number, when: number): number {
    if (Number.isNaN(when)) return -1;
    const id = this.claim(level);
    this.arm(id, when);
    return id;
  }

  release(id: number): number {
    const entry = this.#find(id);
    if (!entry) return 0;
    this.#takeOut(entry);
    this.live.delete(id);
    // Generations are counted above the 23 bits of the slot; the last is followed by the first.
    const slot = id % 2 ** 23;
    if (id + 2 ** 23 < 2 ** 31) this.#free.unshift(id + 2 ** 23);
    else this.#free.push(slot);
    return 1;
  }

  push(id: number): number {
    const entry = this.#find(id);
    if (!entry) return 0;
    if (this.#isReady(entry)) return 1;
    this.#takeOut(entry);
    this.#queue(entry, "next");
    return 1;
  }

  arm(id: number, when: number): number {
    if (Number.isNaN(when)) return -1;
    const entry = this.#find(id);
    if (!entry) return 0;
    this.#takeOut(entry);
    entry.where = "timers";
    entry.when = when;
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1].when > when) place--;
    this.#timers.splice(place, 0, entry);
    this.armed++;
    this.mostTimers = Math.max(this.mostTimers, this.#timers.length);
    return 1;
  }

  withdraw(id: number): number {
    const entry = this.#find(id);
    if (!entry) return 0;
    this.#takeOut(entry);
    return 1;
  }

  setLevel(id: number, level: number): number {
    const entry = this.#find(id);
    if (!entry || entry.level === level) return entry ? 1 : 0;
    const { where } = entry;
    const isReady = this.#isReady(entry);
    if (isReady) this.#takeOut(entry);
    entry.level = level;
    if (isReady) this.#queue(entry, where === "next" ? "next" : "now");
    return 1;
  }

  state(id: number): number {
    const entry = this.live.get(id);
    if (!entry) return 0;
    if (this.#isReady(entry)) return 2;
    return entry.where === "timers" ? 3 : 1;
  }

  expire(now: number): number {
    let count = 0;
    while (this.#timers.length > 0 && this.#timers[0].when <= now) {
      this.#queue(this.#timers.shift()!, "next");
      count++;
    }
    this.expired += count;
    return count;
  }

  begin(): number {
    this.#putBack();
    if (this.#now.every((list) => list.length === 0)) {
      [this.#now, this.#next] = [this.#next, this.#now];
      for (const entry of this.#now.flat()) entry.where = "now";
      this.#waited.fill(0);
    }
    return this.drain();
  }

  drain(): number {
    this.#putBack();
    this.urgent = 0;
    this.#interruptible = 0;
    const level = this.#now.findIndex((list) => list.length > 0);
    if (level < 0) return 0;
    const late = this.#next.findIndex((list) => list.length > 0);
    if (late >= 0 && late < level && late < URGENT_LEVELS) {
      return this.#hand(this.#next[late], late, this.#patience(late));
    }
    return this.#hand(this.#now[level], level, this.#patience(level));
  }

  /** Takes an entry of the lease, as the host does. */
  take(place: number): void {
    const entry = this.live.get(this.lease[place]);
    if (entry) entry.where = "idle";
    this.lease[place] = 0;
  }

  /** Counts the steps for which a level may go on: until another one of the batch is due. */
  #patience(level: number): number {
    const others = this.#waiting(level).map((other) => AGE_LIMIT - this.#waited[other]);
    return Math.min(LEASE_LENGTH, ...others);
  }

  /** Lists the lesser levels that wait in the batch. */
  #waiting(level: number): number[] {
    return Array.from(this.#now.keys()).filter((other) =>
      other > level && this.#now[other].length > 0
    );
  }

  /** Hands out the first of a list, or one of the longest waiting level if that is due. */
  #hand(from: Entry[], level: number, most: number): number {
    this.#interruptible = level;
    if (most <= 0) {
      const longest = Math.max(...this.#waiting(level).map((other) => this.#waited[other]));
      level = this.#waiting(level).find((other) => this.#waited[other] === longest)!;
      from = this.#now[level];
      most = 1;
      this.#interruptible = 0;
      this.aged++;
    }
    const entries = from.splice(0, most);
    for (const entry of entries) entry.where = "lease";
    this.lease = entries.map((entry) => entry.id);
    this.#serve(level, entries.length);
    return entries.length;
  }

  /** Puts what was not taken back at the head of its level. */
  #putBack(): void {
    const entries = this.lease.filter((id) => id !== 0).map((id) => this.live.get(id)!);
    this.lease = [];
    if (entries.length === 0) return;
    for (const entry of entries) entry.where = "now";
    const level = entries[0].level;
    this.#now[level].unshift(...entries);
    this.mostQueued = Math.max(this.mostQueued, this.queued);
    this.#serve(level, -entries.length);
    this.interrupted++;
  }

  /** Counts steps of one level, for which all others waited. */
  #serve(level: number, count: number): void {
    this.steps += count;
    this.#waited = this.#waited.map((waited, other) => other === level ? 0 : waited + count);
  }

  #find(id: number): Entry | undefined {
    const entry = this.live.get(id);
    if (!entry) this.stale++;
    return entry;
  }

  #isReady(entry: Entry): boolean {
    return entry.where === "now" || entry.where === "next" || entry.where === "lease";
  }

  #queue(entry: Entry, where: "now" | "next"): void {
    entry.where = where;
    (where === "now" ? this.#now : this.#next)[entry.level].push(entry);
    this.mostQueued = Math.max(this.mostQueued, this.queued);
    const joins = where === "now" || entry.level < URGENT_LEVELS;
    if (joins && entry.level < this.#interruptible) this.urgent = 1;
  }

  #takeOut(entry: Entry): void {
    if (entry.where === "timers") this.withdrawn++;
    if (entry.where === "lease") this.lease[this.lease.indexOf(entry.id)] = 0;
    for (const list of [this.#now[entry.level], this.#next[entry.level], this.#timers]) {
      const place = list.indexOf(entry);
      if (place >= 0) list.splice(place, 1);
    }
    entry.where = "idle";
  }
}
