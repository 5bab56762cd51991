// deno-lint-ignore-file require-yield -- a coroutine need not wait
import { AGE_LIMIT } from "../../core.ts";
import { createTask, sleep, type Task, type TaskOptions, yieldNow } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, trial } from "./trial.ts";

trial("createTask() refuses ill-typed options, and then runs nothing", function* () {
  const wrong = { priority: "1", context: 5, signal: 5 };
  for (const [option, value] of Object.entries(wrong)) {
    let began = false;
    const make = () =>
      createTask(
        function* () {
          began = true;
        },
        { [option]: value } as TaskOptions,
      );
    assertThrows(make, TypeError, option);
    yield* caught(sleep(1));
    assertEquals(began, false, option);
  }
});

trial("Task's priority is checked, kept and can be changed", function* () {
  for (const priority of [-1, 8, 1.5, NaN, Infinity]) {
    assertThrows(() => createTask(() => sleep(0), { priority }), RangeError, `${priority}`);
  }
  for (const priority of ["1", null, {}]) {
    const options = { priority } as unknown as { priority: number };
    assertThrows(() => createTask(() => sleep(0), options), TypeError, "priority");
  }
  const task = createTask(() => sleep(1), { priority: 0 });
  const plain = createTask(() => sleep(1));
  assertEquals([task.priority, plain.priority], [0, 4]);
  task.priority = 7;
  assertEquals([task.priority, task.cancelling], [7, 0]);
  assertThrows(() => task.priority = 9, RangeError, "9");
  yield task;
  yield plain;
  task.priority = 3;
  assertEquals([task.priority, task.done], [3, true]);
});

trial("Task of a more urgent level runs before the rest of the batch", function* () {
  const order: number[] = [];
  const note = (level: number) =>
    function* () {
      order.push(level);
    };
  const levels = [7, 4, 5, 0, 4, 3, 1, 2, 6];
  const tasks = levels.map((priority) => createTask(note(priority), { priority }));
  for (const task of tasks) yield task;
  assertEquals(order, [0, 1, 2, 3, 4, 4, 5, 6, 7]);
});

trial("Task made urgent during a batch interrupts it; a default one waits its turn", function* () {
  const order: string[] = [];
  const note = (name: string) =>
    function* () {
      order.push(name);
    };
  const tasks: Task<void>[] = [];
  const first = createTask(function* () {
    order.push("first");
    tasks.push(createTask(note("default"), { priority: 4 }));
    tasks.push(createTask(note("urgent a"), { priority: 3 }));
    tasks.push(createTask(note("urgent b"), { priority: 3 }));
  });
  tasks.push(createTask(note("second")), createTask(note("third")));
  yield first;
  for (const task of tasks) yield task;
  assertEquals(order, ["first", "urgent a", "urgent b", "second", "third", "default"]);
});

trial("Task whose priority is set has its queued step moved", function* () {
  const order: string[] = [];
  const note = (name: string) =>
    function* () {
      order.push(name);
    };
  const [a, b, c] = ["a", "b", "c"].map((name) => createTask(note(name)));
  c.priority = 1;
  a.priority = 6;
  for (const task of [a, b, c]) yield task;
  assertEquals(order, ["c", "b", "a"]);
});

trial("Task of the lowest level runs within its bound beside one that never rests", function* (as) {
  let steps = 0;
  let stop = false;
  const spinner = createTask(
    as(function* () {
      while (!stop) {
        steps++;
        yield yieldNow();
      }
    }),
    { priority: 0 },
  );
  let ran = -1;
  const low = createTask(
    function* () {
      ran = steps;
    },
    { priority: 7 },
  );
  yield low;
  stop = true;
  yield spinner;
  assert(ran >= 0 && ran <= 70, `it ran after ${ran} more urgent steps`);
  assert(AGE_LIMIT <= 70, `${AGE_LIMIT} must be at most 70`);
});

trial("a task asks a function for its name when somebody looks, and not before", function* (as) {
  let asked = 0;
  const name = () => `asked ${++asked}`;
  const task = createTask(as(function* () {}), { name });
  assertEquals(asked, 0);
  assertEquals([task.name, `${task}`], ["asked 1", "<task asked 2 pending>"]);
  yield task;
  task.name = "plain";
  assertEquals([task.name, asked], ["plain", 2]);
});
