import { Barrier, BrokenBarrierError, Condition, createTask, Event, sleep } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { Program } from "../../futures/trial.ts";
import { cancelSome, disturb, explore, patiently, pause, stop, watch } from "./explore.ts";

Deno.test("no notification of a Condition is lost, whatever the order", async () => {
  await explore(function* (as, random) {
    const condition = new Condition();
    const stock: number[] = [];
    const [made, sold]: [number[], number[]] = [[], []];
    const produce = as(function* () {
      for (let n = 0; n < 6; n++) {
        yield* patiently(as, random, function* () {
          using _permit = yield condition.acquire();
          stock.push(made.length);
          made.push(made.length);
          condition.notify();
        });
        yield* pause(random);
      }
    });
    const consume = as(function* () {
      for (;;) {
        yield* patiently(as, random, function* () {
          using _permit = yield condition.acquire();
          while (stock.length === 0) yield condition.wait();
          sold.push(stock.shift()!);
          if (random.chance(20)) yield sleep(1); // with the lock held
        });
        if (random.chance(50)) yield* pause(random);
      }
    });
    const watcher = watch(as, () => {
      const { waiting, locked } = condition.statistics();
      const isFine = locked || stock.length === 0 || waiting === 0;
      assert(isFine, `${waiting} wait, ${stock.length} are in stock`);
    });
    const producers = [1, 2].map(() => createTask(produce));
    const consumers = [1, 2, 3, 4].map(() => createTask(consume));
    yield* cancelSome(random, [...producers, ...consumers.slice(2)]);
    yield watcher;
    yield* stop([...producers, ...consumers]);
    assertEquals([...sold, ...stock], made);
    assertEquals(condition.statistics(), { locked: false, waiting: 0 });
  });
});

Deno.test("all who wait for an Event when it is set go on, whatever the order", async () => {
  await explore(function* (as, random) {
    const event = new Event();
    let sets = 0;
    /** Tells how often the event had been set when each began to wait, while it waits. */
    const waiting = new Map<symbol, number>();
    const wait = function* (): Program<void> {
      const [self, before, wasSet] = [Symbol(), sets, event.isSet];
      waiting.set(self, before);
      try {
        yield event.wait();
        assert(wasSet || sets > before, "it went on and the event was not set");
      } finally {
        waiting.delete(self);
      }
    };
    const waiter = as(function* () {
      for (let n = 0; n < 5; n++) {
        yield* patiently(as, random, wait);
        yield* pause(random);
      }
    });
    const setter = createTask(as(function* () {
      for (let n = 0; n < 20; n++) {
        yield* pause(random);
        if (!event.isSet) sets++;
        event.set();
        if (random.chance(70)) event.clear();
        if (random.chance(30)) yield* pause(random);
        if (random.chance(70)) event.clear();
      }
      event.set();
      sets++;
    }));
    const watcher = watch(as, () => {
      const late = [...waiting.values()].filter((before) => before < sets || event.isSet);
      assertEquals(late, [], "some wait for an event that was set");
      assertEquals(event.statistics().waiting, waiting.size);
    });
    yield* disturb(random, Array.from({ length: 5 }, () => createTask(waiter)));
    yield setter;
    yield watcher;
    assertEquals(event.statistics(), { isSet: true, waiting: 0 });
  });
});

Deno.test("generations of a Barrier never mix, whatever the order", async () => {
  await explore(function* (as, random) {
    const parties = 1 + random.below(3);
    const barrier = new Barrier(parties);
    const isCalm = random.chance(40);
    const passed: Passage[] = [];
    let waiting = 0;
    let clock = 0;
    const meet = function* (): Program<void> {
      const begun = clock++;
      waiting++;
      try {
        const place: number = yield barrier.wait();
        passed.push({ begun, ended: clock++, place });
      } finally {
        waiting--;
      }
    };
    const visit = as(function* () {
      for (let n = 0; n < 6; n++) {
        if (isCalm) yield* meet();
        else yield* patiently(as, random, meet);
        yield* pause(random);
      }
    });
    const watcher = watch(as, () => {
      assertEquals(barrier.nWaiting, waiting);
      assert(waiting < parties, `${waiting} of ${parties} wait`);
    });
    const visitors = Array.from({ length: 4 }, () => createTask(visit));
    if (!isCalm) yield* cancelSome(random, visitors.slice(2));
    yield watcher;
    yield* stop(visitors);
    assertGenerations(passed, parties, isCalm);
    assertEquals(barrier.statistics(), { parties, waiting: 0, broken: false });
  });
});

/** A wait at a barrier that came to its end. */
interface Passage {
  readonly begun: number;
  readonly ended: number;
  readonly place: number;
}

/** Asserts that those who passed did so together with those they had met. */
function assertGenerations(passed: readonly Passage[], parties: number, isCalm: boolean): void {
  const generations: Passage[][] = [];
  for (const passage of passed) {
    // The one that completes a generation goes on first: it does not wait.
    if (passage.place === parties - 1) generations.push([]);
    assert(generations.length > 0, "one went on alone");
    generations.at(-1)!.push(passage);
  }
  for (const generation of generations) {
    const [{ ended: completed }] = generation;
    const places = generation.map(({ place }) => place).sort();
    assert(places.length <= parties, `${places.length} of ${parties} went on`);
    assert(generation.every(({ begun }) => begun < completed), "one came late");
    if (isCalm) assertEquals(places, Array.from({ length: parties }, (_, place) => place));
  }
}

Deno.test("a Barrier that is reset or aborted lets nobody wait forever", async () => {
  await explore(function* (as, random) {
    const barrier = new Barrier(3);
    let waiting = 0;
    const meet = function* (): Program<void> {
      waiting++;
      try {
        yield barrier.wait();
      } catch (error) {
        if (!(error instanceof BrokenBarrierError)) throw error;
      } finally {
        waiting--;
      }
    };
    const visit = as(function* () {
      for (let n = 0; n < 6; n++) {
        yield* patiently(as, random, meet);
        yield* pause(random);
      }
    });
    const breaker = as(function* () {
      for (let n = 0; n < 4; n++) {
        yield* pause(random);
        yield random.chance(70) ? barrier.reset() : barrier.abort();
      }
    });
    const watcher = watch(as, () => {
      assertEquals(barrier.nWaiting, waiting);
      assert(waiting < 3 && !(barrier.broken && waiting > 0), `${waiting} wait`);
    });
    const visitors = Array.from({ length: 4 }, () => createTask(visit));
    const breakers = [1, 2].map(() => createTask(breaker));
    yield* cancelSome(random, [...visitors.slice(1), ...breakers]);
    yield watcher;
    yield* stop([...visitors, ...breakers]);
    assertEquals(waiting, 0);
  });
});
