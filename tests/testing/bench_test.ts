import {
  allTasks,
  createTask,
  currentTask,
  ExceptionGroup,
  getRunningLoop,
  sleep,
  VirtualClock,
} from "../../mod.ts";
import { hostClock } from "../../src/engine/clock.ts";
import { BenchLoop } from "../../src/testing/bench_loop.ts";
import { BenchRunner } from "../../src/testing/bench_runner.ts";
import { bench, type BenchOptions } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom } from "../futures/trial.ts";

const nothing = { name: "nothing", start: () => {}, end: () => {} };

Deno.test("all iterations of a benchmark run in one task of one loop (generator)", async () => {
  const seen = new Set<unknown>();
  const loop = new BenchLoop("it", function* () {
    seen.add(getRunningLoop()).add(currentTask());
    yield* sleep(0);
    assertEquals(allTasks().size, 1);
  }, hostClock);
  for (let iteration = 0; iteration < 5; iteration++) await loop.iterate(nothing);
  assertEquals(seen.size, 2);
});

Deno.test("all iterations of a benchmark run in one task of one loop (native async)", async () => {
  const seen = new Set<unknown>();
  const loop = new BenchLoop("it", async () => {
    seen.add(getRunningLoop()).add(currentTask());
    await sleep(0);
    seen.add(currentTask());
  }, hostClock);
  for (let iteration = 0; iteration < 5; iteration++) await loop.iterate(nothing);
  assertEquals(seen.size, 2);
});

Deno.test("time of a virtual clock goes on from one iteration to the next", async () => {
  const clock = new VirtualClock();
  const loop = new BenchLoop("it", () => sleep(3_600_000), clock);
  for (let iteration = 0; iteration < 3; iteration++) await loop.iterate(nothing);
  assertEquals(clock.now(), 3 * 3_600_000);
});

Deno.test("an iteration that fails says why, and the next one may be better", async () => {
  let isGood = false;
  const loop = new BenchLoop("it", async () => {
    await sleep(0);
    if (!isGood) throw new Boom("bad");
  }, hostClock);
  assertEquals(await loop.iterate(nothing).catch(String), "Boom: bad");
  isGood = true;
  await loop.iterate(nothing);
});

Deno.test("a body that leaves tasks behind is refused", async () => {
  const loop = new BenchLoop("it", async () => {
    createTask(() => sleep(1), { name: "forgotten" });
    await sleep(0);
  }, new VirtualClock());
  assertEquals(
    await loop.iterate(nothing).catch(String),
    'RuntimeError: Cannot measure "it": it leaves tasks behind (forgotten), await them',
  );
});

Deno.test("where the host has none, an own runner measures, group by group", async () => {
  const lines: string[] = [];
  const runner = new BenchRunner((line) => void lines.push(line));
  const calls: Record<string, number> = {};
  const count = (name: string, more: object = {}) => ({
    name,
    n: 20,
    warmup: 3,
    fn: async () => {
      calls[name] = (calls[name] ?? 0) + 1;
      await null;
    },
    ...more,
  });
  runner.add(count("in a group", { group: "g", baseline: true }));
  runner.add(count("alone"));
  runner.add(count("also in the group", { group: "g" }));
  runner.add(count("ignored", { ignore: true }));
  await runner.run();
  assertEquals(calls, { "in a group": 23, "also in the group": 23, alone: 23 });
  const text = lines.join("\n");
  assert(/^\| benchmark +\| time\/iter \(avg\) \| +iter\/s \|/.test(text), text);
  assert(
    /group g\n\| in a group .*\n\| also in the group .*\n\nsummary\n {2}in a group\n/.test(text),
  );
  assert(/^ +[\d.]+x (faster|slower) than also in the group$/m.test(text), text);
  assert(!text.includes("ignored"), text);
});

