import { CancelledError, createTask, Event, gather, sleep } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";

trial("Event.wait() goes on at once when it is set", function* () {
  const event = new Event();
  event.set();
  event.set();
  assertEquals([yield event.wait(), yield event.wait(), event.isSet], [true, true, true]);
});

trial("Event.set() wakes all who wait, even if clear() follows at once", function* () {
  const event = new Event();
  const tasks = [1, 2, 3].map(() => createTask(() => event.wait()));
  yield sleep(1);
  event.set();
  event.clear();
  assertEquals(yield gather(tasks), [true, true, true]);
  assertEquals(event.isSet, false);
});

trial("Event.statistics() tells who waits, at one moment", function* () {
  const event = new Event();
  assertEquals(event.statistics(), { isSet: false, waiting: 0 });
  const tasks = [1, 2, 3].map(() => createTask(() => event.wait()));
  yield sleep(1);
  const before = event.statistics();
  assertEquals(before, { isSet: false, waiting: 3 });
  assert(Object.isFrozen(before));
  tasks[0].cancel("c");
  assertEquals(event.statistics().waiting, 2);
  yield* failure(tasks[0], CancelledError, "c");
  event.set();
  assertEquals(yield gather(tasks.slice(1)), [true, true]);
  assertEquals(event.statistics(), { isSet: true, waiting: 0 });
  assertEquals(before, { isSet: false, waiting: 3 });
});

trial("Event.wait() that is cancelled before it has run leaves nobody in line", function* () {
  const event = new Event();
  const task = createTask(() => event.wait());
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(event.statistics().waiting, 0);
});

trial("Event.wait() that is cancelled after being woken throws, and others go on", function* () {
  const event = new Event();
  const [first, second] = [1, 2].map(() => createTask(() => event.wait()));
  yield sleep(1);
  event.set();
  first.cancel("late");
  yield* failure(first, CancelledError, "late");
  assertEquals([yield second, event.statistics().waiting], [true, 0]);
});
