import { assert, assertEquals } from "@std/assert/mod.js";
import { rounds } from "../../rounds.ts";
import { compare } from "./compare.ts";
import { generate } from "./generate.ts";
import { print } from "./print.ts";
import { digest, readRecording, unpack } from "./recording.ts";
import { type Front, runOn, supports } from "./weft.ts";

const { python, cases } = await readRecording();

/** Runs every recorded program under a front end and fails at the first difference. */
async function runAll(front: Front): Promise<void> {
  let compared = 0;
  const chosen = cases.slice(0, rounds(cases.length));
  for (const { seed, trace } of chosen) {
    const program = generate(seed);
    if (!supports(front, program)) continue;
    const expected = unpack(trace);
    const actual = await runOn(front, program);
    const difference = compare(expected, actual);
    if (difference !== undefined) {
      throw new Error(
        `Seed ${seed} differs from CPython ${python} in line ${difference.line}:\n` +
          `CPython: ${difference.python}\nWeft:    ${difference.weft}\n\n${print(program)}\n\n${
            actual.join("\n")
          }`,
      );
    }
    compared++;
  }
  assert(compared > chosen.length / 2, `most programs must be supported, were ${compared}`);
}

Deno.test("random programs give CPython's traces as generator coroutines", () =>
  runAll("generator"));

Deno.test("random programs give CPython's traces as native async functions", () => runAll("async"));

Deno.test("the recorded programs are those that the generator still writes", () => {
  const changed = cases.filter(({ seed, digest: recorded }) => digest(generate(seed)) !== recorded);
  assertEquals(changed.map(({ seed }) => seed), [], "record again after a change of the generator");
});
