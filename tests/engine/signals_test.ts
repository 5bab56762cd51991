import { assert, assertEquals } from "../assert.ts";
import { type Ended, start } from "../futures/child.ts";
import { addListener, listen, removeListener } from "../../src/engine/signals.ts";
import { createTask, run, Runner, sleep, until, VirtualClock } from "../../mod.ts";
import { hostTurns } from "../host_turns.ts";

/** Runs a program that is interrupted when it is ready, and again when it has noticed. */
async function interrupt(
  way: string,
  first: Deno.Signal,
  second?: Deno.Signal,
): Promise<Ended & { lines: string[] }> {
  const child = start("interrupted.ts", [way]);
  await child.wrote("ready");
  child.kill(first);
  if (second !== undefined) {
    await child.wrote(`cancelled true: ${first}`);
    child.kill(second);
  }
  const ended = await child.ended;
  return { ...ended, lines: ended.stdout.trim().split("\n").slice(1) };
}

/** Interrupts a program that has a listener of its own. */
async function listenItself(way: string): Promise<Ended & { lines: string[] }> {
  const child = start("own_listener.ts", [way]);
  await child.wrote("ready");
  child.kill("SIGTERM");
  const ended = await child.ended;
  return { ...ended, lines: ended.stdout.trim().split("\n").slice(1) };
}

// deno-lint-ignore no-explicit-any -- each has its own
type Call = (...args: any[]) => void;
/** What hosts have for signals. */
const hosts = globalThis as unknown as {
  Deno?: Record<string, Call>;
  process: Record<string, Call>;
};

/** Notes what the host is asked for while a body runs, and pretends to have done it. */
async function noteListeners(
  body: (log: string[], tell: (signal: string) => void) => Promise<void>,
): Promise<void> {
  const listeners = new Map<string, () => void>();
  const log: string[] = [];
  const [host, on, off] = hosts.Deno
    ? [hosts.Deno, "addSignalListener", "removeSignalListener"]
    : [hosts.process, "on", "off"];
  const { [on]: add, [off]: remove } = host;
  host[on] = (event, listener) => {
    if (!event.startsWith("SIG")) return add.call(host, event, listener);
    assert(!listeners.has(event), `${event} has a listener already`);
    listeners.set(event, listener);
    log.push(`+${event}`);
  };
  host[off] = (event, listener) => {
    assertEquals(listeners.get(event), listener);
    listeners.delete(event);
    log.push(`-${event}`);
  };
  try {
    await body(log, (signal) => listeners.get(signal)?.());
    await hostTurns();
    assertEquals(listeners.size, 0);
  } finally {
    Object.assign(host, { [on]: add, [off]: remove });
  }
}

Deno.test("one listener of the host serves all runs, and leaves after the last", async () => {
  await noteListeners(async (log) => {
    const main = () => sleep(1);
    const start = () => run(main, { clock: new VirtualClock() });
    await Promise.all([start(), start(), start()]);
    await start();
    await start();
    await hostTurns();
    assertEquals(log, ["+SIGINT", "+SIGTERM", "-SIGINT", "-SIGTERM"]);
    await start();
    assertEquals(log.slice(4), ["+SIGINT", "+SIGTERM"]);
  });
});

Deno.test("a Runner listens while it runs and while it closes, and not in between", async () => {
  await noteListeners(async (log) => {
    const runner = new Runner({ clock: new VirtualClock(), signals: ["SIGINT"] });
    await runner.run(() => sleep(1));
    await hostTurns();
    assertEquals(log, ["+SIGINT", "-SIGINT"]);
    await runner.run(function* () {
      createTask(async () => {
        try {
          await sleep(Infinity);
        } finally {
          log.push("closing");
        }
      });
      yield* sleep(1);
    });
    await hostTurns();
    await runner.close();
    await hostTurns();
    assertEquals(log.slice(2), ["+SIGINT", "-SIGINT", "+SIGINT", "closing", "-SIGINT"]);
  });
});

Deno.test("a signal cancels main of every run in progress once, and no task twice", async () => {
  await noteListeners(async (_, tell) => {
    const log: string[] = [];
    const main = (name: string) => async () => {
      createTask(async () => {
        try {
          await sleep(Infinity);
        } finally {
          await sleep(1);
          log.push(`${name}'s task`);
        }
      });
      try {
        await until(new Promise(() => {}));
      } finally {
        await sleep(1);
        log.push(name);
      }
    };
    const runs = ["a", "b"].map((name) => run(main(name), { clock: new VirtualClock() }));
    await hostTurns();
    tell("SIGTERM");
    const ends = await Promise.allSettled(runs);
    assertEquals(ends.map((end) => end.status), ["rejected", "rejected"]);
    assertEquals(log.sort(), ["a", "a's task", "b", "b's task"]);
  });
});

Deno.test("a signal that comes just after the last run does what it does without one", async () => {
  await noteListeners(async (log, tell) => {
    await run(() => sleep(1), { clock: new VirtualClock() });
    const host = hosts.Deno ?? hosts.process;
    const { kill } = host;
    const killed: unknown[] = [];
    host.kill = (_pid, signal) => void killed.push(signal);
    try {
      tell("SIGTERM");
    } finally {
      host.kill = kill;
    }
    assertEquals(killed, ["SIGTERM"]);
    assertEquals(log, ["+SIGINT", "+SIGTERM", "-SIGTERM"]);
  });
});

