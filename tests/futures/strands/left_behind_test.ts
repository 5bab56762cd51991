import {
  allTasks,
  cancelScope,
  createTask,
  currentTask,
  DeadlockError,
  Event,
  Queue,
  run,
  type RunOptions,
  sleep,
  taskGroup,
  timeout,
  until,
  VirtualClock,
} from "../../../mod.ts";
import { runTest } from "../../../testing.ts";
import { assert, assertEquals } from "../../assert.ts";
import { toldBy } from "../told.ts";
import { caughtBy, FRONT_ENDS, inWorld } from "../trial.ts";
import { foreign } from "./foreign.ts";

/** Makes options of a run in virtual time. */
function virtual(options: RunOptions = {}): RunOptions {
  return { clock: new VirtualClock(), signals: [], ...options };
}

/** Sleeps, and says how that ended. */
async function work(log: string[], ms = 20, wait: (ms: number) => PromiseLike<void> = sleep) {
  try {
    await wait(ms);
    await sleep(1);
    log.push("slept");
  } catch (error) {
    log.push((error as Error).name);
    throw error;
  } finally {
    log.push("finally");
  }
}

/** Takes a few microtasks. */
async function microtasks(): Promise<void> {
  for (let n = 0; n < 5; n++) await null;
}

/** Calls a function, and lets its promise go: it must not reject unseen. */
function letGo(body: () => Promise<unknown>): void {
  body().catch(() => {});
}

type Scope = (body: () => Promise<void>) => ReturnType<typeof cancelScope<void>>;

const SCOPES: Record<string, Scope> = {
  "timeout()": (body) => timeout(1000, body) as ReturnType<Scope>,
  "cancelScope()": (body) => cancelScope(body),
  "taskGroup()": (body) => taskGroup(body) as ReturnType<Scope>,
};

/** What code left behind waits for when it is left: nothing has begun, the library or the host. */
const MOMENTS: Record<string, (log: string[]) => Promise<void>> = {
  // deno-lint-ignore require-await -- it does not wait
  "at once": async (log) => letGo(() => work(log)),
  "in a wait for the library": async (log) => {
    letGo(() => work(log));
    await microtasks();
  },
  "between two waits of the library": async (log) => {
    letGo(() => work(log));
    await sleep(1);
  },
  "in a wait for the host": async (log) => {
    letGo(() => work(log, 20, foreign));
    await microtasks();
  },
};

for (const [name, scope] of Object.entries(SCOPES)) {
  for (const [when, body] of Object.entries(MOMENTS)) {
    for (const [front, as] of FRONT_ENDS) {
      Deno.test(`what ${name} leaves behind ${when} goes on in its task (${front})`, async () => {
        await inWorld(({ loop }) =>
          as(function* () {
            const log: string[] = [];
            yield scope(() => body(log));
            const task = currentTask();
            yield sleep(5);
            assertEquals(log, []);
            yield sleep(50);
            assertEquals([log, currentTask() === task], [["slept", "finally"], true]);
            assert(loop.time() < 60);
          })
        );
      });
    }
  }
}

for (const [name, scope] of Object.entries(SCOPES)) {
  Deno.test(`what ${name} leaves behind is cancelled with its task, and cleans up`, async () => {
    await inWorld(({ loop }) => async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        await scope(async () => {
          letGo(() => work(log, 1000));
          await microtasks();
        });
        await sleep(1000);
      });
      await sleep(5);
      task.cancel();
      assertEquals((await caughtBy(task) as Error).name, "CancelledError");
      await sleep(1);
      assertEquals([log, loop.time()], [["CancelledError", "finally"], 6]);
    });
  });
}

const ENDINGS: Record<string, (log: string[]) => Promise<void>> = {
  "main": async (log) => {
    letGo(() => work(log, 300));
    await sleep(1);
  },
  ...Object.fromEntries(
    Object.entries(SCOPES).map(([name, scope]) => [
      `${name} of main`,
      async (log: string[]) => {
        await scope(async () => {
          letGo(() => work(log, 300));
          await sleep(1);
        });
      },
    ]),
  ),
};

for (const [name, main] of Object.entries(ENDINGS)) {
  Deno.test(`what ${name} has left behind is cancelled at the end of run(), and cleans up`, async () => {
    const log: string[] = [];
    await run(() => main(log), virtual());
    assertEquals(log, ["CancelledError", "finally"]);
  });
}

