import {
  asyncGenerator,
  CancelledError,
  createTask,
  each,
  getRunningLoop,
  mapConcurrent,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, failure, type FrontEnd, inWorld, takeReports, trial } from "../futures/trial.ts";

/** Makes work that sleeps as long as its item says, and notes what becomes of it. */
function counted(as: FrontEnd) {
  const seen = { running: 0, most: 0, begun: [] as number[], ended: [] as number[] };
  const work = as(function* (ms: number, index: number) {
    seen.begun.push(index);
    seen.most = Math.max(seen.most, ++seen.running);
    try {
      yield sleep(ms);
      seen.ended.push(index);
      return ms;
    } finally {
      seen.running--;
    }
  });
  return { seen, work };
}

/** Gives a number of items, and notes how many were asked for. */
function* source(taken: { count: number; closed?: boolean }, length = 100) {
  try {
    for (let n = 0; n < length; n++) {
      taken.count++;
      yield 10;
    }
  } finally {
    taken.closed = true;
  }
}

trial("mapConcurrent() awaited gives all results in the order of the items", function* (as) {
  const { seen, work } = counted(as);
  const items = [30, 10, 20, 5];
  assertEquals(yield mapConcurrent(items, work, { limit: 2 }), items);
  assertEquals([seen.begun, seen.most], [[0, 1, 2, 3], 2]);
  assertEquals(yield mapConcurrent([], work), []);
  assertEquals(yield mapConcurrent(new Set([2, 1]), work), [2, 1]);
});

trial("mapConcurrent() out of order gives results as they come", function* (as) {
  const { work } = counted(as);
  assertEquals(yield mapConcurrent([30, 10, 20], work, { ordered: false }), [10, 20, 30]);
  assertEquals(getRunningLoop().time(), 30);
  assertEquals(yield mapConcurrent([30, 10, 15], work, { ordered: false, limit: 2 }), [10, 15, 30]);
});

trial("mapConcurrent() works on no more items at a time than its limit", function* (as) {
  for (const [limit, most] of [[1, 1], [3, 3], [Infinity, 20], [undefined, 10]]) {
    for (const ordered of [true, false]) {
      const { seen, work } = counted(as);
      yield mapConcurrent(Array(20).fill(5), work, { limit, ordered });
      assertEquals([seen.most, seen.running, seen.ended.length], [most!, 0, 20]);
    }
  }
});

trial("mapConcurrent() takes no more from its source than its limit ahead", function* (as) {
  for (const ordered of [true, false]) {
    const { work } = counted(as);
    const taken: { count: number; closed?: boolean } = { count: 0 };
    const results = mapConcurrent(source(taken), work, { limit: 3, ordered });
    yield sleep(5);
    assertEquals(taken.count, 0);
    for (let n = 1; n <= 5; n++) {
      assertEquals(yield results.next(), { done: false, value: 10 });
      yield sleep(100);
      assertEquals(taken.count, n + 3);
    }
    yield results.return();
    assertEquals([taken.count, taken.closed], [8, true]);
    assertEquals(yield results.next(), { done: true, value: undefined });
  }
});

trial("mapConcurrent() throws a failure at once, and cancels the others", function* (as) {
  const { seen, work } = counted(as);
  const taken: { count: number; closed?: boolean } = { count: 0 };
  const broken = as(function* (ms: number, index: number) {
    if (index !== 2) return yield createTask(() => work(ms * 100, index));
    yield sleep(1);
    throw new Boom("third");
  });
  const results = mapConcurrent(source(taken), broken, { limit: 4 });
  yield* failure(results, Boom, "third");
  assertEquals([getRunningLoop().time(), seen.running, seen.ended], [1, 0, []]);
  assertEquals([taken.count, taken.closed], [4, true]);
  assertEquals(yield results.next(), { done: true, value: undefined });
});

trial("mapConcurrent() throws what its function throws first, and reports the rest", function* (
  _,
  { reports },
) {
  const broken = () => {
    throw new Boom("at once");
  };
  yield* failure(mapConcurrent([1, 2], broken), Boom, "at once");
  assertEquals(takeReports(reports), [
    "mapConcurrent() failed again after its first failure: at once",
  ]);
});

trial("mapConcurrent() hands on what its source throws, and cancels the work", function* (as) {
  const { seen, work } = counted(as);
  const broken = function* () {
    yield 100;
    yield 100;
    throw new Boom("source");
  };
  yield* failure(mapConcurrent(broken(), work), Boom, "source");
  const native = async function* () {
    yield* [100, 100];
    await null;
    throw new Boom("native source");
  };
  yield* failure(mapConcurrent(native(), work), Boom, "native source");
  assertEquals([seen.running, seen.ended], [0, []]);
});

trial("mapConcurrent() takes items of async sources", function* (as) {
  const { work } = counted(as);
  const host = async function* () {
    for (const n of [3, 2, 1]) {
      await null;
      yield n;
    }
  };
  assertEquals(yield mapConcurrent(host(), work, { limit: 2 }), [3, 2, 1]);
  const own = asyncGenerator<number>(function* (emit) {
    for (const n of [3, 2, 1]) {
      yield* sleep(10);
      yield* emit(n);
    }
  });
  assertEquals(yield mapConcurrent(own, work, { limit: 2 }), [3, 2, 1]);
  const results = mapConcurrent(mapConcurrent([3, 2, 1], work), work);
  assertEquals(yield results, [3, 2, 1]);
});

