import {
  createTask,
  currentTask,
  type EventLoop,
  type ExceptionContext,
  getRunningLoop,
  Queue,
  run,
  sleep,
  type Task,
  VirtualClock,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { FRONT_ENDS, inWorld, trial } from "./trial.ts";

Deno.test("a race that a task has left takes no item", async () => {
  await inWorld(() => async () => {
    const queue = new Queue<number>();
    await createTask(async () => void await Promise.race([queue.get(), sleep(1)]));
    const next = createTask(() => queue.get());
    await sleep(1);
    queue.putNowait(1);
    assertEquals([await next, queue.statistics().waitingGets], [1, 0]);
  });
});

trial("an eager task leaves its creator's code known to the loop", function* (as) {
  yield sleep(1);
  const child = as(function* () {
    yield sleep(1);
  });
  const me = currentTask();
  const task = createTask(child, { eager: true });
  assertEquals([currentTask() === me, getRunningLoop() === me!.loop], [true, true]);
  yield sleep(1);
  assertEquals(currentTask() === me, true);
  yield task;
});

Deno.test("an eager generator leaves a native creator's code known to the loop", async () => {
  await inWorld(() => async () => {
    await sleep(1);
    const me = currentTask();
    const task = createTask(function* () {
      yield* sleep(1);
    }, { eager: true });
    assertEquals(currentTask() === me, true);
    await sleep(1);
    assertEquals(currentTask() === me, true);
    await task;
  });
});

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`a task that cleanup has started at the end is reported (${name})`, async () => {
    const reports: string[] = [];
    const flush = as(function* () {
      yield sleep(10);
    });
    const main = as(function* () {
      createTask(as(function* () {
        try {
          yield sleep(1000);
        } finally {
          createTask(flush, { name: "flush" });
        }
      }));
      yield sleep(1);
    });
    await run(main, {
      clock: new VirtualClock(),
      signals: [],
      onError: (_loop: EventLoop, { message, task }: ExceptionContext) =>
        void reports.push(`${message} ${(task as Task<void>).name}`),
    });
    assertEquals(reports, ["Task was destroyed but it is pending! flush"]);
  });
}
