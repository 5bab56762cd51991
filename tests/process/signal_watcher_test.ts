import { signals, type SignalWatcher } from "../../io.ts";
import { createTask, isCancelled, run, RuntimeError, select, sleep, until } from "../../mod.ts";
import { countListeners } from "../../src/engine/signals.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, type Program, trial } from "../futures/trial.ts";

const kill = (name: Deno.Signal) => Deno.kill(Deno.pid, name);

/** Lets the host tell what it knows. */
function* arrival(): Program {
  for (let turn = 0; turn < 5; turn++) {
    yield until(new Promise((resolve) => setTimeout(resolve, 1)));
  }
}

/** Lets a body listen; nobody listens after it. */
function* listening(names: string[], body: (listener: SignalWatcher) => Program): Program {
  const before = countListeners();
  const listener = signals(...names);
  assertEquals(countListeners(), before + names.length);
  try {
    yield* body(listener);
  } finally {
    listener.close();
  }
  assertEquals(countListeners(), before);
}

trial("signals are given as they come, of several names", function* () {
  yield* listening(["SIGUSR1", "SIGUSR2"], function* (listener): Program {
    for (const name of ["SIGUSR2", "SIGUSR1", "SIGUSR1"] as const) {
      const step = createTask(function* () {
        return yield* listener.next();
      });
      yield sleep(0);
      kill(name);
      assertEquals(yield step, { done: false, value: name });
    }
  });
});

trial("a signal that comes before a step is kept, once", function* () {
  yield* listening(["SIGUSR1", "SIGUSR2"], function* (listener): Program {
    kill("SIGUSR2");
    kill("SIGUSR2");
    yield* arrival();
    kill("SIGUSR2");
    kill("SIGUSR1");
    yield* arrival();
    const both = [yield listener.next(), yield listener.next()].map(({ value }) => value);
    assertEquals(both, ["SIGUSR2", "SIGUSR1"]);
    const more = yield select({ step: listener.next(), none: sleep(0) });
    assertEquals(more.name, "none");
  });
});

trial("each of two listeners is told, and each of two steps gets one", function* () {
  yield* listening(["SIGUSR1"], function* (one): Program {
    const two = signals("SIGUSR1");
    const steps = [one, two].map((listener) =>
      createTask(function* () {
        return (yield* listener.next()).value;
      })
    );
    yield sleep(0);
    kill("SIGUSR1");
    assertEquals([yield steps[0], yield steps[1]], ["SIGUSR1", "SIGUSR1"]);
    two.close();
  });
});

trial("a cancelled step, and one that lost a select(), take no signal", function* () {
  yield* listening(["SIGUSR1"], function* (listener): Program {
    const task = createTask(function* () {
      yield* listener.next();
    });
    yield sleep(0);
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    kill("SIGUSR1");
    yield* arrival();
    assertEquals((yield listener.next()).value, "SIGUSR1");
    const other = signals("SIGUSR1");
    const racing = createTask(function* () {
      return yield* select({ first: listener.next(), second: other.next() });
    });
    yield sleep(0);
    kill("SIGUSR1"); // Which tells both at once.
    assertEquals((yield racing).name, "first");
    assertEquals((yield other.next()).value, "SIGUSR1");
    other.close();
  });
});

trial("to close it ends the wait", function* () {
  yield* listening(["SIGUSR1"], function* (listener): Program {
    const step = createTask(function* () {
      return yield* listener.next();
    });
    yield sleep(0);
    listener[Symbol.dispose]();
    assertEquals(yield step, { done: true, value: undefined });
    assertEquals(yield listener.next(), { done: true, value: undefined });
  });
});

Deno.test("who leaves the loop listens no more, and neither does a run that has ended", async () => {
  const before = countListeners();
  await run(async () => {
    const listener = signals("SIGUSR1");
    kill("SIGUSR1");
    for await (const name of listener) {
      assertEquals(name, "SIGUSR1");
      break;
    }
    assertEquals(countListeners(), before);
    signals("SIGUSR1", "SIGHUP");
  }, { signals: [] });
  assertEquals(countListeners(), before);
});

trial("signals() refuses what it cannot listen to, and keeps no other", function* () {
  const before = countListeners();
  for (const name of ["SIGNOTHING", "SIGKILL", "SIGSTOP", ""]) {
    assertThrows(() => signals("SIGUSR1", name), RuntimeError, `Cannot listen to ${name}`);
  }
  assertThrows(() => signals(), TypeError, "the name of a signal");
  assertThrows(() => signals(5 as never), TypeError, "The name of a signal must be a string: 5");
  assertEquals(countListeners(), before);
  yield sleep(0);
});
