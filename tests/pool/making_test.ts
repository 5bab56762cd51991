import {
  CancelledError,
  createTask,
  gather,
  getRunningLoop,
  type Lease,
  ResourcePool,
  RuntimeError,
  sleep,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Boom, failure, takeReports, trial } from "../futures/trial.ts";
import { type Thing, users, Workshop } from "./workshop.ts";

trial("ResourcePool keeps what was made for one who was cancelled", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const log: string[] = [];
  const [impatient] = users(as, pool, [10], log);
  yield sleep(5);
  impatient.cancel();
  yield* failure(impatient, CancelledError);
  yield sleep(6);
  assertEquals([pool.statistics().idle, shop.log], [1, ["begin 1"]]);
  yield pool.close();
  const other = shop.pool({ max: 1 });
  const [first, second] = users(as, other, [10, 10], log);
  yield sleep(5);
  first.cancel();
  yield* failure(first, CancelledError);
  assertEquals(yield second, 2);
  assertEquals(shop.log.filter((line) => line.startsWith("begin")), ["begin 1", "begin 2"]);
  yield other.close();
});

trial("ResourcePool tells the first in line that nothing could be made, and goes on", function* (
  as,
  { reports },
) {
  const shop = new Workshop(as);
  shop.failures.push(new Boom("refused"), new Boom("again"));
  const pool = shop.pool({ max: 1 });
  const tasks = users(as, pool, [10, 10, 10], []);
  yield* failure(tasks[0], Boom, "refused");
  yield* failure(tasks[1], Boom, "again");
  assertEquals([yield tasks[2], getRunningLoop().time()], [3, 40]);
  assertEquals(reports, []);
  yield pool.close();
});

trial("ResourcePool reports what failed for one who was cancelled", function* (as, { reports }) {
  const shop = new Workshop(as);
  shop.failures.push(new Boom("refused"));
  const pool = shop.pool({ max: 1 });
  const [task] = users(as, pool, [10], []);
  yield sleep(5);
  task.cancel();
  yield* failure(task, CancelledError);
  yield sleep(10);
  assertEquals(takeReports(reports), [
    "Could not create a resource of a pool, and nobody waited for it: refused",
  ]);
  assertEquals([yield pool.use(({ id }) => id), pool.statistics().created], [2, 1]);
  yield pool.close();
});

trial("ResourcePool passes an error on from one who is cancelled as it gets it", function* (
  as,
  { reports },
) {
  let isFirst = true;
  const pool = new ResourcePool({
    create: as(function* () {
      yield sleep(10);
      if (!isFirst) return 1;
      isFirst = false;
      tasks[0].cancel();
      throw new Boom("refused");
    }),
    destroy: () => {},
    max: 1,
  });
  const use = () => pool.use((n: number) => n);
  const tasks = [createTask(use), createTask(use), createTask(use)];
  yield sleep(10);
  yield* failure(tasks[0], CancelledError);
  yield* failure(tasks[1], Boom, "refused");
  assertEquals([yield tasks[2], reports.length], [1, 0]);
  yield pool.close();
});

trial("ResourcePool says that a create was cancelled, and goes on", function* (as) {
  const gone = getRunningLoop().createFuture<number>();
  gone.cancel();
  let calls = 0;
  const pool = new ResourcePool({
    create: as(function* () {
      yield sleep(1);
      return ++calls === 1 ? (yield gone) as number : calls;
    }),
    destroy: () => {},
    max: 1,
  });
  const error = yield* failure(pool.use((n) => n), RuntimeError, "was cancelled");
  assert(error.cause instanceof CancelledError);
  assertEquals(yield pool.use((n) => n), 2);
  yield pool.close();
});

trial("ResourcePool tells what create, destroy and check throw at once", function* (
  _,
  { reports },
) {
  let isBroken = true;
  const pool = new ResourcePool({
    create: () => {
      if (isBroken) throw new Boom("create");
      return 1;
    },
    destroy: () => {
      throw new Boom("destroy");
    },
    check: () => {
      throw new Boom("check");
    },
    max: 1,
  });
  yield* failure(pool.acquire(), Boom, "create");
  isBroken = false;
  assertEquals(yield pool.use((n) => n), 1);
  assertEquals(yield pool.use((n) => n), 1); // Another one: the check has thrown.
  assertEquals(pool.statistics().created, 2);
  yield pool.close();
  const report = "Could not destroy a resource of a pool: destroy";
  assertEquals(takeReports(reports), [report, report]);
  assertEquals(pool.statistics().size, 0);
});

