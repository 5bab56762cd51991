import {
  CancelledError,
  type CancelScope,
  cancelScope,
  Condition,
  createTask,
  getRunningLoop,
  isCancelled,
  Lock,
  RuntimeError,
  sleep,
  type Task,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type FrontEnd, trial } from "../futures/trial.ts";

/** Notes how a wait ended, and whether its task held the lock then. */
interface Outcome {
  error?: unknown;
  locked?: boolean;
}

/** Starts a task that waits in a scope, and gives what becomes of it. */
function waitInScope(as: FrontEnd, condition: Condition) {
  const scopes: CancelScope[] = [];
  const outcome: Outcome = {};
  const task: Task<void> = createTask(as(function* () {
    using _permit = yield condition.acquire();
    yield cancelScope(as(function* (scope: CancelScope) {
      scopes.push(scope);
      outcome.error = yield* caught(condition.wait());
      outcome.locked = condition.locked;
      yield* caught(sleep(0));
    }));
  }));
  return { scopes, outcome, task };
}

trial("Condition's permit still releases after a wait, and only once", function* (as) {
  const condition = new Condition();
  const waiter = createTask(as(function* () {
    const permit: Disposable = yield condition.acquire();
    yield condition.wait();
    assertEquals(condition.locked, true);
    permit[Symbol.dispose]();
    assertEquals(condition.locked, false);
    return permit;
  }));
  yield sleep(1);
  {
    using _permit = yield condition.acquire();
    condition.notify();
  }
  const old: Disposable = yield waiter;
  using _permit = yield condition.acquire();
  old[Symbol.dispose]();
  assertEquals(condition.locked, true);
});

trial("Condition's permit releases nothing while its task waits", function* (as) {
  const condition = new Condition();
  const permits: Disposable[] = [];
  const waiter = createTask(as(function* () {
    permits.push(yield condition.acquire());
    yield condition.wait();
    condition.release();
  }));
  yield sleep(1);
  yield condition.acquire();
  permits[0][Symbol.dispose]();
  assertEquals(condition.locked, true);
  condition.notify();
  condition.release();
  yield* caught(waiter);
  yield sleep(1);
});

trial(
  "Condition.wait() in a cancelled scope ends holding the lock, without a spin",
  function* (as) {
    const condition = new Condition();
    const { scopes, outcome, task } = waitInScope(as, condition);
    yield sleep(1);
    const permit: Disposable = yield condition.acquire();
    scopes[0].cancel("scope");
    yield sleep(1);
    const { steps } = getRunningLoop().metrics();
    yield sleep(1000);
    const spent = getRunningLoop().metrics().steps - steps;
    assert(spent <= 3, `it spins: ${spent} steps`);
    assertEquals([task.done, outcome], [false, {}]);
    permit[Symbol.dispose]();
    yield task;
    assert(isCancelled(outcome.error));
    assertEquals([outcome.locked, condition.locked], [true, false]);
  },
);

trial("Condition.wait() keeps a scope's cancellation until it has the lock", function* (as) {
  const condition = new Condition();
  const { scopes, outcome, task } = waitInScope(as, condition);
  yield sleep(1);
  const permit: Disposable = yield condition.acquire();
  condition.notify();
  yield sleep(1); // It has been notified, and waits for the lock.
  scopes[0].cancel("scope");
  yield sleep(1);
  assertEquals(task.done, false);
  permit[Symbol.dispose]();
  yield task;
  assertEquals([outcome.locked, scopes[0].cancelCalled], [true, true]);
  assertEquals(condition.statistics(), { locked: false, waiting: 0 });
});

