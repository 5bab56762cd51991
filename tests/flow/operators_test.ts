import {
  Channel,
  createTask,
  getRunningLoop,
  interval,
  sleep,
  timeout as within,
  TimeoutError,
} from "../../mod.ts";
import {
  buffer,
  debounce,
  filter,
  map,
  merge,
  type Stream,
  take,
  throttle,
  timeout,
  window,
  zip,
} from "../../flow.ts";
import { assertEquals } from "../assert.ts";
import { Boom, failure, takeReport, trial } from "../futures/trial.ts";
import { collect, paced, script, timed, unseen } from "./sources.ts";

trial("map() and filter() take functions of any kind, with the index", function* (as) {
  const slowly = as(function* (n: number, index: number) {
    yield sleep(1);
    return `${n}/${index}`;
  });
  assertEquals(yield* collect(map([5, 6], slowly)), ["5/0", "6/1"]);
  assertEquals(yield* collect(map("ab", (letter, index) => letter + index)), ["a0", "b1"]);
  const second = as(function* (_: number, index: number) {
    yield sleep(1);
    return index % 2 === 1;
  });
  assertEquals(yield* collect(filter([5, 6, 7, 8], second)), [6, 8]);
  const isText = (item: unknown): item is string => typeof item === "string";
  const texts: Stream<string> = filter([1, "a", 2, "b"], isText);
  assertEquals(yield* collect(texts), ["a", "b"]);
});

trial("map() and filter() close their source when their function fails", function* () {
  for (const operate of [map, filter]) {
    const seen = unseen();
    const stream = operate(script(paced(10, 1, 2, 3), seen), (n: number) => {
      if (n === 2) throw new Boom("fn");
      return true;
    });
    yield stream.next();
    yield* failure(stream.next(), Boom, "fn");
    assertEquals([seen.taken, seen.ended.length], [2, 1]);
  }
});

trial("take() asks for no more than it gives", function* () {
  const seen = unseen();
  assertEquals(yield* collect(take(script(paced(10, 1, 2, 3, 4), seen), 2)), [1, 2]);
  assertEquals([seen.taken, seen.ended.length], [2, 1]);
  assertEquals(yield* collect(take(script(paced(10, 1), seen), 0)), []);
  assertEquals(seen.taken, 2);
  assertEquals(yield* collect(take([1, 2], Infinity)), [1, 2]);
});

trial("buffer() gives full arrays, and the rest", function* () {
  assertEquals(yield* collect(buffer([1, 2, 3, 4, 5], 2)), [[1, 2], [3, 4], [5]]);
  assertEquals(yield* collect(buffer([], 2)), []);
  const broken = buffer(script(paced(1, 1, 2, 3, new Boom("late"))), 2);
  assertEquals((yield broken.next()).value, [1, 2]);
  assertEquals((yield broken.next()).value, [3]); // Nothing is lost that came before.
  yield* failure(broken.next(), Boom, "late");
});

trial("buffer() within a time gives what there is when its first item has waited", function* () {
  const source = script([[5, 1], [5, 2], [5, 3], [40, 4], [5, 5], [100, 6]] as const);
  assertEquals(yield* timed(buffer(source, 3, { within: 30 })), [
    "1,2,3 at 15",
    "4,5 at 85",
    "6 at 160",
  ]);
  const broken = buffer(script(paced(1, 1, 2, new Boom("late"))), 9, { within: 30 });
  assertEquals((yield broken.next()).value, [1, 2]);
  yield* failure(broken.next(), Boom, "late");
});

trial("buffer() within a time takes no more ahead than fills an array", function* () {
  const seen = unseen();
  const stream = buffer(script(paced(1, 1, 2, 3, 4, 5, 6, 7), seen), 3, { within: 1000 });
  assertEquals((yield stream.next()).value, [1, 2, 3]);
  yield sleep(100);
  assertEquals(seen.taken, 6);
  assertEquals((yield stream.next()).value, [4, 5, 6]);
  yield stream.return();
});

trial("window() slides over the items by a step", function* () {
  assertEquals(yield* collect(window([1, 2, 3, 4], 2)), [[1, 2], [2, 3], [3, 4]]);
  assertEquals(yield* collect(window([1, 2, 3, 4, 5], 3, { step: 2 })), [[1, 2, 3], [3, 4, 5]]);
  assertEquals(yield* collect(window([1, 2, 3, 4, 5, 6], 2, { step: 3 })), [[1, 2], [4, 5]]);
  assertEquals(yield* collect(window([1, 2], 3)), []);
  const [first, second]: number[][] = yield* collect(window([1, 2, 3], 2));
  first.push(9); // They are arrays of their own.
  assertEquals(second, [2, 3]);
});

trial("merge() gives items as they come, and ends with the last source", function* () {
  const sources = [script(paced(10, "a", "b")), script(paced(14, "c", "d", "e")), ["f"]];
  assertEquals(yield* timed(merge(sources)), [
    "f at 0",
    "a at 10",
    "c at 14",
    "b at 20",
    "d at 28",
    "e at 42",
  ]);
  assertEquals(yield* collect(merge([])), []);
  assertEquals(yield* collect(merge(new Set([[1], [2]]))), [1, 2]);
});

