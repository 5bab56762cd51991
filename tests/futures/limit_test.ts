import {
  asCompleted,
  CancelledError,
  createTask,
  each,
  ExceptionGroup,
  gather,
  getRunningLoop,
  sleep,
  type TaskGroup,
  taskGroup,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, type FrontEnd, trial } from "./trial.ts";

/** Makes coroutines that note how many of them run at once. */
function counted(as: FrontEnd, count: number, ms = 1) {
  const seen = { most: 0, running: 0, began: [] as number[] };
  const work = Array.from({ length: count }, (_, n) =>
    as(function* () {
      seen.began.push(n);
      seen.most = Math.max(seen.most, ++seen.running);
      try {
        yield sleep(ms);
        return n;
      } finally {
        seen.running--;
      }
    }));
  return { seen, work };
}

trial("a limit lets so many run at once, in the order they came", function* (as) {
  for (const limit of [1, 3, 100, Infinity]) {
    const { seen, work } = counted(as, 7);
    const start = getRunningLoop().time();
    const all = [0, 1, 2, 3, 4, 5, 6];
    assertEquals(yield gather(work, { limit }), all);
    assertEquals([seen.most, seen.began], [Math.min(limit, 7), all]);
    assertEquals(getRunningLoop().time() - start, Math.ceil(7 / Math.min(limit, 7)));
  }
});

trial("a limit frees the places of those that fail or are cancelled", function* (as) {
  const { seen, work } = counted(as, 4);
  const bad = as(function* () {
    yield sleep(1);
    throw new Boom();
  });
  const results: unknown[] = yield gather([bad, ...work, bad], {
    limit: 1,
    returnExceptions: true,
  });
  assertEquals(results.slice(1, 5), [0, 1, 2, 3]);
  assertEquals([seen.most, seen.running], [1, 0]);
});

trial("a limit whose waiters are cancelled starts none of them", function* (as) {
  const { seen, work } = counted(as, 5, 100);
  const task = createTask(() => gather(work, { limit: 2 }));
  yield sleep(1);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals([seen.began, seen.running], [[0, 1], 0]);
});

trial("a limit passes on the turn of one that is cancelled when its turn has come", function* (as) {
  const { seen, work } = counted(as, 3, 5);
  const loop = getRunningLoop();
  yield taskGroup(
    as(function* (group) {
      const tasks = work.map((coroutine) => group.createTask(coroutine));
      yield sleep(0);
      loop.callAt(5, () => loop.callSoon(() => tasks[1].cancel()));
      yield* caught(tasks[1]);
    }),
    { limit: 1 },
  );
  assertEquals([seen.began, loop.time()], [[0, 2], 10]);
});

trial("a limit bounds asCompleted() too, whatever is awaited", function* (as) {
  const { seen, work } = counted(as, 5);
  const taken: number[] = [];
  yield each(
    asCompleted(work, { limit: 2 }),
    as(function* (done) {
      taken.push(done.result());
      yield sleep(0);
    }),
  );
  assertEquals([seen.most, taken], [2, [0, 1, 2, 3, 4]]);
  assertEquals(yield gather([sleep(1, "a"), sleep(1, "b")], { limit: 1 }), ["a", "b"]);
});

trial("a limit must be a whole number of 1 or more", function* () {
  for (const limit of [0, -1, 1.5, NaN, -Infinity]) {
    assertThrows(() => gather([], { limit }), RangeError, "limit");
    assertThrows(() => asCompleted([], { limit }), RangeError, "limit");
  }
  assertThrows(() => gather([], { limit: "1" as never }), TypeError, "limit");
  assertThrows(() => gather([], { limit: null as never }), TypeError, "limit");
  yield* caught(sleep(0));
});

trial("TaskGroup with a limit starts no task after one has failed", function* (as) {
  const started: number[] = [];
  const child = (n: number) =>
    as(function* () {
      started.push(n);
      yield sleep(1);
      throw new Boom(String(n));
    });
  const body = as(function* (group: TaskGroup) {
    for (const n of [1, 2, 3]) group.createTask(child(n));
    yield sleep(100);
  });
  const { errors } = yield* failure(taskGroup(body, { limit: 1 }), ExceptionGroup);
  assertEquals([started, errors.map(String)], [[1], ["Boom: 1"]]);
});
