import {
  CancelledError,
  type Coroutine,
  createTask,
  currentTask,
  EventLoop,
  gather,
  isCancelled,
  Lock,
  Queue,
  run,
  RuntimeError,
  sleep,
  type Task,
  taskGroup,
  timeout,
  VirtualClock,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { hostTurn, hostTurns } from "../host_turns.ts";
import {
  asGenerator,
  asNative,
  assertError,
  Boom,
  caught,
  caughtBy,
  failure,
  inWorld,
  trial,
} from "./trial.ts";

/** Tries to await what cannot be awaited. */
function* misuse(value: unknown): Coroutine<unknown> {
  try {
    yield value as never;
  } catch (error) {
    return error;
  }
  return "nothing was thrown";
}

Deno.test("a bare yield of what is no wait is a TypeError that guesses the mistake", async () => {
  const coroutine = function* named() {};
  const wrong: [unknown, string[]][] = [
    [5, ["5"]],
    [undefined, ["undefined"]],
    [null, ["null"]],
    ["text", ['"text"']],
    [Symbol("s"), ["Symbol(s)"]],
    [Object.create(null), ["an object"]],
    [Promise.resolve(), ["Promise", "until()"]],
    [coroutine, ["named", "call it"]],
    [() => {}, ["function", "call it"]],
    [coroutine(), ["coroutine", "yield*"]],
    [yieldNow(), ["awaitable", "yield*"]],
    [sleep(1), ["sleep(1)", "awaitable", "yield*"]],
    [new Lock().acquire(), ["Lock.acquire()", "awaitable", "yield*"]],
    [new Queue().get(), ["Queue.get()", "awaitable", "yield*"]],
    [{ then() {} }, ["thenable", "until()"]],
  ];
  await inWorld(() =>
    function* () {
      for (const [value, words] of wrong) {
        assertError(yield* misuse(value), TypeError, ...words);
        yield* sleep(1); // It goes on as if nothing had happened.
      }
      const task = createTask(() => sleep(1));
      for (const value of [task, gather([task])]) {
        assertError(yield* misuse(value), TypeError, "awaitable", "yield*");
      }
      yield* task;
    }
  );
});

Deno.test("a yield* of what is no awaitable is a TypeError inside the task", async () => {
  await inWorld(() =>
    function* () {
      for (const value of [5, undefined, Promise.resolve(), () => {}, {}]) {
        let error: unknown;
        try {
          yield* value as Iterable<never>;
        } catch (thrown) {
          error = thrown;
        }
        assertError(error, TypeError);
      }
      yield* sleep(1);
    }
  );
});

trial("a step that throws ends its task and nothing else", function* (as) {
  const bad = createTask(as(function* () {
    yield yieldNow();
    throw new Boom();
  }));
  const good = createTask(() => sleep(5, "good"));
  yield* failure(bad, Boom);
  assertEquals(yield good, "good");
});

Deno.test("a coroutine may throw a CancelledError of its own: it is cancelled by that", async () => {
  await inWorld(() =>
    function* () {
      // deno-lint-ignore require-yield -- it throws instead
      const task = createTask(function* () {
        throw new CancelledError("mine");
      });
      yield* yieldNow();
      yield* yieldNow();
      assertEquals([task.cancelled, task.cancelling], [true, 0]);
    }
  );
});

Deno.test("a native task knows itself right after every await, whatever it awaits", async () => {
  await inWorld(() => async () => {
    const body = (name: string) => async () => {
      const names: (string | undefined)[] = [currentTask()?.name];
      const waits = [
        () => sleep(1),
        () => yieldNow(),
        () => null,
        () => hostTurn(),
        () => Promise.reject(new Boom()).catch(() => {}),
        () => sleep(1),
        () => Promise.all([sleep(2), sleep(1), hostTurn()]),
        () => Promise.race([sleep(1), sleep(2)]),
        () => new Response("fetch-like").text(),
        () => gather([sleep(1), sleep(2)]),
        () => timeout(10, async () => void names.push((await hostTurn(), currentTask()?.name))),
        () => taskGroup(async () => void names.push((await sleep(1), currentTask()?.name))),
      ];
      for (const wait of waits) {
        await wait();
        names.push(currentTask()?.name);
      }
      assertEquals(new Set(names), new Set([name]));
      return names.length;
    };
    const tasks = ["a", "b", "c"].map((name) => createTask(body(name), { name }));
    assertEquals(await gather(tasks), [15, 15, 15]);
  });
});

Deno.test("a native task's steps are not interleaved with other tasks'", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    const body = (name: string) => async () => {
      for (let n = 0; n < 3; n++) {
        log.push(`${name}+`);
        await null;
        await Promise.resolve();
        log.push(`${name}-`);
        await yieldNow();
      }
    };
    await gather([createTask(body("a")), createTask(body("b"))]);
    const round = ["a+", "a-", "b+", "b-"];
    assertEquals(log, [...round, ...round, ...round]);
  });
});

