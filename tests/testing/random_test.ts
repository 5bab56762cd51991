import { Random } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Prng } from "../prng.ts";

const numbers = Array.from({ length: 20 }, (_, n) => n);

/** Draws all kinds of choices. */
function draw(seed: number): unknown[] {
  const random = new Random(seed);
  return numbers.map((n) => [
    random.below(n + 1),
    random.chance(0.5),
    random.pick(numbers),
    random.shuffle(numbers),
  ]);
}

Deno.test("the same seed makes the same choices, another one others", () => {
  assertEquals(draw(5), draw(5));
  assert(JSON.stringify(draw(5)) !== JSON.stringify(draw(6)));
});

Deno.test("Random.below() draws each number below the bound about as often", () => {
  for (const bound of [1, 2, 3, 10]) {
    const counts = new Array(bound).fill(0);
    const random = new Random(1);
    for (let n = 0; n < 1000 * bound; n++) counts[random.below(bound)]++;
    assert(counts.every((count) => count > 850 && count < 1150), `${bound}: ${counts}`);
  }
});

Deno.test("Random.chance() says yes with the probability", () => {
  const random = new Random(1);
  for (const probability of [0, 0.25, 1]) {
    const yes = numbers.flatMap(() => numbers.map(() => random.chance(probability)))
      .filter(Boolean).length / 400;
    assert(Math.abs(yes - probability) < 0.1, `${probability}: ${yes}`);
    assert(probability === 0.25 || yes === probability);
  }
});

Deno.test("Random.pick() reaches every one, Random.shuffle() every place", () => {
  const random = new Random(1);
  const picked = new Set(numbers.flatMap(() => numbers.map(() => random.pick(["a", "b", "c"]))));
  assertEquals([...picked].sort(), ["a", "b", "c"]);
  const orders = new Set(numbers.flatMap(() => numbers.map(() => random.shuffle("abc").join(""))));
  assertEquals([...orders].sort(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
});

Deno.test("the choices of a seed are not what its schedule draws, by the same recipe", () => {
  for (let seed = 0; seed < 100; seed++) {
    const [random, schedule] = [new Random(seed), new Prng(seed)];
    assert(numbers.some(() => random.below(2 ** 32) !== schedule.next()), `seed ${seed}`);
  }
});

Deno.test("Random refuses what it cannot draw from", () => {
  const random = new Random(1);
  assertThrows(() => new Random("1" as never), TypeError, '"1"');
  assertThrows(() => new Random(0.5), RangeError, "0.5");
  assertThrows(() => random.below("1" as never), TypeError, '"1"');
  for (const bad of [0, -1, 1.5, NaN]) {
    assertThrows(() => random.below(bad), RangeError, String(bad));
  }
  assertThrows(() => random.chance("1" as never), TypeError, '"1"');
  for (const bad of [-0.1, 1.1, NaN]) {
    assertThrows(() => random.chance(bad), RangeError, String(bad));
  }
  assertThrows(() => random.pick([]), RangeError, "a list that is empty");
  assertThrows(() => random.pick("abc" as never), TypeError, '"abc"');
});
