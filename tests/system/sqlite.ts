/**
 * Asks a real database of SQLite in threads.
 *
 * @module
 */

import { createTask, run } from "../../mod.ts";
import { WorkerPool } from "../../workers.ts";
import { assert, assertEquals } from "../assert.ts";
import { FRONT_ENDS } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { callMany } from "./fixtures/callers.ts";

const CALLS = 1000;
const LEDGER = import.meta.resolve("./fixtures/ledger.ts");

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`SQLite in threads answers each, and leaves nothing half done (${name})`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "weft_sqlite_" });
    const path = `${folder}/ledger.db`;
    try {
      await run(async () => {
        await using pool = new WorkerPool({ size: 2, grace: 60_000 });
        await pool.run(LEDGER, "prepare", path);
        const prng = new Prng(3);
        const write = as(function* (id: number) {
          return (yield pool.run(LEDGER, "write", path, id, prng.below(3))) as number;
        });
        const { answered, calledOff } = await createTask(callMany({
          count: CALLS,
          limit: 4,
          ask: write,
        }));
        assert(calledOff.size > CALLS / 6, `${calledOff.size} were called off`);
        assertEquals(answered.size + calledOff.size, CALLS);
        assert(answered.size > CALLS / 3, `${answered.size} were answered`);
        const { whole, half } = await pool.run<{ whole: number; half: number }>(
          LEDGER,
          "count",
          path,
        );
        assertEquals(half, 0);
        assert(whole >= answered.size && whole <= CALLS, `${whole} of ${answered.size} are there`);
        await pool.close();
      });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
