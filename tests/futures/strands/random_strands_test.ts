import { assert, assertEquals } from "../../assert.ts";
import { rounds } from "../../rounds.ts";
import { BROKEN } from "./broken.ts";
import type { Shape } from "./generate.ts";
import { type Block, blocksOf } from "./program.ts";
import { draw, judge, report } from "./random_strands.ts";
import { LIBRARY } from "./world.ts";

/** Runs the programs of seeds, and fails with the first that breaks a rule. */
async function assertSound(count: number, shape: Shape): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    const program = draw(seed, shape);
    const verdict = await judge(program);
    const options = `--${shape.clock}${shape.strands ? "" : " --one-strand"}`;
    assert(
      verdict.failures.length === 0,
      `shrink it with: random_strands.ts 1 ${seed} ${options}\n${report(program, verdict)}`,
    );
  }
}

Deno.test("random tasks of one strand break no rule", async () => {
  await assertSound(rounds(150), { clock: "virtual", strands: false });
});

Deno.test("random tasks of several strands break no rule", async () => {
  await assertSound(rounds(400), { clock: "virtual", strands: true });
});

Deno.test("random tasks of several strands break no rule on the real clock", async () => {
  await assertSound(rounds(40), { clock: "real", strands: true });
});

for (const { mistake, failure, library } of BROKEN) {
  Deno.test(`random programs find ${mistake}`, async () => {
    for (let seed = 1; seed <= 200; seed++) {
      const program = draw(seed, { clock: "virtual" });
      const { failures } = await judge(program, { ...LIBRARY, ...library });
      if (!failures.some((text) => failure.test(text))) continue;
      const { failures: unbroken } = await judge(program);
      if (unbroken.length === 0) return;
    }
    assert(false, "no program has found it");
  });
}

Deno.test("a seed draws the same program each time, and another one another", () => {
  assertEquals(draw(7), draw(7));
  assert(JSON.stringify(draw(7).tasks) !== JSON.stringify(draw(8).tasks));
});

Deno.test("random programs use every operation, in every way", () => {
  const ways = new Set<string>();
  const visit = (block: Block) => {
    for (const op of block) {
      for (const [key, value] of Object.entries(op)) {
        if (key !== "kind" && typeof value === "string") ways.add(`${op.kind} ${key}=${value}`);
      }
      ways.add(op.kind);
      for (const inner of blocksOf(op)) visit(inner);
    }
  };
  for (let seed = 1; seed <= 300; seed++) {
    const { tasks, main } = draw(seed);
    for (const { block } of tasks) visit(block);
    visit(main);
  }
  const kinds =
    "sleep yield event future get put task host set clear resolve cancel stop enterWith" +
    " setVariable throw callback lock semaphore call runWith spawn until fire join timeout scope" +
    " group try";
  const expected = [
    ...kinds.split(" "),
    ...["all", "allSettled", "race", "any"].map((by) => `join by=${by}`),
    ...["call", "microtask", "timer"].map((from) => `fire from=${from}`),
    ...["await", "shield", "gather"].map((by) => `task by=${by}`),
    ...["microtask", "message", "timer"].map((turn) => `host turn=${turn}`),
    ...["await", "then", "catch", "finally"].map((how) => `sleep how=${how}`),
  ];
  assertEquals(expected.filter((way) => !ways.has(way)), []);
});