Deno.test("a native task on a foreign promise is cancelled at its next library await", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    const foreign = Promise.withResolvers<string>();
    const task = createTask(async () => {
      log.push(await foreign.promise);
      try {
        await sleep(1);
      } catch (error) {
        log.push(`cancelled: ${isCancelled(error)}`);
        throw error;
      }
    });
    await hostTurns();
    assertEquals(String(task.waitingOn), "a promise of the host");
    task.cancel("now");
    await hostTurns();
    assert(!task.done);
    foreign.resolve("resolved");
    assertError(await caughtBy(task), CancelledError, "now");
    assertEquals(log, ["resolved", "cancelled: true"]);
  });
});

Deno.test("a native task that returns from a foreign promise with a request is cancelled", async () => {
  await inWorld(() => async () => {
    const foreign = Promise.withResolvers<void>();
    const task = createTask(() => foreign.promise);
    await hostTurns();
    task.cancel("late");
    foreign.resolve();
    assertError(await caughtBy(task), CancelledError, "late");
  });
});

Deno.test("a native task's signal interrupts a foreign promise", async () => {
  await inWorld(() => async () => {
    const task = createTask(async () => {
      const { signal } = currentTask()!;
      await new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      });
    });
    await hostTurns();
    task.cancel("by signal");
    assertError(await caughtBy(task), CancelledError, "by signal");
    assert(task.cancelled);
  });
});

Deno.test("a native task may call then() itself, as of any promise", async () => {
  await inWorld(() => async () => {
    await yieldNow();
    const task = createTask(() => sleep(1, 20));
    assertEquals(await task.then((n) => n * 2), 40);
  });
});

Deno.test("bodies of one front end nest in tasks of the other", async () => {
  for (const [outer, inner] of [[asGenerator, asNative], [asNative, asGenerator]]) {
    const log: string[] = [];
    await inWorld(({ loop }) =>
      outer(function* () {
        const value: string = yield timeout(
          100,
          inner(function* () {
            yield sleep(1);
            log.push(currentTask()!.name);
            return yield taskGroup(outer(function* (group) {
              const child = group.createTask(inner(function* () {
                yield sleep(1);
                return "child";
              }));
              const result: string = yield child;
              log.push(currentTask()!.name);
              return result;
            }));
          }),
        );
        assertEquals([value, loop.time(), new Set(log).size], ["child", 2, 1]);
        const error = yield* caught(timeout(
          5,
          inner(function* () {
            yield taskGroup(outer(function* () {
              yield sleep(1000);
            }));
          }),
        ));
        assert(error instanceof Error && error.name === "TimeoutError", String(error));
        assertEquals(loop.time(), 7);
      })
    );
  }
});

Deno.test("tasks of two loops keep to themselves", async () => {
  const log: string[] = [];
  const main = (name: string) => async () => {
    for (let n = 0; n < 3; n++) {
      await sleep(10);
      await hostTurn();
      log.push(`${name} ${currentTask()?.name} ${currentTask()?.loop.time()}`);
    }
  };
  const names = ["a", "b"];
  await Promise.all(
    names.map((name) => run(main(name), { name, clock: new VirtualClock(), signals: [] })),
  );
  for (const name of names) {
    const lines = log.filter((line) => line.startsWith(name));
    assertEquals(lines, [10, 20, 30].map((time) => `${name} ${name} ${time}`));
  }
});

Deno.test("a task of another loop cannot be awaited inside a task", async () => {
  const other = new EventLoop({ clock: new VirtualClock() });
  const foreign: Task<void> = other.createTask(() => sleep(1));
  await inWorld(() => asGenerator(() => failure(foreign, RuntimeError, "another loop")));
  await inWorld(() => asNative(() => failure(foreign, RuntimeError, "another loop")));
  await other.runUntilComplete(foreign);
  other.close();
});

Deno.test("a task that never rests lets the host have its turns", async () => {
  for (const as of [asGenerator, asNative]) {
    await run(
      as(function* () {
        let fired = false;
        setTimeout(() => fired = true, 0);
        while (!fired) yield yieldNow();
      }),
      { signals: [] },
    );
  }
});
