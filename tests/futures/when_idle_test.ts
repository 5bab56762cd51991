import { createTask, EventLoop, Future, run, sleep, until, yieldNow } from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { trial } from "./trial.ts";

trial("whenIdle() calls when nothing is ready, before time jumps", function* (as, { loop }) {
  const calls: string[] = [];
  const note = (name: string) => void calls.push(`${name} ${loop.time()}`);
  const busy = as(function* () {
    for (let n = 0; n < 5; n++) yield yieldNow();
    note("busy");
    yield sleep(5);
    note("late");
  });
  createTask(() => busy());
  loop.whenIdle(note, "first");
  loop.whenIdle(note, "second");
  loop.whenIdle(note, "cancelled").cancel();
  yield sleep(10);
  assertEquals(calls, ["busy 0", "first 0", "second 0", "late 5"]);
});

trial("whenIdle() waits for native code between two of its awaits", function* (_, { loop }) {
  const calls: string[] = [];
  createTask(async () => {
    for (let n = 0; n < 20; n++) await null;
    calls.push("native");
    await yieldNow();
    calls.push("native again");
  });
  const idle = new Future<void>();
  loop.whenIdle(() => idle.setResult());
  yield idle;
  assertEquals(calls, ["native", "native again"]);
});

trial("whenIdle() does not wait for what the host has in flight", function* (_, { loop }) {
  const host = Promise.withResolvers<string>();
  const waiting = createTask(() => until(host.promise));
  const idle = new Future<void>();
  loop.whenIdle(() => idle.setResult());
  yield idle;
  assertEquals(waiting.done, false);
  host.resolve("value");
  assertEquals(yield waiting, "value");
});

trial("a call that whenIdle() makes may wait for the next such time", function* (_, { loop }) {
  const turns: number[] = [];
  const again = () => {
    turns.push(loop.time());
    if (turns.length < 3) loop.whenIdle(again);
  };
  loop.whenIdle(again);
  yield sleep(1);
  assertEquals(turns, [0, 0, 0]);
});

Deno.test("whenIdle() works on the host's clock", async () => {
  await run(function* () {
    const idle = new Future<string>();
    idle.loop.whenIdle(() => idle.setResult("idle"));
    assertEquals(yield* idle, "idle");
  });
});

Deno.test("whenIdle() refuses what cannot be called, and a loop that is closed", () => {
  const loop = new EventLoop();
  assertThrows(() => loop.whenIdle(5 as never), TypeError, "5");
  loop.close();
  assertThrows(() => loop.whenIdle(() => {}), Error, "it is closed");
});
