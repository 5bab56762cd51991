import { WasmCore, Word } from "../../src/engine/core.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { coreContract } from "../engine/core_contract.ts";
import { queueMany, runBatch, take } from "../engine/core_driver.ts";
import { runModel } from "../engine/core_model_run.ts";
import { compileDebug, newDebugCores } from "./debug_core.ts";
import { readLayout } from "./layout.ts";

const module = await compileDebug();
const newCore = newDebugCores(module);
const layout = readLayout();
const CHECKS = new URL("../../wasm/assembly/checks.ts", import.meta.url);
const SLOTS = layout.get("SLOTS")!;
const SLOT_WORDS = ["id", "next", "prev", "info"];

coreContract("debug core", newCore);

for (const [population, seed] of [[12, 1], [12, 2], [40, 3], [150, 4]]) {
  Deno.test(`the debug core does what the model does: ${population} ids, seed ${seed}`, () => {
    runModel([newCore()], { seed, operations: 25_000, population, compareEvery: 64 });
  });
}

/** A view of the memory behind a core. */
class Memory {
  readonly #view: DataView;

  constructor(core: WasmCore) {
    this.#view = new DataView(core.words.buffer);
  }

  /** Writes a word by its name in the layout. */
  word(name: string, change: (value: number) => number): void {
    this.#change(layout.get(name)! * 4, change);
  }

  /** Writes a field of a slot. */
  slot(id: number, field: string, change: (value: number) => number): void {
    const slot = id & layout.get("INDEX_MASK")!;
    this.#change(SLOTS + slot * 16 + SLOT_WORDS.indexOf(field) * 4, change);
  }

  /** Replaces the one number like this beyond the slots: a deadline in the heap. */
  deadline(from: number, to: number): void {
    for (let at = SLOTS; at + 8 <= this.#view.byteLength; at += 8) {
      if (this.#view.getFloat64(at, true) === from) return this.#view.setFloat64(at, to, true);
    }
    throw new Error(`no such deadline in memory: ${from}`);
  }

  #change(at: number, change: (value: number) => number): void {
    this.#view.setInt32(at, change(this.#view.getInt32(at, true)), true);
  }
}

/** What a damage may touch: ids in every state. */
interface Scene {
  readonly core: WasmCore;
  readonly memory: Memory;
  readonly idle: number;
  readonly freed: number[];
  readonly ready: number[];
  readonly leased: number[];
  readonly armed: number[];
}

/** Makes a core with ids in every state. */
function newScene(): Scene {
  const core = newCore();
  const idle = core.claim(4);
  const freed = [core.claim(4), core.claim(4)];
  const leased = queueMany(core, 3, 4);
  core.begin();
  const ready = queueMany(core, 3, 5);
  const armed = [1234.5, 2345.5, 3456.5].map((when) => core.claimArmed(4, when));
  for (const id of freed) core.release(id);
  return { core, memory: new Memory(core), idle, freed, ready, leased, armed };
}

const FREE_MARK = 1 << 31;