Deno.test("an own runner compares what a coarse clock finds to take no time", async () => {
  const { now } = performance;
  let time = 0;
  performance.now = () => time;
  try {
    const lines: string[] = [];
    const runner = new BenchRunner((line) => void lines.push(line));
    const settings = { group: "g", n: 2, warmup: 0 };
    runner.add({ name: "slow", ...settings, fn: () => Promise.resolve(void (time += 2)) });
    runner.add({ name: "quick", ...settings, fn: () => Promise.resolve() });
    await runner.run();
    assertEquals(lines.slice(-2), ["\nsummary\n  quick", "  2000000.00x faster than slow"]);
  } finally {
    performance.now = now;
  }
  await new Promise((resolve) => setTimeout(resolve, 0)); // It would have begun by itself now.
});

Deno.test("an own runner goes on after a benchmark that fails, and fails at the end", async () => {
  const lines: string[] = [];
  const runner = new BenchRunner((line) => void lines.push(line));
  const settings = { group: "g", n: 2, warmup: 0 };
  const boom = new Boom("of a benchmark");
  runner.add({ name: "fails", ...settings, fn: () => Promise.reject(boom) });
  runner.add({ name: "works", ...settings, fn: () => Promise.resolve() });
  const failure = await runner.run().catch((error) => error);
  assert(failure instanceof ExceptionGroup);
  assertEquals(failure.errors, [boom]);
  assertEquals(lines.filter((line) => line.includes("fails")), [
    `| ${"fails".padEnd(9)} | failed: Boom: of a benchmark`,
  ]);
  assert(lines.some((line) => line.startsWith("| works")));
  await new Promise((resolve) => setTimeout(resolve, 0)); // It would have begun by itself now.
});

Deno.test("an own runner runs what is `only`, and measures from start() to end()", async () => {
  const lines: string[] = [];
  const runner = new BenchRunner((line) => void lines.push(line));
  const wait = () => new Promise((resolve) => void setTimeout(resolve, 20));
  const fn = async ({ start, end }: { start(): void; end(): void }) => {
    await wait();
    start();
    end();
    await wait();
  };
  runner.add({
    name: "by hand",
    only: true,
    n: 3,
    warmup: 1,
    fn: (context) => fn({ start: () => context.start(), end: () => context.end() }),
  });
  runner.add({ name: "another", fn: () => Promise.reject(new Boom("it must not run")) });
  await runner.run();
  assert(/by hand +\| +[\d.]+ (ns|µs) /.test(lines.at(-1)!), lines.at(-1));
});

Deno.test("bench() runs under deno bench, both front ends side by side", async () => {
  const fixture = new URL("./fixtures/bench.ts", import.meta.url).pathname;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "--allow-all", "--no-check", "--quiet", "--json", fixture],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, text + new TextDecoder().decode(stderr));
  const { benches } = JSON.parse(text) as {
    benches: {
      name: string;
      group: string | null;
      baseline: boolean;
      results: { ok?: { n: number } }[];
    }[];
  };
  assertEquals(
    benches.map((
      { name, group, baseline, results },
    ) => [name, group, baseline, results[0].ok!.n > 0]),
    [
      ["an hour", null, false, true],
      ["a generator", "g", true, true],
      ["an async function", "g", false, true],
    ],
  );
});

Deno.test("bench() refuses what it cannot take at once", () => {
  const body = async () => {};
  assertThrows(() => bench(1 as never, body), TypeError, "name must be a string: 1");
  assertThrows(() => bench("x", "y" as never), TypeError, "body");
  const refuse = (options: unknown, error: new (message: string) => Error, message: string) =>
    assertThrows(() => bench("x", body, options as BenchOptions), error, message);
  refuse({ groop: "g" }, TypeError, 'Unknown option "groop" of a benchmark');
  refuse({ group: 1 }, TypeError, "group must be a string: 1");
  refuse({ baseline: 1 }, TypeError, "baseline must be a boolean: 1");
  refuse({ n: 0 }, RangeError, "n must be a whole number of 1 or more: 0");
  refuse({ warmup: -1 }, RangeError, "warmup must be a whole number of 0 or more: -1");
  refuse(
    { clock: "fast" },
    TypeError,
    'clock must be "virtual", "real" or have a method now(): "fast"',
  );
});
