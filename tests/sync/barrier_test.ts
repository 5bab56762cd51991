import {
  Barrier,
  BrokenBarrierError,
  CancelledError,
  createTask,
  gather,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";

Deno.test("Barrier refuses what is not a whole number of 1 or more", () => {
  for (const parties of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new Barrier(parties), RangeError, "parties");
  }
  for (const parties of ["2", null, undefined, 2n]) {
    assertThrows(() => new Barrier(parties as never), TypeError, "parties");
  }
});

trial("Barrier of one lets everybody through", function* () {
  const barrier = new Barrier(1);
  assertEquals([yield barrier.wait(), yield barrier.wait(), barrier.nWaiting], [0, 0, 0]);
});

trial("Barrier.statistics() tells who waits, at one moment", function* () {
  const barrier = new Barrier(3);
  assertEquals(barrier.statistics(), { parties: 3, waiting: 0, broken: false });
  const tasks = [1, 2].map(() => createTask(() => barrier.wait()));
  yield sleep(1);
  const before = barrier.statistics();
  assertEquals(before, { parties: 3, waiting: 2, broken: false });
  assert(Object.isFrozen(before));
  assertEquals(yield barrier.wait(), 2);
  assertEquals((yield gather(tasks)).sort(), [0, 1]);
  assertEquals(barrier.statistics(), { parties: 3, waiting: 0, broken: false });
  yield barrier.abort();
  assertEquals(barrier.statistics(), { parties: 3, waiting: 0, broken: true });
});

trial("Barrier goes on waiting for the others when one who waits is cancelled", function* () {
  const barrier = new Barrier(2);
  const task = createTask(() => barrier.wait());
  yield sleep(1);
  task.cancel("c");
  yield* failure(task, CancelledError, "c");
  assertEquals(barrier.nWaiting, 0);
  const other = createTask(() => barrier.wait());
  yield sleep(1);
  assertEquals([other.done, barrier.nWaiting], [false, 1]);
  assertEquals([yield barrier.wait(), yield other], [1, 0]);
});

trial("Barrier that is aborted throws until it is reset, and works again after", function* () {
  const barrier = new Barrier(2);
  const task = createTask(() => barrier.wait());
  yield sleep(1);
  yield barrier.abort();
  yield* failure(task, BrokenBarrierError);
  assertEquals(barrier.broken, true);
  yield* failure(barrier.wait(), BrokenBarrierError);
  yield barrier.reset();
  assertEquals(barrier.broken, false);
  const other = createTask(() => barrier.wait());
  assertEquals((yield gather([other, barrier.wait()])).sort(), [0, 1]);
});

trial("Barrier.reset() throws to those who wait, and lets the next group meet", function* () {
  const barrier = new Barrier(2);
  const task = createTask(() => barrier.wait());
  yield sleep(1);
  yield barrier.reset();
  yield* failure(task, BrokenBarrierError);
  assertEquals([barrier.broken, barrier.nWaiting], [false, 0]);
  assertEquals((yield gather([barrier.wait(), barrier.wait()])).sort(), [0, 1]);
});
