import { CancelledError, createTask, Future, getRunningLoop, shield, sleep } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertError, Boom, failure, takeReport, trial } from "./trial.ts";

trial("shield() keeps cancellation from the work, not from who waits", function* (as) {
  const work = createTask(() => sleep(10, "done"));
  const waiting = createTask(as(function* () {
    yield shield(work);
  }));
  yield sleep(1);
  waiting.cancel("only me");
  yield* failure(waiting, CancelledError, "only me");
  assertEquals([work.cancelling, yield work], [0, "done"]);
});

trial("shield() hands on results and failures", function* (as) {
  assertEquals(yield shield(sleep(1, "r")), "r");
  const bad = as(function* () {
    yield sleep(1);
    throw new Boom("b");
  });
  yield* failure(shield(bad), Boom, "b");
  const done = new Future<number>();
  done.setResult(1);
  assert(shield(done) === done as unknown);
});

trial("shield() is cancelled when the work is", function* () {
  const work = createTask(() => sleep(10));
  const outer = shield(work);
  yield sleep(1);
  work.cancel("inner");
  yield* failure(outer, CancelledError);
  assert(outer.cancelled);
});

trial("shield() reports once a failure of work that went on alone", function* (as, world) {
  const work = createTask(as(function* () {
    yield sleep(5);
    throw new Boom("alone");
  }));
  shield(work).cancel();
  shield(work).cancel();
  yield sleep(10);
  const report = takeReport(world, "shielded");
  assertError(report.exception, Boom, "alone");
  assertEquals(report.future, work);
});

trial("shield() of work that goes on is waited for as any task", function* () {
  const work = createTask(() => sleep(5));
  shield(work).cancel();
  yield work;
  assertEquals(getRunningLoop().time(), 5);
});

trial("shield() cancelled in the turn in which the work ends stays cancelled", function* () {
  const inner = new Future<number>();
  const outer = shield(inner);
  inner.setResult(1);
  assert(outer.cancel("just in time"));
  yield* failure(outer, CancelledError, "just in time");
  yield sleep(0);
});

trial("shield() refuses what cannot be awaited", function* () {
  assertThrows(() => shield(5 as never), TypeError, "5");
  assertThrows(() => shield(Promise.resolve() as never), TypeError, "() => f()");
  yield sleep(0);
});
