import { MARK_LENGTH, PacketReader, writePacket } from "../../src/workers/packet.ts";
import { assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";

const mark = new Uint8Array(MARK_LENGTH).map((_, at) => at === 0 ? 7 : at);

/** Reads pieces; gives messages and text in the order they came, neighboring text joined. */
function read(pieces: Iterable<Uint8Array>): unknown[] {
  const seen: unknown[] = [];
  const decoder = new TextDecoder();
  const reader = new PacketReader(mark, (message) => seen.push({ message }), (bytes) => {
    const text = decoder.decode(bytes);
    if (typeof seen.at(-1) === "string") seen.push(seen.pop() + text);
    else seen.push(text);
  });
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return seen;
}

/** Joins what is written. */
function stream(...parts: (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  return new Uint8Array(
    parts.flatMap((part) => [...(typeof part === "string" ? encoder.encode(part) : part)]),
  );
}

Deno.test("packets carry messages beside text", () => {
  const messages = [{ a: [1, new Map([[1, 2]])] }, "text", undefined, 5n];
  const bytes = stream(
    "before",
    writePacket(mark, messages[0]),
    writePacket(mark, messages[1]),
    "between\n",
    writePacket(mark, messages[2]),
    writePacket(mark, messages[3]),
    "after",
  );
  const wrapped = messages.map((message) => ({ message }));
  const expected = ["before", wrapped[0], wrapped[1], "between\n", wrapped[2], wrapped[3], "after"];
  assertEquals(read([bytes]), expected);
  for (let cut = 0; cut <= bytes.length; cut++) {
    assertEquals(read([bytes.subarray(0, cut), bytes.subarray(cut)]), expected, `cut at ${cut}`);
  }
  assertEquals(read(bytes.values().map((byte) => new Uint8Array([byte]))), expected);
});

Deno.test("text that begins like a mark is text", () => {
  const almost = stream(mark.subarray(0, 9), "x", mark.subarray(0, 15), mark);
  assertEquals(read([almost]).join(""), new TextDecoder().decode(almost));
  const bytes = stream(mark.subarray(0, 9), writePacket(mark, 1));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const seen = read([bytes.subarray(0, cut), bytes.subarray(cut)]);
    assertEquals(seen.at(-1), { message: 1 }, `cut at ${cut}`);
    assertEquals(seen.length, 2);
  }
});

Deno.test("a packet that is cut off is handed on as text", () => {
  const packet = writePacket(mark, "cut off");
  assertEquals(read([packet.subarray(0, -1)]), [new TextDecoder().decode(packet.subarray(0, -1))]);
});

Deno.test("packets survive any cuts", () => {
  const random = new Prng(1);
  for (let round = 0; round < 50; round++) {
    const messages = Array.from({ length: 5 }, () => new Uint8Array(random.below(200)));
    const bytes = stream(...messages.map((message) => writePacket(mark, message)));
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length;) {
      const end = at + 1 + random.below(100);
      pieces.push(bytes.subarray(at, end));
      at = end;
    }
    const lengths = read(pieces).map((seen) => (seen as { message: Uint8Array }).message.length);
    assertEquals(lengths, messages.map((message) => message.length));
  }
});