trial("mapConcurrent() takes items of a native source that sleeps", function* (as) {
  const { work } = counted(as);
  const native = async function* () {
    for (const n of [3, 2, 1]) {
      await sleep(10);
      yield n;
      await sleep(10);
    }
  };
  assertEquals(yield mapConcurrent(native(), work, { limit: 2 }), [3, 2, 1]);
});

Deno.test("mapConcurrent() in a native loop that ends early closes its source", async () => {
  await inWorld(() => async () => {
    const log: string[] = [];
    const native = async function* () {
      try {
        for (let n = 0; n < 100; n++) {
          await null;
          yield n;
        }
      } finally {
        await null;
        log.push("closed");
      }
    };
    let running = 0;
    const work = async (n: number) => {
      running++;
      try {
        await sleep(n);
        return n;
      } finally {
        running--;
      }
    };
    const taken: number[] = [];
    for await (const result of mapConcurrent(native(), work, { limit: 5 })) {
      taken.push(result);
      if (result === 2) break;
    }
    assertEquals([taken, log, running], [[0, 1, 2], ["closed"], 0]);
  });
});

trial("mapConcurrent() that each() leaves early is closed", function* (as) {
  const { seen, work } = counted(as);
  const taken: { count: number; closed?: boolean } = { count: 0 };
  const body = as(function* () {
    yield sleep(1);
    throw new Boom("enough");
  });
  yield* failure(each(mapConcurrent(source(taken), work, { limit: 3 }), body), Boom, "enough");
  assertEquals([seen.running, taken.closed], [0, true]);
});

trial("mapConcurrent() that is cancelled while it waits cancels the work", function* (as) {
  const { seen, work } = counted(as);
  const taken: { count: number; closed?: boolean } = { count: 0 };
  const task = createTask(
    as(function* () {
      return (yield mapConcurrent(source(taken), work, { limit: 3 })) as number[];
    }),
  );
  yield sleep(5);
  assertEquals(seen.running, 3);
  task.cancel("c");
  yield* failure(task, CancelledError, "c");
  assertEquals([seen.running, seen.ended, taken.closed], [0, [], true]);
});

trial("mapConcurrent() that is cancelled waits for work that takes its time", function* (as) {
  const log: string[] = [];
  const slow = as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(7);
      log.push("ended");
    }
  });
  const task = createTask(
    as(function* () {
      yield mapConcurrent([1, 2], slow);
    }),
  );
  yield sleep(1);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals([log, getRunningLoop().time()], [["ended", "ended"], 8]);
});

trial("mapConcurrent() throws the cancellation of work that another cancelled", function* (as) {
  const { seen, work } = counted(as);
  const self = as(function* (ms: number, index: number) {
    if (index === 1) throw new CancelledError("by itself");
    return yield createTask(() => work(ms, index));
  });
  yield* failure(mapConcurrent([50, 50, 50], self), CancelledError);
  assertEquals(seen.running, 0);
});

trial("mapConcurrent() that nobody asks for a result does nothing", function* (as) {
  const { seen, work } = counted(as);
  const results = mapConcurrent([1, 2], work);
  yield sleep(10);
  assertEquals(yield results.return(), { done: true, value: undefined });
  assertEquals([seen.begun, yield results], [[], []]);
});

trial("mapConcurrent().statistics() tells what it holds, at one moment", function* (as) {
  const { work } = counted(as);
  const results = mapConcurrent([10, 10, 30, 10], work, { limit: 3 });
  const before = results.statistics();
  assertEquals(before, { begun: 0, running: 0, waiting: 0, taken: 0 });
  assert(Object.isFrozen(before));
  const first = createTask(() => results.next());
  yield sleep(5);
  assertEquals(results.statistics(), { begun: 3, running: 3, waiting: 0, taken: 0 });
  yield first;
  yield sleep(1);
  assertEquals(results.statistics(), { begun: 4, running: 2, waiting: 1, taken: 1 });
  yield sleep(20);
  assertEquals(results.statistics(), { begun: 4, running: 0, waiting: 3, taken: 1 });
  assertEquals(yield results, [10, 30, 10]);
  assertEquals(results.statistics(), { begun: 4, running: 0, waiting: 0, taken: 4 });
  assertEquals(before.begun, 0);
});

trial("mapConcurrent().statistics() counts nothing as running once it was closed", function* (
  as,
  { reports },
) {
  for (const ordered of [true, false]) {
    const { work } = counted(as);
    const results = mapConcurrent([10, 20, 30], work, { ordered });
    yield results.next();
    assertEquals(results.statistics(), { begun: 3, running: 2, waiting: 0, taken: 1 });
    yield results.return();
    const { begun, running, taken } = results.statistics();
    assertEquals([begun, running, taken], [3, 0, 1]);
  }
  const broken = mapConcurrent([1, 2], () => {
    throw new Boom("at once");
  });
  yield* failure(broken, Boom);
  const { running, waiting, taken } = broken.statistics();
  assertEquals([running, waiting, taken], [0, 0, 0]);
  assertEquals(takeReports(reports).length, 1);
});

Deno.test("mapConcurrent() refuses bad input", () => {
  const fn = () => sleep(0);
  for (const limit of [0, -1, NaN]) {
    assertThrows(() => mapConcurrent([], fn, { limit }), RangeError, "limit");
  }
  for (const limit of ["1", null]) {
    assertThrows(() => mapConcurrent([], fn, { limit: limit as never }), TypeError, "limit");
  }
  for (const items of [5, null, undefined, {}]) {
    assertThrows(() => mapConcurrent(items as never, fn), TypeError, "iterable");
  }
  assertThrows(() => mapConcurrent([], 5 as never), TypeError, "fn");
  assert(Symbol.asyncIterator in mapConcurrent([], fn));
});
