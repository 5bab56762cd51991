import { CancelledError, createTask, sleep, yieldNow } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { assertError, Boom, caughtBy, inWorld } from "./trial.ts";

Deno.test("a native task may await several awaitables at once", async () => {
  await inWorld(({ loop }) => async () => {
    assertEquals(await Promise.all([sleep(3, "c"), sleep(1, "a"), sleep(2, "b")]), ["c", "a", "b"]);
    assertEquals(loop.time(), 3);
    const boom = new Boom();
    const failing = createTask(async () => {
      await sleep(1);
      throw boom;
    });
    const settled = await Promise.allSettled([sleep(2, 2), failing]);
    assertEquals(settled, [
      { status: "fulfilled", value: 2 },
      { status: "rejected", reason: boom },
    ]);
    assertEquals(await Promise.any([failing, sleep(1, "any")]), "any");
  });
});

Deno.test("a native task goes on at the time at which the first of several is done", async () => {
  await inWorld(({ loop }) => async () => {
    assertEquals(await Promise.race([sleep(1, "quick"), sleep(9, "slow")]), "quick");
    assertEquals(loop.time(), 1);
    assertEquals(await Promise.race([sleep(9, "slow"), sleep(1, "quick")]), "quick");
    assertEquals(loop.time(), 2);
    await sleep(20); // The losers end on their own.
  });
});

Deno.test("a native task that awaits several awaitables is cancelled in all of them", async () => {
  await inWorld(({ loop }) => async () => {
    const inner = createTask(() => sleep(1000));
    const task = createTask(async () => {
      await Promise.all([sleep(1000), inner, sleep(2000)]);
    });
    await sleep(1);
    task.cancel("all");
    const error = await caughtBy(task);
    assertError(error, CancelledError, "all");
    await yieldNow();
    await yieldNow();
    assertEquals([inner.cancelled, loop.time(), loop.metrics().timers], [true, 1, 0]);
  });
});
