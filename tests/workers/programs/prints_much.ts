/**
 * Prints more than a pipe holds from a process, and says on its standard error what the job gave.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new ProcessPool({ size: 1 });
  console.error(await pool.run(jobs, "printLines", 5000));
});
