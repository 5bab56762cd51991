import { type ChildProcess, spawn, spawnShell, StreamReader } from "../../io.ts";
import { createTask, isCancelled, RuntimeError, sleep, until } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, type Program, takeReports, trial } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";
import { fed, FedSource, textOf } from "../streams/fed_source.ts";

/** Lets a body use processes, and ends them. */
function* using(processes: ChildProcess[], body: () => Program): Program {
  try {
    yield* body();
  } finally {
    for (const process of processes) yield process[Symbol.asyncDispose]();
  }
}

const PIPED = { stdout: "piped" } as const;

trial("what one process writes, the next one reads, to the end", function* () {
  const first = spawnShell("head -c 3000000 /dev/zero; printf end", PIPED);
  const second = spawn("cat", [], { stdin: first.stdout, ...PIPED });
  const third = spawn("wc", ["-c"], { stdin: second.stdout, ...PIPED });
  yield* using([first, second, third], function* (): Program {
    const { stdout, success } = yield third.communicate();
    assertEquals([textOf(stdout)!.trim(), success], ["3000003", true]);
    assertEquals([(yield first.wait()).code, (yield second.wait()).code], [0, 0]);
  });
});

trial("a process learns that the next one wants no more", function* () {
  const yes = spawn("yes", [], PIPED);
  const head = spawn("head", ["-n", "1"], { stdin: yes.stdout, ...PIPED });
  yield* using([yes, head], function* (): Program {
    assertEquals(textOf((yield head.communicate()).stdout), "y\n");
    assertEquals((yield yes.wait()).success, false); // Nobody has ended it.
  });
});

trial("a process that is over is fed no more, though the source is silent", function* () {
  const source = new FedSource();
  const reader = new StreamReader(source);
  const process = spawnShell("read line; echo $line", { stdin: reader, ...PIPED });
  yield* using([process], function* (): Program {
    source.give("one\n");
    assertEquals(textOf((yield process.communicate()).stdout), "one\n");
    assertThrows(() => process.stdin, RuntimeError, "the process is fed by a StreamReader");
  });
  source.end();
});

trial("a source that fails ends the input, and is reported", function* (_as, { reports }) {
  const source = new FedSource();
  const process = spawn("cat", [], { stdin: new StreamReader(source), ...PIPED });
  yield* using([process], function* (): Program {
    source.give("one\n");
    assertEquals(yield process.stdout.readLine(), "one");
    source.fail(new Error("torn"));
    assertEquals((yield process.wait()).code, 0);
  });
  assertEquals(takeReports(reports), ["Cannot read what a process is fed: torn"]);
});

trial(
  "a process that is ended is fed no more, and a cancelled wait goes on being fed",
  function* () {
    const source = new FedSource();
    const process = spawn("cat", [], { stdin: new StreamReader(source), ...PIPED });
    yield* using([process], function* (): Program {
      const task = createTask(function* () {
        yield* process.communicate();
      });
      source.give("one\n");
      yield sleep(0);
      yield until(eventually("the read", () => source.isAsked));
      task.cancel();
      assert(isCancelled(yield* caught(task)));
      source.give("two\n");
      assertEquals(yield process.stdout.readLine(), "one");
      assertEquals(yield process.stdout.readLine(), "two");
    });
    source.end();
  },
);

trial("what is there already is fed, too", function* () {
  const reader = new StreamReader(fed("one\ntwo\nthree\n"));
  assertEquals(yield reader.readLine(), "one");
  const process = spawn("cat", [], { stdin: reader, ...PIPED });
  yield* using([process], function* (): Program {
    assertEquals(textOf((yield process.communicate()).stdout), "two\nthree\n");
  });
});

trial("errors go where the output goes, in order", function* () {
  const script = "for n in 1 2 3; do echo out $n; echo err $n >&2; done";
  const shell = spawnShell(script, { stderr: "stdout", ...PIPED });
  yield* using([shell], function* (): Program {
    const { stdout, stderr } = yield shell.communicate();
    const lines = [1, 2, 3].map((n) => `out ${n}\nerr ${n}\n`).join("");
    assertEquals([textOf(stdout), stderr.length], [lines, 0]);
    assertThrows(() => shell.stderr, RuntimeError, 'it is "stdout"');
  });
});

trial(
  "a program with merged outputs has its arguments as they are, and its own signals",
  function* () {
    const args = ["-c", 'printf "%s|" "$@" >&2; exec sleep 1000', "x", "a b", "$HOME", "'"];
    const process = spawn(new URL("file:///bin/sh"), args, { stderr: "stdout", ...PIPED });
    yield* using([process], function* (): Program {
      assertEquals(textOf(yield process.stdout.readUntil("'|")), "a b|$HOME|'|");
      process.terminate();
      assertEquals((yield process.wait()).signal, "SIGTERM");
    });
    const none = spawn("/nonexistent/program", [], { stderr: "stdout", ...PIPED });
    yield* using([none], function* (): Program {
      assertEquals((yield none.communicate()).code, 127);
    });
  },
);

trial("what makes no sense is refused", function* () {
  const start = (options: unknown) => () => spawn("true", [], options as never);
  assertThrows(start({ stdin: "stdout" }), RangeError, 'stdin must be "piped"');
  assertThrows(start({ stdin: {} }), TypeError, "stdin must be");
  assertThrows(start({ stdout: "stdout" }), RangeError, "stdout must be");
  assertThrows(start({ stderr: "stdin" }), RangeError, 'or "stdout"');
  assertThrows(start({ group: 1 }), TypeError, "group must be a boolean: 1");
  yield sleep(0);
});
