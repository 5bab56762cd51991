/**
 * Weft's test kit: tests in virtual time that leave nothing behind, under one schedule or many.
 *
 * ```ts
 * import { createTask, Event, sleep } from "@weft/weft";
 * import { runTest, waitAllTasksBlocked } from "@weft/weft/testing.ts";
 *
 * await runTest(async ({ clock }) => {
 *   const door = new Event();
 *   const guest = createTask(() => door.wait());
 *   await waitAllTasksBlocked();
 *   console.assert(door.statistics().waiting === 1);
 *   await sleep(3_600_000); // an hour that takes no time
 *   door.set();
 *   console.assert(await guest && clock.now() === 3_600_000);
 * });
 * ```
 *
 * @module
 */

export {
  bench,
  type BenchBody,
  type BenchContext,
  type BenchOptions,
} from "./src/testing/bench.ts";
export { explore, SeedError, type Seeds } from "./src/testing/explore.ts";
export { LeakError } from "./src/testing/leak_error.ts";
export { type ErrorClass, raises, RaisesError } from "./src/testing/raises.ts";
export { Random } from "./src/testing/random.ts";
export { runTest, type RunTestOptions, type TestBody } from "./src/testing/trial.ts";
export { BrokenSequenceError, Sequencer } from "./src/testing/sequencer.ts";
export { type RegisterTest, type Test, test, type TestOptions } from "./src/testing/test_cases.ts";
export { type Cleanup, TestScope } from "./src/testing/test_scope.ts";
export { UnhandledError } from "./src/testing/unhandled_error.ts";
export { waitAllTasksBlocked } from "./src/testing/wait_all_tasks_blocked.ts";
