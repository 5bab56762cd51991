/**
 * Runs jobs in a process on a host that gives a process no more than the three pipes.
 *
 * @module
 */

import { run } from "../../../mod.ts";
import { ProcessPool } from "../../../workers.ts";

const jobs = import.meta.resolve("../jobs/jobs.ts");
const { internal } = Deno as unknown as { internal: symbol };
const beneath = (Deno as unknown as Record<symbol, { kExtraStdio?: symbol }>)[internal];
console.log(typeof beneath.kExtraStdio);
delete beneath.kExtraStdio;
console.log(typeof beneath.kExtraStdio);

await run(async () => {
  await using pool = new ProcessPool({ size: 1 });
  for (let n = 0; n < 2; n++) console.log(await pool.run(jobs, "add", n, 1));
});
console.log("ended");
