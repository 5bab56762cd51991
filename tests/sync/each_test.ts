import {
  asCompleted,
  asyncGenerator,
  CancelledError,
  cancelScope,
  type CoroutineResult,
  createTask,
  currentTask,
  each,
  sleep,
  taskGroup,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, caught, failure, trial } from "../futures/trial.ts";

/** Gives numbers in host's turns, and notes when it is closed. */
async function* numbers(log: string[]): AsyncGenerator<number> {
  try {
    for (let n = 1; n <= 3; n++) {
      await null;
      yield n;
    }
    log.push("end");
  } finally {
    log.push("closed");
  }
}

trial("each() runs its body for each item, one after the other", function* (as) {
  const log: string[] = [];
  const body = as(function* (item: number) {
    log.push(`${item}+`);
    yield sleep(1);
    log.push(`${item}-`);
  });
  const expected = ["1+", "1-", "2+", "2-", "3+", "3-"];
  for (const items of [[1, 2, 3], new Set([1, 2, 3]), [1, 2, 3].values()]) {
    yield each(items, body);
    assertEquals(log.splice(0), expected);
  }
  yield each(numbers(log), body);
  assertEquals(log.splice(0), [...expected, "end", "closed"]);
  yield each(asCompleted([2, 1, 3].map((n) => sleep(n, n))), (done) => body(done.result()));
  assertEquals(log, expected);
});

trial("each() of nothing does nothing", function* (as) {
  let called = false;
  yield each(
    [],
    as(function* () {
      called = true;
      yield sleep(0);
    }),
  );
  assertEquals(called, false);
});

trial("each() whose body throws closes the iterator, and hands on the error", function* (as) {
  const log: string[] = [];
  const broken = as(function* (item: number) {
    yield sleep(1);
    if (item === 2) throw new Boom("second");
  });
  yield* failure(each(numbers(log), broken), Boom, "second");
  assertEquals(log, ["closed"]);
  const items = (function* () {
    try {
      yield 1;
      yield 2;
    } finally {
      log.push("closed too");
    }
  })();
  yield* failure(each(items, broken), Boom, "second");
  assertEquals(log, ["closed", "closed too"]);
});

trial("each() whose task is cancelled closes the iterator", function* (as) {
  const log: string[] = [];
  const task = createTask(() =>
    each(
      numbers(log),
      as(function* () {
        yield sleep(1000);
      }),
    )
  );
  for (let n = 0; n < 20; n++) yield sleep(1);
  task.cancel("c");
  yield* failure(task, CancelledError, "c");
  assertEquals(log, ["closed"]);
});

trial("each() hands on what the iterator throws", function* (as) {
  const body = as(function* () {
    yield sleep(0);
  });
  // deno-lint-ignore require-yield -- it throws instead
  const broken = (async function* (): AsyncGenerator<number> {
    throw new Boom("iterator");
  })();
  yield* failure(each(broken, body), Boom, "iterator");
});

trial("each() refuses what cannot be iterated, and a body that is none", function* (as) {
  const body = as(function* () {
    yield sleep(0);
  });
  for (const value of [5, undefined, null, {}]) {
    let error: unknown;
    try {
      error = yield* caught(each(value as never, body));
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof TypeError && error.message.includes("each()"), String(error));
  }
  let error: unknown;
  try {
    each([], 5 as never);
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof TypeError && error.message.includes("body"), String(error));
});

trial("each() waits for any thenable that an iterator gives", function* (as) {
  const got: number[] = [];
  let count = 0;
  const next = () => ({
    then: (give: (step: IteratorResult<number>) => void) =>
      give(count < 2 ? { done: false, value: count++ } : { done: true, value: undefined }),
  });
  const items = { [Symbol.asyncIterator]: () => ({ next }) };
  const body = as(function* (n: number) {
    got.push(n);
    yield sleep(1);
  });
  yield each(items as unknown as AsyncIterable<number>, body);
  assertEquals(got, [0, 1]);
});

trial("each() refuses an iterator whose steps are no objects", function* (as) {
  const items = { [Symbol.iterator]: () => ({ next: () => 5 }) };
  const body = as(function* () {});
  yield* failure(each(items as never, body), TypeError, "must give an object: 5");
});

trial(
  "what is cancelled while each() closes it does not take the end of a scope for its own",
  function* (as) {
    const items = () =>
      asyncGenerator<number>(function* (emit) {
        try {
          yield* emit(1);
        } finally {
          yield* sleep(1); // The cancellation comes here, and the error of the body counts.
        }
      });
    const ways = [
      (body: () => CoroutineResult<void>) =>
        taskGroup((group) => {
          group.createTask(function* () {
            group.cancel();
            yield* sleep(0);
          });
          return body();
        }),
      (body: () => CoroutineResult<void>) =>
        cancelScope((scope) => {
          scope.cancel();
          return body();
        }),
    ];
    for (const way of ways) {
      const task = createTask(as(function* () {
        const error = yield* caught(each(items(), () => {
          currentTask()!.cancel();
          throw new Boom();
        }));
        assert(error instanceof Boom, String(error));
        yield way(as(function* () {
          yield sleep(1);
        }));
      }));
      yield* failure(task, CancelledError);
    }
  },
);
