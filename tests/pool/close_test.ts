import {
  createTask,
  currentTask,
  EventLoop,
  getRunningLoop,
  type Lease,
  ResourcePool,
  run,
  Runner,
  RuntimeError,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";
import { type Thing, users, Workshop } from "./workshop.ts";

trial("ResourcePool.close() refuses who waits, and waits for who has something", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 2 });
  const loop = getRunningLoop();
  const tasks = users(as, pool, [50, 1000, 10], []);
  const scope = createTask(() => timeout(100, () => tasks[1]));
  yield sleep(20);
  const closing = createTask(() => pool.close());
  yield sleep(0);
  yield* failure(tasks[2], RuntimeError, "closed");
  assertEquals([loop.time(), pool.closed], [20, true]);
  yield* failure(pool.acquire(), RuntimeError, "closed");
  yield* failure(pool.use(() => {}), RuntimeError, "closed");
  assertEquals(yield tasks[0], 1);
  yield sleep(5);
  assertEquals(shop.left, [2]);
  yield* failure(scope, TimeoutError);
  yield closing;
  assertEquals([loop.time(), shop.left, pool.statistics().size], [105, [], 0]);
  yield pool.close(); // harmless
});

trial(
  "ResourcePool.close() calls off what is being made, and destroys what is made all the same",
  function* (
    as,
  ) {
    const shop = new Workshop(as);
    const pool = shop.pool({ max: 1 });
    const [task] = users(as, pool, [10], []);
    yield sleep(5);
    yield pool.close();
    assertEquals([getRunningLoop().time(), shop.log], [5, ["begin 1", "fail 1"]]);
    yield* failure(task, RuntimeError, "closed");

    const gate = Promise.withResolvers<string>();
    const ended: string[] = [];
    const other = new ResourcePool({
      create: () => gate.promise, // Nobody can call it off.
      destroy: (word) => void ended.push(word),
      max: 1,
    });
    const waiting = createTask(() => other.acquire());
    yield sleep(0);
    const closing = createTask(() => other.close());
    yield sleep(0);
    yield* failure(waiting, RuntimeError, "closed");
    gate.resolve("made");
    yield closing;
    assertEquals(ended, ["made"]);
  },
);

trial("ResourcePool.close() that is cancelled destroys what has not come back", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 2 });
  const lease: Lease<Thing> = yield pool.acquire();
  yield* failure(timeout(50, () => pool.close()), TimeoutError);
  assertThrows(() => lease.value, RuntimeError, "its lease has ended");
  lease[Symbol.dispose]();
  yield pool.close();
  assertEquals([shop.left, getRunningLoop().time()], [[], 65]);
});

trial("ResourcePool destroys all at once at the end of its block", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 2 });
  const lease: Lease<Thing> = yield pool.acquire();
  yield pool.use(() => {});
  yield pool[Symbol.asyncDispose]();
  assertEquals([shop.left, pool.closed, getRunningLoop().time()], [[], true, 25]);
  assertThrows(() => lease.value, RuntimeError);
});

trial("ResourcePool that is closed while one is woken gives it nothing", function* (as) {
  const shop = new Workshop(as);
  const pool = shop.pool({ max: 1 });
  const lease: Lease<Thing> = yield pool.acquire();
  const [task] = users(as, pool, [10], []);
  yield sleep(1);
  lease[Symbol.dispose]();
  yield pool.close();
  yield* failure(task, RuntimeError, "closed");
  assertEquals(shop.left, []);
});

for (const [sentence, isLeased] of [["idle", false], ["leased", true]] as const) {
  Deno.test(`ResourcePool that is not closed destroys what is ${sentence} at the end of the run`, async () => {
    const clock = new VirtualClock();
    const ended: number[] = [];
    let count = 0;
    const pool = new ResourcePool({
      create: () => sleep(1, ++count),
      destroy: function* (n) {
        yield* sleep(5);
        ended.push(n);
      },
      max: 3,
      minIdle: 1,
    });
    const main = async () => {
      const leases = [await pool.acquire(), await pool.acquire()];
      if (!isLeased) { for (const lease of leases) lease[Symbol.dispose](); }
      createTask(async () => {
        using lease = await pool.acquire();
        await sleep(lease.value + 1000); // Its resource is destroyed as the run ends.
      });
      await sleep(2);
    };
    const reports: string[] = [];
    const onError = ({ message }: { message: string }) => void reports.push(message);
    await run(main, { clock, onError, signals: [] });
    assertEquals([reports, ended.length, pool.statistics().size], [[], count, 0]);
    const before = count;
    await run(main, { clock: new VirtualClock(), onError, signals: [] }); // It begins anew.
    assertEquals([reports, ended.length], [[], count]);
    assert(count > before);
    await run(() => pool.close(), { signals: [] });
  });
}

Deno.test("ResourcePool destroys what it was about to when the run ended, once", async () => {
  const ended: number[] = [];
  const pool = new ResourcePool({ create: () => 1, destroy: (n) => void ended.push(n), max: 1 });
  const main = async () => {
    const lease = await pool.acquire();
    currentTask()!.addDoneCallback(() => lease.discard());
  };
  await run(main, { signals: [] });
  assertEquals([ended, pool.statistics().size], [[1], 0]);
});

Deno.test("ResourcePool of a loop that was closed before it begins anew", async () => {
  const pool = new ResourcePool({ create: () => 1, destroy: () => {}, max: 1 });
  const loop = new EventLoop();
  const lease = await loop.runUntilComplete(loop.createTask(() => pool.acquire()));
  loop.close();
  lease[Symbol.dispose]();
  assertEquals(pool.statistics().size, 0);
  assertEquals(await run(() => pool.use((n) => n), { signals: [] }), 1);
});

Deno.test("ResourcePool that another loop uses says so", async () => {
  const pool = new ResourcePool({ create: () => 1, destroy: () => {}, max: 1 });
  const runner = new Runner({ signals: [] });
  await runner.run(() => pool.use(() => {}));
  const error = await run(() => pool.acquire(), { signals: [] }).catch((error) => error);
  assert(error instanceof RuntimeError && error.message.includes("another loop"), `${error}`);
  await runner.close();
  assertEquals(await run(() => pool.use((n) => n), { signals: [] }), 1);
});
