import {
  type Awaitable,
  CancelledError,
  cancelScope,
  createTask,
  DeadlockError,
  Event,
  gather,
  retry,
  run,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertError, caughtBy, failure, FRONT_ENDS, trial } from "./trial.ts";

/** Starts two tasks that wait for each other, and notes what becomes of them. */
function ring(
  as: typeof FRONT_ENDS[number][1],
  log: string[],
  through = (task: Task<void>): Awaitable<unknown>[] => [task],
) {
  const tasks: Task<void>[] = [];
  const member = (name: string, other: number) =>
    as(function* () {
      yield sleep(1);
      try {
        for (const task of through(tasks[other])) yield task;
      } catch (error) {
        log.push(`${name} ${error instanceof CancelledError}`);
        throw error;
      }
    });
  tasks.push(createTask(member("a", 1), { name: "a" }), createTask(member("b", 0), { name: "b" }));
  return tasks;
}

trial("tasks that wait for each other are cancelled together", function* (as) {
  for (const through of [undefined, (task: Task<void>) => [gather([task])]]) {
    const log: string[] = [];
    const tasks = ring(as, log, through);
    yield sleep(2);
    assertEquals(tasks[0].cancel("stop"), true);
    for (const task of tasks) yield* failure(task, CancelledError);
    assertEquals(log.sort(), ["a true", "b true"]);
  }
});

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`tasks that wait for each other are a deadlock, and all is cleaned up (${name})`, async () => {
    const log: string[] = [];
    const main = as(function* () {
      createTask(as(function* () {
        try {
          yield new Event().wait();
        } finally {
          log.push("other");
        }
      }));
      yield ring(as, log)[0];
    });
    const options = { clock: new VirtualClock(), signals: [], name: "main" };
    const error = await caughtBy(run(main, options));
    assertError(error, DeadlockError, "main waits on", "waits on Event.wait()");
    assertEquals(log.sort(), ["a true", "b true", "other"]);
  });
}

trial("a cancellation goes down a chain of thousands of tasks", function* () {
  let last: Task<unknown> = createTask(() => sleep(1000));
  const first = last;
  for (let n = 0; n < 20_000; n++) {
    const next = last;
    last = createTask(() => next);
  }
  yield sleep(1);
  last.cancel();
  yield* failure(last, CancelledError);
  assertEquals([first.cancelled, first.cancelling], [true, 1]);
});

trial("rings that go through timeouts, scopes and strands are cancelled together", function* (as) {
  const ways: ((task: Task<void>) => Awaitable<unknown>)[] = [
    (task) =>
      timeout(undefined, () =>
        timeout(
          1000,
          as(function* () {
            yield task;
          }),
        )),
    (task) =>
      cancelScope(as(function* () {
        yield retry(() => task, { attempts: 1 });
      })),
    (task) =>
      gather([
        as(function* () {
          yield task;
        }),
        () => sleep(1000),
      ]),
  ];
  for (const one of ways) {
    for (const other of ways) {
      const log: string[] = [];
      const tasks = ring(as, log, (task) => [(task.name === "b" ? one : other)(task)]);
      yield sleep(2);
      assertEquals(tasks[0].cancel("stop"), true);
      for (const task of tasks) yield* failure(task, CancelledError);
      assertEquals(log.sort(), ["a true", "b true"]);
    }
  }
});

trial("a timeout over a task that waits for it is a timeout", function* (as) {
  const waiting: Task<unknown> = createTask(as(function* () {
    yield sleep(1);
    try {
      return yield timeout(
        5,
        as(function* () {
          yield other;
        }),
      );
    } catch (error) {
      return error;
    }
  }));
  const other: Task<unknown> = createTask(as(function* () {
    yield timeout(
      1000,
      as(function* () {
        yield waiting;
      }),
    );
  }));
  const error: unknown = yield waiting;
  assert(error instanceof TimeoutError, `${error}`);
  assertEquals(waiting.cancelling, 0);
  yield* failure(other, CancelledError);
});

Deno.test("a ring of tasks that wait for each other in several strands is cancelled", async () => {
  await run(async () => {
    const log: string[] = [];
    const member = (name: string, other: number) => async () => {
      await sleep(1);
      const strand = async (what: () => PromiseLike<unknown>) => {
        try {
          await what();
        } finally {
          log.push(name);
        }
      };
      await Promise.all([strand(() => tasks[other]), strand(() => sleep(1000))]);
    };
    const tasks: Task<void>[] = [createTask(member("a", 1)), createTask(member("b", 0))];
    await sleep(2);
    tasks[0].cancel();
    for (const task of tasks) assert(await caughtBy(task) instanceof CancelledError);
    await sleep(5);
    assertEquals(log.sort(), ["a", "a", "b", "b"]);
  }, { clock: new VirtualClock() });
});
