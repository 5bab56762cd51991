/**
 * A process that is asked line by line, one whose whole output is wanted, and one that takes too long.
 *
 *     deno task example child_process [native]
 *
 * It needs `--allow-run` for `sh`, `sort` and `sleep`.
 *
 * @module
 */

import { spawn, spawnShell } from "../io.ts";
import { type Coroutine, timeout, TimeoutError } from "../mod.ts";
import { type Print, runExample } from "./run_example.ts";

const SQUARES = 'while read n; do echo "$((n * n))"; done';
const decoder = new TextDecoder();

/** Runs the three, as a generator coroutine. */
export function* generator(print: Print): Coroutine<void> {
  const shell = spawnShell(SQUARES, { stdin: "piped", stdout: "piped" });
  for (const n of [3, 4]) {
    shell.stdin.writeLine(`${n}`);
    print(`the square of ${n} is ${yield* shell.stdout.readLine()}`);
  }
  shell.stdin.close();
  print(`the shell ended with ${(yield* shell.wait()).code}`);

  const sort = spawn("sort", [], { stdin: "piped", stdout: "piped" });
  const { stdout } = yield* sort.communicate("pear\napple\nfig\n");
  print(`sorted: ${decoder.decode(stdout).trim().split("\n").join(", ")}`);

  const slow = spawn("sleep", ["1000"], { killOnCancel: true });
  try {
    yield* timeout(50, () => slow.wait());
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    print(`sleep took too long: ${slow.status?.signal}`);
  }
}

/** Runs the three, as a native async function. */
export async function native(print: Print): Promise<void> {
  await using shell = spawnShell(SQUARES, { stdin: "piped", stdout: "piped" });
  for (const n of [3, 4]) {
    shell.stdin.writeLine(`${n}`);
    print(`the square of ${n} is ${await shell.stdout.readLine()}`);
  }
  shell.stdin.close();
  print(`the shell ended with ${(await shell.wait()).code}`);

  await using sort = spawn("sort", [], { stdin: "piped", stdout: "piped" });
  const { stdout } = await sort.communicate("pear\napple\nfig\n");
  print(`sorted: ${decoder.decode(stdout).trim().split("\n").join(", ")}`);

  await using slow = spawn("sleep", ["1000"]);
  try {
    await timeout(50, () => slow.wait());
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    slow.terminate();
    print(`sleep took too long: ${(await slow.wait()).signal}`);
  }
}

if (import.meta.main) await runExample({ generator, native });
