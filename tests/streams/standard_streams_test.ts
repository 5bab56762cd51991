import { type ChildProcess, spawn } from "../../io.ts";
import { run, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { textOf } from "./fed_source.ts";

const HEAD = `
  import { createTask, isCancelled, run, yieldNow } from "${new URL(
  "../../mod.ts",
  import.meta.url,
)}";
  import { stderr, stdin, stdout } from "${new URL("../../io.ts", import.meta.url)}";
`;

/** Defines a test of a program, which is written here, and whose streams the body has. */
function program(
  sentence: string,
  code: string,
  body: (child: ChildProcess) => Promise<void>,
): void {
  Deno.test(sentence, () =>
    run(async () => {
      await using child = spawn(Deno.execPath(), ["eval", "--ext=ts", HEAD + code], {
        stdin: "piped",
        stdout: "piped",
        stderr: "piped",
        grace: 0,
      });
      await body(child);
    }));
}

/** Reads what is left of both outputs, and asserts that the program has ended well. */
async function endOf(child: ChildProcess): Promise<{ out: string; err: string }> {
  const { stdout, stderr, code } = await child.communicate();
  const [out, err] = [textOf(stdout)!, textOf(stderr)!];
  assertEquals(code, 0, err);
  return { out, err };
}

program(
  "lines of stdin() are read as they come, and answered",
  `await run(async () => {
    for await (const line of stdin()) {
      stdout().writeLine(line.toUpperCase());
      await stdout().drain();
    }
    stderr().writeLine("over");
  });`,
  async (child) => {
    for (const line of ["one", "two"]) {
      child.stdin.writeLine(line);
      assertEquals(await child.stdout.readLine(), line.toUpperCase());
    }
    assertEquals(await endOf(child), { out: "", err: "over\n" });
  },
);

program(
  "a cancelled read of stdin() loses nothing: the next one has it, in another run too",
  `await run(async () => {
    for (let n = 0; n < 2; n++) {
      const task = createTask(() => stdin().readLine());
      await yieldNow();
      await yieldNow();
      task.cancel();
      await task.catch((error) => { if (!isCancelled(error)) throw error; });
    }
    stdout().writeLine("ready");
  });
  await run(function* () {
    stdout().writeLine(\`first: \${yield* stdin().readLine()}\`);
  });
  await run(function* () {
    stdout().writeLine(\`rest: \${new TextDecoder().decode(yield* stdin().readAll())}\`);
  });`,
  async (child) => {
    assertEquals(await child.stdout.readLine(), "ready");
    child.stdin.write("a\nb\n");
    assertEquals(await child.stdout.readLine(), "first: a");
    child.stdin.write("c");
    assertEquals((await endOf(child)).out, "rest: b\nc\n");
  },
);

program(
  "a read of stdin() that was cancelled keeps no process alive",
  `await run(async () => {
    const task = createTask(() => stdin().readLine());
    await yieldNow();
    task.cancel();
    await task.catch(() => {});
    stdout().writeLine("over");
  });`,
  async (child) => {
    assertEquals(await child.stdout.readLine(), "over");
    assertEquals((await child.wait()).code, 0); // Though its input is open.
  },
);

program(
  "stdout() waits for who reads, and is whole when run() has ended",
  `await run(async () => {
    const out = stdout();
    out.write("x".repeat(3_000_000));
    const draining = createTask(async () => await out.drain());
    for (let turn = 0; turn < 20; turn++) await yieldNow();
    stderr().writeLine(\`drained: \${draining.done}\`);
    await draining;
    out.write("y".repeat(3_000_000));
  });
  Deno.exit(0);`,
  async (child) => {
    assertEquals(await child.stderr.readLine(), "drained: false");
    const { out } = await endOf(child);
    assert(out === "x".repeat(3_000_000) + "y".repeat(3_000_000), `${out.length} characters`);
  },
);

program(
  "that nobody reads stdout() any more is thrown by drain(), and nothing at the end",
  `await run(async () => {
    await stdin().readLine();
    stdout().write("z".repeat(1_000_000));
    try {
      await stdout().drain();
    } catch (error) {
      stderr().writeLine(\`\${error instanceof Deno.errors.BrokenPipe}\`);
    }
  });
  await run(async () => stdout().write("more"));`,
  async (child) => {
    const closing = child.stdout.pieces();
    child.stdin.writeLine("go");
    await closing.next();
    await until(closeOutput(child));
    assertEquals((await endOf(child)).err, "true\n");
  },
);

/** Closes the pipe that a process writes to. */
async function closeOutput(child: ChildProcess): Promise<void> {
  const { inflowOf } = await import("../../src/streams/stream_reader.ts");
  await inflowOf(child.stdout).release();
}

program(
  "two runs write whole parts, and a closed writer is followed by another",
  `const write = (letter) => run(async () => {
    for (let n = 0; n < 5; n++) {
      stdout().write(letter.repeat(100_000));
      await stdout().drain();
    }
    stdout().close();
    stdout().write(letter);
  });
  await Promise.all([write("a"), write("b")]);`,
  async (child) => {
    const { out } = await endOf(child);
    assertEquals(out.match(/a{99999,}|b{99999,}|a+|b+/g)!.join("").length, 1_000_002);
    assert(
      out.split(/(?<=a)(?=b)|(?<=b)(?=a)/).every(({ length }) => length === 1 || length > 9e4),
    );
  },
);
