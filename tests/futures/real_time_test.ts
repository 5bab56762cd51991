/**
 * The smoke test of real time: the only tests that really sleep.
 *
 * @module
 */

import {
  createTask,
  gather,
  getRunningLoop,
  run,
  sleep,
  timeout,
  TimeoutError,
} from "../../mod.ts";
import { cron } from "../../resilience.ts";
import { assert, assertEquals } from "../assert.ts";
import { rejection } from "./trial.ts";

Deno.test("smoke: a sleep of real time is never early", async () => {
  const early = await run(async () => {
    const loop = getRunningLoop();
    const one = async (ms: number) => {
      const start = loop.time();
      await sleep(ms);
      return loop.time() - start < ms;
    };
    const delays = Array.from({ length: 200 }, (_, n) => n * 0.137);
    return await gather(delays.map((ms) => createTask(() => one(ms))));
  });
  assertEquals(early.filter((wasEarly) => wasEarly), []);
});

Deno.test("smoke: a timeout of real time ends what takes too long", async () => {
  const start = performance.now();
  await rejection(run(() => timeout(5, () => sleep(60_000))), TimeoutError);
  const took = performance.now() - start;
  assert(took >= 5 && took < 5000, `${took} ms`);
});

Deno.test("smoke: cron() on real time ticks with the host's date, and never early", async () => {
  await run(async () => {
    const { value } = await cron("* * * * * *").next();
    const late = Date.now() - value!.getTime();
    assert(late >= 0 && late < 5000, `${late} ms`);
    assertEquals(value!.getTime() % 1000, 0);
  });
});

Deno.test("smoke: the host's work goes on beside a loop that is busy", async () => {
  let fired = 0;
  const timer = setInterval(() => fired++, 1);
  await run(function* () {
    // Until it has seen enough, or has waited long enough for a host that is busy with others.
    const end = getRunningLoop().time() + 2000;
    while (fired < 3 && getRunningLoop().time() < end) yield* sleep(0);
  });
  clearInterval(timer);
  assert(fired >= 3, `the host's timer fired ${fired} times`);
});