trial("Condition.wait() cancelled again and again ends holding the lock", function* (as) {
  const condition = new Condition();
  const { outcome, task } = waitInScope(as, condition);
  yield sleep(1);
  const permit: Disposable = yield condition.acquire();
  for (let n = 0; n < 5; n++) {
    task.cancel(`cancelled ${n}`);
    yield sleep(1);
    assertEquals(task.done, false);
  }
  permit[Symbol.dispose]();
  yield* caught(task);
  assert(outcome.error instanceof CancelledError);
  assertEquals([outcome.error.message, outcome.locked], ["cancelled 4", true]);
  assertEquals(condition.locked, false);
});

trial("Condition hands the notification of one that is cancelled to another", function* (as) {
  const condition = new Condition();
  const enter = as(function* () {
    using _permit = yield condition.acquire();
    return yield condition.wait();
  });
  const [first, second] = [createTask(enter), createTask(enter)];
  yield sleep(1);
  {
    using _permit = yield condition.acquire();
    condition.notify();
    first.cancel();
  }
  yield* failure(first, CancelledError);
  assertEquals(yield second, true);
});

trial("Condition refuses to wait or notify without the lock", function* () {
  const condition = new Condition();
  assertThrows(() => condition.notify(), RuntimeError, "without the lock");
  assertThrows(() => condition.notifyAll(), RuntimeError, "without the lock");
  assertThrows(() => condition.release(), RuntimeError, "nobody has acquired it");
  yield* failure(condition.wait(), RuntimeError, "without the lock");
  yield* failure(condition.waitFor(() => false), RuntimeError, "without the lock");
});

trial("Condition.waitFor() gives what its predicate gave, and hands on its error", function* (as) {
  const condition = new Condition();
  let value = "";
  const waiter = createTask(as(function* () {
    using _permit = yield condition.acquire();
    return yield condition.waitFor(() => value);
  }));
  for (const next of ["", "", "value"]) {
    yield sleep(1);
    using _permit = yield condition.acquire();
    value = next;
    condition.notifyAll();
  }
  assertEquals(yield waiter, "value");
  using _permit = yield condition.acquire();
  const broken = condition.waitFor(() => {
    throw new RangeError("predicate");
  });
  yield* failure(broken, RangeError, "predicate");
  assertEquals(condition.locked, true);
});

Deno.test("Condition refuses what is no lock, and a predicate that is none", () => {
  for (const lock of [{}, null, 5, "lock"]) {
    assertThrows(() => new Condition(lock as never), TypeError, "lock");
  }
  const condition = new Condition(new Lock());
  for (const predicate of [true, null, undefined]) {
    assertThrows(() => condition.waitFor(predicate as never), TypeError, "predicate");
  }
});

trial("Condition.notify() of none or of fewer than none wakes nobody", function* (as) {
  const condition = new Condition();
  const waiter = createTask(as(function* () {
    using _permit = yield condition.acquire();
    yield condition.wait();
  }));
  yield sleep(1);
  using permit = yield condition.acquire();
  for (const n of [0, -1]) condition.notify(n);
  assertThrows(() => condition.notify(NaN), RangeError, "NaN");
  assertEquals(condition.statistics(), { locked: true, waiting: 1 });
  condition.notify(100);
  (permit as Disposable)[Symbol.dispose]();
  yield waiter;
});

trial("Condition.statistics() tells who waits, at one moment", function* (as) {
  const lock = new Lock();
  const [condition, other] = [new Condition(lock), new Condition(lock)];
  const enter = as(function* () {
    using _permit = yield condition.acquire();
    yield condition.wait();
  });
  const tasks = [createTask(enter), createTask(enter)];
  yield sleep(1);
  const before = condition.statistics();
  assertEquals(before, { locked: false, waiting: 2 });
  assertEquals(other.statistics(), { locked: false, waiting: 0 });
  assert(Object.isFrozen(before));
  {
    using _permit = yield lock.acquire();
    assertEquals(other.statistics(), { locked: true, waiting: 0 });
    condition.notifyAll();
  }
  for (const task of tasks) yield task;
  assertEquals(condition.statistics(), { locked: false, waiting: 0 });
});
