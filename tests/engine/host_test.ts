import { EventLoop, run, sleep } from "../../mod.ts";
import { findSoon, HostTimer } from "../../src/engine/host.ts";
import { assert, assertEquals } from "../assert.ts";

/** Is a host whose timers fire when told to. */
class FakeHost implements Disposable {
  readonly armed = new Map<number, { callback: () => void; delay: number }>();
  readonly delays: number[] = [];
  readonly #real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
  #serial = 0;

  constructor() {
    const setTimeout = (callback: () => void, delay: number) => {
      this.armed.set(++this.#serial, { callback, delay });
      this.delays.push(delay);
      return this.#serial;
    };
    const clearTimeout = (serial: number) => void this.armed.delete(serial);
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }

  /** Fires the only timer; returns its delay. */
  fire(): number {
    assertEquals(this.armed.size, 1, "one host timer must be armed");
    const [[serial, { callback, delay }]] = this.armed;
    this.armed.delete(serial);
    callback();
    return delay;
  }

  [Symbol.dispose](): void {
    Object.assign(globalThis, this.#real);
  }
}

/** Lets the loop take its turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

const LONGEST = 2 ** 31 - 1;

Deno.test("HostTimer fires once, and not before its time", () => {
  using host = new FakeHost();
  const fired: number[] = [];
  const timer = new HostTimer((when) => fired.push(when));
  timer.arm(10.2, 0);
  assertEquals(host.fire(), 11);
  assertEquals([fired, host.armed.size], [[10.2], 0]);
});

Deno.test("HostTimer keeps an earlier time, and moves to one", () => {
  using host = new FakeHost();
  const timer = new HostTimer(() => {});
  timer.arm(10, 0);
  timer.arm(20, 0);
  timer.arm(10, 5);
  assertEquals(host.delays, [10]);
  timer.arm(4, 1);
  assertEquals([host.delays, host.armed.size], [[10, 3], 1]);
  timer.disarm();
  timer.disarm();
  assertEquals(host.armed.size, 0);
});

Deno.test("HostTimer bounds its delay on both sides", () => {
  using host = new FakeHost();
  for (const when of [-5, 0, 2 ** 31, 2 ** 40, Infinity]) {
    const timer = new HostTimer(() => {});
    timer.arm(when, 0);
    timer.disarm();
  }
  assertEquals(host.delays, [0, 0, LONGEST, LONGEST, LONGEST]);
});

Deno.test("findSoon() prefers what lets the host's I/O have a turn", async () => {
  const { setImmediate, MessageChannel } = globalThis;
  const hosts = [{}, { setImmediate: undefined }, {
    setImmediate: undefined,
    MessageChannel: undefined,
  }];
  try {
    for (const host of hosts) {
      Object.assign(globalThis, { setImmediate, MessageChannel }, host);
      const soon = findSoon();
      const order: string[] = [];
      await new Promise<void>((resolve) => {
        soon(() => {
          order.push("macrotask");
          resolve();
        });
        queueMicrotask(() => order.push("microtask"));
        order.push("now");
      });
      assertEquals(order, ["now", "microtask", "macrotask"]);
    }
  } finally {
    Object.assign(globalThis, { setImmediate, MessageChannel });
  }
});

Deno.test("a delay longer than the host's longest does not fire at once", async () => {
  using host = new FakeHost();
  let now = 0;
  const log: string[] = [];
  const running = run(async () => {
    await sleep(2 ** 31 + 1000);
    log.push(`woke at ${now}`);
  }, { clock: { now: () => now }, signals: [] });
  await turns();
  assertEquals(host.armed.size, 1);
  now = LONGEST;
  assertEquals(host.fire(), LONGEST);
  await turns();
  assertEquals(log, []);
  now = 2 ** 31 + 1000;
  assertEquals(host.fire(), 1001);
  await running;
  assertEquals([log, host.armed.size], [[`woke at ${now}`], 0]);
});

Deno.test("a loop holds one host timer, and none when it has ended", async () => {
  using host = new FakeHost();
  let now = 0;
  const running = run(async () => {
    await Promise.all([5, 3, 9].map((ms) => sleep(ms)));
  }, { clock: { now: () => now }, signals: [] });
  for (const when of [3, 5, 9]) {
    await turns();
    assertEquals(host.armed.size, 1);
    now = when;
    host.fire();
  }
  await running;
  assertEquals(host.armed.size, 0);
});

Deno.test("a host timer that fires early wakes nobody", async () => {
  using host = new FakeHost();
  let now = 0;
  let woke = false;
  const running = run(async () => {
    await sleep(10);
    woke = true;
  }, { clock: { now: () => now }, signals: [] });
  await turns();
  now = 9.5;
  host.fire();
  await turns();
  assertEquals(woke, false);
  now = 10;
  assertEquals(host.fire(), 1);
  await running;
  assert(woke);
});

Deno.test("a clock that never moves neither hangs the loop nor makes it spin", async () => {
  using host = new FakeHost();
  const loop = new EventLoop({ clock: { now: () => 0 } });
  const times: number[] = [];
  const task = loop.createTask(async () => {
    for (let n = 0; n < 3; n++) {
      await sleep(10);
      times.push(loop.time());
    }
  });
  const running = loop.runUntilComplete(task);
  for (let n = 0; n < 3; n++) {
    await turns();
    const { steps } = loop.metrics();
    await turns();
    assertEquals(loop.metrics().steps, steps);
    host.fire();
  }
  await running;
  assertEquals(times, [10, 20, 30]);
  loop.close();
});

Deno.test("a clock that moves only when a host timer fires is waited for", async () => {
  using host = new FakeHost();
  let now = 0;
  const times: number[] = [];
  const running = run(async () => {
    for (let n = 0; n < 3; n++) {
      await sleep(10);
      times.push(now);
    }
  }, { clock: { now: () => now }, signals: [] });
  for (let n = 0; n < 3; n++) {
    await turns();
    now += 12;
    host.fire();
  }
  await running;
  assertEquals(times, [12, 24, 36]);
});
