import type { AsyncLocalStorage } from "node:async_hooks";
import {
  asCompleted,
  asyncGenerator,
  type Awaitable,
  cancelScope,
  type CoroutineResult,
  createTask,
  each,
  Event,
  gather,
  getRunningLoop,
  interval,
  mapConcurrent,
  Queue,
  retry,
  run,
  select,
  shield,
  sleep,
  taskGroup,
  timeout,
  TimeoutError,
  until,
  VirtualClock,
  wait,
  waitFor,
  yieldNow,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { canEnter, newHostStorage } from "../host_storage.ts";
import { hostTurn } from "../host_turns.ts";
import { runRandomProgram } from "./async_context_program.ts";
import { caught, FRONT_ENDS, type FrontEnd, type Program, trial } from "./trial.ts";

/** Counts the random programs. */
const SEEDS = 300;

type Als = AsyncLocalStorage<string>;

/** Waits in the ways that there are, and notes the value after each. */
function* looks(als: Als): Program<(string | undefined)[]> {
  const seen = [als.getStore()];
  const turn = () => until(Promise.resolve());
  for (const pause of [yieldNow, () => sleep(1), turn, () => until(hostTurn()), yieldNow]) {
    yield pause();
    seen.push(als.getStore());
  }
  return seen;
}

const SIX = Array.from({ length: 6 });

for (const eager of [false, true]) {
  const kind = eager ? "an eager task" : "a task";
  trial(`${kind} has the values of where it was made, at each step`, function* (as) {
    const als = newHostStorage<string>();
    const make = (value: string) =>
      als.run(value, () => createTask(as(() => looks(als)), { eager }));
    const tasks = ["a", "b", "c"].map(make);
    const outside = createTask(as(() => looks(als)), { eager });
    assertEquals(als.getStore(), undefined);
    const seen = yield gather([...tasks, outside]);
    assertEquals(seen, ["a", "b", "c", undefined].map((value) => SIX.map(() => value)));
    assertEquals(als.getStore(), undefined);
  });

  trial(`what ${kind} sets lasts, and is its own`, function* (as) {
    const als = newHostStorage<string>();
    als.enterWith("of main");
    const child = as(function* (): Program<unknown> {
      als.enterWith("of the child");
      getRunningLoop().callSoon(() => als.enterWith("of a callback"));
      const grandchild = createTask(as(() => looks(als)), { eager });
      const seen = [yield* looks(als)];
      als.enterWith("set again");
      return [...seen, yield* looks(als), yield grandchild];
    });
    const task = createTask(child, { eager });
    const sibling = createTask(as(() => looks(als)), { eager });
    assertEquals(yield* looks(als), SIX.map(() => "of main"));
    const all = ["of the child", "set again", "of the child"];
    assertEquals(yield task, all.map((value) => SIX.map(() => value)));
    assertEquals(yield sibling, SIX.map(() => "of main"));
    assertEquals(als.getStore(), "of main");
  });
}

trial("several storages keep their values apart", function* (as) {
  const [one, two] = [newHostStorage<string>(), newHostStorage<string>()];
  const both = as(function* (): Program<unknown> {
    yield sleep(1);
    return [one.getStore(), two.getStore()];
  });
  const tasks = [
    one.run("1", () => two.run("2", () => createTask(both))),
    one.run("1", () => createTask(both)),
    two.run("2", () => one.run("3", () => createTask(both))),
    createTask(both),
  ];
  assertEquals(yield gather(tasks), [["1", "2"], ["1", undefined], ["3", "2"], [
    undefined,
    undefined,
  ]]);
});

trial("who wakes a task gives it none of its values", function* (as, { loop }) {
  const als = newHostStorage<string>();
  const [event, queue, future] = [new Event(), new Queue<number>(), loop.createFuture<void>()];
  const waits = [() => event.wait(), () => queue.get(), () => future];
  const waiter = as(function* (pause: () => Awaitable<unknown>): Program<unknown> {
    yield pause();
    return als.getStore();
  });
  const waiting = waits.map((pause, n) => als.run(`${n}`, () => createTask(() => waiter(pause))));
  yield sleep(1);
  als.run("of the waker", () => {
    event.set();
    queue.putNowait(1);
    future.setResult();
  });
  assertEquals(yield gather(waiting), ["0", "1", "2"]);
});

/** What calls code of the user, which must see the values of where that is called. */
const CALLERS: Record<string, (as: FrontEnd, look: () => Program) => Awaitable<unknown>> = {
  "taskGroup()": (as, look) => taskGroup(as(look)),
  "a child of a group": (as, look) =>
    taskGroup(as(function* (group) {
      group.createTask(as(look));
      yield yieldNow();
    })),
  "timeout()": (as, look) => timeout(100, as(look)),
  "waitFor()": (as, look) => waitFor(as(look) as unknown as Awaitable<void>, 100),
  "cancelScope()": (as, look) => cancelScope(as(look)),
  "gather()": (as, look) => gather([as(look), as(look)]),
  "shield()": (as, look) => shield(as(look) as unknown as Awaitable<void>),
  "select()": (as, look) => select({ look: as(look), late: sleep(100) }),
  "retry()": (as, look) => retry(as(look)),
  "each()": (as, look) => each([1, 2], as(look)),
  "each() of an interval": (as, look) => {
    let ticks = 0;
    const body = as(function* (): Program {
      yield* look();
      if (++ticks === 2) throw new TimeoutError();
    });
    return each(interval(1), body);
  },
  "asCompleted()": (as, look) => each(asCompleted([as(look), as(look)]), as(look)),
  "mapConcurrent()": (as, look) => mapConcurrent([1, 2, 3], as(look), { limit: 2 }),
  "asyncGenerator()": (as, look) =>
    each(
      asyncGenerator<number>(function* (emit) {
        yield* (as === FRONT_ENDS[0][1] ? as(look)() : sleep(0)) as Iterable<never>;
        yield* emit(1);
      }),
      as(look),
    ),
  "until()": (_, look) => until(() => (look().next(), hostTurn())),
};

for (const [name, call] of Object.entries(CALLERS)) {
  trial(`${name} keeps the values for what it calls and for what follows`, function* (as) {
    const als = newHostStorage<string>();
    const seen = new Set<unknown>();
    const look = function* (): Program {
      seen.add(als.getStore());
      yield sleep(1);
      seen.add(als.getStore());
    };
    const noise = as(function* () {
      for (let n = 0; n < 20; n++) yield sleep(0.5);
    });
    const caller = as(function* (): Program<unknown> {
      yield* caught(call(as, look));
      seen.add(als.getStore());
      return [...seen];
    });
    const others = ["x", "y"].map((value) => als.run(value, () => createTask(noise)));
    const task = als.run("own", () => createTask(caller));
    assertEquals(yield task, ["own"]);
    yield gather(others);
    assertEquals(als.getStore(), undefined);
  });
}

trial(
  "the values are there in finally, when a task is cancelled or runs out of time",
  function* (as) {
    const als = newHostStorage<string>();
    const seen: unknown[] = [];
    const patient = as(function* () {
      try {
        yield sleep(1000);
      } finally {
        seen.push(als.getStore());
        yield sleep(1);
        seen.push(als.getStore());
      }
    });
    const impatient = as(function* () {
      yield* caught(timeout(1, () => patient()));
      seen.push(als.getStore());
    });
    const late = als.run("late", () => createTask(impatient));
    const cancelled = als.run("cancelled", () => createTask(patient));
    yield sleep(5);
    als.run("of who cancels", () => cancelled.cancel());
    yield wait([late, cancelled]);
    assertEquals(seen, ["late", "late", "late", "cancelled", "cancelled"]);
  },
);

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`main has the values that run() was called with, and what it sets is its own (${name})`, async () => {
    const als = newHostStorage<string>();
    const main = as(function* (): Program<unknown> {
      const before = yield* looks(als);
      als.enterWith("set by main");
      return [before, yield* looks(als)];
    });
    const begin = () =>
      run(main as () => CoroutineResult<unknown>, { clock: new VirtualClock(), signals: [] });
    const outer = await als.run("outer", async () => {
      const inner = als.run("inner", begin); // Two runs at once.
      assertEquals(als.getStore(), "outer");
      const own = begin();
      assertEquals(als.getStore(), "outer");
      const results = [await inner, await own];
      assertEquals(als.getStore(), "outer");
      return results;
    });
    const after = SIX.map(() => "set by main");
    assertEquals(outer, [[SIX.map(() => "inner"), after], [SIX.map(() => "outer"), after]]);
    assertEquals(als.getStore(), undefined);
  });
}

Deno.test(`${SEEDS} random programs see the values and the task that they must`, async () => {
  const enters = canEnter();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { errors } = await runRandomProgram(seed, enters);
    assertEquals(errors.slice(0, 5), [], `seed ${seed}`);
  }
});
