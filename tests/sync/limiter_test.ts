import { CancelledError, createTask, gather, Limiter, sleep, type Task } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Starts tasks that go in and stay for a time; notes who is in. */
function crowd(as: FrontEnd, limiter: Limiter, count: number, ms = 10) {
  const inside = new Set<number>();
  const tasks: Task<void>[] = Array.from({ length: count }, (_, n) =>
    createTask(as(function* () {
      using _permit = yield limiter.acquire();
      inside.add(n);
      yield sleep(ms);
      inside.delete(n);
    })));
  return { inside, tasks };
}

trial("Limiter lets so many in at a time, in the order they came", function* (as) {
  const limiter = new Limiter(2);
  const { inside, tasks } = crowd(as, limiter, 4);
  yield sleep(1);
  assertEquals([[...inside], limiter.borrowed, limiter.available], [[0, 1], 2, 0]);
  yield sleep(10);
  assertEquals([...inside], [2, 3]);
  yield gather(tasks);
  assertEquals([limiter.borrowed, limiter.available], [0, 2]);
});

trial("Limiter that is raised lets in as many as there is room", function* (as) {
  const limiter = new Limiter(1);
  const { inside, tasks } = crowd(as, limiter, 5);
  yield sleep(1);
  assertEquals([...inside], [0]);
  limiter.limit = 3;
  yield sleep(1);
  assertEquals([[...inside], limiter.borrowed], [[0, 1, 2], 3]);
  limiter.limit = Infinity;
  yield sleep(1);
  assertEquals([inside.size, limiter.available], [5, Infinity]);
  yield gather(tasks);
  assertEquals(limiter.borrowed, 0);
});

trial("Limiter that is lowered disturbs nobody, and lets in fewer", function* (as) {
  const limiter = new Limiter(3);
  const { inside, tasks } = crowd(as, limiter, 6);
  yield sleep(1);
  limiter.limit = 1;
  assertEquals([inside.size, limiter.borrowed, limiter.available], [3, 3, 0]);
  yield sleep(10);
  assertEquals([[...inside], limiter.borrowed], [[3], 1]);
  yield sleep(10);
  assertEquals([...inside], [4]);
  yield gather(tasks);
});

trial("Limiter of 0 lets nobody in until it is raised", function* (as) {
  const limiter = new Limiter(0);
  const { inside, tasks } = crowd(as, limiter, 2);
  yield sleep(1);
  assertEquals([inside.size, limiter.statistics().waiting], [0, 2]);
  limiter.limit = 1;
  yield gather(tasks);
  limiter.limit = 0;
  assertEquals([limiter.available, limiter.borrowed], [0, 0]);
});

trial("Limiter's permit that is disposed twice leaves once", function* () {
  const limiter = new Limiter(2);
  const first: Disposable = yield limiter.acquire();
  using _second = yield limiter.acquire();
  for (let n = 0; n < 3; n++) first[Symbol.dispose]();
  assertEquals([limiter.borrowed, limiter.available], [1, 1]);
});

trial("Limiter forgets one that is cancelled while it waits", function* (as) {
  const limiter = new Limiter(1);
  const { tasks } = crowd(as, limiter, 3);
  yield sleep(1);
  tasks[1].cancel("c");
  yield* failure(tasks[1], CancelledError, "c");
  assertEquals(limiter.statistics(), { limit: 1, borrowed: 1, waiting: 1 });
  yield gather([tasks[0], tasks[2]]);
  assertEquals(limiter.borrowed, 0);
});

trial("Limiter gives the place of one cancelled after being woken to the next", function* (as) {
  const limiter = new Limiter(1);
  const permit: Disposable = yield limiter.acquire();
  const { inside, tasks } = crowd(as, limiter, 2);
  yield sleep(1);
  permit[Symbol.dispose]();
  tasks[0].cancel();
  yield* failure(tasks[0], CancelledError);
  yield sleep(1);
  assertEquals([[...inside], limiter.borrowed], [[1], 1]);
  yield tasks[1];
  assertEquals(limiter.statistics(), { limit: 1, borrowed: 0, waiting: 0 });
});

trial("Limiter lowered after it woke one does not take the place back", function* (as) {
  const limiter = new Limiter(0);
  const { inside, tasks } = crowd(as, limiter, 2);
  yield sleep(1);
  limiter.limit = 2;
  limiter.limit = 1;
  assertEquals(limiter.borrowed, 2);
  tasks[0].cancel();
  yield* failure(tasks[0], CancelledError);
  yield sleep(1);
  assertEquals([[...inside], limiter.borrowed, limiter.available], [[1], 1, 0]);
  yield tasks[1];
});

trial("Limiter.statistics() tells who is in and who waits, at one moment", function* (as) {
  const limiter = new Limiter(2);
  const { tasks } = crowd(as, limiter, 3);
  yield sleep(1);
  const before = limiter.statistics();
  assertEquals(before, { limit: 2, borrowed: 2, waiting: 1 });
  assert(Object.isFrozen(before));
  yield gather(tasks);
  assertEquals(limiter.statistics(), { limit: 2, borrowed: 0, waiting: 0 });
  assertEquals(before, { limit: 2, borrowed: 2, waiting: 1 });
});

Deno.test("Limiter refuses what is not a whole number of 0 or more", () => {
  const limiter = new Limiter(1);
  for (const limit of [-1, 1.5, NaN, -Infinity]) {
    assertThrows(() => new Limiter(limit), RangeError, "limit");
    assertThrows(() => limiter.limit = limit, RangeError, "limit");
  }
  for (const limit of ["1", null, undefined, 1n]) {
    assertThrows(() => new Limiter(limit as never), TypeError, "limit");
    assertThrows(() => limiter.limit = limit as never, TypeError, "limit");
  }
  assertEquals([limiter.limit, new Limiter(Infinity).available], [1, Infinity]);
});

trial("Limiter lets a newcomer in beside one that was woken", function* () {
  const limiter = new Limiter(2);
  const permits: Disposable[] = [yield limiter.acquire(), yield limiter.acquire()];
  const first = createTask(() => limiter.acquire(), { priority: 7 });
  yield sleep(1);
  for (const permit of permits) permit[Symbol.dispose]();
  const newcomer = createTask(() => limiter.acquire(), { priority: 0 });
  yield sleep(1);
  assertEquals([first.done, newcomer.done, limiter.statistics().waiting], [true, true, 0]);
});
