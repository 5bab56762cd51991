import {
  asyncGenerator,
  CancelledError,
  cancelScope,
  type Coroutine,
  createTask,
  each,
  getRunningLoop,
  run,
  RuntimeError,
  sleep,
  timeout as within,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import {
  buffer,
  debounce,
  filter,
  map,
  merge,
  type Source,
  type Stream,
  take,
  throttle,
  timeout,
  window,
  zip,
} from "../../flow.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, takeReport, takeReports, trial } from "../futures/trial.ts";
import { collect, paced, script, SOURCES, unseen } from "./sources.ts";

/** Every operator over one source of numbers, that waits for the first item for 10 ms. */
const OPERATORS: Readonly<Record<string, (items: Source<number>) => Stream<unknown>>> = {
  "map()": (items) => map(items, (n) => n),
  "filter()": (items) => filter(items, () => true),
  "take()": (items) => take(items, 100),
  "buffer()": (items) => buffer(items, 1),
  "buffer() within a time": (items) => buffer(items, 1, { within: 1000 }),
  "window()": (items) => window(items, 1),
  "merge()": (items) => merge([items]),
  "zip()": (items) => zip([items]),
  "debounce()": (items) => debounce(items, 1),
  "throttle()": (items) => throttle(items, 1),
  "timeout()": (items) => timeout(items, 1000),
};

for (const [name, operate] of Object.entries(OPERATORS)) {
  for (const [kind, make] of SOURCES) {
    trial(`${name} gives all there is of ${kind}, and ends`, function* () {
      const seen = unseen();
      const stream = operate(make(paced(10, 1, 2, 3), seen));
      assertEquals((yield* collect(stream)).map(String), ["1", "2", "3"]);
      assertEquals([seen.taken, seen.ended.length], [3, 1]);
      assertEquals(yield stream.next(), { done: true, value: undefined });
      assertEquals(yield stream.return(), { done: true, value: undefined });
    });

    trial(`${name} closes ${kind} when it is left`, function* () {
      const seen = unseen();
      const stream = operate(make(paced(10, 1, 2, 3, 4, 5), seen));
      yield stream.next();
      yield stream.return();
      assertEquals(seen.ended.length, 1);
      assertEquals(yield stream.next(), { done: true, value: undefined });
    });

    trial(`${name} closes ${kind} when it is cancelled where it waits`, function* () {
      const seen = unseen();
      const stream = operate(make(paced(1000, 1, 2), seen));
      const task = createTask(() => stream.next());
      yield sleep(500);
      assertEquals(seen, { taken: 1, ended: [] });
      task.cancel("enough");
      yield* failure(task, CancelledError, "enough");
      assertEquals([seen.ended, getRunningLoop().time()], [[500], 500]);
      assertEquals(yield stream.next(), { done: true, value: undefined });
    });

    trial(`${name} throws what ${kind} fails with, once`, function* () {
      const seen = unseen();
      const stream = operate(make(paced(10, 1, new Boom("source")), seen));
      yield stream.next();
      yield* failure(stream.next(), Boom, "source");
      assertEquals(seen.ended.length, 1);
      assertEquals(yield stream.next(), { done: true, value: undefined });
    });
  }

  trial(`${name} takes what needs no wait, and nothing before it is asked`, function* () {
    let asked = 0;
    function* numbers() {
      for (const n of [1, 2]) {
        asked++;
        yield n;
      }
    }
    const stream = operate(numbers());
    yield sleep(5);
    assertEquals(asked, 0);
    const last = (yield* collect(stream)).at(-1);
    assertEquals(String(last), "2");
  });

  Deno.test(`${name} that is left half-way is closed at the end of the run`, async () => {
    for (const [, make] of SOURCES) {
      const seen = unseen();
      const source = make(paced(10, 1, 2, 3, 4, 5), seen);
      const main = async () => void await operate(source).next();
      await run(main, { clock: new VirtualClock(), signals: [] });
      assertEquals(seen.ended.length, 1);
    }
  });

  trial(`${name} can be iterated over in either front end, and within others`, function* (as) {
    const seen = unseen();
    const stream = operate(map(operate(script(paced(10, 1, 2, 3), seen)), Number));
    const items: unknown[] = [];
    const loop = as(function* () {
      yield each(
        stream,
        as(function* (item) {
          items.push(item);
          yield sleep(1);
        }),
      );
    });
    yield createTask(loop);
    assertEquals([items.map(String), seen.ended.length], [["1", "2", "3"], 1]);
  });

  trial(`${name} loses no error of a source whose cleanup fails when it is cancelled`, function* (
    _,
    { reports },
  ) {
    const source = asyncGenerator<number>(function* (emit): Coroutine<void> {
      try {
        yield* sleep(1);
        yield* emit(1);
        yield* sleep(1000);
      } finally {
        yield* sleep(1);
        failClosing();
      }
    });
    const stream = operate(source);
    yield stream.next();
    const task = createTask(() => stream.next());
    yield sleep(10);
    task.cancel();
    const error = yield* caught(task);
    const told = takeReports(reports);
    if (error instanceof Boom) assertEquals(told, []); // As that of a `finally`.
    else assert(error instanceof CancelledError && told.length === 1, `${error}`);
    assert([`${error}`, ...told].some((words) => words.endsWith("closing")), told.join());
  });
}

function failClosing(): never {
  throw new Boom("closing");
}

Deno.test("streams are left by break in a native loop, and by its errors", async () => {
  await run(async () => {
    for (const operate of Object.values(OPERATORS)) {
      const seen = unseen();
      for await (const _item of operate(script(paced(10, 1, 2, 3, 4), seen))) break;
      assertEquals(seen.ended.length, 1);
      try {
        for await (const _item of operate(script(paced(10, 1, 2, 3, 4), seen))) throw new Boom();
      } catch (error) {
        assert(error instanceof Boom);
      }
      assertEquals(seen.ended.length, 2);
    }
  }, { clock: new VirtualClock(), signals: [] });
});

trial("a stream throws what its source fails with when it is left", function* (_, world) {
  const failing = () =>
    asyncGenerator<number>(function* (emit): Coroutine<void> {
      try {
        yield* emit(1);
        yield* emit(2);
      } finally {
        failClosing();
      }
    });
  const left = map(failing(), (n) => n);
  yield left.next();
  yield* failure(left.return(), Boom, "closing");
  const broken = map(failing(), (): number => {
    throw new RangeError("fn");
  });
  yield* failure(broken.next(), RangeError, "fn");
  takeReport(world, "The source of map() failed when it was closed");
});

trial("a stream is cancelled by a timeout or a scope around a loop over it", function* (as) {
  for (const operate of Object.values(OPERATORS)) {
    const seen = unseen();
    const over = as(function* () {
      yield each(operate(script(paced(1000, 1, 2), seen)), () => sleep(1));
    });
    yield* failure(within(50, over), TimeoutError);
    yield cancelScope(as(function* (scope) {
      getRunningLoop().callLater(50, () => scope.cancel());
      yield createTask(over);
    }));
    assertEquals(seen.ended.length, 2);
  }
});

trial("a stream closes its sources to the end in a scope that stays cancelled", function* (as) {
  const log: string[] = [];
  const quick = asyncGenerator<number>(function* (emit): Coroutine<void> {
    try {
      yield* emit(1);
    } finally {
      yield* sleep(5);
      log.push(`closed at ${getRunningLoop().time()}`);
    }
  });
  const both = zip([quick, script(paced(1000, 2))]);
  yield cancelScope(as(function* (scope) {
    getRunningLoop().callLater(50, () => scope.cancel());
    yield both.next();
  }));
  assertEquals(log, ["closed at 55"]);
});

trial("a stream is closed with an asyncGenerator() that hands its items on", function* () {
  const seen = unseen();
  const outer = asyncGenerator<number>(function* (emit): Coroutine<void> {
    const handingOn = map(script(paced(1, 1, 2), seen), function* (n) {
      yield* emit(n);
      return n;
    });
    yield* each(handingOn, () => sleep(1));
  });
  assertEquals((yield outer.next()).value, 1);
  yield outer.return(); // In the middle of a step of the inner one.
  assertEquals(seen.ended.length, 1);
});

trial("a stream whose steps are not awaited one by one says so", function* () {
  for (const operate of [OPERATORS["map()"], OPERATORS["merge()"]]) {
    const stream = operate(script(paced(10, 1, 2)));
    const first = createTask(() => stream.next());
    yield sleep(1);
    yield* failure(stream.next(), RuntimeError, "await each step");
    yield* failure(stream.return(), RuntimeError, "await each step");
    yield first;
    yield stream.return();
  }
});

Deno.test("two strands of a task run stages with timeouts side by side", async () => {
  await run(async () => {
    const ticks = (ms: number) => script(paced(ms, 1, 2, 3));
    const all = async (stream: Stream<number>) => {
      const items: unknown[] = [];
      try {
        for await (const item of stream) items.push(item);
      } catch (error) {
        items.push((error as Error).name);
      }
      return items.join();
    };
    const slow = (n: number) => within(5, () => sleep(n === 2 ? 100 : 1, n));
    const results = await Promise.all([
      all(timeout(ticks(10), 8)),
      all(timeout(ticks(10), 12)),
      all(map(ticks(2), slow)),
      all(debounce(ticks(3), 50)),
    ]);
    assertEquals(results, ["TimeoutError", "1,2,3", "1,TimeoutError", "3"]);
  }, { clock: new VirtualClock(), signals: [] });
});

Deno.test("operators refuse bad input at once", () => {
  for (const [name, operate] of Object.entries(OPERATORS)) {
    const what = name === "merge()" || name === "zip()" ? `${name} takes` : "takes an iterable";
    assertThrows(() => operate(5 as never), TypeError, what);
  }
  for (const operate of [merge, zip] as ((sources: unknown) => unknown)[]) {
    assertThrows(() => operate(5), TypeError, "an array of sources");
    assertThrows(() => operate([[], 5]), TypeError, "takes an iterable");
  }
  assertThrows(() => map([], 5 as never), TypeError, "fn");
  assertThrows(() => filter([], 5 as never), TypeError, "predicate");
  for (const count of [-1, 1.5, NaN]) assertThrows(() => take([], count), RangeError, "count");
  for (const size of [0, 1.5, NaN]) {
    assertThrows(() => buffer([], size), RangeError, "size");
    assertThrows(() => window([], size), RangeError, "size");
  }
  assertThrows(() => buffer([], 1, { within: 0 }), RangeError, "within");
  assertThrows(() => buffer([], 1, { ms: 1 } as never), TypeError, "Unknown option");
  assertThrows(() => window([], 1, { step: 0 }), RangeError, "step");
  for (const ms of [0, -1, NaN]) {
    assertThrows(() => debounce([], ms), RangeError, "ms");
    assertThrows(() => throttle([], ms), RangeError, "ms");
  }
  assertThrows(() => debounce([], 5, { most: 4 }), RangeError, "most");
  assertThrows(() => timeout([], -1), RangeError, "ms");
});
