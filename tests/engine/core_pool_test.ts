import { compileEmbedded, type Core, State, WasmCore, Word } from "../../src/engine/core.ts";
import { fallbackReason, newCore, provideModule, recycleCore } from "../../src/engine/core_pool.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { queueMany, runBatch } from "./core_driver.ts";

const POOL = new URL("../../src/engine/core_pool.ts", import.meta.url);
const MOST_POOLED = 4;

/** Starts each test with an empty pool. */
function test(sentence: string, body: () => void): void {
  Deno.test(sentence, () => {
    provideModule(compileEmbedded());
    body();
  });
}

/** Dirties a core in every way that a loop may leave it. */
function dirty(core: Core): number[] {
  const ids = [core.claim(1), core.claimArmed(4, 5), ...queueMany(core, 3, 4)];
  core.begin();
  ids.push(core.claimReady(0));
  core.release(ids[0]);
  core.release(ids[0]);
  return ids;
}

test("newCore() makes a WASM core unless told otherwise", () => {
  assertEquals([newCore().engine, newCore("wasm").engine], ["wasm", "wasm"]);
  assertEquals(newCore("js").engine, "js");
  assertEquals(fallbackReason(), undefined);
});

test("two cores alive at once share nothing", () => {
  const [one, two] = [newCore(), newCore()];
  assert(one !== two);
  queueMany(one, 3, 4);
  assertEquals([two.words[Word.LIVE], two.begin()], [0, 0]);
});

test("a recycled core is reused, and clean", () => {
  const core = newCore();
  const ids = dirty(core);
  recycleCore(core);
  const again = newCore("wasm");
  assert(again === core);
  assertEquals(ids.map((id) => again.state(id)), ids.map(() => State.STALE));
  assertEquals([again.words[Word.LIVE], again.words[Word.STALE], again.begin()], [0, 0, 0]);
  assertEquals([...again.lease], new Array(256).fill(0));
  const fresh = queueMany(again, 3, 4);
  assertEquals(runBatch(again), fresh);
});

test("a core recycled twice is handed out once", () => {
  const core = newCore();
  recycleCore(core);
  recycleCore(core);
  assert(newCore() === core);
  assert(newCore() !== core);
});

test("a core that grew within bounds is reused with its memory", () => {
  const core = newCore();
  queueMany(core, 2000, 4);
  const bytes = core.bytes;
  recycleCore(core);
  assert(newCore() === core);
  assertEquals([core.bytes, core.words[Word.CAPACITY], core.words[Word.LIVE]], [bytes, 2048, 0]);
});

test("a core whose memory grew beyond a mebibyte is let go", () => {
  const core = newCore();
  while (core.bytes <= 1 << 20) core.claim(4);
  recycleCore(core);
  assert(newCore() !== core);
});

test(`the pool keeps ${MOST_POOLED} cores`, () => {
  const cores = Array.from({ length: MOST_POOLED + 2 }, () => newCore());
  for (const core of cores) recycleCore(core);
  const again = cores.map(() => newCore());
  assertEquals(again.filter((core) => cores.includes(core)).length, MOST_POOLED);
  assertEquals(new Set(again).size, cores.length);
});

test("JS cores are not pooled, nor handed out for one in the pool", () => {
  const js = newCore("js");
  recycleCore(js);
  const wasm = newCore();
  assertEquals(wasm.engine, "wasm");
  recycleCore(wasm);
  assert(newCore("js") !== js);
  assert(newCore() === wasm);
});

test("provideModule() gives later cores its module, and empties the pool", () => {
  const before = newCore();
  recycleCore(before);
  provideModule(compileEmbedded());
  const after = newCore();
  assert(after !== before);
  assert(after instanceof WasmCore);
  const id = after.claimReady(4);
  assertEquals(runBatch(after), [id]);
});

test("provideModule() refuses what is not a module", () => {
  const bytes = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]);
  for (const other of [undefined, null, 1, "core", {}, bytes, newCore()]) {
    assertThrows(
      () => provideModule(other as unknown as WebAssembly.Module),
      TypeError,
      "module must be a WebAssembly.Module: ",
    );
  }
  assertThrows(
    () => provideModule(new WebAssembly.Module(bytes)),
    TypeError,
    "module must be Weft's core: it exports no memory",
  );
  assertEquals(newCore().engine, "wasm");
});

/** Runs a program in a process of its own, where no module compiles; returns what it prints. */
async function runBarred(program: string): Promise<unknown> {
  const bar = `
    const Module = WebAssembly.Module;
    WebAssembly.Module = class { constructor() { throw new Error("POLICY"); } };
    const { fallbackReason, newCore, provideModule, recycleCore } = await import("${POOL}");
    const message = (body) => { try { body(); } catch (error) { return String(error); } };
  `;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-lock", "--no-config", "--ext=js", bar + program],
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

Deno.test("where WASM is barred cores are JS ones, and fallbackReason() says why", async () => {
  const printed = await runBarred(`
    const before = fallbackReason() ?? null;
    const core = newCore();
    const id = core.claimReady(4);
    const ran = core.begin() === 1 && core.lease[0] === id;
    recycleCore(core);
    console.log(JSON.stringify([before, core.engine, ran, fallbackReason(), newCore().engine]));
  `);
  assertEquals(printed, [null, "js", true, "Error: POLICY", "js"]);
});

Deno.test("where WASM is barred asking for it is an error that says why", async () => {
  const printed = await runBarred(`
    const first = message(() => newCore("wasm"));
    const second = message(() => newCore("wasm"));
    console.log(JSON.stringify([first, second, newCore("js").engine]));
  `);
  const expected = "Error: Cannot make a core in WebAssembly, which this host bars: Error: POLICY";
  assertEquals(printed, [expected, expected, "js"]);
});

Deno.test("a module provided after a fallback brings WASM back", async () => {
  const printed = await runBarred(`
    const before = newCore().engine;
    const { CORE_WASM } = await import("${new URL("core.generated.ts", POOL)}");
    WebAssembly.Module = Module;
    const bytes = Uint8Array.from(atob(CORE_WASM), (character) => character.charCodeAt(0));
    provideModule(new WebAssembly.Module(bytes));
    console.log(JSON.stringify([before, newCore().engine, fallbackReason() ?? null]));
  `);
  assertEquals(printed, ["js", "wasm", null]);
});
