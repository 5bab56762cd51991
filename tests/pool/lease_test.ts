import {
  CancelledError,
  createTask,
  type Lease,
  RuntimeError,
  select,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";
import { type Thing, users, Workshop } from "./workshop.ts";

trial("Lease gives back once, and its resource is not to be had after that", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const lease: Lease<Thing> = yield pool.acquire();
  assertEquals(lease.value.id, 1);
  lease[Symbol.dispose]();
  lease[Symbol.dispose]();
  lease.discard();
  assertThrows(() => lease.value, RuntimeError, "its lease has ended");
  const other: Lease<Thing> = yield pool.acquire();
  assertEquals([other.value.id, pool.statistics().size], [1, 1]);
  other.discard();
  other[Symbol.dispose]();
  assertEquals(yield pool.use(({ id }) => id), 2);
  yield pool.close();
});

trial("Lease whose block is left by a cancellation has its resource destroyed", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const hold = as(function* () {
    using lease = (yield pool.acquire()) as Lease<Thing>;
    assert(lease.value.id > 0);
    yield sleep(1000);
  });
  const task = createTask(hold);
  yield sleep(15);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(yield pool.use(({ id }) => id), 2);
  yield* failure(timeout(5, hold), TimeoutError);
  assertEquals(yield pool.use(({ id }) => id), 3);
  const swallowing = as(function* () {
    using lease = (yield pool.acquire()) as Lease<Thing>;
    const { id } = lease.value;
    yield* failure(timeout(5, () => sleep(1000)), TimeoutError);
    return id;
  });
  assertEquals(yield createTask(swallowing), 3);
  assertEquals(yield pool.use(({ id }) => id), 4);
  yield pool.close();
});

trial("Lease that a select() has won is watched in the task that uses it", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const task = createTask(as(function* () {
    const { value } = yield select({ lease: pool.acquire(), late: sleep(100) });
    using lease = value as Lease<Thing>;
    assertEquals(lease.value.id, 1);
    yield sleep(1000);
  }));
  yield sleep(50);
  task.cancel();
  yield* failure(task, CancelledError);
  assertEquals(yield pool.use(({ id }) => id), 2);
  yield pool.close();
});

trial("ResourcePool.acquire() cancelled while it waits leaves the line", function* (as) {
  const pool = new Workshop(as).pool({ max: 1 });
  const log: string[] = [];
  const tasks = users(as, pool, [20, 10, 10], log);
  yield sleep(15);
  tasks[1].cancel();
  yield* failure(tasks[1], CancelledError);
  assertEquals(pool.statistics().waiting, 1);
  yield tasks[2];
  assertEquals(log, ["0 has 1 at 10", "2 has 1 at 30"]);
  yield pool.close();
});

trial("ResourcePool.acquire() cancelled after it was woken passes its resource on", function* (as) {
  const pool = new Workshop(as).pool({ max: 1 });
  const lease: Lease<Thing> = yield pool.acquire();
  const log: string[] = [];
  const tasks = users(as, pool, [10, 10], log);
  yield sleep(1);
  lease[Symbol.dispose]();
  tasks[0].cancel();
  yield* failure(tasks[0], CancelledError);
  yield tasks[1];
  assertEquals(log, ["1 has 1 at 11"]);
  const last: Lease<Thing> = yield pool.acquire();
  const [task] = users(as, pool, [10], log);
  yield sleep(0);
  last[Symbol.dispose]();
  task.cancel();
  yield* failure(task, CancelledError);
  const { idle, leased, waiting } = pool.statistics();
  assertEquals([idle, leased, waiting], [1, 0, 0]);
  yield pool.close();
});

trial("ResourcePool.acquire() that has lost a select() has taken nothing", function* (as) {
  const pool = new Workshop(as).pool({ max: 1 });
  const lease: Lease<Thing> = yield pool.acquire();
  assertEquals((yield select({ one: pool.acquire(), late: sleep(5) })).name, "late");
  const race = createTask(() => select([sleep(1), pool.acquire()]));
  yield sleep(1);
  lease[Symbol.dispose]();
  assertEquals((yield race).name, "0");
  assertEquals([pool.statistics().idle, pool.statistics().leased], [1, 0]);
  const won: { value: Lease<Thing> } = yield select({ one: pool.acquire(), late: sleep(5) });
  assertEquals(won.value.value.id, 1);
  won.value[Symbol.dispose]();
  yield pool.close();
});
