import {
  CancelledError,
  ContextVar,
  copyContext,
  createTask,
  getRunningLoop,
  run,
  sleep,
  VirtualClock,
} from "../../mod.ts";
import { debounce, throttle } from "../../resilience.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { newHostStorage } from "../host_storage.ts";
import { Boom, failure, type FrontEnd, takeReport, trial } from "../futures/trial.ts";

/** Makes a function that takes some time, and notes when it is called. */
function noted(as: FrontEnd, ms = 0) {
  const log: string[] = [];
  const note = as(function* (word: string) {
    log.push(`${word} at ${getRunningLoop().time()}`);
    yield sleep(ms);
  });
  return { log, note };
}

trial("throttle() begins the first call at once, and the last of the others later", function* (as) {
  const { log, note } = noted(as);
  const call = throttle(note, 100);
  for (const word of ["a", "b", "c", "d"]) {
    call(word);
    assertEquals(call.pending, word !== "a");
    yield sleep(30);
  }
  yield sleep(200);
  call("e");
  yield sleep(1000);
  assertEquals([log, call.pending], [["a at 0", "d at 100", "e at 320"], false]);
});

trial("throttle() leaves out the first call, or the last, as it is told", function* (as) {
  const late = noted(as);
  const trailing = throttle(late.note, 100, { leading: false });
  const early = noted(as);
  const leading = throttle(early.note, 100, { trailing: false });
  for (let n = 0; n < 8; n++) {
    trailing(`${n}`);
    leading(`${n}`);
    yield sleep(30);
  }
  yield sleep(500);
  assertEquals(late.log, ["3 at 100", "7 at 220"]);
  assertEquals(early.log, ["0 at 0", "4 at 120"]);
});

trial("throttle() begins no call while one goes on", function* (as) {
  const { log, note } = noted(as, 250);
  const call = throttle(note, 100);
  for (let n = 0; n < 5; n++) {
    call(`${n}`);
    yield sleep(60);
  }
  yield call.flush();
  assertEquals([log, getRunningLoop().time()], [["0 at 0", "4 at 250"], 500]);
});

trial("debounce() calls once it has been quiet for a while", function* (as) {
  const { log, note } = noted(as);
  const call = debounce(note, 100);
  for (const word of ["a", "b", "c"]) {
    call(word);
    yield sleep(99);
  }
  yield sleep(10);
  call("d");
  yield sleep(1000);
  assertEquals(log, ["c at 298", "d at 407"]);
});

trial("debounce() puts a call off no longer than it may", function* (as) {
  const { log, note } = noted(as);
  const call = debounce(note, 100, { most: 250 });
  for (let n = 0; n < 10; n++) {
    call(`${n}`);
    yield sleep(50);
  }
  yield sleep(1000);
  assertEquals(log, ["4 at 250", "9 at 500"]);
});

for (const [name, pace] of [["throttle", throttle], ["debounce", debounce]] as const) {
  trial(`${name}() calls off what has not begun`, function* (as) {
    const { log, note } = noted(as);
    const call = pace(note, 100);
    call("a");
    yield sleep(10);
    call("b");
    call.cancel();
    assertEquals(call.pending, false);
    const flushing = createTask(() => call.flush());
    yield sleep(500);
    assertEquals(flushing.done, true);
    assertEquals(log, name === "throttle" ? ["a at 0"] : []);
    call("c");
    const waiting = createTask(() => call.flush());
    call("d");
    yield waiting;
    assertEquals(log.at(-1), "d at 510");
  });

  trial(`${name}() flushes what is to be done at once, and waits for it`, function* (as) {
    const { log, note } = noted(as, 20);
    const call = pace(note, 100);
    yield call.flush();
    call("a");
    call("b");
    yield call.flush();
    const expected = name === "throttle" ? ["a at 0", "b at 20"] : ["b at 0"];
    assertEquals([log, getRunningLoop().time()], [expected, 20 * expected.length]);
    call("c");
    const flushing = createTask(() => call.flush());
    yield sleep(5);
    flushing.cancel();
    yield* failure(flushing, CancelledError);
    yield call.flush();
    assertEquals(log.length, expected.length + 1);
  });

  trial(`${name}() reports what a call fails with, and goes on`, function* (as, world) {
    const log: string[] = [];
    const fail = as(function* (word: string) {
      yield sleep(1);
      log.push(word);
      if (word === "bad") throw new Boom(word);
    });
    const call = pace(fail, 10);
    call("bad");
    yield sleep(50);
    takeReport(world, `A call of ${name}() of`, "failed");
    call("good");
    yield sleep(50);
    assertEquals(log, ["bad", "good"]);
  });

  Deno.test(`${name}() forgets what is to be done as the run ends, and begins anew`, async () => {
    const called: string[] = [];
    const call = pace((word: string) => void called.push(word), 100);
    const main = (...words: string[]) => async () => {
      for (const word of words) {
        call(word);
        await sleep(1);
      }
    };
    await run(main("a", "b"), { clock: new VirtualClock(), signals: [] });
    await run(async () => {
      await main("c")();
      await call.flush();
    }, { clock: new VirtualClock(), signals: [] });
    assertEquals(called, name === "throttle" ? ["a", "c"] : ["c"]);
  });
}

Deno.test("throttle() and debounce() refuse bad input", () => {
  const fn = () => {};
  for (const pace of [throttle, debounce]) {
    assertThrows(() => pace(5 as never, 1), TypeError, "fn");
    for (const ms of [0, -1, NaN, Infinity]) assertThrows(() => pace(fn, ms), RangeError, "ms");
    assertThrows(() => pace(fn, 1, { wait: 1 } as never), TypeError, "Unknown option");
  }
  assertThrows(
    () => throttle(fn, 1, { leading: false, trailing: false }),
    RangeError,
    "cannot both be false",
  );
  assertThrows(() => throttle(fn, 1, { leading: 1 as never }), TypeError, "leading");
  assertThrows(() => debounce(fn, 10, { most: 9 }), RangeError, "most");
});

trial("throttle() and debounce() call with the context of who asked last", function* (as) {
  const who = new ContextVar("who", { default: "nobody" });
  const log: string[] = [];
  const note = as(function* (word: string) {
    yield sleep(5);
    log.push(`${word} of ${who.get()}`);
  });
  for (const call of [throttle(note, 10), debounce(note, 10)]) {
    for (const name of ["a", "b", "c"]) {
      const context = copyContext();
      context.run(() => who.set(name));
      yield createTask(
        as(function* () {
          yield sleep(1);
          call(name);
        }),
        { context },
      );
    }
    yield sleep(50);
  }
  assertEquals(log, ["a of a", "c of c", "c of c"]);
});

Deno.test("throttle() and debounce() call with the host's values of who asked last", async () => {
  const storage = newHostStorage<string>();
  await run(async () => {
    const log: string[] = [];
    const note = async (word: string) => {
      await sleep(1);
      log.push(`${word} of ${storage.getStore()}`);
    };
    for (const call of [throttle(note, 10), debounce(note, 10)]) {
      for (const name of ["a", "b", "c"]) storage.run(name, () => call(name));
      await sleep(50);
    }
    assertEquals(log, ["a of a", "c of c", "c of c"]);
  }, { clock: new VirtualClock() });
});
