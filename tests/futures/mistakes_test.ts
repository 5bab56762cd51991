import {
  type Coroutine,
  createTask,
  getRunningLoop,
  Lock,
  run,
  sleep,
  TaskGroup,
  taskGroup,
  timeout,
  timeoutAt,
  TimeoutError,
  until,
  VirtualClock,
  waitFor,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Ended, runToEnd, start } from "./child.ts";
import { foreign } from "./strands/foreign.ts";
import { toldBy } from "./told.ts";
import { assertError, caughtBy, failure, inWorld, rejection, trial } from "./trial.ts";

/** Lists what a call must be given instead, by the mistake. */
const REFUSED: Record<string, string> = {
  "run(f())": "() => f()",
  "run(f()) that fails": "() => f()",
  "createTask(f())": "createTask(() => f())",
  "createTask(f()) that fails": "createTask(() => f())",
  "createTask(until(f()))": "createTask(() => ",
  "ensureFuture(f())": "() => f()",
  "gather([f()])": "() => f()",
  "gather([f()]) that fails": "() => f()",
  "gather(f(), g())": "() => f()",
  "select({ a: f() })": "() => f()",
  "select([f()])": "() => f()",
  "waitFor(f())": "() => f()",
  "timeout(ms, f())": "() => f()",
  "timeout(ms, f()) that fails": "() => f()",
  "shield(f())": "() => f()",
  "wait([f()])": "() => f()",
  "asCompleted([f()])": "() => f()",
  "group.createTask(f())": "createTask(() => f())",
  "not caught in the task": "createTask(() => f())",
  "requests of a session": "() => f()",
};

/** Makes a mistake in a process of its own. */
async function makeMistake(mistake: string): Promise<Ended & { told: string }> {
  const ended = await runToEnd("refused.ts", [], [mistake]);
  return { ...ended, told: ended.stdout.split("\n")[0] };
}

for (const [mistake, advice] of Object.entries(REFUSED)) {
  Deno.test(`${mistake} says to give the function, and nothing is uncaught: ${advice}`, async () => {
    const { code, stdout, stderr, told } = await makeMistake(mistake);
    assert(told.startsWith("TypeError: "), stdout + stderr);
    assert(/give the function/i.test(told) && told.includes(advice), told);
    assert(mistake.includes("until(") || !told.includes("until("), told);
    assertEquals([stdout.split("\n").slice(1), stderr, code], [["goes on", ""], "", 0]);
  });
}

Deno.test("yield* f() of an async function says to wrap it in until(), and nothing is uncaught", async () => {
  const { code, stdout, stderr, told } = await makeMistake("yield* f()");
  assert(told.startsWith("TypeError: ") && told.includes("until("), stdout + stderr);
  assertEquals([stdout.split("\n").slice(1), stderr, code], [["goes on", ""], "", 0]);
});

trial("yield* of a function or of a list says what to write", function* () {
  const coroutine = () => sleep(1);
  function* generator() {}
  for (
    const [value, advice] of [[coroutine, "call it"], [generator, "call it"], [[1, 2], "gather("]]
  ) {
    const error = yield* failure(
      createTask(function* () {
        yield* value as unknown as Coroutine<void>;
      }),
      TypeError,
    );
    assert(error.message.includes(advice as string), error.message);
    assert(error.stack!.includes(error.message), error.stack);
  }
});

Deno.test("gather(f, g) says to put them into an array", async () => {
  const { code, stderr, told } = await makeMistake("gather(f, g)");
  assert(told.startsWith("TypeError: ") && told.includes("gather(["), told);
  assertEquals([stderr, code], ["", 0]);
});

Deno.test("an await that a host without async context cannot place says what to write", async () => {
  const { code, stdout, stderr } = await start("nowhere.ts").ended;
  assertEquals([stderr, code], ["", 0]);
  const told = stdout.trim().split("\n");
  assertEquals(told.length, 2, stdout);
  for (const line of told) {
    assert(line.startsWith("RuntimeError: ") && line.includes("until("), line);
    assert(/async ?context|AsyncLocalStorage/i.test(line), line);
  }
});

Deno.test("await using of a lock says to write using and acquire()", async () => {
  await inWorld(() => async () => {
    const error = await rejection(
      (async () => {
        await using _lock = new Lock() as unknown as AsyncDisposable;
        await sleep(0);
      })(),
      Error,
    );
    assert(error.message.includes("using") && error.message.includes("acquire()"), error.message);
  });
});

