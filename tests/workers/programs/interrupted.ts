/**
 * A program that is interrupted while a worker or a process is busy or waits.
 *
 * @module
 */

import { type ExceptionContext, run } from "../../../mod.ts";
import { ProcessPool, WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  const [kind] = Deno.args;
  await using pool = kind === "worker"
    ? new WorkerPool({ size: 1, grace: 5 })
    : new ProcessPool({ size: 1 });
  const name = { waiting: "reportPid", spinning: "spinKnown" }[kind] ?? "spinForEver";
  for await (const report of pool.job(jobs, name)) console.log(report);
}, { onError: ({ message }: ExceptionContext) => console.log(message) });
