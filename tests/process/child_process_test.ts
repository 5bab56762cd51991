import { type ChildProcess, spawn, type SpawnOptions, spawnShell } from "../../io.ts";
import {
  cancelScope,
  createTask,
  gather,
  isCancelled,
  run,
  RuntimeError,
  sleep,
  timeout,
  TimeoutError,
  until,
  VirtualClock,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { textOf } from "../streams/fed_source.ts";
import { eventually } from "../http/server/serving.ts";

const PIPED: SpawnOptions = { stdin: "piped", stdout: "piped", stderr: "piped" };

/** Runs a body with a process, and ends that whatever happens; gives the process. */
function* using(
  process: ChildProcess,
  body: (process: ChildProcess) => Program,
): Program<ChildProcess> {
  try {
    yield* body(process);
  } finally {
    yield process[Symbol.asyncDispose]();
  }
  assertGone(process);
  return process;
}

/** Asserts that a process was reaped. */
function assertGone({ pid, status }: ChildProcess): void {
  assert(status !== undefined, "it must have a status");
  let error: unknown;
  try {
    Deno.kill(pid, "SIGCONT");
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof Deno.errors.NotFound || error instanceof TypeError, `${error}`);
}

/** Starts a shell that says when it is ready. */
function* ready(script: string, options: SpawnOptions = {}): Program<ChildProcess> {
  const process = spawnShell(`${script}`, { stdin: "piped", stdout: "piped", ...options });
  assertEquals(yield process.stdout.readLine(), "ready");
  return process;
}

const IGNORING = `trap "" TERM; echo ready; while read line; do echo "$line"; done; sleep 1000`;
const IDLE = "echo ready; exec cat";

trial("communicate() writes, reads both outputs and waits", function* () {
  const script = "cat; echo problem >&2; exit 3";
  yield* using(spawnShell(script, PIPED), function* (process) {
    const { stdout, stderr, ...status } = yield process.communicate("input\n");
    assertEquals([textOf(stdout), textOf(stderr)], ["input\n", "problem\n"]);
    assertEquals(status, { success: false, code: 3, signal: null });
    assertEquals(process.status, status);
    assertEquals(yield process.wait(), status);
  });
});

trial("much output on both pipes, and much input, come through", function* () {
  const script = "head -c 3000000 /dev/zero >&2; cat; head -c 3000000 /dev/zero >&2";
  yield* using(spawnShell(script, PIPED), function* (process) {
    const { success, stdout, stderr } = yield process.communicate(new Uint8Array(4_000_000));
    assertEquals([success, stdout.length, stderr.length], [true, 4_000_000, 6_000_000]);
  });
});

trial("lines are asked and answered", function* () {
  yield* using(spawn("cat", [], PIPED), function* (process) {
    for (const line of ["one", "two"]) {
      process.stdin.writeLine(line);
      yield process.stdin.drain();
      assertEquals(yield process.stdout.readLine(), line);
    }
    process.stdin.close();
    assertEquals(yield process.stdout.readLine(), undefined);
    assertEquals((yield process.wait()).code, 0);
  });
});

trial("a process that does not read its input fails nothing but its writer", function* () {
  yield* using(spawn("true", [], PIPED), function* (process) {
    assertEquals((yield process.communicate(new Uint8Array(5_000_000))).success, true);
    yield* failure(process.stdin.waitClosed(), Deno.errors.BrokenPipe);
  });
});

trial("a process that closes its output early is read to there, and waited for", function* () {
  const script = "echo last; exec >&-; read line; exit 4";
  yield* using(spawnShell(script, { stdin: "piped", stdout: "piped" }), function* (process) {
    assertEquals(textOf(yield process.stdout.readAll()), "last\n");
    assertEquals(process.status, undefined);
    process.stdin.writeLine("go on");
    assertEquals((yield process.wait()).code, 4);
  });
});

trial("a killed process tells the signal", function* () {
  yield* using(yield* ready(IDLE), function* (process) {
    const wait = createTask(function* () {
      return yield* process.wait();
    });
    process.kill();
    assertEquals(yield wait, { success: false, code: 137, signal: "SIGKILL" });
    process.kill();
    process.terminate();
  });
});

trial("disposal asks a process to end", function* () {
  const process = yield* using(yield* ready(IDLE, { grace: 1e9 }), function* () {});
  assertEquals(process.status!.signal, "SIGTERM");
  yield process[Symbol.asyncDispose]();
});

trial("disposal kills a process that does not listen, after the grace", function* (_as, { clock }) {
  const process = yield* ready(IGNORING, { grace: 2000 });
  const end = createTask(function* () {
    yield* process[Symbol.asyncDispose]();
  });
  yield sleep(0);
  process.stdin.writeLine("still there");
  assertEquals(yield process.stdout.readLine(), "still there");
  yield end; // Though time stands still.
  assertEquals([process.status!.signal, clock.now()], ["SIGKILL", 0]);
  assertGone(process);
});

trial("disposal that is cancelled kills at once, and passes the cancellation on", function* () {
  const process = yield* ready(IGNORING, { grace: 1e9 });
  const end = createTask(function* () {
    yield* process[Symbol.asyncDispose]();
  });
  yield sleep(0);
  end.cancel();
  assert(isCancelled(yield* caught(end)));
  assertEquals(process.status!.signal, "SIGKILL");
});

trial("disposal closes pipes that others hold open", function* () {
  const script = "(trap '' TERM; sleep 1000) & echo $!; wait";
  let grandchild = 0;
  yield* using(spawnShell(script, { stdout: "piped" }), function* (process) {
    grandchild = Number(yield process.stdout.readLine());
  });
  Deno.kill(grandchild, "SIGKILL");
});

trial("a cancelled wait() leaves the process alone", function* () {
  yield* using(yield* ready(IDLE), function* (process) {
    const wait = createTask(function* () {
      yield* process.wait();
    });
    yield sleep(0);
    wait.cancel();
    assert(isCancelled(yield* caught(wait)));
    process.stdin.writeLine("alive");
    assertEquals(yield process.stdout.readLine(), "alive");
  });
});

trial("a cancelled communicate() loses no output", function* () {
  const script = "echo out; echo err >&2; exec 2>&-; cat >/dev/null; kill -STOP $$; echo more";
  yield* using(spawnShell(script, PIPED), function* (process) {
    const first = createTask(function* () {
      yield* process.communicate("x");
    });
    yield until(eventually("the output", () => process.stdout.statistics().buffered > 0));
    first.cancel();
    assert(isCancelled(yield* caught(first)));
    const second = createTask(function* () {
      return yield* process.communicate();
    });
    const resume = setInterval(() => process.kill("SIGCONT"), 1);
    const { stdout, stderr } = yield second;
    clearInterval(resume);
    assertEquals([textOf(stdout), textOf(stderr)], ["out\nmore\n", "err\n"]);
  });
});

trial("killOnCancel ends the process before the cancellation goes on", function* () {
  const process = yield* ready("echo ready; exec sleep 1000", { killOnCancel: true });
  const wait = createTask(function* () {
    yield* process.communicate();
  });
  const late = createTask(function* () {
    try {
      yield* process.wait();
    } finally {
      assertGone(process);
    }
  });
  yield sleep(0);
  late.cancel();
  assert(isCancelled(yield* caught(late)));
  yield* caught(wait);
  assert(process.status!.signal === "SIGTERM");
});

trial("killOnCancel works in a scope that is cancelled", function* () {
  const process = yield* ready(IDLE, { killOnCancel: true });
  yield cancelScope(function* (scope) {
    scope.cancel();
    yield* process.wait();
  });
  assertGone(process);
});

trial("several tasks wait for one process", function* () {
  yield* using(spawn("true"), function* (process) {
    const codes = yield gather([process.wait(), process.wait()] as never);
    assertEquals((codes as { code: number }[]).map(({ code }) => code), [0, 0]);
  });
});

trial("a signal ends a process, at once if it is aborted", function* () {
  const controller = new AbortController();
  const process = yield* ready(IDLE, { signal: controller.signal });
  controller.abort();
  assertEquals((yield process.wait()).signal, "SIGTERM");
  yield process[Symbol.asyncDispose]();
  yield* using(spawn("sleep", ["1000"], { signal: controller.signal }), function* (late) {
    assertEquals((yield late.wait()).signal, "SIGTERM");
  });
});

trial("environment and directory are given", function* () {
  const options = { ...PIPED, cwd: "/", env: { WEFT_WORD: "hello" }, clearEnv: true };
  yield* using(spawnShell('pwd; echo "$WEFT_WORD $HOME"', options), function* (process) {
    assertEquals(textOf((yield process.communicate()).stdout), "/\nhello \n");
  });
});

trial("what was not piped, and what makes no sense, is refused", function* () {
  yield* using(spawn("true", [], { stdout: "null" }), function* (process) {
    assertThrows(() => process.stdout, RuntimeError, 'it is "null"');
    assertThrows(() => process.stdin, RuntimeError, "inherit");
    yield* failure(process.communicate("x"), RuntimeError, "Cannot use stdin");
    yield process.wait();
    assert(`${process}`.includes("(true)"));
  });
  assertThrows(() => spawn("/nonexistent/program"), Deno.errors.NotFound);
  assertThrows(() => spawn(5 as never), TypeError, "command");
  assertThrows(() => spawn("true", "x" as never), TypeError, "args");
  assertThrows(() => spawn("true", [], { stdin: "pipe" as never }), RangeError, "stdin");
  assertThrows(() => spawn("true", [], { shell: true } as never), TypeError, "shell");
  assertThrows(() => spawn("true", [], { grace: -1 }), RangeError, "grace");
  for (const [name, value] of Object.entries({ killOnCancel: "y", clearEnv: 1, env: 5, cwd: 5 })) {
    assertThrows(() => spawn("true", [], { [name]: value } as never), TypeError, `${name} must be`);
  }
  assertThrows(() => spawn("true", [], { limit: 0 }), RangeError, "limit");
  assertThrows(() => spawn("true", [], { signal: 1 as never }), TypeError, "signal");
  assertThrows(() => spawnShell(["true"] as never), TypeError, "commandLine");
});

trial("a timeout ends a process that takes too long", function* (_as, { clock }) {
  const process = yield* ready(IDLE, { killOnCancel: true });
  const work = createTask(function* () {
    yield* timeout(50, () => process.wait());
  });
  yield sleep(0);
  clock.advance(50);
  yield* failure(work, TimeoutError);
  assertGone(process);
});

Deno.test("a process that nobody waits for ends with its loop", async () => {
  let process: ChildProcess;
  await run(async () => {
    process = spawnShell(IDLE, { stdin: "piped", stdout: "piped" });
    assertEquals(await process.stdout.readLine(), "ready");
  }, { signals: [], clock: new VirtualClock() });
  assertGone(process!);
});
