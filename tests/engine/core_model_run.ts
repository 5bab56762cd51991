/**
 * Runs cores at random, in lockstep with the model.
 *
 * @module
 */

import { type Core, Total, Word } from "../../src/engine/core.ts";
import { Prng } from "../prng.ts";
import { CoreModel } from "./core_model.ts";

/** Sets the size of a run. */
export interface ModelRun {
  readonly seed: number;
  readonly operations: number;
  /** Is about how many ids are live at once. */
  readonly population: number;
  /** Is after how many operations every counter and state is compared. */
  readonly compareEvery: number;
}

const DEADLINES = [-Infinity, -1e9, -0, 0, 5e-324, 1.0001, 1.0002, 1e9, 1.7e308, Infinity, NaN];
const TICKS = 50;

/** Throws an error that names the seed and the operation, if an engine differs from the model. */
export function runModel(cores: readonly Core[], run: ModelRun): void {
  new Run(cores, run).all();
}

class Run {
  readonly #cores: readonly Core[];
  readonly #run: ModelRun;
  readonly #random: Prng;
  #model: CoreModel;
  /** Holds ids ever issued, some of them stale. */
  #known: number[] = [];
  #count = 0;
  #at = 0;
  #clock = 0;
  #last = "";
  /** Is true for spells in which ids are queued and armed, and few run. */
  #isQuiet = false;

  constructor(cores: readonly Core[], run: ModelRun) {
    this.#cores = cores;
    this.#run = run;
    this.#random = new Prng(run.seed);
    for (const core of cores) core.reset();
    this.#model = new CoreModel(cores[0].words[Word.CAPACITY]);
  }

  all(): void {
    for (this.#at = 0; this.#at < this.#run.operations; this.#at++) {
      this.#operate();
      if (this.#at % this.#run.compareEvery === 0) this.#compare();
    }
    this.#compare();
  }

  #operate(): void {
    const random = this.#random;
    const full = this.#model.live.size >= this.#run.population;
    if (random.below(this.#run.population * 2) === 0) this.#isQuiet = random.chance(50);
    const kind = this.#isQuiet && random.chance(95) ? 26 + random.below(74) : random.below(100);
    if (kind < 14) this.#turn();
    else if (kind < 17) this.#begin();
    else if (kind < 20) this.#drain();
    else if (kind < 26) this.#expire();
    else if (kind < 54 && full) this.#release();
    else if (kind < 34) this.#claim();
    else if (kind < 41) this.#claimReady();
    else if (kind < 48) this.#claimArmed();
    else if (kind < 54) this.#release();
    else if (kind < 68) this.#each("push", this.#id());
    else if (kind < 82) this.#each("arm", this.#id(), this.#deadline());
    else if (kind < 89) this.#each("withdraw", this.#id());
    else if (kind < 95) this.#each("setLevel", this.#id(), random.below(8));
    else if (kind < 99) this.#wear();
    else if (random.below(400) === 0) this.#reset();
    this.#expect("URGENT", (core) => core.words[Word.URGENT], this.#model.urgent);
    const id = this.#id();
    this.#expect(`state(${id})`, (core) => core.state(id), this.#model.state(id));
  }

  /** Calls one method of the model and of each core, and compares what they return. */
  #each(
    name: Exclude<keyof Core & keyof CoreModel, "lease" | "timers">,
    first: number = 0,
    second: number = 0,
  ): number {
    this.#last = `${name}(${first}, ${second})`;
    const call = (target: Pick<Core, typeof name>) =>
      (target[name] as (first: number, second: number) => number)(first, second);
    const expected = call(this.#model);
    this.#expect("return value", call, expected);
    return expected;
  }

  #claim(): void {
    this.#learn(this.#each("claim", this.#random.below(8)));
  }

  #claimReady(): void {
    this.#learn(this.#each("claimReady", this.#random.below(8)));
  }

