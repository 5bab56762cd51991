import { Ring } from "../../src/sync/ring.ts";
import { assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";

/** Takes everything out of a ring. */
function drain<T>(ring: Ring<T>): T[] {
  const items: T[] = [];
  while (ring.size > 0) items.push(ring.shift());
  return items;
}

/** Makes a list of the first whole numbers. */
function count(length: number): number[] {
  return Array.from({ length }, (_, n) => n);
}

Deno.test("Ring keeps its order where it grows, wherever it begins", () => {
  for (let offset = 0; offset <= 16; offset++) {
    for (const size of [1, 15, 16, 17, 31, 32, 33, 1000]) {
      const ring = new Ring<number>();
      for (let n = 0; n < offset; n++) {
        ring.push(n);
        ring.shift();
      }
      for (const n of count(size)) ring.push(n);
      assertEquals(ring.size, size);
      assertEquals(drain(ring), count(size), `offset ${offset}, size ${size}`);
    }
  }
});

Deno.test("Ring.unshift() puts in front, also where it grows", () => {
  for (const size of [1, 15, 16, 17, 33]) {
    const ring = new Ring<number>();
    for (const n of count(size).reverse()) ring.unshift(n);
    assertEquals(ring.size, size);
    assertEquals(drain(ring), count(size));
    ring.push(2);
    ring.unshift(1);
    assertEquals(drain(ring), [1, 2]);
  }
});

Deno.test("Ring keeps its order where it shrinks, and can grow again", () => {
  const ring = new Ring<number>();
  for (let round = 0; round < 3; round++) {
    for (const n of count(1025)) ring.push(n);
    for (const n of count(1020)) assertEquals(ring.shift(), n);
    ring.push(1025);
    ring.unshift(1019);
    assertEquals(drain(ring), [1019, 1020, 1021, 1022, 1023, 1024, 1025]);
  }
});

Deno.test("Ring looks at each item in its place, wherever it begins and whenever it grows", () => {
  for (const offset of [0, 1, 8, 15, 16]) {
    for (const size of [1, 15, 16, 17, 33, 100]) {
      const ring = new Ring<number>();
      for (const n of count(offset)) ring.push(n);
      for (const _ of count(offset)) ring.shift();
      for (const n of count(size)) ring.push(n);
      ring.unshift(-1);
      const items = [-1, ...count(size)];
      assertEquals(items.map((_, at) => ring.at(at)), items, `offset ${offset}`);
      assertEquals(drain(ring), items, "looking takes nothing");
    }
  }
});

Deno.test("Ring holds undefined as any other item", () => {
  const ring = new Ring<undefined>();
  ring.push(undefined);
  ring.unshift(undefined);
  assertEquals([ring.size, drain(ring), ring.size], [2, [undefined, undefined], 0]);
});

Deno.test("Ring does as an array does, whatever the order of calls", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const prng = new Prng(seed);
    const ring = new Ring<number>();
    const model: number[] = [];
    for (let step = 0; step < 1000; step++) {
      const grows = step % 400 < 200 ? 70 : 30;
      if (prng.chance(grows)) {
        if (prng.chance(70)) ring.push(step), model.push(step);
        else ring.unshift(step), model.unshift(step);
      } else if (model.length > 0) {
        assertEquals(ring.shift(), model.shift()!, `seed ${seed}, step ${step}`);
      }
      assertEquals(ring.size, model.length, `seed ${seed}, step ${step}`);
      const at = prng.below(model.length);
      if (model.length > 0) assertEquals(ring.at(at), model[at], `seed ${seed}, step ${step}`);
    }
    assertEquals(drain(ring), model, `seed ${seed}`);
  }
});
