import { ByteBuffer } from "../../src/streams/byte_buffer.ts";
import { RuntimeError } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Prng } from "../prng.ts";

/** Makes bytes that tell their place in the stream. */
function numbered(from: number, count: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: count }, (_, i) => (from + i) % 251);
}

Deno.test("ByteBuffer gives bytes in their order, whatever is done to it", () => {
  const prng = new Prng(1);
  for (let round = 0; round < 300; round++) {
    const buffer = new ByteBuffer();
    let came = 0;
    let taken = 0;
    let target: Uint8Array | undefined;
    for (let step = 0; step < 60; step++) {
      const choice = prng.below(5);
      if (choice === 0 && target === undefined) {
        target = buffer.target();
      } else if (choice === 1 && target !== undefined) {
        const count = prng.below(2) ? target.length : prng.below(Math.min(target.length, 3000));
        target.set(numbered(came, count));
        buffer.commit(count);
        came += count;
        target = undefined;
      } else if (choice === 2 && target === undefined) {
        const count = prng.below(9000);
        buffer.append(numbered(came, count));
        came += count;
      } else if (choice === 3) {
        const count = prng.below(4) ? prng.below(buffer.length + 1) : buffer.length;
        assertEquals(buffer.take(count), numbered(taken, count));
        taken += count;
      } else if (choice === 4) {
        const count = Math.min(taken, prng.below(5000));
        buffer.unshift(numbered(taken - count, count));
        taken -= count;
      }
      assertEquals(buffer.length, came - taken);
    }
    assertEquals(buffer.take(came - taken), numbered(taken, came - taken));
  }
});

Deno.test("ByteBuffer never hands out memory that it writes to again", () => {
  const buffer = new ByteBuffer();
  const pieces: Uint8Array[] = [];
  for (let n = 0; n < 50; n++) {
    const target = buffer.target();
    target.fill(n);
    buffer.commit(n % 3 === 0 ? target.length : 10);
    if (n % 2) pieces.push(buffer.take(Math.min(buffer.length, 7)), buffer.take(buffer.length));
  }
  const copies = pieces.map((piece) => piece.slice());
  buffer.target().fill(255);
  buffer.commit(1);
  buffer.unshift(new Uint8Array(5));
  assertEquals(pieces, copies);
});

Deno.test("ByteBuffer asks for more at once when the host fills what it gets", () => {
  const buffer = new ByteBuffer();
  const sizes = Array.from({ length: 8 }, () => {
    const { length } = buffer.target();
    buffer.commit(length);
    buffer.take(length);
    return length;
  });
  assertEquals(sizes, [4096, 8192, 16_384, 32_768, 65_536, 65_536, 65_536, 65_536]);
});

Deno.test("ByteBuffer.indexOf finds a sequence, also one whose beginning comes twice", () => {
  const buffer = new ByteBuffer();
  buffer.append(new TextEncoder().encode("xxab-aab-aaab"));
  const find = (text: string, from = 0) => buffer.indexOf(new TextEncoder().encode(text), from);
  assertEquals([find("aab"), find("aaab"), find("x", 1), find("x", 2), find("b-b")], [
    5,
    9,
    1,
    -1,
    -1,
  ]);
  buffer.take(3);
  assert(find("aab") === 2 && find("aaab") === 6 && find("aaabc") === -1);
});

Deno.test("ByteBuffer notices that its memory was transferred, rather than to lose bytes", () => {
  const buffer = new ByteBuffer();
  buffer.target();
  buffer.commit(10);
  const part = buffer.take(5);
  structuredClone(part, { transfer: [part.buffer] });
  assertThrows(() => buffer.take(5), RuntimeError, "copy what a StreamReader returns");
  assertThrows(() => buffer.target(), RuntimeError, "copy what a StreamReader returns");
});
