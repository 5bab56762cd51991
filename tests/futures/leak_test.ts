import { assert, assertEquals } from "../assert.ts";
import { runToEnd } from "./child.ts";

/** Bounds, in bytes, what a million tasks may leave on the heap. */
const MOST_GROWTH = 2_000_000;

Deno.test("a million tasks that ended leave nothing behind", async () => {
  const { code, stdout, stderr } = await runToEnd("leak.ts", ["--v8-flags=--expose-gc"]);
  assertEquals([code, stderr], [0, ""]);
  const { before, after } = JSON.parse(stdout);
  for (const { ready, timers, tasks, stale } of [before, after]) {
    assertEquals({ ready, timers, tasks, stale }, { ready: 0, timers: 0, tasks: 0, stale: 0 });
  }
  assertEquals([after.ids, after.bytes], [before.ids, before.bytes]);
  const growth = after.heap - before.heap;
  assert(growth < MOST_GROWTH, `the heap grew by ${growth} bytes`);
});
