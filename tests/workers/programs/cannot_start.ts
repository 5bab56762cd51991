/**
 * Has no permission to read the file of a worker.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  await using pool = new WorkerPool({ size: 1 });
  for (let time = 0; time < 2; time++) {
    try {
      await pool.run(jobs, "add", 1, 1);
    } catch (error) {
      const { name, message } = error as Error;
      console.log(name, message.includes("Requires read access"));
    }
  }
});
console.log("ended");
