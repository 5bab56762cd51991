import {
  createTask,
  gather,
  getRunningLoop,
  type Lease,
  ResourcePool,
  type ResourcePoolOptions,
  run,
  sleep,
} from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { trial } from "../futures/trial.ts";
import { type Thing, users, Workshop } from "./workshop.ts";

trial("ResourcePool makes resources as they are needed, and uses them again", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 3 });
  const log: string[] = [];
  assertEquals(yield gather(users(as, pool, [5, 5], log)), [1, 2]);
  assertEquals(yield gather(users(as, pool, [5, 5], log)), [2, 1]);
  assertEquals(log, ["0 has 1 at 10", "1 has 2 at 10", "0 has 2 at 15", "1 has 1 at 15"]);
  const { size, idle, leased, waiting, created, destroyed } = pool.statistics();
  assertEquals([size, idle, leased, waiting, created, destroyed], [2, 2, 0, 0, 2, 0]);
  yield pool.close();
  assertEquals([shop.left, pool.statistics().size, pool.statistics().destroyed], [[], 0, 2]);
});

trial("ResourcePool never has more than max, and serves in the order of asking", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 2 });
  const log: string[] = [];
  const tasks = users(as, pool, [30, 10, 10, 10, 10], log);
  yield sleep(12);
  assertEquals(pool.statistics().waiting, 3);
  yield gather(tasks);
  assertEquals(log, [
    "0 has 1 at 10",
    "1 has 2 at 10",
    "2 has 2 at 20",
    "3 has 2 at 30",
    "4 has 1 at 40",
  ]);
  assertEquals(shop.things.length, 2);
  yield pool.close();
});

trial("ResourcePool gives what comes back to who waits, while a new one is made", function* (as) {
  for (const isChecked of [false, true]) {
    const shop = new Workshop(as);
    const pool = shop.pool({ max: 2, ...(isChecked && { check: shop.check() }) });
    const log: string[] = [];
    const begun = getRunningLoop().time();
    const [first] = users(as, pool, [5], log);
    yield sleep(10);
    shop.times.create = 1000;
    const [second] = users(as, pool, [5], log);
    yield gather([first, second]);
    assertEquals(getRunningLoop().time() - begun, isChecked ? 22 : 20);
    assertEquals([pool.statistics().size, pool.statistics().idle], [2, 1]);
    yield pool.close();
    assertEquals(shop.left, []);
  }
});

trial("ResourcePool lets no newcomer overtake one who waits", function* (as) {
  const pool = new Workshop(as).pool({ max: 1 });
  const order: string[] = [];
  const lease: Lease<Thing> = yield pool.acquire();
  const first = createTask(as(function* () {
    using _lease = (yield pool.acquire()) as Lease<Thing>;
    order.push("first");
  }));
  yield sleep(1);
  lease[Symbol.dispose](); // It is on its way to the first.
  using _lease = (yield pool.acquire()) as Lease<Thing>;
  order.push("newcomer");
  yield first;
  assertEquals(order, ["first", "newcomer"]);
  _lease[Symbol.dispose]();
  yield pool.close();
});

trial("ResourcePool takes plain functions, and gives at once what is there", function* () {
  const ended: number[] = [];
  let count = 0;
  const pool = new ResourcePool({
    create: () => ++count,
    destroy: (n) => void ended.push(n),
    check: (n) => n !== 2,
    max: 5,
  });
  assertEquals(yield pool.use((n) => 10 * n), 10);
  assertEquals(yield pool.use((n) => n), 1);
  const leases: Lease<number>[] = yield gather([pool.acquire(), pool.acquire()]);
  assertEquals(leases.map((lease) => lease.value).sort(), [1, 2]);
  for (const lease of leases) lease[Symbol.dispose]();
  const again: Lease<number>[] = yield gather([pool.acquire(), pool.acquire()]);
  assertEquals(again.map((lease) => lease.value).sort(), [1, 3]); // 2 was found broken.
  for (const lease of again) void lease[Symbol.asyncDispose](); // It waits for nothing.
  yield pool.close();
  assertEquals(ended.sort(), [1, 2, 3]);
});

Deno.test("ResourcePool refuses bad input", () => {
  const make = (options: object) => () =>
    new ResourcePool(
      { create: () => 1, destroy: () => {}, max: 1, ...options } as ResourcePoolOptions<number>,
    );
  for (const name of ["create", "destroy", "check", "keepAfter"]) {
    assertThrows(make({ [name]: 5 }), TypeError, name);
  }
  for (const max of [0, -1, 1.5, NaN, Infinity]) assertThrows(make({ max }), RangeError, "max");
  assertThrows(make({ max: "1" }), TypeError, "max");
  assertThrows(make({ minIdle: 2 }), RangeError, "minIdle must be at most max");
  assertThrows(make({ minIdle: -1 }), RangeError, "minIdle");
  for (const name of ["maxAge", "maxIdle"]) {
    for (const value of [0, -1, NaN]) assertThrows(make({ [name]: value }), RangeError, name);
  }
  assertThrows(make({ size: 1 }), TypeError, "Unknown option");
  assertThrows(() => make({})().use(5 as never), TypeError, "fn");
});

Deno.test("ResourcePool describes itself in a line", async () => {
  await run(async () => {
    const pool = new ResourcePool({ create: () => 1, destroy: () => {}, max: 2 });
    using _lease = await pool.acquire();
    assertEquals(`${pool}`, "<ResourcePool leased: 1 of 2, idle: 0>");
    assertEquals(`${pool.acquire()}`, "ResourcePool.acquire()");
    await pool[Symbol.asyncDispose]();
    assertEquals(`${pool}`, "<ResourcePool closed, leased: 0 of 2, idle: 0>");
  }, { signals: [] });
});
