/**
 * Runs some seconds of the soak, and shows that its verdict can be a bad one.
 *
 * @module
 */

import { ACTIONS } from "../../bench/soak/actions.ts";
import {
  growthOf,
  judgeCounts,
  judgeMemory,
  MOST_GROWTH,
  type Series,
  slopeOf,
} from "../../bench/soak/verdict.ts";
import type { Vitals } from "../../bench/soak/vitals.ts";
import { assert, assertEquals } from "../assert.ts";

const CALM: Vitals = {
  heap: 6,
  rss: 60,
  tasks: 1,
  timers: 0,
  sockets: 5,
  signals: 2,
  aborts: 0,
};

/** Makes a run of two minutes by what was held at each second. */
function makeSeries(vitalsAt: (second: number) => Partial<Vitals>): Series {
  const samples = Array.from({ length: 24 }, (_, n) => ({
    second: n * 5,
    vitals: { ...CALM, ...vitalsAt(n * 5) },
  }));
  return { name: "made up", samples };
}

/** Runs a soak as a program. */
async function soak(
  name: string,
  ...args: string[]
): Promise<{ code: number; said: string }> {
  const program = new URL(`../../bench/${name}.ts`, import.meta.url).pathname;
  const flags = ["--allow-all", "--no-check", "--quiet", "--v8-flags=--expose-gc"];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, program, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, said: decoder.decode(stdout) + decoder.decode(stderr) };
}

Deno.test("a soak of some seconds leaves all as at the start", async () => {
  const { code, said } = await soak("soak_http", "6", "50", "3");
  assertEquals(code, 0, said);
  assert(said.includes("All is as at the start."), said);
  const counts = Array.from(said.matchAll(/^[a-z ,-]+: (\d+)$/gim), ([, count]) => Number(count));
  assertEquals(counts.filter((count) => count === 0), [], said);
  assertEquals(
    counts.length,
    Object.keys(ACTIONS).length,
    `all that clients do was done:\n${said}`,
  );
});

for (const front of ["generators", "async"]) {
  Deno.test(`a soak of tasks leaves none of them, nor a timer or a listener: ${front}`, async () => {
    const { code, said } = await soak("soak", front, "5");
    assertEquals(code, 0, said);
    const [, count] = /^5 s, (\d+) tasks: heap/m.exec(said) ?? [];
    assert(Number(count) >= 1_000, said);
  });
}

Deno.test("the verdict of a soak finds memory that grows, and no other", () => {
  assertEquals(slopeOf([[0, 1], [1, 3], [2, 5]]), 2);
  assertEquals(judgeMemory(makeSeries(() => ({})), 120), []);
  const warming = makeSeries((second) => ({
    heap: Math.min(second, 30),
    rss: Math.min(second, 30),
  }));
  assertEquals(judgeMemory(warming, 120), []);
  const leaking = makeSeries((second) => ({ heap: 6 + second / 60 }));
  assertEquals(judgeMemory(leaking, 120), [
    `made up: heap grew by 1.00 MB/min, the most is ${MOST_GROWTH.heap}`,
  ]);
  assertEquals(judgeMemory(leaking, 10), [], "a short run is not judged, and says so");
  const swelling = makeSeries((second) => ({ rss: 60 + second }));
  assertEquals(Math.round(growthOf(swelling, 120).rss), 60);
  assertEquals(judgeMemory(swelling, 120).length, 1);
});

Deno.test("the verdict of a soak finds each count that is not as at the start", () => {
  assertEquals(judgeCounts("it", CALM, { ...CALM, heap: 9, rss: 99 }), []);
  for (const what of ["tasks", "timers", "sockets", "signals", "aborts"] as const) {
    const found = judgeCounts("it", CALM, { ...CALM, [what]: 77 });
    assertEquals(found, [`it: 77 ${what} are left, there were ${CALM[what]}`]);
  }
  assertEquals(judgeCounts("it", CALM, { ...CALM, sockets: 77 }, true), []);
});
