import {
  CancelledError,
  createTask,
  getRunningLoop,
  retry,
  run,
  sleep,
  timeout,
  TimeoutError,
  VirtualClock,
} from "../../mod.ts";
import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  CircuitOpenError,
  type CircuitState,
} from "../../resilience.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import {
  Boom,
  caught,
  failure,
  type FrontEnd,
  type Program,
  takeReport,
  trial,
} from "../futures/trial.ts";

/** Makes a breaker, and a service that works or does not. */
function circuit(as: FrontEnd, options: CircuitBreakerOptions = {}) {
  const seen = { isUp: true, calls: 0, changes: [] as string[] };
  const onChange = (state: CircuitState) => {
    seen.changes.push(`${state} at ${getRunningLoop().time()}`);
  };
  const breaker = new CircuitBreaker({ failures: 3, cooldown: 100, onChange, ...options });
  const service = as(function* (ms: number) {
    seen.calls++;
    yield sleep(ms);
    if (!seen.isUp) throw new Boom("down");
    return "up";
  });
  return { seen, breaker, ask: (ms = 1) => breaker.run(() => service(ms)) };
}

/** Lets calls fail until a breaker opens. */
function* breakIt({ seen, ask }: ReturnType<typeof circuit>, count = 3): Program {
  seen.isUp = false;
  for (let n = 0; n < count; n++) yield* failure(ask(), Boom, "down");
}

trial(
  "CircuitBreaker opens after so many failures in a row, and leaves the service alone",
  function* (
    as,
  ) {
    const made = circuit(as);
    const { seen, breaker, ask } = made;
    yield* breakIt(made, 2);
    seen.isUp = true;
    assertEquals([yield ask(), breaker.state], ["up", "closed"]);
    yield* breakIt(made);
    assertEquals([breaker.state, seen.calls], ["open", 6]);
    yield sleep(40);
    const error = yield* failure(ask(), CircuitOpenError, "open", "try again in 60 ms");
    assertEquals([error.retryAfter, error.name, seen.calls], [60, "CircuitOpenError", 6]);
    assertEquals(breaker.statistics(), { state: "open", calls: 0, failures: 0, refused: 1 });
  },
);

trial("CircuitBreaker lets one call through when it has cooled down, and closes", function* (as) {
  const made = circuit(as);
  const { seen, breaker, ask } = made;
  yield* breakIt(made);
  yield sleep(100);
  seen.isUp = true;
  assertEquals(breaker.state, "half-open");
  const trying = createTask(() => ask(20));
  yield sleep(1);
  const error = yield* failure(ask(), CircuitOpenError, "half-open");
  assertEquals([error.retryAfter, seen.calls], [0, 4]);
  assertEquals([yield trying, breaker.state], ["up", "closed"]);
  assertEquals([yield ask(), seen.calls], ["up", 5]);
  assertEquals(seen.changes, ["open at 3", "half-open at 103", "closed at 123"]);
});

trial("CircuitBreaker that is tried in vain opens again", function* (as) {
  const made = circuit(as);
  const { seen, breaker, ask } = made;
  yield* breakIt(made);
  yield sleep(100);
  yield* failure(ask(), Boom, "down");
  assertEquals(breaker.state, "open");
  yield sleep(99);
  yield* failure(ask(), CircuitOpenError, "in 1 ms");
  yield sleep(1);
  seen.isUp = true;
  assertEquals([yield ask(), breaker.state], ["up", "closed"]);
});

trial("CircuitBreaker lets several calls through, all of which must succeed", function* (as) {
  const made = circuit(as, { trials: 2 });
  const { seen, breaker, ask } = made;
  yield* breakIt(made);
  yield sleep(100);
  seen.isUp = true;
  assertEquals([yield ask(), breaker.state], ["up", "half-open"]);
  const second = createTask(() => ask(10));
  yield sleep(1);
  yield* failure(ask(), CircuitOpenError);
  assertEquals([yield second, breaker.state], ["up", "closed"]);
});

trial("CircuitBreaker looks at as many calls as its window holds", function* (as) {
  const made = circuit(as, { failures: 2, window: 4 });
  const { seen, breaker, ask } = made;
  for (const isUp of [false, true, true, true, false, true, true]) {
    seen.isUp = isUp;
    yield* caught(ask());
    assertEquals(breaker.state, "closed");
  }
  const { calls, failures } = breaker.statistics();
  assertEquals([calls, failures], [4, 1]);
  seen.isUp = false;
  yield* caught(ask());
  assertEquals(breaker.state, "open");
});

trial("CircuitBreaker forgets calls that were long ago", function* (as) {
  const made = circuit(as, { within: 50 });
  const { breaker } = made;
  yield* breakIt(made, 2);
  yield sleep(48);
  yield* breakIt(made, 1);
  assertEquals([breaker.state, breaker.statistics().failures], ["closed", 2]);
  yield* breakIt(made, 1);
  assertEquals([breaker.state, breaker.statistics().failures], ["closed", 2]);
  yield* breakIt(made, 1);
  assertEquals(breaker.state, "open");
});

