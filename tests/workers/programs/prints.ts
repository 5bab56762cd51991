/**
 * Prints from a process, between and beside its messages.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new ProcessPool({ size: 1 });
  await pool.run(jobs, "print", "one");
  await pool.map(jobs, "print", ["two", "three"]);
});
console.log("ended");
