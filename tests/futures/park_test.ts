import {
  allTasks,
  CancelledError,
  createTask,
  DeadlockError,
  run,
  select,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { operation, park, type Waker } from "../../lowlevel.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurn, hostTurns } from "../host_turns.ts";
import { Boom, caughtBy, failure, inWorld, trial } from "./trial.ts";

/** A wait that is ended by hand, and notes what becomes of it. */
function handWait<T>(options: { giveBack?: boolean } = {}) {
  const notes: unknown[] = [];
  const wakers: Waker<T>[] = [];
  const wait = () =>
    park<T>("handWait()", (waker) => {
      wakers.push(waker);
      return () => void notes.push("disarmed");
    }, options.giveBack ? { giveBack: (value) => void notes.push(value) } : {});
  return { notes, wakers, wait };
}

trial(
  "park() hands a value over, once, and the disarm of a wait that succeeds does not run",
  function* () {
    const { notes, wakers, wait } = handWait<number>();
    const task = createTask(() => wait());
    yield sleep(1);
    assertEquals(String(task.waitingOn), "handWait()");
    assertEquals([wakers[0].resolve(5), wakers[0].resolve(6), wakers[0].reject(7)], [
      true,
      false,
      false,
    ]);
    assert(!task.done, "who waited goes on in the next turn");
    assertEquals([yield task, notes], [5, []]);
  },
);

trial("park() that is resolved at once takes no turn", function* () {
  const order: string[] = [];
  const other = createTask(function* () {
    order.push("other");
    yield* sleep(0);
  });
  assertEquals(yield park<string>("now", ({ resolve }) => void resolve("now")), "now");
  order.push("main");
  yield other;
  assertEquals(order, ["main", "other"]);
});

trial("park() fails as it is told, at once or later", function* () {
  yield* failure(park("now", ({ reject }) => void reject(new Boom("now"))), Boom, "now");
  const { wakers, wait } = handWait<number>();
  const task = createTask(() => wait());
  yield sleep(1);
  wakers[0].reject(new Boom("later"));
  yield* failure(task, Boom, "later");
});

trial("park() can be awaited again: each time begins a wait", function* () {
  let calls = 0;
  const awaitable = park<number>("calls", ({ resolve }) => void resolve(++calls));
  assertEquals([yield awaitable, yield awaitable, calls], [1, 2, 2]);
});

trial("park() that is cancelled disarms at once, and its waker does nothing more", function* () {
  const { notes, wakers, wait } = handWait<number>({ giveBack: true });
  const task = createTask(() => wait());
  yield sleep(1);
  task.cancel("enough");
  assertEquals([notes, wakers[0].resolve(5)], [["disarmed"], false]);
  yield* failure(task, CancelledError, "enough");
  assertEquals(notes, ["disarmed"]);
});

trial("park() that is cancelled before it began calls nothing", function* () {
  const { wakers, wait } = handWait<number>();
  const task = createTask(() => wait());
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(wakers, []);
});

trial(
  "park() gives a value back whose receiver was cancelled after it had been woken",
  function* () {
    const { notes, wakers, wait } = handWait<number>({ giveBack: true });
    const task = createTask(() => wait());
    yield sleep(1);
    wakers[0].resolve(5);
    task.cancel();
    yield* failure(task, CancelledError);
    assertEquals(notes, [5]);
  },
);

trial("park() gives a value back that a timeout took", function* () {
  const { notes, wakers, wait } = handWait<number>({ giveBack: true });
  createTask(function* () {
    yield* sleep(10);
    wakers[0].resolve(5);
  });
  yield* failure(timeout(10, () => wait()), TimeoutError);
  assertEquals(notes.length, 1); // Disarmed, or given back: which came first is the loop's affair.
});

trial("park() loses nothing when select() drops it", function* () {
  const [a, b] = [handWait<string>({ giveBack: true }), handWait<string>({ giveBack: true })];
  const race = createTask(() => select({ a: a.wait(), b: b.wait(), late: sleep(100) }));
  yield sleep(1);
  a.wakers[0].resolve("a");
  b.wakers[0].resolve("b");
  assertEquals([yield race, a.notes, b.notes], [{ name: "a", value: "a" }, [], ["b"]]);
  const alone = createTask(() => select({ a: a.wait(), soon: sleep(1) }));
  yield alone;
  assertEquals([a.notes, a.wakers[1].resolve("late")], [["disarmed"], false]);
});

trial("operation() gives its result back when it loses a select()", function* () {
  const given: string[] = [];
  const take = (name: string) =>
    operation(name, function* () {
      try {
        yield* sleep(5);
      } catch {
        // It has what it waited for, cancelled or not.
      }
      return name;
    }, { giveBack: (value) => void given.push(value) });
  const first = yield select([take("a"), take("b")]);
  assertEquals([first, given], [{ name: "0", value: "a" }, ["b"]]);
});

trial(
  "park() whose function throws, or returns no disarm, fails there and gives back",
  function* () {
    const given: number[] = [];
    const giveBack = (value: number) => void given.push(value);
    const throwing = park<number>("throwing", ({ resolve }) => {
      resolve(1);
      throw new Boom("armed");
    }, { giveBack });
    yield* failure(throwing, Boom, "armed");
    const wrong = park<number>("wrong", ({ resolve }) => resolve(2) as never, { giveBack });
    yield* failure(wrong, TypeError, "arm of wrong must return a function that disarms");
    assertEquals(given, [1, 2]);
  },
);

trial(
  "an error of a disarm takes the place of the cancellation, as that of a finally",
  function* () {
    const task = createTask(() =>
      park("bad", () => () => {
        throw new Boom("disarmed");
      })
    );
    yield sleep(1);
    task.cancel();
    yield* failure(task, Boom, "disarmed");
  },
);

Deno.test("park() that a generator waits in which is closed is disarmed, or gives back", async () => {
  await inWorld(() =>
    function* () {
      for (const isResolved of [false, true]) {
        const { notes, wakers, wait } = handWait<number>({ giveBack: true });
        const generator = (function* () {
          return yield* wait();
        })();
        const task = createTask(generator);
        yield* sleep(1);
        if (isResolved) wakers[0].resolve(5);
        generator.return(0);
        yield* task;
        assertEquals(notes, [isResolved ? 5 : "disarmed"]);
      }
    }
  );
});

Deno.test("virtual time stands still while park() waits for the host", async () => {
  const waits = ["resolved", "cancelled"].map((how) => async () => {
    const clock = new VirtualClock();
    await run(async () => {
      const task = createTask(() =>
        park<string>("host", ({ resolve }) => void hostTurn().then(() => resolve("host")), {
          isForHost: true,
        })
      );
      await sleep(0);
      if (how === "cancelled") task.cancel();
      const outcome = await task.then(String, (error) => (error as Error).name);
      assertEquals([outcome, clock.now()], [how === "resolved" ? "host" : "CancelledError", 0]);
      await sleep(10);
    }, { clock });
    assertEquals(clock.now(), 10);
  });
  for (const wait of waits) await wait();
  await hostTurns(); // What was cancelled is yet to call back.
});

Deno.test("a deadlock names what is parked", async () => {
  const main = () => park("a thing that never comes", () => {});
  const error = await caughtBy(run(main, { clock: new VirtualClock() }));
  assert(error instanceof DeadlockError && error.message.includes("a thing that never comes"));
});

Deno.test("native code that is left behind by its task takes no value that others want", async () => {
  await inWorld(() => async () => {
    const { notes, wakers, wait } = handWait<number>({ giveBack: true });
    const task = createTask(async () => {
      wait().then(() => {}, () => {});
      await sleep(1);
    });
    await task;
    await sleep(1);
    assertEquals([notes, wakers[0].resolve(5), [...allTasks()].length], [["disarmed"], false, 1]);
  });
});

Deno.test("park() and operation() refuse ill-typed arguments", () => {
  assertThrows(() => park(5 as never, () => {}), TypeError, "label must be a string: 5");
  assertThrows(() => park("a", 5 as never), TypeError, "arm must be a function: 5");
  assertThrows(() => park("a", () => {}, { giveback: 1 } as never), TypeError, "giveback");
  assertThrows(() => park("a", () => {}, { isForHost: 1 as never }), TypeError, "isForHost");
  assertThrows(() => operation("a", 5 as never), TypeError, "begin must be a function: 5");
  const give = { giveBack: 5 as never };
  assertThrows(
    () => operation("a", function* () {}, give),
    TypeError,
    "giveBack must be a function",
  );
});
