/**
 * Gives its workers less than it has, and then all.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { WorkerPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");

await run(async () => {
  for (const permissions of [{ read: true }, "inherit"] as const) {
    await using pool = new WorkerPool({ size: 1, permissions });
    const states = await pool.map(jobs, "readState", ["read", "net"]);
    console.log(states.join());
  }
});