Deno.test("a listener added twice is told once, and one that leaves is told no more", async () => {
  await noteListeners((log, tell) => {
    const told: string[] = [];
    const one = (signal: string) => {
      told.push(`one ${signal}`);
      removeListener(signal, one);
    };
    const stop = listen("SIGUSR2", () => told.push("two"))!;
    assert(addListener("SIGUSR2", one) && addListener("SIGUSR2", one));
    tell("SIGUSR2");
    tell("SIGUSR2");
    assertEquals(told, ["two", "one SIGUSR2", "two"]);
    stop();
    assertEquals(log, ["+SIGUSR2", "-SIGUSR2"]); // At once: its default is not known.
    return Promise.resolve();
  });
});

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} cancels main, which cleans up; the status is ${status}`, async () => {
    const { code, lines, stderr } = await interrupt("", signal);
    assertEquals(lines, [`cancelled true: ${signal}`, "cleaned up"]);
    assertEquals([code, stderr], [status, ""]);
  });

  Deno.test(`a second ${signal} ends the process at once, with ${status}`, async () => {
    const { code, lines } = await interrupt("slow", signal, signal);
    assertEquals([code, lines], [status, [`cancelled true: ${signal}`]]);
  });

  Deno.test(`${signal} ends the process after its grace, with ${status}`, async () => {
    const { code, lines, stderr } = await interrupt("grace", signal);
    assertEquals([code, lines], [status, [`cancelled true: ${signal}`]]);
    assertEquals(stderr.trim().split("\n"), [
      `Ending the process: ${signal} came 50 ms ago, and cleanup has not ended`,
      "  main waits on sleep(60000)",
    ]);
  });

  Deno.test(`${signal} gives cleanup a grace of 10 s unless it is told`, async () => {
    const { code, stderr } = await interrupt("default grace", signal);
    assertEquals(code, status);
    assert(stderr.includes("came 10000 ms ago"), stderr);
  });
}

Deno.test("a signal while one run closes lets all of them clean up", async () => {
  const { code, lines } = await interrupt("closing", "SIGINT");
  assertEquals(lines, [
    "cancelled true: SIGINT",
    "background cleaned up",
    "rejected",
    "rejected",
    "end",
  ]);
  assertEquals(code, 130); // No main could say otherwise.
});

Deno.test("a signal while a run closes is thrown by the run, and ends the process", async () => {
  const { code, lines, stderr } = await interrupt("closing, unhandled", "SIGINT");
  assertEquals(lines, ["cancelled true: SIGINT", "background cleaned up"]);
  assertEquals([code, stderr], [130, ""]);
});

Deno.test("a second signal while a run closes ends the process at once", async () => {
  const { code, lines } = await interrupt("closing slowly", "SIGINT", "SIGINT");
  assertEquals([code, lines], [130, ["cancelled true: SIGINT"]]);
});

Deno.test("a program that handles a signal itself keeps its runs with signals: []", async () => {
  const { code, lines } = await listenItself("none");
  assertEquals([code, lines], [0, ["its own listener", "the run goes on", "end"]]);
});

Deno.test("a program that has handled a signal before keeps its runs, if the host tells", async () => {
  const { code, lines } = await listenItself("default");
  if (hosts.Deno === undefined) {
    assertEquals([code, lines], [0, ["its own listener", "the run goes on", "end"]]);
  } else {
    assertEquals([code, lines], [143, ["its own listener"]]); // It does not say who listens.
  }
});

Deno.test("a program that swallows the interruption goes on", async () => {
  const { code, lines } = await interrupt("swallow", "SIGINT");
  assertEquals(lines, ["cancelled true: SIGINT", "cleaned up", "swallowed", "end"]);
  assertEquals(code, 0);
});

Deno.test("a program may handle what run() throws when it is interrupted", async () => {
  const { code, lines } = await interrupt("handled", "SIGINT");
  assertEquals(lines.slice(2), ["run threw CancelledError: SIGINT", "end"]);
  assertEquals(code, 0);
});

Deno.test("a second run of a Runner is interrupted as the first is", async () => {
  const { code, lines } = await interrupt("second run", "SIGINT");
  assertEquals([code, lines], [130, ["cancelled true: SIGINT", "cleaned up"]]);
});

Deno.test("a program's own handler of a signal takes the place of run()'s", async () => {
  const { code, lines } = await interrupt("own handler", "SIGINT");
  assertEquals([code, lines], [0, ["stopped by its own handler", "end"]]);
});

Deno.test("two runs at once are both interrupted by one signal", async () => {
  const { code, lines } = await interrupt("two", "SIGTERM");
  assertEquals(lines.filter((line) => line === "cleaned up").length, 2, lines.join());
  assertEquals(code, 143);
});

Deno.test("a signal that is not listened to ends the process as ever", async () => {
  const { signal, lines } = await interrupt("term", "SIGINT");
  assertEquals([signal, lines], ["SIGINT", []]);
});

Deno.test("listen() gives nothing where the host refuses a signal", () => {
  assertEquals(listen("SIGKILL", () => {}), undefined);
  assertEquals(listen("NO SUCH SIGNAL", () => {}), undefined);
  const stop = listen("SIGUSR2", () => {});
  assert(stop !== undefined);
  stop();
});
