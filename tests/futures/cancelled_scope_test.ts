import { CancelledError, type CancelScope, cancelScope, createTask, sleep } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { failure, trial } from "./trial.ts";

trial("cancelScope() leaves one that its task was asked for before", function* (as) {
  for (const isWaiting of [false, true]) {
    for (const options of [{}, { deadline: 0 }, { shield: true }]) {
      const task = createTask(as(function* () {
        task.cancel("before");
        yield cancelScope(
          as(function* (scope: CancelScope) {
            scope.cancel();
            if (isWaiting) yield sleep(1);
          }),
          options,
        );
        yield sleep(1);
      }));
      assertEquals((yield* failure(task, CancelledError)).message, "before");
    }
  }
});

trial("cancelScope() in a cleanup ends with its own cancellation", function* (as) {
  const task = createTask(as(function* () {
    try {
      yield sleep(10);
    } finally {
      yield cancelScope(as(function* (scope: CancelScope) {
        scope.cancel();
        yield sleep(1);
      }));
      yield sleep(1);
      cleaned = true;
    }
  }));
  let cleaned = false;
  yield sleep(1);
  task.cancel();
  yield* failure(task, CancelledError);
  assert(cleaned);
});
