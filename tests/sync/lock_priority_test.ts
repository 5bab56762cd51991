import { createTask, Lock, type Task, yieldNow } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { trial } from "../futures/trial.ts";

trial("A lock lends its holder the priority of the most urgent who wait", function* (as) {
  const lock = new Lock();
  const log: string[] = [];
  const low: Task<void> = createTask(
    as(function* () {
      using _permit: Disposable = yield lock.acquire();
      for (let n = 0; n < 3; n++) yield yieldNow();
      log.push(`low at ${low.priority}`);
    }),
    { priority: 7 },
  );
  yield yieldNow();
  yield yieldNow();
  const middle = createTask(
    as(function* () {
      for (let n = 0; n < 5; n++) {
        log.push("middle");
        yield yieldNow();
      }
    }),
    { priority: 2 },
  );
  const high = createTask(
    as(function* () {
      using _permit: Disposable = yield lock.acquire();
      log.push("high");
    }),
    { priority: 0 },
  );
  for (const task of [low, middle, high]) yield task;
  assertEquals(log.indexOf("low at 0") < log.indexOf("high"), true);
  assertEquals(log.indexOf("high") < log.lastIndexOf("middle"), true);
  assertEquals(low.priority, 7);
});

trial("A priority set while another is lent counts once that is given back", function* (as) {
  const lock = new Lock();
  const low: Task<void> = createTask(
    as(function* () {
      using _permit: Disposable = yield lock.acquire();
      for (let n = 0; n < 4; n++) yield yieldNow();
      low.priority = 5;
      assertEquals(low.priority, 1);
    }),
    { priority: 7 },
  );
  yield yieldNow();
  yield yieldNow();
  const high = createTask(
    as(function* () {
      using _permit: Disposable = yield lock.acquire();
    }),
    { priority: 1 },
  );
  yield low;
  yield high;
  assertEquals(low.priority, 5);
});
