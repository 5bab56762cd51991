import {
  createTask,
  DeadlockError,
  EventLoop,
  Future,
  run,
  sleep,
  until,
  VirtualClock,
} from "../../mod.ts";
import { hostClock } from "../../src/engine/clock.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { hostTurn, hostTurns } from "../host_turns.ts";
import { Prng } from "../prng.ts";

Deno.test("VirtualClock starts where it is told, and stands still", () => {
  assertEquals([new VirtualClock().now(), new VirtualClock(5.5).now()], [0, 5.5]);
  assertEquals(new VirtualClock(-5).now(), -5);
  for (const start of [NaN, Infinity]) {
    assertThrows(() => new VirtualClock(start), RangeError, String(start));
  }
  assertThrows(() => new VirtualClock("5" as never), TypeError, "start");
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
  const users = new Set<unknown>();
  let most = 0;
  const clock = new VirtualClock();
  const enter = clock["enter"], leave = clock["leave"];
  clock["enter"] = (user) => {
    enter.call(clock, user);
    users.add(user);
    most = Math.max(most, users.size);
  };
  clock["leave"] = (user) => {
    leave.call(clock, user);
    users.delete(user);
  };
  await run(() => sleep(1), { clock, signals: [] });
  assertEquals([most, users.size], [1, 0]);
});

Deno.test("VirtualClocks of two loops go their own ways", async () => {
  const clocks = [new VirtualClock(), new VirtualClock(1000)];
  await Promise.all(clocks.map((clock, at) => run(() => sleep(10 ** at), { clock, signals: [] })));
  assertEquals(clocks.map((clock) => clock.now()), [1, 1010]);
});

/** Sleeps so often, and notes when it wakes. */
const ticker =
  (log: string[], clock: VirtualClock, name: string, ms: number, times: number) => () =>
    run(async () => {
      for (let n = 0; n < times; n++) {
        await sleep(ms);
        log.push(`${name}${clock.now()}`);
      }
    }, { clock, signals: [] });

Deno.test("one VirtualClock serves several loops: it jumps to the earliest of all deadlines", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  await Promise.all([
    ticker(log, clock, "a", 10, 2)(),
    ticker(log, clock, "b", 4, 4)(),
    ticker(log, clock, "c", 15, 1)(),
  ]);
  assertEquals(log, ["b4", "b8", "a10", "b12", "c15", "b16", "a20"]);
});

Deno.test("many random loops on one VirtualClock wake in the order of time, each exactly", async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const prng = new Prng(seed);
    const clock = new VirtualClock();
    const times: number[] = [];
    const expected: number[] = [];
    const runs: Promise<void>[] = [];
    for (let loop = 0; loop < 2 + prng.below(4); loop++) {
      const delays = Array.from({ length: 1 + prng.below(8) }, () => prng.below(20));
      let when = 0;
      expected.push(...delays.map((ms) => when += ms));
      const isNative = prng.below(2) === 0;
      const main = isNative
        ? async () => {
          for (const ms of delays) {
            await sleep(ms);
            if (prng.below(3) === 0) await until(hostTurn());
            times.push(clock.now());
          }
        }
        : function* () {
          for (const ms of delays) {
            yield* sleep(ms);
            if (prng.below(3) === 0) yield* until(hostTurn());
            times.push(clock.now());
          }
        };
      runs.push(run(main, { clock, signals: [] }));
    }
    await Promise.all(runs);
    assertEquals(times, expected.sort((a, b) => a - b), `seed ${seed}`);
  }
});

Deno.test("a loop that the host keeps busy holds up the clock of another", async () => {
  const clock = new VirtualClock();
  const host = Promise.withResolvers<void>();
  const log: string[] = [];
  const busy = run(async () => {
    await until(host.promise);
    log.push(`host at ${clock.now()}`);
    await sleep(5);
    log.push(`slept at ${clock.now()}`);
  }, { clock, signals: [] });
  const ticking = ticker(log, clock, "other ", 3, 2)();
  await hostTurns();
  assertEquals(log, []);
  host.resolve();
  await Promise.all([busy, ticking]);
  assertEquals(log, ["host at 0", "other 3", "slept at 5", "other 6"]);
});

Deno.test("a loop that ends lets the clock of another go on", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const host = Promise.withResolvers<void>();
  const ending = run(() => until(host.promise), { clock, signals: [] });
  const ticking = ticker(log, clock, "", 3, 2)();
  await hostTurns();
  host.resolve();
  await Promise.all([ending, ticking]);
  assertEquals(log, ["3", "6"]);
});

Deno.test("a loop is in a deadlock only when no other on its clock can help", async () => {
  const clock = new VirtualClock();
  const help = Promise.withResolvers<[Future<number>]>();
  const helped = run(async () => {
    const future = new Future<number>();
    help.resolve([future]);
    return await future;
  }, { clock, signals: [] });
  await run(async () => {
    const [future] = await until(help.promise);
    await sleep(50);
    future.setResult(clock.now());
  }, { clock, signals: [] });
  assertEquals(await helped, 50);
  const stuck = () => run(() => new Future<void>(), { clock, name: "stuck", signals: [] });
  const log: string[] = [];
  const ends = await Promise.allSettled([stuck(), stuck(), ticker(log, clock, "", 10, 2)()]);
  assertEquals(ends.map((end) => end.status), ["rejected", "rejected", "fulfilled"]);
  for (const { reason } of ends.slice(0, 2) as PromiseRejectedResult[]) {
    assert(reason instanceof DeadlockError, String(reason));
  }
  assertEquals(log, ["60", "70"]);
});

Deno.test("VirtualClock moved by hand wakes every loop that is due", async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  const host = Promise.withResolvers<void>();
  const held = run(() => until(host.promise), { clock, signals: [] });
  const runs = [3, 5, 9].map((ms) => ticker(log, clock, `${ms} at `, ms, 1)());
  await hostTurns();
  clock.advance(6);
  await hostTurns();
  assertEquals(log, ["3 at 6", "5 at 6"]);
  host.resolve();
  await Promise.all([held, ...runs]);
  assertEquals(log, ["3 at 6", "5 at 6", "9 at 9"]);
});

Deno.test("the host's clock is that of a loop that is given none", () => {
  const loop = new EventLoop();
  const [before, time, after] = [hostClock.now(), loop.time(), hostClock.now()];
  assert(before <= time && time <= after, `${before}, ${time} and ${after} must be in order`);
  loop.close();
});
