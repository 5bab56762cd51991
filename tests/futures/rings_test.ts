import {
  CancelledError,
  createTask,
  DeadlockError,
  Event,
  gather,
  run,
  sleep,
  type Task,
  VirtualClock,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { assertError, caughtBy, failure, FRONT_ENDS, trial } from "./trial.ts";

/** Starts two tasks that wait for each other, and notes what becomes of them. */
function ring(
  as: typeof FRONT_ENDS[number][1],
  log: string[],
  through = (task: Task<void>) => [task],
) {
  const tasks: Task<void>[] = [];
  const member = (name: string, other: number) =>
    as(function* () {
      yield sleep(1);
      try {
        for (const task of through(tasks[other])) yield task;
      } catch (error) {
        log.push(`${name} ${error instanceof CancelledError}`);
        throw error;
      }
    });
  tasks.push(createTask(member("a", 1)), createTask(member("b", 0)));
  return tasks;
}

trial("tasks that wait for each other are cancelled together", function* (as) {
  for (const through of [undefined, (task: Task<void>) => [gather([task])] as never]) {
    const log: string[] = [];
    const tasks = ring(as, log, through);
    yield sleep(2);
    assertEquals(tasks[0].cancel("stop"), true);
    for (const task of tasks) yield* failure(task, CancelledError);
    assertEquals(log.sort(), ["a true", "b true"]);
  }
});

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`tasks that wait for each other are a deadlock, and all is cleaned up (${name})`, async () => {
    const log: string[] = [];
    const main = as(function* () {
      createTask(as(function* () {
        try {
          yield new Event().wait();
        } finally {
          log.push("other");
        }
      }));
      yield ring(as, log)[0];
    });
    const options = { clock: new VirtualClock(), signals: [], name: "main" };
    const error = await caughtBy(run(main, options));
    assertError(error, DeadlockError, "main waits on", "waits on Event.wait()");
    assertEquals(log.sort(), ["a true", "b true", "other"]);
  });
}

trial("a cancellation goes down a chain of thousands of tasks", function* () {
  let last: Task<unknown> = createTask(() => sleep(1000));
  const first = last;
  for (let n = 0; n < 20_000; n++) {
    const next = last;
    last = createTask(() => next);
  }
  yield sleep(1);
  last.cancel();
  yield* failure(last, CancelledError);
  assertEquals([first.cancelled, first.cancelling], [true, 1]);
});
