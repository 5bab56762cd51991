import { getRunningLoop, type Task } from "../../mod.ts";
import { toThread, WorkerPool } from "../../workers.ts";
import { assert } from "../assert.ts";
import { inWorld, rejection } from "../futures/trial.ts";

/** Doubles a number; somebody wants to run it elsewhere. */
const double = (n: number) => 2 * n;

// deno-lint-ignore no-explicit-any -- a mistake has no type
type Any = any;

Deno.test("a function given in the place of its module says to give the module's address, too", async () => {
  await inWorld(() => async () => {
    await using pool = new WorkerPool({ size: 1 });
    const mistakes: Record<string, () => Task<unknown>> = {
      "pool.run(f, 1)": () => (pool as Any).run(double, 1),
      "toThread(f)": () => (toThread as Any)(double),
      "loop.runInExecutor(undefined, f, 1)": () =>
        (getRunningLoop() as Any).runInExecutor(undefined, double, 1),
    };
    for (const [mistake, make] of Object.entries(mistakes)) {
      const error = await rejection((async () => await make())(), TypeError);
      assert(error.message.includes("import.meta.url"), `${mistake}: ${error.message}`);
    }
  });
});
