/**
 * The scheduler core: who runs next, and when.
 *
 * It deals in ids only. An id is claimed, and is then in at most one place: idle, in the ready
 * queue, or armed in the timer heap. What an id means is the business of the loop.
 *
 * @module
 */

import { CORE_WASM } from "./core.generated.ts";

/** The places in {@linkcode Core.words}, as `wasm/assembly/layout.ts` lays them out. */
export const Word = {
  /** 1 while something more urgent than the lease waits, and `drain()` should be called. */
  URGENT: 0,
  /** The number of ids queued and not yet leased. */
  QUEUED: 1,
  /** The number of armed timers. */
  TIMERS: 2,
  /** The number of ids claimed and not released. */
  LIVE: 3,
  /** The number of slots there is room for, the 16 list heads included. */
  CAPACITY: 4,
  /** The most that QUEUED, TIMERS and LIVE have been. */
  MOST_QUEUED: 6,
  MOST_TIMERS: 7,
  MOST_LIVE: 8,
  /** How often the memory was doubled. */
  GROWTHS: 9,
  /** The number of stale ids that were refused. */
  STALE: 10,
} as const;

/** The places in {@linkcode Core.totals}. */
export const Total = {
  /** The deadline of the nearest timer, or Infinity. */
  NEAREST: 0,
  /** How many were armed, withdrawn before their time, expired, handed out to be run. */
  ARMED: 1,
  WITHDRAWN: 2,
  EXPIRED: 3,
  STEPS: 4,
  /** The number of handles that ran because of their age. */
  AGED: 5,
  /** The number of leases cut short by something more urgent. */
  INTERRUPTED: 6,
} as const;

/** The bits of an id that are its slot, an index below 2^23; the others are its generation. */
export const SLOT_MASK: number = (1 << 23) - 1;
/** How many steps of more urgent handles may pass over a level that waits in the batch. */
export const AGE_LIMIT = 64;
/** How many ids one lease holds at most. */
export const LEASE_LENGTH = 256;
/** How many ids may be live at once. */
export const MOST_IDS: number = (1 << 23) - 16;

/** What {@linkcode Core.state} answers. */
export const State = { STALE: 0, IDLE: 1, READY: 2, ARMED: 3 } as const;

/**
 * Ids in a ready queue of 8 levels and a timer heap.
 *
 * Every call that takes an id answers 0, and counts, if the id is stale. `level` is 0 (most urgent)
 * to 7. The three views are fresh after every call; none may be kept across a call that claims.
 */
export interface Core {
  /** Which implementation this is. */
  readonly engine: "wasm" | "js";
  /** Counters, by {@linkcode Word}. */
  readonly words: Int32Array;
  /** Running totals, by {@linkcode Total}. */
  readonly totals: Float64Array;
  /** The ids handed out. Write 0 over each on taking it; a 0 found there was withdrawn. */
  readonly lease: Int32Array;
  /** The number of bytes held: they double as ids are claimed, and never shrink. */
  readonly bytes: number;
  /** Claims an idle id; 0 when {@linkcode MOST_IDS} are live or the host has no memory. */
  claim(level: number): number;
  /** Claims an id and queues it. */
  claimReady(level: number): number;
  /** Claims an id and arms it; -1 if `when` is NaN. */
  claimArmed(level: number, when: number): number;
  /** Takes an id out of wherever it is and gives it back. */
  release(id: number): number;
  /** Queues an id for the next batch; one already queued stays where it is. */
  push(id: number): number;
  /** Arms an id behind all of the same deadline; -1, and nothing done, if `when` is NaN. */
  arm(id: number, when: number): number;
  /** Makes an id idle. */
  withdraw(id: number): number;
  /** Changes an id's level; a queued one goes behind the others of the new level. */
  setLevel(id: number, level: number): number;
  /** Returns what an id is doing, by {@linkcode State}. */
  state(id: number): number;
  /** Queues every timer with `when <= now`, ordered by deadline, then arming; returns how many. */
  expire(now: number): number;
  /**
   * Begins a batch of exactly what is ready, unless one is in progress, and leases its first part;
   * returns how many.
   */
  begin(): number;
  /** Leases the next part of the batch, what was not taken first; returns 0 at its end. */
  drain(): number;
  /** Forgets everything but the memory already grown. */
  reset(): void;
}

/** What the module exports. */
interface CoreExports extends Omit<Core, "engine" | "words" | "totals" | "lease" | "bytes"> {
  readonly memory: WebAssembly.Memory;
  grow(): number;
}

/** The core in linear memory. */
export class WasmCore implements Core {
  readonly engine = "wasm";
  words!: Int32Array;
  totals!: Float64Array;
  lease!: Int32Array;
  readonly release: Core["release"];
  readonly push: Core["push"];
  readonly arm: Core["arm"];
  readonly withdraw: Core["withdraw"];
  readonly setLevel: Core["setLevel"];
  readonly state: Core["state"];
  readonly expire: Core["expire"];
  readonly begin: Core["begin"];
  readonly drain: Core["drain"];
  readonly reset: Core["reset"];
  readonly #memory: WebAssembly.Memory;
  readonly #claim: Core["claim"];
  readonly #claimReady: Core["claimReady"];
  readonly #claimArmed: Core["claimArmed"];
  readonly #grow: () => number;

  /** Instantiates a compiled module, synchronously. */
  constructor(module: WebAssembly.Module, imports?: WebAssembly.Imports) {
    const instance = new WebAssembly.Instance(module, imports);
    const exports = instance.exports as unknown as CoreExports;
    this.#memory = exports.memory;
    this.#claim = exports.claim;
    this.#claimReady = exports.claimReady;
    this.#claimArmed = exports.claimArmed;
    this.#grow = exports.grow;
    this.release = exports.release;
    this.push = exports.push;
    this.arm = exports.arm;
    this.withdraw = exports.withdraw;
    this.setLevel = exports.setLevel;
    this.state = exports.state;
    this.expire = exports.expire;
    this.begin = exports.begin;
    this.drain = exports.drain;
    this.reset = exports.reset;
    this.reset();
    this.#refresh();
  }

  get bytes(): number {
    return this.#memory.buffer.byteLength;
  }

  claim(level: number): number {
    const id = this.#claim(level);
    return id === 0 && this.#makeRoom() ? this.#claim(level) : id;
  }

  claimReady(level: number): number {
    const id = this.#claimReady(level);
    return id === 0 && this.#makeRoom() ? this.#claimReady(level) : id;
  }

  claimArmed(level: number, when: number): number {
    const id = this.#claimArmed(level, when);
    return id === 0 && this.#makeRoom() ? this.#claimArmed(level, when) : id;
  }

  /** Doubles the memory: the only place where views go stale. */
  #makeRoom(): boolean {
    const grown = this.#grow() !== 0;
    this.#refresh();
    return grown;
  }

  #refresh(): void {
    const buffer = this.#memory.buffer;
    this.words = new Int32Array(buffer, 0, 32);
    this.totals = new Float64Array(buffer, 128, 16);
    this.lease = new Int32Array(buffer, 256, LEASE_LENGTH);
  }
}

/** Compiles the embedded module, synchronously and with no permission; throws where WASM is barred. */
export function compileEmbedded(): WebAssembly.Module {
  return new WebAssembly.Module(decodeBase64(CORE_WASM));
}

/** Decodes base64, in the quickest way that the host has. */
function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const decode = (Uint8Array as Partial<Pick<typeof Uint8Array, "fromBase64">>).fromBase64;
  if (decode !== undefined) return decode.call(Uint8Array, text);
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}
