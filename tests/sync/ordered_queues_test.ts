import {
  CancelledError,
  createTask,
  LifoQueue,
  PriorityQueue,
  type Queue,
  select,
  sleep,
  taskGroup,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";
import { Prng } from "../prng.ts";

/** Takes all that is in a queue. */
function drain<T>(queue: Queue<T>): T[] {
  const items: T[] = [];
  while (!queue.empty) items.push(queue.getNowait());
  return items;
}

/** An item of which several have the same rank. */
interface Ranked {
  readonly rank: number;
  readonly name: number;
}

const byRank = (a: Ranked, b: Ranked) => a.rank - b.rank;

Deno.test("PriorityQueue gives equal items in the order in which they were put", () => {
  for (let seed = 1; seed <= 50; seed++) {
    const prng = new Prng(seed);
    const queue = new PriorityQueue<Ranked>(0, { compare: byRank });
    const model: Ranked[] = [];
    for (let name = 0; name < 200; name++) {
      if (model.length > 0 && prng.chance(30)) {
        model.sort(byRank);
        assertEquals(queue.getNowait(), model.shift()!, `seed ${seed}`);
      }
      const item = { rank: prng.below(5), name };
      queue.putNowait(item);
      model.push(item);
    }
    assertEquals(drain(queue), model.sort(byRank), `seed ${seed}`);
  }
});

Deno.test("PriorityQueue orders by < unless it is given an order", () => {
  const items = ["b", "c", "a"];
  const natural = new PriorityQueue<string>();
  const reverse = new PriorityQueue<string>(0, { compare: (a, b) => a < b ? 1 : -1 });
  for (const item of items) natural.putNowait(item), reverse.putNowait(item);
  assertEquals([drain(natural), drain(reverse)], [["a", "b", "c"], ["c", "b", "a"]]);
  const numbers = new PriorityQueue<number>(0, { compare: undefined });
  for (const item of [10, 9, -1, 100]) numbers.putNowait(item);
  assertEquals(drain(numbers), [-1, 9, 10, 100]);
});

Deno.test("PriorityQueue orders arrays by their elements, as Python orders tuples", () => {
  const items: [number, string][] = [[10, "x"], [9, "y"], [2, "b"], [2, "a"]];
  const queue = new PriorityQueue<[number, string] | number[]>();
  for (const item of [...items, [2]]) queue.putNowait(item);
  assertEquals(drain(queue), [[2], [2, "a"], [2, "b"], [9, "y"], [10, "x"]]);
  const dates = new PriorityQueue<Date>();
  for (const ms of [2, 10, 1]) dates.putNowait(new Date(ms));
  assertEquals(drain(dates).map(Number), [1, 2, 10]);
});

Deno.test("PriorityQueue refuses items without an order, unless it is given one", () => {
  const queue = new PriorityQueue<object>();
  queue.putNowait({});
  assertThrows(() => queue.putNowait({}), TypeError, "give the queue { compare }");
  assertEquals(queue.size, 1);
});

trial("PriorityQueue passes the room on when the compare of who got it throws", function* () {
  const compare = (a: number, b: number) => {
    if (a === 13 || b === 13) throw new Error("compare");
    return a - b;
  };
  const queue = new PriorityQueue<number>(2, { compare });
  for (const item of [1, 2]) queue.putNowait(item);
  const broken = createTask(() => queue.put(13));
  const next = createTask(() => queue.put(3));
  yield sleep(1);
  queue.getNowait();
  yield* failure(broken, Error, "compare");
  yield next;
  assertEquals(drain(queue), [2, 3]);
});

Deno.test("PriorityQueue and LifoQueue refuse bad input", () => {
  for (const compare of [5, null, "a"]) {
    assertThrows(() => new PriorityQueue(0, { compare: compare as never }), TypeError, "compare");
  }
  for (const Kind of [PriorityQueue, LifoQueue]) {
    assertThrows(() => new Kind(NaN), RangeError, "maxSize");
    assertThrows(() => new Kind("1" as never), TypeError, "maxSize");
  }
});

Deno.test("LifoQueue gives the item put last first", () => {
  const queue = new LifoQueue<number>(3);
  for (const item of [1, 2, 3]) queue.putNowait(item);
  assertEquals([queue.full, drain(queue)], [true, [3, 2, 1]]);
});

trial("An ordered queue puts back where it was what a cancelled select() took", function* (as) {
  const slow = as(function* () {
    try {
      yield sleep(1000);
    } finally {
      yield sleep(10);
    }
  });
  const ranked = (rank: number, name: number): Ranked => ({ rank, name });
  for (
    const queue of [new PriorityQueue<Ranked>(0, { compare: byRank }), new LifoQueue<Ranked>()]
  ) {
    const task = createTask(() => select({ item: queue.get(), slow }));
    yield sleep(1);
    for (const item of [ranked(1, 0), ranked(1, 1), ranked(1, 2)]) queue.putNowait(item);
    const before = queue.statistics();
    yield sleep(1);
    assertEquals(queue.size, 2);
    task.cancel();
    yield* failure(task, CancelledError);
    assertEquals(queue.statistics(), before);
    const names = drain(queue).map(({ name }) => name);
    assertEquals(names, queue instanceof LifoQueue ? [2, 1, 0] : [0, 1, 2]);
  }
});

trial("PriorityQueue wakes who waits with the least item", function* (as) {
  const queue = new PriorityQueue<number>();
  const taken: number[] = [];
  yield taskGroup(as(function* (group) {
    for (let n = 0; n < 3; n++) {
      group.createTask(as(function* () {
        taken.push(yield queue.get());
      }));
    }
    yield sleep(1);
    for (const item of [3, 1, 2]) queue.putNowait(item);
  }));
  assertEquals(taken, [1, 2, 3]);
});

trial("PriorityQueue keeps every item when compare throws", function* () {
  let fails = -1;
  const queue = new PriorityQueue<number>(0, {
    compare(a, b) {
      if (fails-- === 0) throw new Error("compare");
      return a - b;
    },
  });
  for (let item = 70; item > 0; item -= 10) queue.putNowait(item);
  for (const comparisons of [0, 1, 2]) {
    fails = comparisons;
    assertThrows(() => queue.putNowait(5), Error, "compare");
    fails = comparisons;
    assertThrows(() => queue.getNowait(), Error, "compare");
    fails = -1;
  }
  assertEquals(drain(queue), [10, 20, 30, 40, 50, 60, 70]);
  yield sleep(0);
});
