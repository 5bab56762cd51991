import { createTask, gather, isCancelled, RuntimeError, sleep, type Task } from "../../mod.ts";
import { BrokenSequenceError, runTest, Sequencer } from "../../testing.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, type Program, trial } from "../futures/trial.ts";

trial("Sequencer puts what several tasks do into an order", function* (as) {
  const sequence = new Sequencer();
  const order: number[] = [];
  const player = (...steps: number[]) =>
    as(function* () {
      for (const step of steps) {
        yield sequence.step(step);
        order.push(step);
      }
    });
  yield gather([player(2, 3, 7), player(1, 5), player(0, 4, 6)]);
  assertEquals(order, [0, 1, 2, 3, 4, 5, 6, 7]);
});

trial("Sequencer.step() with a body lasts until the body has ended", function* (as, { clock }) {
  const sequence = new Sequencer();
  const log: string[] = [];
  const player = (step: number) =>
    as(function* () {
      const result: string = yield sequence.step(
        step,
        as(function* (position: number) {
          log.push(`${position} begins at ${clock.now()}`);
          yield sleep(10);
          log.push(`${position} ends at ${clock.now()}`);
          return `result of ${position}`;
        }),
      );
      return result;
    });
  const results: string[] = yield gather([player(1), player(2), player(0)]);
  assertEquals(results, ["result of 1", "result of 2", "result of 0"]);
  assertEquals(log, [
    "0 begins at 0",
    "0 ends at 10",
    "1 begins at 10",
    "1 ends at 20",
    "2 begins at 20",
    "2 ends at 30",
  ]);
});

trial("Sequencer goes on after a body that fails", function* (as) {
  const sequence = new Sequencer();
  const bad = as(function* (): Program {
    yield sleep(1);
    throw new Boom("in step 0");
  });
  const next = createTask(() => sequence.step(1));
  yield* failure(sequence.step(0, bad), Boom, "in step 0");
  yield next;
});

trial("Sequencer refuses a step used twice, and keeps its order", function* () {
  const sequence = new Sequencer();
  const waiting = createTask(() => sequence.step(1));
  yield sleep(1);
  yield* failure(sequence.step(1), RuntimeError, "step 1 again");
  yield sequence.step(0);
  yield waiting;
  yield* failure(sequence.step(0), RuntimeError, "step 0 again");
  yield sequence.step(2);
});

trial("Sequencer is broken by a cancellation before a step's turn", function* () {
  const sequence = new Sequencer();
  const tasks: Task<void>[] = [1, 2, 3].map((step) => createTask(() => sequence.step(step)));
  yield sleep(1);
  tasks[1].cancel();
  assert(isCancelled(yield* caught(tasks[1])));
  yield* failure(tasks[0], BrokenSequenceError, "step 2 was cancelled before its turn");
  yield* failure(tasks[2], BrokenSequenceError, "step 2 was cancelled before its turn");
  yield* failure(sequence.step(0), BrokenSequenceError, "step 2 was cancelled before its turn");
});

trial("Sequencer is broken by a cancellation in the turn that lets a step begin", function* () {
  for (const isWokenFirst of [true, false]) {
    const sequence = new Sequencer();
    const next = createTask(() => sequence.step(1));
    const last = createTask(() => sequence.step(2));
    yield sleep(1);
    if (!isWokenFirst) next.cancel();
    yield sequence.step(0);
    if (isWokenFirst) next.cancel();
    assert(isCancelled(yield* caught(next)));
    yield* failure(last, BrokenSequenceError, "step 1 was cancelled before its turn");
  }
});

trial("Sequencer says which step was the first to be cancelled", function* () {
  const sequence = new Sequencer();
  const tasks = [1, 2, 3].map((step) => createTask(() => sequence.step(step)));
  yield sleep(1);
  tasks[1].cancel();
  tasks[0].cancel();
  for (const task of [tasks[0], tasks[1]]) assert(isCancelled(yield* caught(task)));
  yield* failure(tasks[2], BrokenSequenceError, "step 2 was cancelled before its turn");
  yield* failure(sequence.step(0), BrokenSequenceError, "step 2 was cancelled before its turn");
});

trial("Sequencer is not broken by a cancellation of a step's body", function* () {
  const sequence = new Sequencer();
  const first = createTask(() => sequence.step(0, () => sleep(1000)));
  const next = createTask(() => sequence.step(1));
  yield sleep(1);
  first.cancel();
  assert(isCancelled(yield* caught(first)));
  yield next;
});

Deno.test("Sequencer.step() refuses what is no step", () => {
  const sequence = new Sequencer();
  assertThrows(() => sequence.step("1" as never), TypeError, '"1"');
  assertThrows(() => sequence.step(0, 5 as never), TypeError, "5");
  for (const bad of [-1, 0.5, NaN, Infinity]) {
    assertThrows(() => sequence.step(bad), RangeError, String(bad));
  }
});

Deno.test("a sequence that lacks a step is a deadlock that names those who wait", async () => {
  const error = await runTest(async () => {
    const sequence = new Sequencer();
    await sequence.step(0);
    await sequence.step(2);
  }).catch((error) => error);
  assert(error.message.includes("waits on Sequencer.step(2)"), error.message);
});
