/**
 * Runs many random programs that nest values of async context.
 *
 *     deno run -A tests/futures/async_context_model.ts COUNT FIRST_SEED
 *
 * stops with status 1 when a program has seen what it must not, and says what.
 *
 * @module
 */

import { runRandomProgram } from "./async_context_program.ts";

const [count = 10_000, first = 1] = Deno.args.map(Number);
let checks = 0;
for (let seed = first; seed < first + count; seed++) {
  const result = await runRandomProgram(seed, true)
    .catch((error) => ({ errors: [String(error)], checks: 0 }));
  checks += result.checks;
  if (result.errors.length === 0) continue;
  console.error(`Seed ${seed}:\n${result.errors.slice(0, 20).join("\n")}`);
  Deno.exit(1);
}
console.log(`${count} programs from seed ${first} saw in ${checks} places what they must`);
