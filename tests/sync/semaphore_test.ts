import {
  BoundedSemaphore,
  CancelledError,
  createTask,
  gather,
  RuntimeError,
  Semaphore,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";

trial("Semaphore's permit releases at the end of a using block", function* () {
  for (const semaphore of [new Semaphore(2), new BoundedSemaphore(2)]) {
    {
      using _permit = yield semaphore.acquire();
      assertEquals(semaphore.value, 1);
    }
    assertEquals(semaphore.value, 2);
  }
});

trial("Semaphore's permit that is disposed twice releases once", function* () {
  for (const semaphore of [new Semaphore(2), new BoundedSemaphore(2)]) {
    const first: Disposable = yield semaphore.acquire();
    yield semaphore.acquire();
    for (let n = 0; n < 3; n++) first[Symbol.dispose]();
    assertEquals(semaphore.value, 1);
    semaphore.release();
    assertEquals(semaphore.value, 2);
  }
});

trial("Semaphore with no permits lets nobody in until one is released", function* (as) {
  const semaphore = new Semaphore(0);
  assertEquals([semaphore.value, semaphore.locked], [0, true]);
  const task = createTask(as(function* () {
    yield semaphore.acquire();
    return "in";
  }));
  yield sleep(1);
  assertEquals(task.done, false);
  semaphore.release();
  assertEquals([yield task, semaphore.value], ["in", 0]);
});

trial("Semaphore may grow by release(), a bounded one may not", function* () {
  const semaphore = new Semaphore();
  semaphore.release();
  assertEquals(semaphore.value, 2);
  const bounded = new BoundedSemaphore();
  assertThrows(() => bounded.release(), RuntimeError, "are free (1)");
  const permit: Disposable = yield bounded.acquire();
  permit[Symbol.dispose]();
  assertThrows(() => bounded.release(), RuntimeError, "all of its permits are free");
  assertEquals(bounded.value, 1);
});

trial("Semaphore lets as many in as it has permits, and no more", function* (as) {
  const semaphore = new BoundedSemaphore(3);
  let inside = 0;
  let most = 0;
  const enter = as(function* () {
    using _permit = yield semaphore.acquire();
    most = Math.max(most, ++inside);
    yield sleep(1);
    inside--;
  });
  yield gather(Array.from({ length: 10 }, () => () => enter()));
  assertEquals([most, inside, semaphore.value], [3, 0, 3]);
});

trial("Semaphore.statistics() tells what is free and who waits, at one moment", function* (as) {
  const semaphore = new Semaphore(1);
  assertEquals(semaphore.statistics(), { value: 1, waiting: 0 });
  const permit: Disposable = yield semaphore.acquire();
  const enter = as(function* () {
    using _permit = yield semaphore.acquire();
  });
  const tasks = [createTask(enter), createTask(enter)];
  yield sleep(1);
  const before = semaphore.statistics();
  assertEquals(before, { value: 0, waiting: 2 });
  assert(Object.isFrozen(before));
  tasks[0].cancel();
  assertEquals(semaphore.statistics(), { value: 0, waiting: 1 });
  yield* failure(tasks[0], CancelledError);
  permit[Symbol.dispose]();
  yield tasks[1];
  assertEquals(semaphore.statistics(), { value: 1, waiting: 0 });
});

trial("Semaphore gives the permit of one cancelled after being woken to the next", function* (as) {
  const semaphore = new BoundedSemaphore(1);
  const permit: Disposable = yield semaphore.acquire();
  const enter = as(function* () {
    using _permit = yield semaphore.acquire();
    return "in";
  });
  const [first, second] = [createTask(enter), createTask(enter)];
  yield sleep(1);
  permit[Symbol.dispose]();
  first.cancel();
  yield* failure(first, CancelledError);
  assertEquals(yield second, "in");
  assertEquals(semaphore.statistics(), { value: 1, waiting: 0 });
});

Deno.test("Semaphore refuses what is not a whole number of 0 or more", () => {
  for (const Kind of [Semaphore, BoundedSemaphore]) {
    for (const value of [-1, 1.5, NaN, Infinity, -Infinity]) {
      assertThrows(() => new Kind(value), RangeError, "value");
    }
    for (const value of ["1", null, 1n, {}, true]) {
      assertThrows(() => new Kind(value as never), TypeError, "value");
    }
    assertEquals([new Kind(0).value, new Kind().value], [0, 1]);
  }
});
