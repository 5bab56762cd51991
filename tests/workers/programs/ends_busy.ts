/**
 * A program that ends while a process is busy: by `Deno.exit()`, or by an error that nobody handles.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new ProcessPool({ size: 1 });
  for await (const report of pool.job(jobs, "spinKnown")) {
    console.log(report);
    if (Deno.args[0] === "exit") Deno.exit(3);
    Promise.reject(new Error("nobody handles it"));
  }
});
