import {
  asyncGenerator,
  CancelledError,
  createTask,
  each,
  type Emit,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, inWorld, trial } from "../futures/trial.ts";

/** Gives numbers in virtual time, and takes its time to close. */
function numbers(log: string[], most = 3) {
  return asyncGenerator<number>(function* (emit) {
    try {
      for (let n = 1; n <= most; n++) {
        yield* sleep(1);
        yield* emit(n);
        log.push(`after ${n}`);
      }
    } finally {
      yield* sleep(5);
      log.push("closed");
    }
  });
}

trial("asyncGenerator() runs from value to value, in the task that iterates", function* () {
  const log: string[] = [];
  const iterator = numbers(log, 2);
  assertEquals(log, []);
  assertEquals(yield iterator.next(), { done: false, value: 1 });
  assertEquals([log.length, getRunningLoop().time()], [0, 1]);
  assertEquals(yield iterator.next(), { done: false, value: 2 });
  assertEquals(log, ["after 1"]);
  assertEquals(yield iterator.next(), { done: true, value: undefined });
  assertEquals(log, ["after 1", "after 2", "closed"]);
  assertEquals(yield iterator.next(), { done: true, value: undefined });
  assertEquals(yield iterator.return(), { done: true, value: undefined });
  assertEquals(iterator[Symbol.asyncIterator]() as unknown, iterator);
});

trial("asyncGenerator() is closed when each() over it fails", function* (as) {
  const log: string[] = [];
  const body = as(function* (n: number) {
    yield sleep(0);
    if (n === 2) throw new Boom("body");
  });
  yield* failure(each(numbers(log), body), Boom, "body");
  assertEquals([log, getRunningLoop().time()], [["after 1", "closed"], 7]);
});

Deno.test("asyncGenerator() is closed when a native loop over it ends early", async () => {
  await inWorld(({ clock }) => async () => {
    const log: string[] = [];
    for await (const n of numbers(log)) if (n === 2) break;
    assertEquals([log, clock.now()], [["after 1", "closed"], 7]);
    const error = new Boom("loop");
    try {
      for await (const _ of numbers(log)) throw error;
    } catch (caught) {
      assert(caught === error);
    }
    assertEquals(log, ["after 1", "closed", "closed"]);
    const first = async () => {
      for await (const n of numbers(log)) return n;
      return 0;
    };
    assertEquals([await first(), log.length], [1, 4]);
    let sum = 0;
    for await (const n of numbers([])) sum += n;
    assertEquals(sum, 6);
  });
});

trial("asyncGenerator() hands on its error once, and is over then", function* () {
  const log: string[] = [];
  const broken = asyncGenerator<number>(function* (emit) {
    try {
      yield* emit(1);
      throw new Boom("inside");
    } finally {
      yield* sleep(1);
      log.push("closed");
    }
  });
  yield broken.next();
  yield* failure(broken.next(), Boom, "inside");
  assertEquals(log, ["closed"]);
  assertEquals(yield broken.next(), { done: true, value: undefined });
});

trial("asyncGenerator() can catch an error of what it awaits, and go on", function* () {
  const log: string[] = [];
  const stubborn = asyncGenerator<number>(function* (emit) {
    try {
      yield* createTask(function* () {
        yield* sleep(1);
        throw new Boom();
      });
    } catch {
      log.push("caught");
      yield* emit(5);
    }
  });
  assertEquals(yield stubborn.next(), { done: false, value: 5 });
  assertEquals((yield stubborn.next()).done, true);
  assertEquals(log, ["caught"]);
});

trial("asyncGenerator() whose task is cancelled runs its cleanup", function* () {
  const log: string[] = [];
  const slow = asyncGenerator<number>(function* (emit) {
    try {
      yield* emit(1);
      yield* sleep(1000);
    } catch (error) {
      log.push(String(error instanceof CancelledError));
      throw error;
    } finally {
      yield* sleep(5);
      log.push("closed");
    }
  });
  yield slow.next();
  const task = createTask(() => slow.next());
  yield sleep(1);
  task.cancel("c");
  yield* failure(task, CancelledError, "c");
  assertEquals([log, getRunningLoop().time()], [["true", "closed"], 6]);
  assertEquals((yield slow.next()).done, true);
});

