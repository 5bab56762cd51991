import {
  type CancelScope,
  cancelScope,
  createTask,
  currentTask,
  getRunningLoop,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, trial } from "./trial.ts";

trial("a shielded scope catches its own deadline inside of a cancelled one", function* (as) {
  const log: string[] = [];
  let inner: CancelScope | undefined;
  const result = yield cancelScope(
    as(function* (outer: CancelScope) {
      try {
        outer.cancel();
        yield sleep(1000);
      } finally {
        const deadline = getRunningLoop().time() + 20;
        const closed: boolean | undefined = yield cancelScope(
          as(function* (scope: CancelScope) {
            inner = scope;
            return yield sleep(1000, true);
          }),
          { shield: true, deadline },
        );
        log.push(`closed ${closed} at ${getRunningLoop().time()}`);
      }
      log.push("not reached");
    }),
  );
  assertEquals(log, ["closed undefined at 20"]);
  assertEquals([result, inner!.cancelCaught, currentTask()!.cancelling], [undefined, true, 0]);
});

trial("a shielded scope that is cancelled by hand in a cancelled one ends alone", function* (as) {
  let after = 0;
  yield cancelScope(
    as(function* (outer: CancelScope) {
      outer.cancel();
      yield cancelScope(
        as(function* (scope: CancelScope) {
          scope.cancel();
          yield sleep(1000);
        }),
        { shield: true },
      );
      after++;
      yield sleep(1000); // The outer one still throws.
      after++;
    }),
  );
  assertEquals([after, getRunningLoop().time()], [1, 0]);
});

trial("a timeout in a shielded scope of a cancelled one is a TimeoutError there", function* (as) {
  const errors: unknown[] = [];
  yield cancelScope(
    as(function* (outer: CancelScope) {
      outer.cancel();
      yield cancelScope(
        as(function* () {
          errors.push(yield* failure(timeout(20, () => sleep(1000)), TimeoutError));
          yield sleep(5);
        }),
        { shield: true },
      );
    }),
  );
  assertEquals([errors.length, getRunningLoop().time()], [1, 25]);
});

trial("taking a shield away interrupts what waits in a cancelled scope", function* (as, { loop }) {
  let inner: CancelScope | undefined;
  const log: string[] = [];
  const task = createTask(() =>
    cancelScope(
      as(function* (outer: CancelScope) {
        outer.cancel();
        yield cancelScope(
          as(function* (scope: CancelScope) {
            inner = scope;
            const error = yield* caught(sleep(100));
            log.push(`${(error as Error | undefined)?.name} at ${loop.time()}`);
            throw error;
          }),
          { shield: true },
        );
      }),
    )
  );
  yield sleep(1);
  inner!.shield = false;
  yield task;
  assertEquals([log, loop.time(), task.cancelled], [["CancelledError at 1"], 1, false]);
});

trial(
  "taking a shield away interrupts nothing while no scope outside is cancelled",
  function* (as) {
    let inner: CancelScope | undefined;
    const task = createTask(() =>
      cancelScope(() =>
        cancelScope(
          as(function* (scope: CancelScope) {
            inner = scope;
            return yield sleep(100, "slept");
          }),
          { shield: true },
        )
      )
    );
    yield sleep(1);
    inner!.shield = false;
    assertEquals(yield task, "slept");
  },
);

trial("a scope's shield is a boolean", function* (as) {
  yield cancelScope(as(function* (scope: CancelScope) {
    for (const wrong of ["hello", 1, undefined, null]) {
      assertThrows(() => scope.shield = wrong as never, TypeError, "shield");
    }
    assert(scope.shield === false);
    scope.shield = true;
    assert(scope.shield);
    yield sleep(0);
  }));
});
