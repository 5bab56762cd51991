import { CancelledError, createTask, Lock, RuntimeError, sleep } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";

trial("Lock's permit releases at the end of a using block", function* () {
  const lock = new Lock();
  {
    using _permit = yield lock.acquire();
    assertEquals(lock.locked, true);
  }
  assertEquals(lock.locked, false);
});

trial("Lock's permit releases when its block throws", function* () {
  const lock = new Lock();
  try {
    using _permit = yield lock.acquire();
    throw new Error("inside");
  } catch {
    assertEquals(lock.locked, false);
  }
});

trial("Lock's permit that is disposed twice releases once", function* (as) {
  const lock = new Lock();
  const permit: Disposable = yield lock.acquire();
  permit[Symbol.dispose]();
  const other = createTask(as(function* () {
    using _permit = yield lock.acquire();
    yield sleep(5);
  }));
  yield sleep(1);
  permit[Symbol.dispose]();
  assertEquals(lock.locked, true);
  yield other;
  assertEquals(lock.locked, false);
});

trial("Lock's permit does not release what another has acquired since", function* () {
  const lock = new Lock();
  const first: Disposable = yield lock.acquire();
  lock.release();
  const second: Disposable = yield lock.acquire();
  first[Symbol.dispose]();
  assertEquals(lock.locked, true);
  second[Symbol.dispose]();
  assertEquals(lock.locked, false);
  second[Symbol.dispose]();
  first[Symbol.dispose]();
  assertEquals(lock.locked, false);
});

trial("Lock's permit that comes too late does not let two in", function* (as) {
  const lock = new Lock();
  const first: Disposable = yield lock.acquire();
  let inside = 0;
  const enter = as(function* () {
    using _permit = yield lock.acquire();
    assertEquals(++inside, 1);
    yield sleep(5);
    inside--;
  });
  const tasks = [createTask(enter), createTask(enter)];
  yield sleep(1);
  lock.release();
  first[Symbol.dispose](); // The next one has been woken, and is not in yet.
  yield sleep(1);
  first[Symbol.dispose](); // The next one is in.
  for (const task of tasks) yield task;
  assertEquals(lock.locked, false);
});

trial("Lock.release() refuses what is not acquired", function* () {
  const lock = new Lock();
  assertThrows(() => lock.release(), RuntimeError, "nobody has acquired it");
  yield lock.acquire();
  lock.release();
  assertThrows(() => lock.release(), RuntimeError, "nobody has acquired it");
});

trial("Lock.statistics() tells who is in and who waits, at one moment", function* (as) {
  const lock = new Lock();
  assertEquals(lock.statistics(), { locked: false, waiting: 0 });
  const permit: Disposable = yield lock.acquire();
  const enter = as(function* () {
    using _permit = yield lock.acquire();
  });
  const tasks = [createTask(enter), createTask(enter), createTask(enter)];
  yield sleep(1);
  const before = lock.statistics();
  assertEquals(before, { locked: true, waiting: 3 });
  assert(Object.isFrozen(before));
  tasks[1].cancel("c");
  assertEquals(lock.statistics(), { locked: true, waiting: 2 });
  yield* failure(tasks[1], CancelledError, "c");
  permit[Symbol.dispose]();
  yield tasks[2];
  assertEquals(lock.statistics(), { locked: false, waiting: 0 });
  assertEquals(before, { locked: true, waiting: 3 });
});

trial("Lock passes its turn on when the task that has it is cancelled", function* (as) {
  const lock = new Lock();
  const permit: Disposable = yield lock.acquire();
  const log: string[] = [];
  const enter = (name: string) =>
    as(function* () {
      using _permit = yield lock.acquire();
      log.push(name);
    });
  const [first, second] = [createTask(enter("first")), createTask(enter("second"))];
  yield sleep(1);
  permit[Symbol.dispose]();
  first.cancel();
  yield* failure(first, CancelledError);
  yield second;
  assertEquals([log, lock.statistics()], [["second"], { locked: false, waiting: 0 }]);
});
