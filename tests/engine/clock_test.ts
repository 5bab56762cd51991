import { createTask, EventLoop, run, sleep, VirtualClock } from "../../mod.ts";
import { hostClock } from "../../src/engine/clock.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurns } from "../host_turns.ts";

Deno.test("VirtualClock starts where it is told, and stands still", () => {
  assertEquals([new VirtualClock().now(), new VirtualClock(5.5).now()], [0, 5.5]);
  assertEquals(new VirtualClock(-5).now(), -5);
  for (const start of [NaN, Infinity]) {
    assertThrows(() => new VirtualClock(start), RangeError, String(start));
  }
  assertThrows(() => new VirtualClock("5" as never), TypeError, "START");
});

Deno.test("VirtualClock.advance() moves on, and refuses to go back", () => {
  const clock = new VirtualClock(10);
  clock.advance(0);
  clock.advance(2.5);
  assertEquals(clock.now(), 12.5);
  for (const ms of [-1, NaN, Infinity]) assertThrows(() => clock.advance(ms), RangeError);
  assertThrows(() => clock.advance("1" as never), TypeError, "ms");
  clock.jump(5);
  assertEquals(clock.now(), 12.5);
});

Deno.test("VirtualClock.watch() tells of each advance until it is stopped", () => {
  const clock = new VirtualClock();
  let calls = 0;
  const stop = clock.watch(() => calls++);
  clock.advance(1);
  stop();
  clock.advance(1);
  assertEquals(calls, 1);
});

Deno.test("VirtualClock moved by hand wakes a loop that waits for the host", async () => {
  const clock = new VirtualClock();
  const host = Promise.withResolvers<void>();
  const log: string[] = [];
  const running = run(async () => {
    const sleeping = createTask(async () => {
      await sleep(100);
      log.push(`woke at ${clock.now()}`);
    });
    await host.promise; // While it is in flight, time does not jump.
    log.push(`host at ${clock.now()}`);
    await sleeping;
  }, { clock, signals: [] });
  await hostTurns();
  assertEquals([clock.now(), log], [0, []]);
  clock.advance(99);
  await hostTurns();
  assertEquals(log, []);
  clock.advance(51);
  await hostTurns();
  assertEquals(log, ["woke at 150"]);
  host.resolve();
  await running;
  assertEquals(log, ["woke at 150", "host at 150"]);
});

Deno.test("VirtualClock does not hold a loop that has ended", async () => {
  let watching = 0;
  class Counted extends VirtualClock {
    override watch(wake: () => void): () => void {
      const stop = super.watch(wake);
      watching++;
      return () => {
        watching--;
        stop();
      };
    }
  }
  await run(() => sleep(1), { clock: new Counted(), signals: [] });
  assertEquals(watching, 0);
});

Deno.test("VirtualClocks of two loops go their own ways", async () => {
  const clocks = [new VirtualClock(), new VirtualClock(1000)];
  await Promise.all(clocks.map((clock, at) => run(() => sleep(10 ** at), { clock, signals: [] })));
  assertEquals(clocks.map((clock) => clock.now()), [1, 1010]);
});

Deno.test("one VirtualClock may serve two loops: no timer is early", async () => {
  const clock = new VirtualClock();
  const late = async (ms: number) => {
    for (let n = 0; n < 5; n++) {
      const before = clock.now();
      await sleep(ms);
      assert(clock.now() - before >= ms, `${clock.now()} - ${before} must be at least ${ms}`);
    }
  };
  await Promise.all([3, 7].map((ms) => run(() => late(ms), { clock, signals: [] })));
  assert(clock.now() >= 35);
});

Deno.test("the host's clock is that of a loop that is given none", () => {
  const loop = new EventLoop();
  const [before, time, after] = [hostClock.now(), loop.time(), hostClock.now()];
  assert(before <= time && time <= after, `${before}, ${time} and ${after} must be in order`);
  loop.close();
});
