import {
  allTasks,
  createTask,
  currentTask,
  EventLoop,
  getRunningLoop,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { trial } from "./trial.ts";

trial("getRunningLoop() is the loop, in tasks and in callbacks", function* (_, { loop }) {
  assertEquals(getRunningLoop() === loop, true);
  const seen: unknown[] = [];
  loop.callSoon(() => seen.push(getRunningLoop() === loop, currentTask()));
  yield sleep(1);
  assertEquals(seen, [true, undefined]);
  assert(getRunningLoop() === loop);
});

trial("allTasks() lists what is not done, in the order of creation", function* () {
  const me = currentTask()!;
  const tasks = [3, 1, 2].map((ms) => createTask(() => sleep(ms)));
  assertEquals([...allTasks()], [me, ...tasks]);
  yield sleep(1);
  yield sleep(0);
  assertEquals([...allTasks()], [me, tasks[0], tasks[2]]);
  yield tasks[0];
  assertEquals([...allTasks(getRunningLoop())], [me]);
});

trial("a task that nobody holds goes on: the loop holds it", function* (as) {
  let ended = false;
  createTask(as(function* () {
    yield sleep(5);
    ended = true;
  }));
  yield sleep(10);
  assert(ended);
});

Deno.test("outside of a loop, what needs one says how to get one", () => {
  assertThrows(() => getRunningLoop(), RuntimeError, "run()");
  assertThrows(() => currentTask(), RuntimeError, "run()");
  assertThrows(() => allTasks(), RuntimeError, "run()");
  const loop = new EventLoop();
  assertEquals(allTasks(loop).size, 0);
  loop.close();
});
