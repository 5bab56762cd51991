import {
  createTask,
  DeadlockError,
  Event,
  Lock,
  run,
  Runner,
  sleep,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { hostTurns } from "../host_turns.ts";
import { type Ended, start } from "./child.ts";
import { rejection } from "./trial.ts";

/** Bounds, in ms, how long a program that is stuck may live on. */
const LONGEST = 10_000;

const isDeno = "Deno" in globalThis;

/** Runs a program that is stuck, and ends it if it does not end by itself. */
async function runStuck(...ways: string[]): Promise<Ended> {
  const child = start("stuck.ts", ways);
  const watchdog = setTimeout(() => child.kill("SIGKILL"), LONGEST);
  const ended = await child.ended;
  clearTimeout(watchdog);
  assertEquals(ended.signal, null, "it had to be ended");
  return ended;
}

const VIRTUAL = { clock: new VirtualClock(), signals: [] };

Deno.test("no deadlock is told while a strand waits for the host beside another wait", async () => {
  const clock = new VirtualClock();
  const result = await run(async () => {
    const event = new Event();
    const setIt = async () => {
      await hostTurns();
      event.set();
    };
    await Promise.all([setIt(), event.wait()]);
    return "set";
  }, { clock, signals: [] });
  assertEquals([result, clock.now()], ["set", 0]);
});

Deno.test("no deadlock is told as the host has been too busy to wake a strand", async () => {
  const result = await run(async () => {
    const event = new Event();
    const setIt = async () => {
      await hostTurns();
      for (const end = performance.now() + 150; performance.now() < end;);
      await hostTurns();
      event.set();
    };
    await Promise.all([setIt(), event.wait()]);
    return "set";
  }, { clock: new VirtualClock(), signals: [] });
  assertEquals(result, "set");
});

Deno.test("no deadlock is told while code left behind waits for the host", async () => {
  const result = await run(async () => {
    const lock = new Lock();
    const permit = await lock.acquire();
    await createTask(async () => {
      const letGo = async () => {
        await hostTurns();
        permit[Symbol.dispose]();
      };
      letGo();
      await sleep(1);
    });
    using _permit = await lock.acquire();
    return "acquired";
  }, { clock: new VirtualClock(), signals: [] });
  assertEquals(result, "acquired");
});

Deno.test("a deadlock of strands names each of their waits", async () => {
  const main = async () => {
    const lock = new Lock();
    using _permit = await lock.acquire();
    await Promise.all([new Event().wait(), lock.acquire()]);
  };
  const error = await rejection(
    run(main, { clock: new VirtualClock(), signals: [], name: "main" }),
    DeadlockError,
    "main",
    "Event.wait()",
    "Lock.acquire()",
  );
  assert(!error.message.includes("a step of its own"), error.message);
});

Deno.test("a deadlock of generators is told at once, and needs no advice about the host", async () => {
  let message = "";
  const running = run(function* () {
    yield* new Event().wait();
  }, VIRTUAL);
  running.catch((error: Error) => message = error.message);
  // Some hosts put timers before macrotasks; native code would be given 100 ms.
  for (let n = 0; n < 3 && message === ""; n++) await hostTurns();
  assert(message.includes("waits on Event.wait()"), message);
  assert(!message.includes("until()"), message);
});

Deno.test("a deadlock of native code says that the host may be awaited unseen", async () => {
  const main = async () => {
    await new Event().wait();
  };
  await rejection(run(main, VIRTUAL), DeadlockError, "without until()", "Event.wait()");
});

Deno.test("a second deadlock of a loop is told at once: the host had its time", async () => {
  await using runner = new Runner(VIRTUAL);
  const main = async () => {
    await new Event().wait();
  };
  await rejection(runner.run(main), DeadlockError);
  let isTold = false;
  runner.run(main).catch(() => isTold = true);
  await hostTurns();
  assert(isTold);
});

/** Checks that it was told who waits on what. */
function assertTold(text: string): void {
  assert(text.includes("DeadlockError: "), text);
  assert(text.includes("visitor waits on Lock.acquire()"), text);
  assert(text.includes("main waits on Event.wait()"), text);
}

for (const way of ["native", "generator", "race", "default signals", "signals of its own"]) {
  Deno.test(`a program that is stuck on the real clock cleans up, ends, and says who waits on what (${way})`, async () => {
    const { code, stdout, stderr } = await runStuck(way);
    assertEquals([code, stdout], [1, "cleaned up\n"], stderr);
    assertTold(stderr);
  });

  Deno.test(`a program that is stuck on the real clock in an await at its top level ends, and says who waits on what (${way})`, async () => {
    const { code, stdout, stderr } = await runStuck(way, "at the top level");
    assertEquals([code, stdout], [1, isDeno ? "" : "cleaned up\n"], stderr);
    assertTold(stderr);
    const isByDeno = stderr.includes("error: Top-level await promise never resolved");
    assertEquals(isByDeno, isDeno);
  });
}

Deno.test("run() of a program that is stuck on the real clock rejects with a DeadlockError", async () => {
  const { code, stdout, stderr } = await runStuck("caught", "default signals");
  assertEquals([code, stderr], [0, ""]);
  assert(stdout.startsWith("cleaned up\n"), stdout);
  assertTold(stdout);
});

for (const way of ["foreign", "bare"]) {
  Deno.test(`a program that awaits the host in vain ends as the host alone would end it (${way})`, async () => {
    const { code, stdout, stderr } = await runStuck(way, "default signals");
    assertEquals([code, stdout, stderr], [0, "", ""]);
  });

  Deno.test(`a program that awaits the host in vain at its top level is ended by Deno (${way})`, async () => {
    const { code, stdout, stderr } = await runStuck(way, "default signals", "at the top level");
    assertEquals([code, stdout], [1, ""]);
    assert(stderr.startsWith("error: Top-level await promise never resolved"), stderr);
  });
}

for (const place of ["at the top level", "in the background"]) {
  Deno.test(`a program on the real clock that the host may yet wake is not stuck (${place})`, async () => {
    const { code, stdout, stderr } = await runStuck("woken", "default signals", place, "50");
    const goesOn = place === "at the top level" ? "goes on\n" : "";
    assertEquals([code, stdout, stderr], [0, `woken\ncleaned up\n${goesOn}`, ""]);
  });
}

for (
  const ways of [["signal handler", "at the top level"], ["signal handler"], [
    "listener of its own",
  ]]
) {
  Deno.test(`a program on the real clock may live by a signal alone (${ways.join(", ")})`, async () => {
    const child = start("stuck.ts", ways);
    await child.wrote("ready");
    child.kill("SIGHUP");
    const { code, stdout, stderr } = await child.ended;
    assertEquals([code, stderr], [0, ""]);
    assert(stdout.startsWith("ready\nwoken\ncleaned up\n"), stdout);
  });
}

Deno.test("a program that Deno alone knows to be alive goes on, however often Deno is asked", async () => {
  const ways = ["woken", "thread", "default signals", "at the top level", "3500"];
  const { code, stdout } = await runStuck(...ways);
  assertEquals([code, stdout], [0, "woken\ncleaned up\ngoes on\n"]);
});
