import { createTask, gather, isCancelled, Queue, run, sleep, until, yieldNow } from "../../mod.ts";
import { waitAllTasksBlocked } from "../../testing.ts";
import type { InnerLoop } from "../../src/futures/event_loop.ts";
import { findLeaks } from "../../src/testing/leak_error.ts";
import { assert, assertEquals } from "../assert.ts";
import { caught, trial } from "../futures/trial.ts";

trial(
  "waitAllTasksBlocked() goes on when all others wait, before time passes",
  function* (as, { clock }) {
    const queue = new Queue<number>();
    const log: string[] = [];
    createTask(as(function* () {
      for (let n = 0; n < 20; n++) yield yieldNow();
      log.push("worked");
      yield queue.put(1);
      yield sleep(10);
      log.push("slept");
    }));
    const getter = createTask(as(function* () {
      log.push(`got ${yield queue.get()}`);
      yield yieldNow();
      log.push("done");
    }));
    yield waitAllTasksBlocked();
    assertEquals([log.splice(0), getter.done, clock.now()], [["worked", "got 1", "done"], true, 0]);
    yield waitAllTasksBlocked();
    assertEquals([log, clock.now()], [[], 0]);
    yield sleep(10);
    yield waitAllTasksBlocked();
    assertEquals([log, clock.now()], [["slept"], 10]);
  },
);

trial("waitAllTasksBlocked() goes on at once when nobody else is there", function* (_, { clock }) {
  yield waitAllTasksBlocked();
  assertEquals(clock.now(), 0);
});

trial("waitAllTasksBlocked() waits for callbacks that are due", function* (_, { loop }) {
  const log: string[] = [];
  loop.callLater(0, () => {
    log.push("due");
    loop.callSoon(() => log.push("soon"));
  });
  const later = loop.callLater(1, () => log.push("later"));
  yield waitAllTasksBlocked();
  assertEquals(log, ["due", "soon"]);
  later.cancel();
});

trial("several tasks in waitAllTasksBlocked() go on together", function* (as) {
  const log: string[] = [];
  const waiter = () =>
    as(function* () {
      yield waitAllTasksBlocked();
      log.push("woken");
      yield yieldNow();
      log.push("on");
    });
  yield gather([waiter(), waiter(), waiter()]);
  assertEquals(log, ["woken", "woken", "woken", "on", "on", "on"]);
});

trial("waitAllTasksBlocked() does not wait for what the host has in flight", function* () {
  const host = Promise.withResolvers<string>();
  const asking = createTask(() => until(host.promise));
  yield waitAllTasksBlocked();
  assertEquals(asking.done, false);
  host.resolve("reply");
  assertEquals(yield asking, "reply");
});

trial("a task cancelled in waitAllTasksBlocked() leaves nothing behind", function* (_, { loop }) {
  const waiting = createTask(() => waitAllTasksBlocked());
  yield yieldNow();
  assert(findLeaks(loop as InnerLoop).some((leak) => leak.startsWith("callback ")), "it must wait");
  waiting.cancel();
  assert(isCancelled(yield* caught(waiting)));
  assertEquals(findLeaks(loop as InnerLoop).filter((leak) => leak.startsWith("callback ")), []);
});

trial("a task cancelled in the moment it would be woken is cancelled", function* (_, { loop }) {
  loop.whenIdle(() => cancelled.cancel());
  const cancelled = createTask(() => waitAllTasksBlocked());
  const other = createTask(() => waitAllTasksBlocked());
  yield waitAllTasksBlocked();
  yield other;
  assert(isCancelled(yield* caught(cancelled)));
});

Deno.test("waitAllTasksBlocked() works on the host's clock", async () => {
  await run(async () => {
    const log: string[] = [];
    createTask(async () => {
      await yieldNow();
      log.push("worked");
    });
    await waitAllTasksBlocked();
    assertEquals(log, ["worked"]);
  }, { signals: [] });
});
