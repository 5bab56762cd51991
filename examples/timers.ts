/**
 * Shows a million timers on each engine, beside the host's own; needs no permission.
 *
 *     deno run examples/timers.ts
 *
 * @module
 */

import { newCore } from "../core.ts";
import { type Result, type Show, shuffle } from "./million_timers.ts";
import { runTimers as runOnJs } from "./million_timers.ts?engine=js";
import { runTimers as runOnWasm } from "./million_timers.ts?engine=wasm";

const TIMERS = 1_000_000;
const HOST_TIMERS = 100_000;
const WARM_UP = 50_000;
const SPAN_MS = 100;

/** Shows one bar that moves on a terminal, and a line a phase elsewhere. */
function progressBar(name: string): Show {
  const live = Deno.stdout.isTerminal();
  const encoder = new TextEncoder();
  return (phase, done) => {
    const label = `${name}: ${phase}`;
    if (live) {
      const bar = "█".repeat(Math.round(done * 30)).padEnd(30, "░");
      const percent = String(Math.round(done * 100)).padStart(3);
      Deno.stdout.writeSync(encoder.encode(`\r\x1b[K${bar} ${percent} %  ${label}`));
      if (done === 1) Deno.stdout.writeSync(encoder.encode("\r\x1b[K"));
    } else if (done === 1) console.log(`${label}: done`);
  };
}

/** Runs timers of the host through the same phases; expiring is timed once all are due. */
async function runOnHost(count: number, show: Show): Promise<Result> {
  const timers: ReturnType<typeof setTimeout>[] = [];
  const cancelled = shuffle(count).subarray(0, count / 2);
  const { promise, resolve } = Promise.withResolvers<void>();
  let left = count - cancelled.length;
  const fire = () => {
    if (--left === 0) resolve();
  };

  show("arm", 0);
  let start = performance.now();
  for (let at = 0; at < count; at++) {
    timers.push(setTimeout(fire, Math.ceil(Math.random() * SPAN_MS)));
  }
  const arm = performance.now() - start;
  show("arm", 1);

  show("cancel", 0);
  start = performance.now();
  for (const at of cancelled) clearTimeout(timers[at]);
  const cancel = performance.now() - start;
  show("cancel", 1);

  while (performance.now() - start < SPAN_MS + 2);
  show("expire", 0);
  start = performance.now();
  await promise;
  const expire = performance.now() - start;
  show("expire", 1);
  return {
    name: "setTimeout",
    timers: count,
    arm: arm * 1e6 / count,
    cancel: cancel * 1e6 / cancelled.length,
    expire: expire * 1e6 / (count - cancelled.length),
    fault: "",
  };
}

/** Prints the results as a table. */
function printResults(results: readonly Result[]): void {
  const header = ["", "timers", "arm", "cancel", "expire", "order"];
  const rows = results.map((one) => [
    one.name,
    one.timers.toLocaleString("en-US"),
    ...[one.arm, one.cancel, one.expire].map((ns) =>
      `${Math.round(ns).toLocaleString("en-US")} ns`
    ),
    one.fault || (one.name === "setTimeout" ? "not checked" : "exact"),
  ]);
  for (const row of [header, ...rows]) {
    console.log(row.map((cell, at) => at === 0 ? cell.padEnd(12) : cell.padStart(13)).join(""));
  }
}

const quiet: Show = () => {};
console.log(
  "A million timers on each engine: half are cancelled in random order, the rest expire.\n",
);

const wasm = newCore("wasm");
runOnWasm(wasm, WARM_UP, quiet);
wasm.reset();
const js = newCore("js");
runOnJs(js, WARM_UP, quiet);
js.reset();
await runOnHost(WARM_UP / 10, quiet);

const results = [
  runOnWasm(wasm, TIMERS, progressBar("wasm")),
  runOnJs(js, TIMERS, progressBar("js")),
  await runOnHost(HOST_TIMERS, progressBar("setTimeout")),
];
printResults(results);
console.log("\nexpire: by deadline, then by arming; taken from the ready queue and released.");
if (results.some((one) => one.fault !== "")) Deno.exit(1);
