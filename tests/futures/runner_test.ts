// deno-lint-ignore-file require-yield -- a coroutine need not wait
import {
  CancelledError,
  Context,
  ContextVar,
  createTask,
  currentTask,
  DeadlockError,
  type ExceptionContext,
  Future,
  getRunningLoop,
  isCancelled,
  run,
  Runner,
  type RunOptions,
  RuntimeError,
  sleep,
  until,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { assertError, Boom, failure, FRONT_ENDS, rejection } from "./trial.ts";

/** Makes options of a run in virtual time. */
function virtual(options: RunOptions = {}): RunOptions {
  return { clock: new VirtualClock(), signals: [], ...options };
}

Deno.test("run() gives the result of main, or throws its failure", async () => {
  for (const [, as] of FRONT_ENDS) {
    const good = as(function* () {
      yield sleep(1);
      return 42;
    });
    assertEquals(await run(good, virtual()), 42);
    const bad = as(function* () {
      yield sleep(1);
      throw new Boom("b");
    });
    await rejection(run(bad, virtual()), Boom, "b");
  }
  assertEquals(await run(() => sleep(1, "awaitable"), virtual()), "awaitable");
});

Deno.test("run() gives main its name, its priority and its context", async () => {
  const variable = new ContextVar("variable", { default: "none" });
  const context = new Context();
  context.run(() => variable.set("given"));
  const main = () => {
    const { name, priority } = currentTask()!;
    return Promise.resolve([name, priority, variable.get()]);
  };
  const options = virtual({ name: "main", priority: 2, context });
  assertEquals(await run(main, options), ["main", 2, "given"]);
  assertEquals((await run(main, virtual()))[2], "none");
});

Deno.test("run() refuses what is no coroutine, and ill-typed options", async () => {
  await rejection(run(5 as never), TypeError, "5");
  await rejection(run(Promise.resolve() as never), TypeError, "() => f()");
  await rejection(run(undefined as never), TypeError, "undefined");
  await rejection(run((() => 5) as never), TypeError, "5");
  const wrong: [unknown, string][] = [
    [{ clock: {} }, "clock"],
    [{ clock: 5 }, "clock"],
    [{ grace: -1 }, "grace"],
    [{ grace: NaN }, "grace"],
    [{ signals: "SIGINT" }, "signals"],
    [{ onError: 5 }, "handler"],
    [{ priority: 9 }, "priority"],
    [{ signal: 5 }, "signal"],
    [{ context: 5 }, "context"],
  ];
  for (const [options, word] of wrong) {
    let began = false;
    const main = function* () {
      began = true;
    };
    await rejection(run(main, options as RunOptions), Error, word);
    assertEquals(began, false, word);
  }
});

Deno.test("run() inside of a running loop says what to do instead", async () => {
  for (const [, as] of FRONT_ENDS) {
    await run(
      as(function* () {
        yield* failure(until(run(function* () {})), RuntimeError, "createTask()");
      }),
      virtual(),
    );
  }
  const errors: unknown[] = [];
  await run(function* () {
    getRunningLoop().callSoon(() => void run(function* () {}).catch((error) => errors.push(error)));
    yield* sleep(1);
  }, virtual());
  await Promise.resolve();
  assertError(errors[0], RuntimeError, "running loop");
});

Deno.test("several runs may be in progress at once, each on its own loop and clock", async () => {
  const loops = new Set<unknown>();
  const main = (ms: number) => async () => {
    for (let n = 0; n < 5; n++) await sleep(ms);
    loops.add(getRunningLoop());
    return getRunningLoop().time();
  };
  const times = await Promise.all([1, 10, 100].map((ms) => run(main(ms), virtual())));
  assertEquals([times, loops.size], [[5, 50, 500], 3]);
});

Deno.test("run() is cancelled by its abort signal, before and while it runs", async () => {
  for (const [, as] of FRONT_ENDS) {
    const controller = new AbortController();
    const log: string[] = [];
    const main = as(function* () {
      log.push("began");
      setTimeout(() => controller.abort(new Boom("why")), 0);
      try {
        yield new Future<void>();
      } finally {
        log.push("cleaned");
      }
    });
    const { signal } = controller;
    await rejection(run(main, { signal, signals: [] }), CancelledError, "why");
    await rejection(run(main, { signal, signals: [] }), CancelledError, "why");
    assertEquals(log, ["began", "cleaned"]);
  }
});

Deno.test("run() that ends cancels what is left, waits for it and reports its failures", async () => {
  for (const [, as] of FRONT_ENDS) {
    const log: string[] = [];
    const reports: ExceptionContext[] = [];
    const child = (name: string, fails: boolean) =>
      as(function* () {
        try {
          yield sleep(1000);
        } catch (error) {
          log.push(`${name} ${isCancelled(error)}`);
          yield sleep(5);
          log.push(`${name} ended`);
          if (fails) throw new Boom(name);
          throw error;
        }
      });
    const clock = new VirtualClock();
    await run(
      as(function* () {
        getRunningLoop().callLater(500, () => log.push("not this"));
        createTask(child("a", false));
        createTask(child("b", true));
        yield sleep(1);
      }),
      virtual({ clock, onError: (context: ExceptionContext) => void reports.push(context) }),
    );
    assertEquals(log, ["a true", "b true", "a ended", "b ended"]);
    assertEquals(clock.now(), 6);
    assertEquals(reports.length, 1);
    assert(reports[0].message.includes("shutdown"), reports[0].message);
    assertError(reports[0].exception, Boom, "b");
  }
});

Deno.test("run() that fails cleans up all the same", async () => {
  let cleaned = false;
  const main = async () => {
    createTask(async () => {
      try {
        await sleep(1000);
      } finally {
        cleaned = true;
      }
    });
    await sleep(1);
    throw new Boom("main");
  };
  await rejection(run(main, virtual()), Boom, "main");
  assert(cleaned);
});

Deno.test("run() that is in a deadlock names every task and what it waits on", async () => {
  for (const [, as] of FRONT_ENDS) {
    const main = as(function* () {
      const never = getRunningLoop().createFuture<void>();
      const first = createTask(() => never, { name: "first" });
      const second = createTask(
        as(function* () {
          yield first;
        }),
        { name: "second" },
      );
      createTask(() => sleep(Infinity), { name: "third" });
      yield sleep(10);
      yield second;
    });
    const clock = new VirtualClock();
    const error = await rejection(run(main, virtual({ clock, name: "main" })), DeadlockError);
    const lines = error.message.split("\n").slice(1).map((line) => line.trim());
    assertEquals(lines, [
      "main waits on <task second pending>",
      "first waits on <future pending>",
      "second waits on <task first pending>",
      "third waits on sleep(Infinity)",
    ]);
    assertEquals(clock.now(), 10);
  }
});

Deno.test("run() after a deadlock cancels the tasks, which may clean up", async () => {
  const log: string[] = [];
  const main = async () => {
    try {
      await new Future<void>();
    } catch (error) {
      await sleep(5);
      log.push(`cleaned ${isCancelled(error)}`);
      throw error;
    }
  };
  await rejection(run(main, virtual()), DeadlockError);
  assertEquals(log, ["cleaned true"]);
});

Deno.test("Runner shares one loop and one context between its runs", async () => {
  const variable = new ContextVar("variable", { default: 0 });
  await using runner = new Runner(virtual());
  const { loop } = runner;
  const main = async () => {
    variable.set(variable.get() + 1);
    await sleep(10);
    assertEquals(getRunningLoop(), loop);
    return [variable.get(), loop.time()];
  };
  assertEquals(await runner.run(main), [1, 10]);
  assertEquals(await runner.run(main), [2, 20]);
  assertEquals(await runner.run(main, { context: new Context() }), [1, 30]);
  assertEquals([variable.get(), loop.running], [0, false]);
});

Deno.test("Runner keeps tasks between its runs, and cancels them when it is closed", async () => {
  const runner = new Runner(virtual());
  let task = undefined as unknown as { done: boolean; cancelled: boolean };
  await runner.run(function* () {
    task = createTask(() => sleep(100));
    yield* sleep(10);
  });
  await runner.run(() => sleep(10));
  assertEquals(task.done, false);
  await runner.close();
  assert(task.cancelled);
});

Deno.test("Runner goes on after a main that failed", async () => {
  await using runner = new Runner(virtual());
  await rejection(runner.run(() => Promise.reject(new Boom())), Boom);
  assertEquals(await runner.run(() => sleep(1, "fine")), "fine");
});

Deno.test("Runner refuses use after close, and while it runs", async () => {
  const runner = new Runner(virtual());
  const first = runner.run(() => sleep(1));
  await rejection(runner.run(() => sleep(1)), RuntimeError, "runs already");
  await first;
  await runner.close();
  await runner.close();
  await rejection(runner.run(() => sleep(1)), RuntimeError, "closed");
  let error: unknown;
  try {
    void runner.loop;
  } catch (thrown) {
    error = thrown;
  }
  assertError(error, RuntimeError, "closed");
});

Deno.test("Runner inside of another one's task is refused", async () => {
  await run(async () => {
    await using inner = new Runner(virtual());
    await rejection(inner.run(() => sleep(1)), RuntimeError, "running loop");
  }, virtual());
});

Deno.test("Runner that was never used closes at once", async () => {
  const runner = new Runner();
  await runner.close();
  await runner[Symbol.asyncDispose]();
});

Deno.test("Runner in debug mode has a loop in debug mode", async () => {
  await using runner = new Runner(virtual({ debug: true }));
  assert(runner.loop.debug);
  await runner.run(() => Promise.resolve(assert(currentTask()!.createdAt !== undefined)));
});

Deno.test("the loop stopped by main is no result: run() says so", async () => {
  const main = function* () {
    getRunningLoop().stop();
    yield* sleep(1000);
  };
  await rejection(run(main, virtual({ name: "m" })), RuntimeError, "stopped", "task m");
});