trial("asyncGenerator() that is closed before it begins never runs", function* () {
  const log: string[] = [];
  const iterator = numbers(log);
  assertEquals(yield iterator.return(), { done: true, value: undefined });
  assertEquals([yield iterator.next(), log], [{ done: true, value: undefined }, []]);
});

trial("asyncGenerator() that is running refuses another step", function* () {
  const iterator = numbers([]);
  const task = createTask(() => iterator.next());
  yield sleep(0);
  yield* failure(iterator.next(), RuntimeError, "runs already");
  yield* failure(iterator.return(), RuntimeError, "runs already");
  assertEquals(yield task, { done: false, value: 1 });
  assertEquals((yield iterator.next()).value, 2);
  yield iterator.return();
});

trial("asyncGenerator() must not go on after it was closed", function* () {
  const stubborn = asyncGenerator<number>(function* (emit) {
    try {
      yield* emit(1);
    } finally {
      yield* emit(2);
    }
  });
  yield stubborn.next();
  yield* failure(stubborn.return(), RuntimeError, "after an asyncGenerator() was closed");
  assertEquals((yield stubborn.return()).done, true);
});

trial("asyncGenerator()'s emit() outside of it is refused", function* () {
  let leaked: Emit<number> | undefined;
  const iterator = asyncGenerator<number>(function* (emit) {
    leaked = emit;
    yield* emit(1);
  });
  yield iterator.next();
  const task = createTask(function* () {
    yield* leaked!(2);
  });
  yield* failure(task, RuntimeError, "belongs to");
  yield iterator.return();
});

trial("asyncGenerator() can be made of another", function* () {
  const doubled = asyncGenerator<number>(function* (emit) {
    const inner = numbers([]);
    for (;;) {
      const { done, value } = yield* inner.next();
      if (done) return;
      yield* emit(2 * value);
    }
  });
  const taken: number[] = [];
  yield each(doubled, function* (n) {
    taken.push(n);
  });
  assertEquals(taken, [2, 4, 6]);
});

Deno.test("asyncGenerator() that is abandoned is closed when run() ends", async () => {
  for (const isNative of [false, true]) {
    const log: string[] = [];
    const clock = new VirtualClock();
    const abandon = async () => void await numbers(log).next();
    const main = isNative ? abandon : function* () {
      yield* numbers(log).next();
      yield* numbers(log).next();
    };
    await run(main, { clock });
    assertEquals(log, isNative ? ["closed"] : ["closed", "closed"]);
    assert(clock.now() >= 6, "what its finally awaits must have passed");
  }
});

Deno.test("asyncGenerator() that is abandoned by a main that fails is closed, too", async () => {
  const log: string[] = [];
  const main = function* () {
    yield* numbers(log).next();
    throw new Boom("main");
  };
  const clock = new VirtualClock();
  const error = await run(main, { clock }).then(() => undefined, (error: unknown) => error);
  assert(error instanceof Boom);
  assertEquals(log, ["closed"]);
});

trial(
  "asyncGenerator() takes a generator function, and hands on what is wrong in it",
  function* () {
    for (const body of [5, null, undefined, {}]) {
      assertThrows(() => asyncGenerator(body as never), TypeError, "asyncGenerator()");
    }
    const broken = asyncGenerator<number>(
      (() => {
        throw new Boom("at once");
      }) as never,
    );
    yield* failure(broken.next(), Boom, "at once");
    yield* caught(broken.return());
  },
);

trial("asyncGenerator() refuses what is no generator function", function* () {
  for (const body of [async function* () {}, async () => {}, 5]) {
    assertThrows(() => asyncGenerator(body as never), TypeError, "takes a generator function");
  }
  const late = asyncGenerator((() => Promise.reject(new Boom())) as never);
  yield* failure(late.next(), TypeError, "takes a generator function");
  assertEquals(yield late.next(), { done: true, value: undefined });
});