/** Says, for each message of the checks, what damage it finds. */
const DAMAGES: Record<string, (scene: Scene) => void> = {
  "a free slot must have been used before": ({ memory }) => memory.word("FREE_HEAD", () => 900),
  "a free slot must be marked free": ({ memory, freed }) =>
    memory.slot(freed[0], "id", (id) => id & ~FREE_MARK),
  "the free list must end": ({ memory, freed }) => memory.slot(freed[0], "next", () => freed[0]),
  "FREE_TAIL must name the last free slot": ({ memory, freed }) =>
    memory.word("FREE_TAIL", () => freed[1]),
  "MAP must mark exactly the lists in use": ({ memory }) => memory.word("MAP", (map) => map ^ 1),
  "prev must undo next": ({ memory, ready }) => memory.slot(ready[1], "prev", () => ready[1]),
  "a listed slot must carry its list's level": ({ memory, ready }) =>
    memory.slot(ready[1], "info", (info) => info ^ 1),
  "a head's prev must be the last slot": ({ memory, ready }) => {
    const list = (layout.get("HEADS")! / 2) | 5;
    for (const head of [5, list]) {
      memory.slot(head, "prev", (prev) => prev === ready[2] ? ready[1] : prev);
    }
  },
  "a leased id must be live": ({ core, leased }) => {
    core.lease[0] = leased[0] + (1 << layout.get("INDEX_BITS")!);
  },
  "a leased slot must be marked so": ({ memory, leased }) =>
    memory.slot(leased[0], "info", (info) => info & 15),
  "a leased slot must know its place": ({ core, leased }) => {
    core.lease.set([leased[1], leased[0]]);
  },
  "NEAREST must be the root's deadline": ({ core }) => core.totals.set([7]),
  "an armed slot must know its place": ({ memory, armed }) =>
    memory.slot(armed[2], "next", (place) => place - 1),
  "a timer must not precede its parent": ({ memory }) => memory.deadline(3456.5, 3),
  "a live id must name its own slot": ({ memory, idle }) => memory.slot(idle, "id", (id) => id + 1),
  "LIVE must count the live ids": ({ memory }) => memory.word("LIVE", (live) => live + 1),
  "every used slot must be live or in the free list": ({ memory, freed }) => {
    memory.word("FREE_HEAD", () => freed[0]);
    memory.slot(freed[0], "next", () => 0);
  },
  "QUEUED must count the slots in lists": ({ memory }) => memory.word("QUEUED", (n) => n - 1),
  "a free entry's deadline must be NaN": ({ memory }) => memory.word("TIMERS", (n) => n - 1),
  "TIMERS must count the slots in the heap": ({ memory, idle }) =>
    memory.slot(idle, "info", () => layout.get("ARMED")! << 4),
  "TOP must be within CAPACITY": ({ memory }) => memory.word("CAPACITY", () => 20),
};

for (const [message, damage] of Object.entries(DAMAGES)) {
  Deno.test(`the debug core finds: ${message}`, () => {
    const scene = newScene();
    // A call that changes nothing passes before the damage, and finds it after.
    assertEquals(scene.core.expire(-1), 0);
    damage(scene);
    assertThrows(() => scene.core.expire(-1), Error, message);
  });
}

Deno.test("every check of the debug core has a damage that it finds", () => {
  const text = Deno.readTextFileSync(CHECKS);
  const messages = [...text.matchAll(/assert\([^"]+"([^"]+)"\)/g)].map((match) => match[1]);
  assert(messages.length > 0);
  assertEquals(messages.filter((message) => !message.includes(" must ")), []);
  assertEquals(messages.sort(), Object.keys(DAMAGES).sort());
});

Deno.test("the debug core imports its abort and nothing else", () => {
  assertEquals(WebAssembly.Module.imports(module), [
    { module: "env", name: "abort", kind: "function" },
  ]);
  assertThrows(() => new WasmCore(module), TypeError);
});

Deno.test("a link that is wrong is found by the next call, whichever it is", () => {
  const calls: ((scene: Scene) => unknown)[] = [
    ({ core }) => core.claim(4),
    ({ core }) => core.claimReady(4),
    ({ core }) => core.claimArmed(4, 1),
    ({ core, idle }) => core.release(idle),
    ({ core, idle }) => core.push(idle),
    ({ core, idle }) => core.arm(idle, 1),
    ({ core, idle }) => core.withdraw(idle),
    ({ core, idle }) => core.setLevel(idle, 1),
    ({ core }) => core.expire(0),
    ({ core }) => (take(core), core.drain()),
  ];
  for (const call of calls) {
    const scene = newScene();
    scene.memory.slot(scene.ready[1], "prev", () => scene.ready[1]);
    assertThrows(() => call(scene), Error, "prev must undo next");
  }
});

Deno.test("the count of steps may wrap without a level waiting longer", () => {
  for (const steps of [2 ** 31 - 1, -1, -30, 2 ** 31 - 40]) {
    const core = newCore();
    core.words[layout.get("STEPS")!] = steps;
    const urgent = queueMany(core, 100, 1);
    const waiting = core.claimReady(6);
    const ran = runBatch(core);
    assertEquals(ran.indexOf(waiting), layout.get("AGE_LIMIT"));
    assertEquals(ran.length, urgent.length + 1);
    assertEquals(core.words[Word.QUEUED], 0);
  }
});
