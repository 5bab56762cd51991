import { EventLoop, run, sleep } from "../../mod.ts";
import {
  callAfter,
  findDirectLater,
  findDirectSoon,
  findLater,
  findOwnLater,
  findSoon,
  HostTimer,
  type TimingHost,
} from "../../src/engine/host.ts";
import { assert, assertEquals } from "../assert.ts";

/** A host whose timers fire when told to. */
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

/** A Deno with these functions. */
function denoWith(core: object): TimingHost {
  const internal = Symbol();
  return { Deno: { internal, [internal]: { core } } } as TimingHost;
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

void globalThis.setImmediate; // Deno's Node layer, loaded now, has a port of its own.

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

Deno.test("a macrotask that a test has put in place of the host's is not waited for", async () => {
  const { setImmediate } = globalThis;
  if (setImmediate === undefined) return; // A browser has none that a test could replace.
  const asked: unknown[] = [];
  globalThis.setImmediate = ((callback: () => void) => asked.push(callback)) as never;
  try {
    await new Promise<void>((resolve) => findSoon()(resolve));
    assertEquals(asked, []);
  } finally {
    globalThis.setImmediate = setImmediate;
  }
});

Deno.test("Deno's own macrotasks and timers are what they are expected to be", async () => {
  const soon = findDirectSoon(globalThis as TimingHost);
  const later = findDirectLater(globalThis as TimingHost);
  assert(soon !== null && later !== null);
  const order: string[] = [];
  const stop = later(() => order.push("called off"), 1, true);
  await new Promise<void>((resolve) => {
    soon(() => order.push("macrotask"));
    later(() => resolve(order.push("timer") as never), 2, true);
    queueMicrotask(() => order.push("microtask"));
    stop();
  });
  assertEquals(order, ["microtask", "macrotask", "timer"]);
});

Deno.test("Deno's own functions are not used if they do something else, or are not there", () => {
  let count = 0;
  const core = {
    kRefed: Symbol(),
    getActiveImmediateCount: () => count,
    immediateRefCount: () => void count++,
    queueImmediate: () => {},
    clearImmediate: () => void count--,
    createTimer: (callback: () => void, ms: number) => ({
      _onTimeout: callback,
      _idleTimeout: ms,
      _destroyed: false,
    }),
    cancelTimer: (timer: { _destroyed: boolean }) => void (timer._destroyed = true),
  };
  assert(findDirectSoon(denoWith(core)) !== null);
  assert(findDirectLater(denoWith(core)) !== null);
  const throws = () => {
    throw new Error("it takes other arguments");
  };
  for (const other of [undefined, () => {}, throws]) {
    for (const name of ["immediateRefCount", "clearImmediate"]) {
      assertEquals(findDirectSoon(denoWith({ ...core, [name]: other })), null, name);
    }
    for (const name of ["createTimer", "cancelTimer"]) {
      assertEquals(findDirectLater(denoWith({ ...core, [name]: other })), null, name);
    }
  }
  for (const host of [{}, { Deno: {} }, { Deno: { internal: Symbol() } }]) {
    assertEquals([findDirectSoon(host), findDirectLater(host)], [null, null]);
  }
});

Deno.test("timers that a test has put in place of the host's are used, but not for what is the library's own", () => {
  using host = new FakeHost();
  const log: string[] = [];
  findLater()(() => void log.push("fired"), 5, true);
  const stop = findOwnLater()!(() => void log.push("never"), 5, true);
  assertEquals([host.fire(), log], [5, ["fired"]]);
  stop();
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

Deno.test("callAfter() calls back in time, unless it is stopped or its time does not come", () => {
  using host = new FakeHost();
  const called: string[] = [];
  const stopped = callAfter(0, () => called.push("stopped"));
  const never = [2 ** 31, Infinity].map((ms) => callAfter(ms, () => called.push(`${ms}`)));
  callAfter(1, () => called.push("1"));
  callAfter(2 ** 31 - 1, () => called.push("longest"));
  assertEquals(host.delays, [0, 1, 2 ** 31 - 1]);
  for (const stop of [stopped, stopped, ...never]) stop();
  for (const { callback } of host.armed.values()) callback();
  assertEquals(called, ["1", "longest"]);
});
