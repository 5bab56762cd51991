import { createTask, Limiter, Lock, select, Semaphore, sleep } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import type { FrontEnd, Program } from "../../futures/trial.ts";
import type { Prng } from "../../prng.ts";
import { disturb, explore, patiently, pause, stop, watch } from "./explore.ts";

for (const places of [1, 2]) {
  Deno.test(`no permit of ${places} is lost or given twice, whatever the order`, async () => {
    await explore(function* (as, random) {
      const gate = places === 1 ? new Lock() : new Semaphore(places);
      let inside = 0;
      const stay = function* (): Program<void> {
        using _permit = yield gate.acquire();
        assert(++inside <= places, `${inside} are inside`);
        try {
          yield* pause(random);
        } finally {
          inside--;
        }
      };
      const visit = as(function* () {
        for (let n = 0; n < 3; n++) yield* patiently(as, random, stay);
      });
      const watcher = watch(as, () => {
        const { waiting } = gate.statistics();
        assert(inside === places || waiting === 0, `${waiting} wait, ${inside} are inside`);
      });
      yield* disturb(random, Array.from({ length: 5 }, () => createTask(visit)));
      yield watcher;
      assertEquals([gate.locked, gate.statistics().waiting], [false, 0]);
      assertEquals(gate instanceof Semaphore ? gate.value : 1, places);
    });
  });
}

Deno.test("no more are in than the limit when one goes in, however it changes", async () => {
  await explore(function* (as, random) {
    const limiter = new Limiter(random.below(3));
    let inside = 0;
    const stay = function* (): Program<void> {
      using _permit = yield limiter.acquire();
      assert(++inside <= limiter.limit, `${inside} are inside, the limit is ${limiter.limit}`);
      try {
        yield* pause(random);
      } finally {
        inside--;
      }
    };
    const visit = as(function* () {
      for (let n = 0; n < 4; n++) {
        yield* patiently(as, random, stay);
        if (random.chance(30)) yield* passBy(random, limiter);
      }
    });
    const changer = createTask(as(() => change(random, limiter)));
    const watcher = watch(as, () => {
      const { waiting, borrowed } = limiter.statistics();
      assertEquals(borrowed, inside);
      assert(limiter.available === 0 || waiting === 0, `${waiting} wait for a place that is free`);
    });
    const visitors = Array.from({ length: 5 }, () => createTask(visit));
    yield* disturb(random, visitors);
    yield* stop([changer]);
    yield watcher;
    assertEquals(limiter.statistics(), { limit: limiter.limit, borrowed: 0, waiting: 0 });
  });
});

/** Asks for a place, and loses it to something else. */
function* passBy(random: Prng, limiter: Limiter): Program<void> {
  const late = sleep(random.below(3));
  const { name, value } = yield select({ late, permit: limiter.acquire() });
  if (name === "permit") value[Symbol.dispose]();
}

/** Changes the limit at times of its own, when nobody is on the way in. */
function* change(random: Prng, limiter: Limiter): Program<void> {
  for (let n = 1; n < 16; n++) {
    yield sleep(random.below(2) + 1 / 32);
    limiter.limit = random.below(4);
  }
  limiter.limit = 3;
}

/** What has a line of waits for permits. */
const GATES: Record<string, (places: number) => Lock | Semaphore | Limiter> = {
  Lock: () => new Lock(),
  Semaphore: (places) => new Semaphore(places),
  Limiter: (places) => new Limiter(places),
};

/** Lets tasks come at random times, some without patience, and notes who came and who got in. */
function* queueUp(
  as: FrontEnd,
  random: Prng,
  gate: Lock | Semaphore | Limiter,
): Program<void> {
  const [came, gotIn]: [number[], number[]] = [[], []];
  const visitors = Array.from({ length: 12 }, (_, n) =>
    createTask(as(function* () {
      yield sleep(random.below(6));
      yield* patiently(as, random, function* () {
        came.push(n);
        using _permit = yield gate.acquire();
        gotIn.push(n);
        yield* pause(random);
      });
    })));
  yield* disturb(random, visitors);
  assertEquals(gotIn, came.filter((n) => gotIn.includes(n)));
}

for (const [kind, make] of Object.entries(GATES)) {
  Deno.test(`${kind}: who is not cancelled gets in in the order in which they came`, async () => {
    await explore((as, random) => queueUp(as, random, make(1 + random.below(3))), {
      shuffled: false,
    });
  });
}
