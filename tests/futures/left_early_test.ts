import { asCompleted, createTask, each, sleep } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { runToEnd } from "./child.ts";
import { assertError, Boom, caughtBy, inWorld } from "./trial.ts";

Deno.test("asCompleted() left early keeps no timer", async () => {
  await inWorld(({ loop }) => async () => {
    const long = createTask(() => sleep(10_000));
    await sleep(1);
    const before = loop.metrics().timers;
    const start = () => asCompleted([long, createTask(() => sleep(0))], { timeout: 60_000 });
    for await (const _done of start()) break;
    const failing = async () => {
      for await (const _done of start()) throw new Boom("left");
    };
    assertError(await caughtBy(failing()), Boom);
    const body = () => Promise.reject(new Boom("left"));
    assertError(await caughtBy(each(start(), body)), Boom);
    const iterator = start()[Symbol.asyncIterator]();
    assertEquals(await iterator.return?.(), { done: true, value: undefined });
    assertEquals(await iterator.next(), { done: true, value: undefined });
    assertEquals([loop.metrics().timers - before, long.done], [0, false]);
    long.cancel();
    await sleep(1);
  });
});

Deno.test("asCompleted() left early keeps nothing on what is not done", async () => {
  const { stdout, stderr } = await runToEnd("left_early.ts", ["--v8-flags=--expose-gc"]);
  assertEquals(stderr, "");
  const { bytes, timers } = JSON.parse(stdout);
  assert(bytes < 50, `each loop has left ${bytes} bytes`);
  assertEquals(timers, 1);
});