  #claimArmed(): void {
    this.#learn(this.#each("claimArmed", this.#random.below(8), this.#deadline()));
  }

  #release(): void {
    this.#each("release", this.#id());
  }

  #expire(): void {
    this.#clock += this.#random.below(TICKS) - 5;
    const odd = this.#random.below(500) === 0;
    this.#each("expire", odd ? this.#random.pick(DEADLINES) : this.#clock / 4);
  }

  #begin(): void {
    this.#count = this.#each("begin");
    this.#compareLease();
  }

  #drain(): void {
    this.#count = this.#each("drain");
    this.#compareLease();
  }

  /** Takes some of the lease, as a loop does, and goes on when it is told to or has done. */
  #turn(): void {
    let takes = this.#random.pick([1, 3, 20, 256]);
    for (let place = 0; place < this.#count && takes > 0; place++) {
      if (this.#model.lease[place] === 0) continue;
      this.#model.take(place);
      for (const core of this.#cores) core.lease[place] = 0;
      takes--;
    }
    if (this.#model.urgent === 0 && this.#model.lease.some((id) => id !== 0)) return;
    this.#drain();
    if (this.#count === 0) this.#begin();
  }

  /** Uses up the generations of a slot. */
  #wear(): void {
    if (this.#random.below(20) !== 0) return;
    for (let times = this.#random.pick([5, 60, 260]); times > 0; times--) {
      const id = this.#each("claim", 4);
      this.#each("release", id);
      if (times === 1) this.#known.push(id);
    }
  }

  #reset(): void {
    this.#last = "reset()";
    this.#model = new CoreModel(this.#model.capacity);
    for (const core of this.#cores) core.reset();
    this.#count = 0;
    this.#known = this.#known.slice(-5);
  }

  #learn(id: number): void {
    if (id <= 0) return;
    this.#known.push(id);
    if (this.#known.length > this.#run.population * 2) {
      this.#known = this.#known.filter((known) => this.#random.chance(10) || this.#isLive(known));
    }
  }

  #isLive(id: number): boolean {
    return this.#model.live.has(id);
  }

  /** Picks an id: of the lease, any ever issued, or none that ever was. */
  #id(): number {
    const random = this.#random;
    const kind = random.below(100);
    if (kind < 2) return random.next() | 0;
    if (kind < 12 && this.#count > 0) return this.#model.lease[random.below(this.#count)];
    if (this.#known.length === 0) return 0;
    for (let tries = 0; tries < 3; tries++) {
      const id = random.pick(this.#known);
      if (this.#isLive(id)) return id;
    }
    return random.pick(this.#known);
  }

  #deadline(): number {
    if (this.#random.below(30) === 0) return this.#random.pick(DEADLINES);
    const spread = this.#random.pick([4, TICKS * 4, this.#run.population * 20]);
    return (this.#clock + this.#random.below(spread)) / 4;
  }

  #compareLease(): void {
    const lease = this.#model.lease;
    for (let place = 0; place < lease.length; place++) {
      this.#expect(`lease[${place}]`, (core) => core.lease[place], lease[place]);
    }
  }

  /** Compares every counter, and the state of every id known. */
  #compare(): void {
    const model = this.#model;
    this.#compareLease();
    const words = { ...this.#words() };
    for (const [name, value] of Object.entries(words)) {
      this.#expect(name, (core) => core.words[Word[name as keyof typeof Word]], value);
    }
    // The mark is raised when the queue shrinks, so until then the queue itself is the most.
    const mostQueued = (core: Core) => Math.max(core.words[Word.MOST_QUEUED], model.queued);
    this.#expect("MOST_QUEUED", mostQueued, model.mostQueued);
    for (const [name, value] of Object.entries(this.#totals())) {
      this.#expect(name, (core) => core.totals[Total[name as keyof typeof Total]], value);
    }
    for (const id of this.#known) {
      this.#expect(`state(${id})`, (core) => core.state(id), model.state(id));
    }
  }

  #words(): Partial<Record<keyof typeof Word, number>> {
    const model = this.#model;
    return {
      QUEUED: model.queued,
      TIMERS: model.timers,
      LIVE: model.live.size,
      CAPACITY: model.capacity,
      MOST_TIMERS: model.mostTimers,
      MOST_LIVE: model.mostLive,
      GROWTHS: model.growths,
      STALE: model.stale,
    };
  }

  #totals(): Record<keyof typeof Total, number> {
    const model = this.#model;
    return {
      NEAREST: model.nearest,
      ARMED: model.armed,
      WITHDRAWN: model.withdrawn,
      EXPIRED: model.expired,
      STEPS: model.steps,
      AGED: model.aged,
      INTERRUPTED: model.interrupted,
    };
  }

  #expect(what: string, actual: (core: Core) => number, expected: number): void {
    for (const [at, core] of this.#cores.entries()) {
      const value = actual(core);
      if (Object.is(value, expected)) continue;
      throw new Error(
        `core ${at} (${core.engine}) differs from the model: seed ${this.#run.seed}, ` +
          `operation ${this.#at}, ${this.#last}: ${what} is ${value}, must be ${expected}`,
      );
    }
  }
}
