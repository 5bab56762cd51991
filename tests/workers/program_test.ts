import { assert, assertEquals } from "../assert.ts";
import { start } from "../futures/child.ts";

/** Finds a program. */
function program(name: string): URL {
  return new URL(`programs/${name}.ts`, import.meta.url);
}

Deno.test("a program ends although a worker that was replaced goes on", async () => {
  const { code, stdout, stderr } = await start(program("replaces")).ended;
  assertEquals([code, stderr], [0, ""]);
  const report = "A worker was replaced: its job was cancelled and has not ended within its grace";
  assertEquals(stdout, `begun\n${report}\nended\n`);
});

Deno.test("a program ends although it closes no pool, and its pools serve every run", async () => {
  const { code, stdout, stderr } = await start(program("forgets")).ended;
  assertEquals([code, stderr, stdout], [0, "", "1\n1\n2\n2\nended\n"]);
});

Deno.test("a program ends although it closes neither its pools nor its runner", async () => {
  const { code, stdout, stderr } = await start(program("leaves_open"), []).ended;
  assertEquals([code, stderr, stdout], [0, "", "2\n2\nended\n"]);
});

Deno.test("what a process prints is printed by its program", async () => {
  const { code, stdout, stderr } = await start(program("prints")).ended;
  assertEquals([code, stderr, stdout], [0, "", "one\ntwo\nthree\nended\n"]);
});

Deno.test("a process takes jobs by its standard input where it has no other pipe", async () => {
  const { code, stdout, stderr } = await start(program("has_no_pipes")).ended;
  assertEquals([code, stderr, stdout], [0, "", "symbol\nundefined\n1\n2\nended\n"]);
});

Deno.test("workers may do what they are given, where the host can narrow it", async () => {
  const child = start(program("narrows"), [], ["--unstable-worker-options"]);
  const { code, stdout, stderr } = await child.ended;
  assertEquals([code, stderr, stdout], [0, "", "granted,prompt\ngranted,granted\n"]);
});

Deno.test("a worker that may not be read fails the job that needs it, each time", async () => {
  const child = start(program("cannot_start"), [], ["--deny-read"]);
  const { code, stdout } = await child.ended;
  assertEquals([code, stdout], [0, "JobLostError true\nJobLostError true\nended\n"]);
});

for (const kind of ["process", "worker"]) {
  Deno.test(`a program that is interrupted ends although a ${kind} is busy`, async () => {
    const child = start(program("interrupted"), [kind]);
    await child.wrote("begun");
    child.kill("SIGINT");
    const { code, stdout } = await child.ended;
    assertEquals(code, 130);
    assertEquals(stdout.includes("A worker was replaced"), kind === "worker");
  });
}

for (const kind of ["worker", "process", "toThread", "unawaited"]) {
  Deno.test(`a main part that is not guarded ends with advice (${kind})`, async () => {
    const { code, stdout, stderr } = await start(program("unguarded"), [kind]).ended;
    assertEquals([code, stdout], [1, "main part\nmain part\n"]);
    assert(stderr.includes("guard its main part with import.meta.main"), stderr);
  });
}

Deno.test("toThread() runs functions of the program in threads and processes", async () => {
  const { code, stdout, stderr } = await start(program("threads")).ended;
  assertEquals([code, stderr, stdout], [0, "", "9,16\n25\n36\ntrue\nended\n"]);
});

for (const kind of ["waiting", "spinning"]) {
  Deno.test(`a process that is ${kind} ends when its program is killed`, async () => {
    const child = start(program("interrupted"), [kind]);
    await child.wrote("begun");
    child.kill("SIGKILL");
    const { signal, stdout } = await child.ended;
    assertEquals(signal, "SIGKILL");
    await died(pidIn(stdout));
  });
}

Deno.test("a busy process that a thread has started ends with the program", async () => {
  const { code, stdout, stderr } = await start(program("nests")).ended;
  assertEquals([code, stderr, stdout.endsWith("ended\n")], [0, "", true]);
  await died(pidIn(stdout));
});

for (const [way, status] of [["exit", 3], ["error", 1]] as const) {
  Deno.test(`a busy process ends with its program, that by an ${way}`, async () => {
    const { code, stdout } = await start(program("ends_busy"), [way]).ended;
    assertEquals(code, status);
    await died(pidIn(stdout));
  });
}

Deno.test("a process goes on when nobody reads what it prints any more", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", "--quiet", program("prints_much").href],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, stderr], [0, "printed\n"]);
});

/** Finds the number of a process in what was written. */
function pidIn(text: string): number {
  return Number(/pid (\d+)/.exec(text)![1]);
}

/** Waits until a process has ended; leaves none behind. */
async function died(pid: number): Promise<void> {
  try {
    for (let turns = 0; isAlive(pid); turns++) {
      assert(turns < 1000, "the process must have ended");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    if (isAlive(pid)) Deno.kill(pid, "SIGKILL");
  }
}

/** Returns whether a process is there; a signal that changes nothing finds out. */
function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}
