import { EventLoop, Handle, TimerHandle, VirtualClock } from "../../mod.ts";
import { describeFunction, type InnerHandle } from "../../src/engine/handle.ts";
import type { InnerLoop } from "../../src/futures/event_loop.ts";
import { assert, assertEquals } from "../assert.ts";

/** What the console calls to show an object, by the name of the host. */
type Inspected = Record<symbol, () => string>;

/** Runs a loop until what is scheduled on it has run. */
async function runAll(loop: EventLoop): Promise<void> {
  loop.callLater(1000, () => loop.stop());
  await loop.runForever();
}

Deno.test("Handle runs once, and is then let go", async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  let calls = 0;
  const handle = loop.callSoon(() => calls++);
  assert(handle instanceof Handle && !handle.cancelled);
  assertEquals((handle as InnerHandle).loop, loop as InnerLoop);
  await runAll(loop);
  handle.cancel(); // It has run: that is harmless.
  await runAll(loop);
  assertEquals(calls, 1);
  loop.close();
});

Deno.test("Handle that is cancelled does not run, in the same batch neither", async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  const calls: string[] = [];
  const handles: Handle[] = [];
  loop.callSoon(() => handles[0].cancel());
  handles.push(loop.callSoon(() => calls.push("cancelled")));
  loop.callSoon(() => calls.push("kept"));
  await runAll(loop);
  assertEquals([calls, handles[0].cancelled], [["kept"], true]);
  loop.close();
});

Deno.test("Handle that is cancelled lets its callback and arguments go", () => {
  const loop = new EventLoop();
  const handles = [loop.callSoon(() => {}), loop.callLater(1, () => {})];
  for (const handle of handles) {
    handle.cancel();
    handle.cancel();
    assertEquals([handle.cancelled, handle.label], [true, "done"]);
  }
  assertEquals([loop.metrics().ready, loop.metrics().timers], [0, 0]);
  loop.close();
});

Deno.test("TimerHandle tells its deadline, and can be cancelled while it is due", async () => {
  const loop = new EventLoop({ clock: new VirtualClock(5) });
  const calls: string[] = [];
  const handles: TimerHandle[] = [];
  loop.callLater(10, () => handles[0].cancel());
  handles.push(loop.callAt(15, () => calls.push("cancelled")));
  handles.push(loop.callLater(10, () => calls.push("kept")));
  assertEquals(handles.map((handle) => handle.when), [15, 15]);
  assert(handles[0] instanceof TimerHandle);
  await runAll(loop);
  assertEquals(calls, ["kept"]);
  loop.close();
});

Deno.test("a stale Handle does not cancel another one that has taken its place", async () => {
  const loop = new EventLoop({ clock: new VirtualClock() });
  const calls: number[] = [];
  const first = loop.callSoon(() => calls.push(1));
  await runAll(loop);
  for (let n = 2; n < 50; n++) loop.callSoon(() => calls.push(n));
  first.cancel();
  await runAll(loop);
  assertEquals(calls.length, 49);
  loop.close();
});

Deno.test("describeFunction() names a function for a report", () => {
  assertEquals(describeFunction(function named() {}), "named()");
  assertEquals(describeFunction((() => () => {})()), "(anonymous function)");
});

Deno.test("the console shows a callback in one line", async () => {
  const loop = new EventLoop({ clock: new VirtualClock(5) });
  const handle = loop.callSoon(function first() {});
  const timer = loop.callLater(10, function later() {});
  for (const name of ["Deno.customInspect", "nodejs.util.inspect.custom"]) {
    const shown = [handle, timer].map((one) => (one as never as Inspected)[Symbol.for(name)]());
    assertEquals(shown, ["<callback first()>", "<timer later(), due at 15>"]);
  }
  timer.cancel();
  assertEquals(String(timer), "<timer cancelled, due at 15>");
  await runAll(loop);
  loop.close();
});