trial("ResourcePool checks what lay idle before it gives it out", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 2, check: shop.check() });
  const log: string[] = [];
  yield gather(users(as, pool, [5, 5], log));
  shop.log.length = log.length = 0;
  shop.broken.add(2);
  yield gather(users(as, pool, [50, 5], log));
  assertEquals(shop.log, ["check 2", "check 1", "destroy 2", "begin 3"]);
  assertEquals(log, ["0 has 1 at 17", "1 has 3 at 32"]);
  yield pool.close();
});

trial("ResourcePool gives what was checked for one who was cancelled to the next", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1, check: shop.check() });
  yield pool.use(() => {});
  const [first, second] = users(as, pool, [5, 5], []);
  yield sleep(1);
  first.cancel();
  yield* failure(first, CancelledError);
  assertEquals(yield second, 1);
  const [third] = users(as, pool, [5], []);
  yield sleep(1);
  third.cancel();
  yield* failure(third, CancelledError);
  yield sleep(5);
  assertEquals([pool.statistics().idle, shop.left], [1, [1]]);
  yield pool.close();
});

trial("ResourcePool destroys what is too old, or idle for too long", function* (as) {
  const shop = new Workshop(as);
  shop.times.create = shop.times.destroy = 0;
  const pool = shop.pool({ max: 2, maxAge: 100, maxIdle: 30 });
  const id = () => pool.use((thing: Thing) => thing.id);
  assertEquals(yield id(), 1);
  yield sleep(29);
  assertEquals([yield id(), shop.log], [1, ["begin 1"]]);
  yield sleep(31);
  assertEquals([pool.statistics().idle, shop.left], [0, []]); // at 59, when nobody asked
  for (let n = 0; n < 4; n++) {
    assertEquals(yield id(), 2);
    yield sleep(24);
  }
  assertEquals(yield id(), 2); // at 156, made at 60
  yield sleep(5);
  assertEquals(yield id(), 3);
  const lease: Lease<Thing> = yield pool.acquire();
  yield sleep(200);
  assertEquals(shop.left, [3]); // What somebody has is left alone.
  lease[Symbol.dispose]();
  assertEquals(yield id(), 4);
  yield pool.close();
});

trial("ResourcePool keeps some idle, and makes up for those that go", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 4, minIdle: 2, maxIdle: 100 });
  const lease: Lease<Thing> = yield pool.acquire();
  assertEquals(getRunningLoop().time(), 10);
  yield sleep(10);
  assertEquals([pool.statistics().idle, pool.statistics().size], [2, 3]);
  const more: Lease<Thing>[] = yield gather([pool.acquire(), pool.acquire()]);
  assertEquals(getRunningLoop().time(), 20); // They were there.
  yield sleep(20);
  assertEquals([pool.statistics().idle, pool.statistics().size], [1, 4]); // It has no room for 2.
  for (const one of [lease, ...more]) one[Symbol.dispose]();
  assertEquals(pool.statistics().idle, 4);
  yield sleep(120); // All are too old; two are made anew.
  assertEquals([pool.statistics().idle, shop.left.length], [2, 2]);
  yield pool.close();
  assertEquals([shop.left, pool.statistics().size], [[], 0]);
});

trial("ResourcePool tries again to keep some idle, after longer and longer pauses", function* (
  as,
  { reports },
) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 3, minIdle: 1 });
  const lease: Lease<Thing> = yield pool.acquire();
  yield sleep(10);
  const other: Lease<Thing> = yield pool.acquire();
  shop.failures.push(...Array.from({ length: 3 }, (_, n) => new Boom(`${n}`)));
  yield sleep(500);
  assertEquals(reports.length, 1);
  yield sleep(1000);
  assertEquals(reports.length, 2);
  yield sleep(2000);
  const report = "Could not create a resource of a pool, and nobody waited for it: ";
  assertEquals(takeReports(reports), [`${report}0`, `${report}1`, `${report}2`]);
  yield sleep(5000);
  assertEquals([pool.statistics().idle, shop.failures.length], [1, 0]);
  for (const one of [lease, other]) one[Symbol.dispose]();
  yield pool.close();
});