trial("CircuitBreaker counts no call that was cancelled, and tries another", function* (as) {
  const made = circuit(as, { failures: 1 });
  const { seen, breaker, ask } = made;
  const cancelled = createTask(() => ask(1000));
  yield sleep(1);
  cancelled.cancel();
  yield* failure(cancelled, CancelledError);
  assertEquals(breaker.state, "closed");
  yield* breakIt(made, 1);
  yield sleep(100);
  seen.isUp = true;
  const trying = createTask(() => ask(1000));
  yield sleep(1);
  trying.cancel();
  yield* failure(trying, CancelledError);
  assertEquals([breaker.state, yield ask(), breaker.state], ["half-open", "up", "closed"]);
});

trial("CircuitBreaker takes what runs out of time inside for a failure", function* (as) {
  const { breaker } = circuit(as, { failures: 1 });
  yield* failure(breaker.run(() => timeout(5, () => sleep(1000))), TimeoutError);
  assertEquals(breaker.state, "open");
});

trial("CircuitBreaker asks which errors are failures of the service", function* (as) {
  const asked: unknown[] = [];
  const when = (error: unknown) => {
    asked.push((error as Error).message);
    return error instanceof TypeError;
  };
  const { breaker } = circuit(as, { failures: 1, when });
  const fail = (error: Error) =>
    as(function* () {
      yield sleep(1);
      throw error;
    });
  yield* failure(breaker.run(fail(new Boom("mine"))), Boom);
  assertEquals(breaker.state, "closed");
  yield* failure(breaker.run(fail(new TypeError("its"))), TypeError);
  assertEquals([breaker.state, asked], ["open", ["mine", "its"]]);
});

trial("CircuitBreaker does not count calls that began before it opened or closed", function* (as) {
  const made = circuit(as, { failures: 1 });
  const { seen, breaker, ask } = made;
  seen.isUp = false;
  const late = createTask(() => ask(150));
  yield* breakIt(made, 1);
  yield sleep(100);
  seen.isUp = true;
  assertEquals([yield ask(), breaker.state], ["up", "closed"]);
  seen.isUp = false;
  yield* failure(late, Boom);
  assertEquals(breaker.state, "closed");
});

trial("CircuitBreaker within a retry() makes it wait until the service is tried", function* (as) {
  const made = circuit(as, { failures: 1 });
  const { seen, ask } = made;
  yield* breakIt(made, 1);
  seen.isUp = true;
  const answer = yield retry(() => ask(), { attempts: 9, delay: 30, factor: 1 });
  assertEquals([answer, seen.calls, getRunningLoop().time()], ["up", 2, 1 + 4 * 30 + 1]);
  const when = (error: unknown) => !(error instanceof CircuitOpenError);
  yield* breakIt(made, 1);
  yield* failure(retry(() => ask(), { when }), CircuitOpenError);
});

trial("CircuitBreaker takes plain functions, and reports what onChange throws", function* (
  _,
  world,
) {
  const onChange = () => {
    throw new Boom("told");
  };
  const breaker = new CircuitBreaker({ failures: 1, onChange });
  assertEquals(yield breaker.run(() => 5), 5);
  const broken = () => {
    throw new Boom("plain");
  };
  yield* failure(breaker.run(broken), Boom, "plain");
  assertEquals(breaker.state, "open");
  takeReport(world, "onChange of a CircuitBreaker failed");
});

Deno.test("CircuitBreaker begins anew on another clock", async () => {
  const breaker = new CircuitBreaker({ failures: 1, cooldown: 1e9 });
  const broken = () => {
    throw new Boom();
  };
  const main = async () => {
    await breaker.run(broken).catch(() => {});
    assertEquals(`${breaker}`, "<CircuitBreaker open>");
  };
  await run(main, { clock: new VirtualClock(), signals: [] });
  await run(() => breaker.run(() => 5), { clock: new VirtualClock(), signals: [] });
  assertEquals(breaker.state, "closed");
});

Deno.test("CircuitBreaker refuses bad input", () => {
  const make = (options: object) => () => new CircuitBreaker(options);
  for (const name of ["failures", "trials"]) {
    for (const value of [0, 1.5, NaN]) assertThrows(make({ [name]: value }), RangeError, name);
  }
  assertThrows(make({ failures: 3, window: 2 }), RangeError, "window");
  for (const cooldown of [0, Infinity, NaN]) assertThrows(make({ cooldown }), RangeError);
  assertThrows(make({ within: 0 }), RangeError, "within");
  for (const name of ["when", "onChange"]) assertThrows(make({ [name]: 5 }), TypeError, name);
  assertThrows(make({ threshold: 5 }), TypeError, "Unknown option");
  assertThrows(() => make({})().run(5 as never), TypeError, "fn");
  assert(new CircuitBreaker().state === "closed");
});