Deno.test("run() waits for the cleanup of what was left behind", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  await run(async () => {
    letGo(async () => {
      try {
        await sleep(1000);
      } finally {
        await sleep(5);
        await sleep(5);
        log.push("cleaned up");
      }
    });
    await sleep(1);
  }, virtual({ clock }));
  assertEquals([log, clock.now()], [["cleaned up"], 11]);
});

for (const [what, wait] of [["the library", sleep], ["the host", foreign]] as const) {
  Deno.test(`what a task leaves behind in a wait for ${what} goes on under a name of its own`, async () => {
    await inWorld(({ loop }) => async () => {
      const log: string[] = [];
      const names: (string | undefined)[] = [];
      await createTask(async () => {
        letGo(async () => {
          await wait(10);
          await sleep(10);
          names.push(currentTask()?.name);
          await sleep(10);
          names.push(currentTask()?.name);
          await work(log, 10);
        });
        await microtasks();
      }, { name: "parent" });
      assertEquals(loop.time(), 0);
      await sleep(15);
      const others = [...allTasks()].filter((task) => task !== currentTask());
      assertEquals(others.map(({ name }) => name), ["parent (left behind)"]);
      await sleep(50);
      assertEquals(log, ["slept", "finally"]);
      assertEquals(names, ["parent (left behind)", "parent (left behind)"]);
      assertEquals([...allTasks()].length, 1);
    });
  });
}

Deno.test("what a task has left behind can be cancelled by itself", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    await createTask(async () => {
      letGo(() => work(log, 5, foreign));
      letGo(async () => {
        await foreign(5);
        await work(log, 1000);
      });
      await microtasks();
    }, { name: "parent" });
    await sleep(10);
    for (const task of allTasks()) if (task.name === "parent (left behind)") task.cancel();
    await sleep(1);
    assertEquals(log, ["slept", "finally", "CancelledError", "finally"]);
  });
});

Deno.test("native code of a closed loop that catches all and waits again does not go round for ever", async () => {
  let waits = 0;
  const error = await caughtBy(run(async () => {
    for (;; waits++) await caughtBy(new Event().wait());
  }, virtual()));
  assert(error instanceof DeadlockError, String(error));
  await new Promise<void>((resolve) => void setTimeout(resolve, 0));
  const before = waits;
  await new Promise<void>((resolve) => void setTimeout(resolve, 0));
  assertEquals(waits, before);
});

Deno.test("debug mode names what was left behind when run() ends", async () => {
  const { all } = await toldBy(async () => {
    letGo(() => work([], 1000));
    await sleep(1);
  });
  assert(all.includes("main (left behind)"), `it must be reported: ${all}`);
  assert(all.includes("sleep(1000)"), all);
});

for (const [name, main] of Object.entries(ENDINGS)) {
  Deno.test(`a test fails whose body leaves code behind as ${name} does`, async () => {
    const log: string[] = [];
    const error = await caughtBy(runTest(() => main(log), { name: "forgetful" }));
    assert(error instanceof Error, "the test must fail");
    assert(error.message.includes("forgetful"), error.message);
    assert(error.message.includes("sleep(300)"), error.message);
    assertEquals(log, ["CancelledError", "finally"]);
  });
}

Deno.test("a test fails that leaves code behind in a wait for the host", async () => {
  const log: string[] = [];
  const error = await caughtBy(runTest(async () => {
    await createTask(async () => {
      letGo(() => work(log, 5, foreign));
      letGo(async () => {
        await foreign(5);
        await sleep(300);
      });
      await microtasks();
    }, { name: "forgetful" });
    await sleep(20);
  }));
  assert(error instanceof Error, "the test must fail");
  assert(error.message.includes("forgetful (left behind)"), error.message);
  assertEquals(log, ["slept", "finally"]);
});

Deno.test("what is left behind by a task that run() itself has cancelled is cancelled, too", async () => {
  const log: string[] = [];
  const reports: string[] = [];
  const onError = ({ message }: { message: string }) => void reports.push(message);
  const program = async () => {
    const queue = new Queue<number>();
    const event = new Event();
    createTask(function* () {
      yield* until(async () => {
        await queue.put(1);
        await null; // Its task is cancelled here, while it waits for nothing.
        log.push(String(await caughtBy(event.wait())));
      });
    });
    await microtasks();
  };
  await run(program, { onError, signals: [] });
  assertEquals([log, reports], [["CancelledError"], []]);
});
