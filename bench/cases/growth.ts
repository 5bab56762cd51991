/**
 * How cost grows with the number of tasks, waiters and timers: one operation is that of one of them.
 *
 * @module
 */

import type { Coroutine } from "../../mod.ts";
import { type Main, onLoop } from "../on_loop.ts";
import { loadWeft, type Prepare, type Suite, type Weft } from "../suite.ts";

/** The operations of a round, at least: few tasks are let go through it again and again. */
const LEAST = 100_000;
const MS = 600_000;

/** What so many do, once. */
type Crowd = (weft: Weft, count: number) => Coroutine<void>;

/** Works again and again until there is enough to be measured. */
function repeat(work: Crowd): Main {
  return function* (weft, count) {
    let done = 0;
    for (; done < LEAST; done += count) yield* work(weft, count);
    return done;
  };
}

/** Prepares a crowd. */
const crowd = (work: Crowd): Prepare => onLoop(repeat(work));

/** Prepares a crowd whose time passes at once. */
function asleep(work: Crowd): Prepare {
  return async (root, count) => {
    const weft = await loadWeft(root);
    const runner = new weft.Runner({ signals: [], clock: new weft.VirtualClock() });
    return { run: () => runner.run(() => repeat(work)(weft, count)) };
  };
}

/** Spawns so many tasks of a function, and joins them. */
function* spawn(
  { createTask }: Weft,
  count: number,
  child: () => Coroutine<void>,
): Coroutine<void> {
  const tasks = Array.from({ length: count }, () => createTask(child()));
  for (const task of tasks) yield* task;
}

const tasks: Crowd = (weft, count) =>
  spawn(weft, count, function* () {
    yield* weft.yieldNow();
  });

const native: Crowd = function* ({ createTask, yieldNow }, count) {
  const child = async () => void await yieldNow();
  const tasks = Array.from({ length: count }, () => createTask(child));
  for (const task of tasks) yield* task;
};

const sleepers: Crowd = (weft, count) => {
  let turn = 0;
  return spawn(weft, count, function* () {
    yield* weft.sleep(1 + turn++ % 7);
  });
};

const group: Crowd = function* ({ taskGroup, yieldNow }, count) {
  function* child() {
    yield* yieldNow();
  }
  yield* taskGroup(function* (group) {
    for (let n = 0; n < count; n++) group.createTask(child());
  });
};

const cancelled: Crowd = function* ({ createTask, sleep, wait, yieldNow }, count) {
  function* child() {
    yield* sleep(MS);
  }
  const tasks = Array.from({ length: count }, () => createTask(child()));
  yield* yieldNow();
  for (const task of tasks) task.cancel();
  yield* wait(tasks);
};

const timers: Crowd = function* ({ getRunningLoop, sleep }, count) {
  const loop = getRunningLoop();
  for (let n = 0; n < count; n++) loop.callLater(1 + n % 97, () => {});
  yield* sleep(100);
};

const lock: Crowd = (weft, count) => {
  const lock = new weft.Lock();
  return spawn(weft, count, function* () {
    using _permit = yield* lock.acquire();
    yield* weft.yieldNow();
  });
};

const event: Crowd = function* (weft, count) {
  const event = new weft.Event();
  weft.getRunningLoop().callSoon(() => weft.getRunningLoop().callSoon(() => event.set()));
  yield* spawn(weft, count, function* () {
    yield* event.wait();
  });
};

const queue: Crowd = function* (weft, count) {
  const queue = new weft.Queue<number>();
  const producer = weft.createTask(function* () {
    yield* weft.yieldNow();
    for (let n = 0; n < count; n++) yield* queue.put(n);
  });
  yield* spawn(weft, count, function* () {
    yield* queue.get();
  });
  yield* producer;
};

export const growth: Suite = {
  name: "growth",
  about: "tasks that yield once, sleep, are cancelled, or wait for a lock, an event or a queue",
  unit: "ns",
  sizes: [10, 1e3, 1e5],
  rounds: 3,
  weft: {
    "tasks": crowd(tasks),
    "tasks, native": crowd(native),
    "tasks of a group": crowd(group),
    "sleepers": asleep(sleepers),
    "cancelled sleepers": crowd(cancelled),
    "timers": asleep(timers),
    "waiters for a lock": crowd(lock),
    "waiters for an event": crowd(event),
    "waiters for a queue": crowd(queue),
  },
};
