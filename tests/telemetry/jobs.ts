/** A program that runs jobs in a span, and tells whether they are within it, for Deno's telemetry. */

import { trace } from "@opentelemetry/api";
import { run } from "../../mod.ts";
import { ProcessPool, WorkerPool } from "../../workers.ts";

const MODULE = import.meta.resolve("./job_trace.ts");

/** Runs a job in a span, and tells what it is within. */
async function ask(pool: WorkerPool | ProcessPool, call: "run" | "map"): Promise<void> {
  await trace.getTracer("jobs").startActiveSpan("caller", async (span) => {
    const within = call === "run"
      ? await pool.run(MODULE, "findTrace")
      : (await pool.map(MODULE, "findTrace", [1], { chunk: 2 }))[0];
    const { traceId, spanId } = span.spanContext();
    const isWithin = `${within}`.includes(`${traceId}-${spanId}`);
    console.log(`${call}() of a ${pool}: ${isWithin ? "within" : within}`);
    span.end();
  });
}

await run(async () => {
  await using threads = new WorkerPool({ size: 1 });
  await using processes = new ProcessPool({ size: 1, permissions: "all" });
  for (const pool of [threads, processes]) {
    for (const call of ["run", "map"] as const) await ask(pool, call);
  }
});