Deno.test("a block that holds what was not awaited says to await it", async () => {
  await inWorld(() => async () => {
    const lock = new Lock();
    for (const make of [() => lock.acquire(), () => sleep(1)]) {
      const inBlock = async () => {
        using _held = make() as unknown as Disposable;
        await sleep(0);
      };
      const inAsyncBlock = async () => {
        await using _held = make() as unknown as AsyncDisposable;
      };
      for (const block of [inBlock, inAsyncBlock]) {
        const error = await rejection(block(), TypeError);
        assertError(error, TypeError, "using name = await", "yield*");
        assert(error.message.startsWith(String(make())), error.message);
      }
    }
    assert(!lock.locked);
  });
});

Deno.test("new TaskGroup() as a block says to write taskGroup(body)", async () => {
  await inWorld(() => async () => {
    const error = await rejection(
      (async () => {
        await using group = new TaskGroup() as unknown as AsyncDisposable & TaskGroup;
        group.createTask(() => sleep(1));
        await sleep(0);
      })(),
      Error,
    );
    assert(error.message.includes("taskGroup("), error.message);
  });
});

Deno.test("loop.runInExecutor(undefined, f) says which argument comes first", async () => {
  await inWorld(({ loop }) => async () => {
    const error = await rejection(
      (async () => {
        // deno-lint-ignore no-explicit-any -- the mistake has no type
        await (loop as any).runInExecutor(undefined, (n: number) => n, 1);
      })(),
      TypeError,
    );
    assert(error.message.includes("runInExecutor"), error.message);
    assert(!error.message.startsWith("name"), error.message);
  });
});

trial("a timeout says how long it was, not the loop's time", function* () {
  yield sleep(700);
  yield* failure(timeout(50, () => sleep(1000)), TimeoutError, "after 50 ms");
  yield* failure(waitFor(() => sleep(1000), 50), TimeoutError, "after 50 ms");
});

Deno.test("a timeout over a bare promise gives a TimeoutError when its body ends late", async () => {
  const scopes = {
    timeout: (body: () => Promise<string>) => timeout(50, body),
    waitFor: (body: () => Promise<string>) => waitFor(body, 50),
  };
  for (const scope of Object.values(scopes)) {
    await inWorld(({ loop }) => async () => {
      const error = await caughtBy(scope(() => foreign(300, "value")));
      assertError(error, TimeoutError, "after 50 ms");
      const again = await caughtBy(scope(async () => await foreign(300, "value")));
      assertError(again, TimeoutError, "after 50 ms");
      assertEquals([loop.time(), await caughtBy(sleep(1))], [600, undefined]);
    });
  }
});

Deno.test("a task cancelled in a wait for a bare promise is cancelled when that ends", async () => {
  const clock = new VirtualClock();
  await run(async () => {
    const task = getRunningLoop().createTask(async () => await foreign(300, "value"));
    await sleep(50);
    task.cancel();
    assertEquals((await caughtBy(task) as Error).name, "CancelledError");
    assertEquals(clock.now(), 300);
  }, { clock, signals: [] });
});

Deno.test("debug mode says at once which promise holds up a timeout that has expired", async () => {
  let isHeldUp = true;
  const told: string[] = [];
  const soon: boolean[] = [];
  const { all, lines } = await toldBy(async () => {
    getRunningLoop().callLater(60, () => void soon.push(isHeldUp && told.length > 0));
    const error = await caughtBy(timeout(50, async () => await foreign(300, "value")));
    isHeldUp = false;
    assertError(error, TimeoutError);
  }, { lines: told });
  assert(lines.length > 0, "it must be told");
  assertEquals(soon, [true]);
  assert(all.includes("50 ms") && all.includes("until("), all);
});

Deno.test("debug mode tells the line of each kind of timeout that is held up, and of no other", async () => {
  const body = async () => await foreign(100, "value");
  const { lines } = await toldBy(async () => {
    const when = getRunningLoop().time() + 50;
    assertError(await caughtBy(timeoutAt(when, body)), TimeoutError);
    assertError(await caughtBy(waitFor(body, 50)), TimeoutError);
    const deadline = getRunningLoop().time() + 50;
    assertError(await caughtBy(taskGroup(body, { deadline })), TimeoutError);
    assertError(await caughtBy(timeout(5, () => sleep(10))), TimeoutError);
    assertError(await caughtBy(timeout(5, () => until(foreign(10)))), TimeoutError);
    await foreign(10);
  });
  assertEquals(lines.length, 3, lines.join("\n"));
  for (const line of lines) assert(/mistakes_test\.ts:\d+/.test(line), line);
});
