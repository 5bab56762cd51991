import {
  CancelledError,
  cancelScope,
  createTask,
  getRunningLoop,
  run,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { Boom, failure, trial } from "../futures/trial.ts";
import { type Thing, users, Workshop } from "./workshop.ts";

trial("ResourcePool destroys what use() was doing when it was cancelled", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const [task] = users(as, pool, [1000], []);
  yield sleep(15);
  task.cancel("enough");
  yield* failure(task, CancelledError, "enough");
  assertEquals(yield pool.use((thing) => thing.id), 2);
  assertEquals([shop.left, getRunningLoop().time()], [[2], 15 + 5 + 10]);
  yield pool.close();
});

trial("ResourcePool destroys it though the function catches the cancellation", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const swallow = (wait: () => ReturnType<typeof sleep>) =>
    as(function* ({ id }: Thing) {
      try {
        yield wait();
      } catch {
        // It goes on.
      }
      yield sleep(1);
      return id;
    });
  const asked = createTask(() => pool.use(swallow(() => sleep(1000))));
  yield sleep(15);
  asked.cancel();
  assertEquals(yield asked, 1);
  assertEquals(yield pool.use(swallow(() => timeout(5, () => sleep(1000)) as never)), 2);
  const scoped = as(function* ({ id }: Thing) {
    yield cancelScope(as(function* (scope) {
      getRunningLoop().callLater(5, () => scope.cancel());
      yield sleep(1000);
    }));
    return id;
  });
  assertEquals(yield pool.use(scoped), 3);
  const delegating = as(function* ({ id }: Thing) {
    const child = createTask(as(function* () {
      try {
        yield sleep(1000);
      } catch {
        // It goes on.
      }
    }));
    yield child;
    return id;
  });
  const chain = createTask(() => pool.use(delegating));
  yield sleep(20);
  chain.cancel(); // It reaches the child alone.
  assertEquals(yield chain, 4);
  assertEquals(yield pool.use(swallow(() => sleep(1))), 5);
  assertEquals(yield pool.use((thing) => thing.id), 5);
  yield pool.close();
});

trial("ResourcePool keeps what was used beside something that was cancelled", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  yield pool.use(() => {});
  const [task] = users(as, pool, [5], []);
  yield* failure(timeout(2, () => sleep(1000)), TimeoutError);
  assertEquals(yield task, 1);
  assertEquals(yield pool.use((thing) => thing.id), 1);
  yield pool.close();
});

Deno.test("ResourcePool keeps what one strand used while another ran out of time", async () => {
  await run(async () => {
    const shop = new Workshop((program) => async (...args) => {
      const steps = program(...args);
      let step = steps.next();
      while (!step.done) step = steps.next(await step.value);
      return step.value;
    });
    const pool = shop.pool({ max: 1 });
    await Promise.all([
      pool.use(() => sleep(20)),
      timeout(5, () => sleep(1000)).catch(() => {}),
    ]);
    assertEquals(await pool.use((thing) => thing.id), 1);
    assertEquals(shop.left, [1]);
    await pool.close();
  }, { clock: new VirtualClock(), signals: [] });
});

trial("ResourcePool destroys what use() failed with, unless keepAfter says otherwise", function* (
  as,
) {
  const shop = new Workshop(as);
  const asked: unknown[] = [];
  const keepAfter = (error: unknown) => {
    asked.push((error as Error).message);
    return (error as Error).message === "harmless";
  };
  const pool = shop.pool({ max: 1, keepAfter });
  const failing = (error: Error) =>
    as(function* (_: Thing) {
      yield sleep(1);
      throw error;
    });
  yield* failure(pool.use(failing(new Boom("harmless"))), Boom, "harmless");
  assertEquals(yield pool.use(({ id }) => id), 1);
  yield* failure(pool.use(failing(new Boom("bad"))), Boom, "bad");
  assertEquals(yield pool.use(({ id }) => id), 2);
  yield* failure(pool.use(failing(new CancelledError())), CancelledError);
  assertEquals(yield pool.use(({ id }) => id), 3);
  const late = as(function* () {
    try {
      yield timeout(5, () => sleep(1000));
    } catch {
      throw new Boom("harmless");
    }
  });
  yield* failure(pool.use(late), Boom, "harmless");
  assertEquals(yield pool.use(({ id }) => id), 4);
  assertEquals(asked, ["harmless", "bad", "harmless"]);
  yield pool.close();
  const plain = shop.pool({ max: 1 });
  yield* failure(plain.use(failing(new Boom("any"))), Boom, "any");
  assertEquals([yield plain.use(({ id }) => id), shop.left], [6, [6]]);
  yield plain.close();
});