trial("merge() takes one item of each source ahead", function* () {
  const [left, right] = [unseen(), unseen()];
  const stream = merge([script(paced(1, 1, 2, 3), left), script(paced(1, 4, 5, 6), right)]);
  yield stream.next();
  yield sleep(100);
  assertEquals([left.taken, right.taken], [2, 1]);
  yield stream.return();
  assertEquals([left.ended.length, right.ended.length], [1, 1]);
});

trial("merge() that fails gives what came before, and closes the others", function* (_, world) {
  const seen = unseen();
  const stream = merge([
    script<number>([[10, 1], [10, new Boom("first")]]),
    script(paced(15, 2, 3), seen),
  ]);
  assertEquals((yield stream.next()).value, 1);
  yield sleep(20); // The second item has come, and then the failure.
  assertEquals((yield stream.next()).value, 2);
  yield* failure(stream.next(), Boom, "first");
  assertEquals(seen.ended.length, 1);
  const unasked = merge([script<number>([[1, 1], [1, new Boom("unseen")]])]);
  yield unasked.next();
  yield sleep(5);
  yield unasked.return();
  takeReport(world, "A source of merge() failed, and nobody asked for more");
});

trial("zip() gives one of each, asked at the same time and no earlier", function* () {
  const seen = unseen();
  const numbers = script(paced(10, 1, 2, 3), seen);
  const stream = zip([numbers, script(paced(15, "a", "b", "c")), [true, false]] as const);
  assertEquals(yield stream.next(), { done: false, value: [1, "a", true] });
  assertEquals([getRunningLoop().time(), seen.taken], [15, 1]);
  yield sleep(100);
  assertEquals(seen.taken, 1);
  assertEquals(yield stream.next(), { done: false, value: [2, "b", false] });
  assertEquals((yield stream.next()).done, true);
  assertEquals(seen.ended.length, 1);
  assertEquals(yield* collect(zip([])), []);
});

trial("debounce() gives what was quiet for a while, and the last", function* () {
  const source = () => script([[10, 1], [20, 2], [40, 3], [10, 4], [10, 5]] as const);
  assertEquals(yield* timed(debounce(source(), 30)), ["2 at 60", "5 at 90"]);
  const busy = script(paced(10, 1, 2, 3, 4, 5, 6, 7, 8));
  assertEquals(yield* timed(debounce(busy, 15, { most: 25 })), ["3 at 35", "6 at 65", "8 at 80"]);
  const broken = debounce(script(paced(10, 1, new Boom("late"))), 30);
  assertEquals((yield broken.next()).value, 1);
  yield* failure(broken.next(), Boom, "late");
});

trial("debounce() and throttle() go on while nobody asks", function* () {
  const typed = new Channel<number>();
  const stream = debounce(typed, 30);
  const first = createTask(() => stream.next());
  yield typed.send(1);
  yield first;
  for (const n of [2, 3]) yield typed.send(n); // Nobody has asked yet.
  yield sleep(100);
  const asked = getRunningLoop().time();
  assertEquals((yield stream.next()).value, 3);
  assertEquals(getRunningLoop().time(), asked); // It has been quiet for long.
  yield stream.return();
  typed.close();

  const slowly = throttle(take(interval(10), 20), 5);
  yield slowly.next();
  yield sleep(55);
  assertEquals((yield slowly.next()).value, 5);
  yield slowly.return();
});

trial("throttle() gives the first at once, and then the latest", function* () {
  const source = script(paced(10, 1, 2, 3, 4, 5));
  assertEquals(yield* timed(throttle(source, 25)), ["1 at 10", "3 at 35", "5 at 60"]);
  const broken = throttle(script(paced(10, 1, 2, new Boom("late"))), 25);
  assertEquals((yield broken.next()).value, 1);
  assertEquals((yield broken.next()).value, 2);
  yield* failure(broken.next(), Boom, "late");
});

trial("debounce() of a source that never waits lets others run", function* () {
  let beside = 0;
  const task = createTask(function* () {
    for (;;) {
      beside++;
      yield* sleep(0);
    }
  });
  assertEquals(yield* collect(debounce(Array.from({ length: 100 }, (_, n) => n), 10)), [99]);
  task.cancel();
  yield sleep(0);
  assertEquals(beside >= 50, true);
});

trial("timeout() bounds each item, and not what is done with it", function* () {
  const stream = timeout(script([[10, 1], [10, 2], [30, 3]] as const), 20);
  for (const expected of [1, 2]) {
    assertEquals((yield stream.next()).value, expected);
    yield sleep(50);
  }
  const error = yield* failure(stream.next(), TimeoutError, "20 ms");
  assertEquals(error.name, "TimeoutError");
});

trial("timeout() closes a source that was called off, whatever that does", function* () {
  const log: string[] = [];
  const source = {
    next: () => sleep(1000) as never,
    return() {
      log.push("closed");
      return sleep(5, { done: true, value: undefined }) as never;
    },
    [Symbol.asyncIterator]() {
      return this as never;
    },
  };
  const stream = timeout(source as AsyncIterable<number>, 20);
  yield* failure(within(500, () => stream.next()), TimeoutError, "20 ms");
  assertEquals([log, getRunningLoop().time()], [["closed"], 25]);
});
