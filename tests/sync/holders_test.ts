import {
  type Awaitable,
  Barrier,
  BoundedSemaphore,
  Channel,
  Condition,
  createTask,
  DeadlockError,
  Event,
  Limiter,
  Lock,
  mapConcurrent,
  Queue,
  run,
  select,
  Semaphore,
  shield,
  sleep,
  taskGroup,
  VirtualClock,
  wait,
} from "../../mod.ts";
import { LeakError, runTest, type TestBody } from "../../testing.ts";
import { assert, assertEquals } from "../assert.ts";
import { FRONT_ENDS, type Program, rejection } from "../futures/trial.ts";

/** Runs a program that is stuck in the test kit; returns what is said of each task. */
async function stuck(body: TestBody, debug = false): Promise<string[]> {
  const { message } = await rejection(runTest(body, { name: "main", debug }), DeadlockError);
  return message.split("\n").slice(1).map((line) => line.trim());
}

const never = () => new Event().wait();

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`dumps say who holds a lock, everywhere (${name})`, async () => {
    const main = as(function* (): Program {
      const lock = new Lock();
      createTask(
        as(function* () {
          yield lock.acquire();
          yield never();
        }),
        { name: "holder" },
      );
      yield sleep(1);
      yield lock.acquire();
    });
    const error = await rejection(
      run(main, { clock: new VirtualClock(), signals: [], name: "main" }),
      DeadlockError,
    );
    const [first, ...waits] = error.message.split("\n").map((line) => line.trim());
    assert(first.startsWith("Every task waits for what cannot come"), first);
    assertEquals(waits, [
      "main waits on Lock.acquire() (held by holder)",
      "holder waits on Event.wait()",
    ]);
  });

  Deno.test(`dumps say that who holds a lock has ended (${name})`, async () => {
    const lock = new Lock();
    const body = as(function* (): Program {
      yield createTask(() => lock.acquire(), { name: "forgetful" });
      createTask(() => lock.acquire(), { name: "next" });
    }) as TestBody;
    const { leaks } = await rejection(runTest(body), LeakError);
    assertEquals(leaks, [
      "task next waits on Lock.acquire() (held by forgetful that has ended)",
    ]);
  });

  Deno.test(`dumps of tests say who holds permits (${name})`, async () => {
    const semaphore = new Semaphore(2);
    const limiter = new Limiter(1);
    const lines = await stuck(as(function* (): Program {
      const hold = (what: Semaphore | Limiter) =>
        as(function* () {
          yield what.acquire();
          yield never();
        });
      const given: Disposable = yield semaphore.acquire();
      given[Symbol.dispose](); // It is not held any more.
      yield semaphore.acquire();
      semaphore.release(); // Nor is that of asyncio's way.
      for (const one of ["a", "b"]) createTask(hold(semaphore), { name: one });
      createTask(hold(limiter), { name: "in" });
      yield sleep(1);
      createTask(() => limiter.acquire(), { name: "out" });
      yield semaphore.acquire();
    }) as TestBody);
    assertEquals(lines, [
      "main waits on Semaphore.acquire() (held by a and b)",
      "a waits on Event.wait()",
      "b waits on Event.wait()",
      "in waits on Event.wait()",
      "out waits on Limiter.acquire() (held by in)",
    ]);
  });

  Deno.test(`dumps name three holders, and count the others (${name})`, async () => {
    const semaphore = new BoundedSemaphore(5);
    const lines = await stuck(as(function* (): Program {
      const hold = as(function* () {
        yield semaphore.acquire();
        yield never();
      });
      for (let n = 0; n < 5; n++) createTask(hold, { name: `t${n}` });
      yield sleep(1);
      yield semaphore.acquire();
    }) as TestBody);
    assertEquals(
      lines[0],
      "main waits on Semaphore.acquire() (held by t0 and t1 and t2 and 2 more)",
    );
  });

  Deno.test(`dumps call waits by what was called, not by what is inside (${name})`, async () => {
    const queue = new Queue<number>(1);
    const full = new Queue<number>(1);
    const barrier = new Barrier(3);
    const condition = new Condition();
    const start = (what: string, wait: () => Awaitable<unknown>) =>
      createTask(
        as(function* () {
          yield wait();
        }),
        { name: what },
      );
    const lines = await stuck(as(function* (): Program {
      full.putNowait(1);
      start("join", () => full.join());
      start("put", () => full.put(2));
      start("get", () => queue.get());
      start("barrier", () => barrier.wait());
      createTask(as(function* () {
        yield condition.acquire();
        yield condition.wait();
      }));
      start("receive", () => new Channel().receive());
      start("send", () => new Channel().send(1));
      start("select", () => select({ one: never() }));
      start("wait", () => wait([createTask(never, { name: "waited for" })]));
      start("shield", () => shield(createTask(never, { name: "shielded" })));
      start("group", () =>
        taskGroup(async (group) => {
          await group.createTask(() => sleep(1), { name: "short" });
          group.createTask(never, { name: "member" });
        }));
      start("map", () => mapConcurrent([1], never));
      yield never();
    }) as TestBody);
    const said = Object.fromEntries(lines.map((line) => line.split(" waits on ")));
    assertEquals(said["join"], "Queue.join() (items not done: 1)");
    assertEquals(said["put"], "Queue.put() (it holds 1 of 1)");
    assertEquals(said["get"], "Queue.get() (it is empty)");
    assertEquals(said["barrier"], "Barrier.wait() (1 of 3 are there)");
    assertEquals(said["receive"], "receive() from a Channel");
    assertEquals(said["send"], "send() to a Channel");
    assertEquals(said["select"], "select(one)");
    assertEquals(said["wait"], "wait()");
    assertEquals(said["shield"], "<shield of the task shielded pending>");
    assertEquals(said["group"], "the tasks of its group");
    assertEquals(said["map"], "the next result of mapConcurrent()");
    assert(!lines.join().includes("<future"), lines.join("\n"));
    assert(lines.some((line) => line.endsWith("waits on Condition.wait()")), lines.join("\n"));
  });
}

Deno.test("a deadlock of a loop in debug mode says where each task was created", async () => {
  const lines = await stuck(async () => {
    createTask(never, { name: "other" });
    await never();
  }, true);
  assert(/^other waits on Event.wait\(\), created at .*holders_test.ts:\d+:\d+\)?$/.test(lines[1]));
});

Deno.test("a wait that has not begun, or is over, has no reason", async () => {
  await runTest(async () => {
    const lock = new Lock();
    await lock.acquire();
    const second = lock.acquire();
    assertEquals(`${second}`, "Lock.acquire()");
    const task = createTask(() => second);
    await sleep(1);
    assertEquals(`${task.waitingOn}`, "Lock.acquire() (held by the test)");
    lock.release();
    assertEquals(`${task.waitingOn}`, "Lock.acquire()");
    await task;
  });
});

Deno.test("permits that are never given back are not remembered without end", async () => {
  await runTest(async () => {
    const items = new Semaphore(200);
    for (let n = 0; n < 200; n++) await createTask(() => items.acquire(), { name: `t${n}` });
    const waiting = createTask(() => items.acquire());
    await sleep(1);
    assertEquals(
      `${waiting.waitingOn}`,
      "Semaphore.acquire() (held by " +
        "t100 that has ended and t101 that has ended and t102 that has ended and 97 more)",
    );
    waiting.cancel();
    await sleep(1);
  });
});
