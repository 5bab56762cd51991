import { HEADS } from "../../src/engine/slots_js.ts";
import { CORE_WASM } from "../../src/engine/core.generated.ts";
import {
  AGE_LIMIT,
  compileEmbedded,
  LEASE_LENGTH,
  MOST_IDS,
  SLOT_MASK,
  Total,
  WasmCore,
  Word,
} from "../../src/engine/core.ts";
import { compileCore } from "../../wasm/build.ts";
import { assert, assertEquals } from "../assert.ts";
import { readLayout } from "./layout.ts";
import { exportedSignatures } from "./signatures.ts";

const ROOT = new URL("../../", import.meta.url);
const MOST_BYTES = 6 * 1024;
const embedded = Uint8Array.from(atob(CORE_WASM), (character) => character.charCodeAt(0));
const module = compileEmbedded();

Deno.test("the embedded core is what the sources build, byte for byte", async () => {
  const build = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--lock", "--frozen", "wasm/build.ts", "--check"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  });
  const { code, stdout, stderr } = await build.output();
  const decoder = new TextDecoder();
  assertEquals(code, 0, decoder.decode(stderr));
  assertEquals(
    decoder.decode(stdout).trim(),
    `the core is what wasm/ builds, embedded and by itself: ${embedded.length} bytes`,
  );
});

Deno.test("a core that does not compile is reported with the compiler's words", async () => {
  const sources = new Map([["index.ts", "export function broken(): i32 { return missing; }"]]);
  let message = "";
  try {
    await compileCore({ sources });
  } catch (error) {
    message = String(error);
  }
  assert(message.includes("Cannot compile the core"), message);
  assert(message.includes("missing"), message);
});

Deno.test("the embedded core imports nothing and is small", () => {
  assertEquals(WebAssembly.Module.imports(module), []);
  assert(embedded.length <= MOST_BYTES, `bytes: ${embedded.length}`);
  assertEquals(WebAssembly.Module.customSections(module, "name"), []);
});

Deno.test("the core exports its memory and functions of i32 and f64 alone", () => {
  const signatures = exportedSignatures(embedded);
  assertEquals(Object.fromEntries(signatures), {
    arm: "i32 f64 -> i32",
    begin: "-> i32",
    claim: "i32 -> i32",
    claimArmed: "i32 f64 -> i32",
    claimReady: "i32 -> i32",
    drain: "-> i32",
    expire: "f64 -> i32",
    grow: "-> i32",
    push: "i32 -> i32",
    release: "i32 -> i32",
    reset: "->",
    setLevel: "i32 i32 -> i32",
    state: "i32 -> i32",
    withdraw: "i32 -> i32",
  });
  const others = WebAssembly.Module.exports(module).filter(({ name }) => !signatures.has(name));
  assertEquals(others, [{ name: "memory", kind: "memory" }]);
});

Deno.test("the host numbers words and totals as the memory map does", () => {
  const layout = readLayout();
  for (const [name, number] of Object.entries(Word)) {
    assertEquals(number, layout.get(name), `Word.${name}`);
  }
  for (const [name, number] of Object.entries(Total)) {
    assertEquals(number, layout.get(`${name}_TOTAL`) ?? layout.get(name), `Total.${name}`);
  }
});

Deno.test("the host bounds ids, leases and ages as the memory map does", () => {
  const layout = readLayout();
  assertEquals(AGE_LIMIT, layout.get("AGE_LIMIT"));
  assertEquals(LEASE_LENGTH, layout.get("LEASE_LENGTH"));
  assertEquals(SLOT_MASK, layout.get("INDEX_MASK"));
  assertEquals(HEADS, layout.get("HEADS"));
  assertEquals(MOST_IDS, layout.get("LAST_CAPACITY")! - layout.get("HEADS")!);
});

Deno.test("the host's views lie where the memory map says", () => {
  const layout = readLayout();
  const { words, totals, lease } = new WasmCore(module);
  assertEquals(words.byteOffset, 0);
  assertEquals(totals.byteOffset, layout.get("TOTALS"));
  assertEquals(lease.byteOffset, layout.get("LEASE"));
  assertEquals(lease.byteOffset + lease.byteLength, layout.get("SLOTS"));
  assert(words.byteOffset + words.byteLength <= totals.byteOffset);
  assert(totals.byteOffset + totals.byteLength <= lease.byteOffset);
  assert(words.length >= layout.get("SERVED")! + layout.get("LEVELS")!);
  assert(totals.length > layout.get("ORDER")!);
});
