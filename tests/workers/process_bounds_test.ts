import { gather } from "../../mod.ts";
import { JobLostError, ProcessPool } from "../../workers.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";

const GREEDY = import.meta.resolve("./jobs/greedy.ts");

for (const name of ["fillHeap", "fillBuffers", "fillBuffersSlowly", "fillInThread"]) {
  trial(`ProcessPool ends a process alone that takes too much memory: ${name}`, function* () {
    const pool = new ProcessPool({ size: 1, maxMemory: 200 });
    const lost = yield* failure(pool.run(GREEDY, name), JobLostError, "more memory than 200 MB");
    assertEquals(lost.reason, "memory");
    assertEquals(yield pool.run(GREEDY, "countCalls"), 1);
    yield pool.close();
  });
}

trial("ProcessPool lets a process make garbage within its memory", function* () {
  const pool = new ProcessPool({ size: 1, maxMemory: 256 });
  assertEquals(yield pool.run(GREEDY, "makeGarbage"), "made 12000000");
  assertEquals(yield pool.run(GREEDY, "countCalls"), 1);
  yield pool.close();
});

for (
  const [name, ...args] of [["printForEver", "log"], ["printForEver", "error"], ["reportForEver"]]
) {
  trial(`ProcessPool ends a process that writes too much: ${name} ${args}`, function* () {
    const pool = new ProcessPool({ size: 1, maxOutput: 5000 });
    const lost = yield* failure(pool.run(GREEDY, name, ...args), JobLostError, "than 5000 bytes");
    assertEquals(lost.reason, "output");
    assertEquals(yield pool.run(GREEDY, "countCalls"), 1);
    yield pool.close();
  });
}

trial("ProcessPool counts what a process writes anew for each job", function* () {
  const pool = new ProcessPool({ size: 1, maxOutput: 5000 });
  for (let n = 0; n < 5; n++) {
    assertEquals((yield pool.run(GREEDY, "giveString", 4000)).length, 4000);
  }
  assertEquals(yield pool.run(GREEDY, "countCalls"), 1);
  yield* failure(pool.run(GREEDY, "giveString", 5000), JobLostError, "than 5000 bytes");
  yield pool.close();
});

trial("ProcessPool gives a process so many jobs, and then another its place", function* () {
  const pool = new ProcessPool({ size: 2, maxJobs: 1 });
  const calls = [1, 2, 3, 4].map(() => pool.run(GREEDY, "countCalls"));
  assertEquals(yield gather(calls), [1, 1, 1, 1]);
  assertEquals(pool.statistics().seats, 0);
  yield pool.close();
  const other = new ProcessPool({ size: 1, maxJobs: 2 });
  const counts = yield other.map(GREEDY, "countCalls", [1, 2, 3]);
  assertEquals(counts, [1, 2, 1]);
  yield other.close();
});

Deno.test("ProcessPool refuses bounds that make no sense", () => {
  for (const maxMemory of [100, 150.5, Infinity, NaN]) {
    assertThrows(() => new ProcessPool({ maxMemory }), RangeError, "maxMemory");
  }
  assertThrows(() => new ProcessPool({ maxMemory: "1 GB" as never }), TypeError, "maxMemory");
  assertThrows(() => new ProcessPool({ maxOutput: 0 }), RangeError, "maxOutput");
  assertThrows(() => new ProcessPool({ maxJobs: 0 }), RangeError, "maxJobs");
});
