/**
 * Starting processes.
 *
 * @module
 */

import {
  checkAddress,
  checkAtLeast,
  checkBoolean,
  checkInstance,
  checkKind,
  checkOneOf,
  checkOptions,
  checkString,
  checkStrings,
  runningLoop,
} from "../lowlevel.ts";
import { RuntimeError } from "../errors.ts";
import { StreamReader } from "../streams/stream_reader.ts";
import { type ChildProcess, newProcess, type StreamUse } from "./child_process.ts";

/** The configuration of a process. */
export interface SpawnOptions {
  /**
   * What it reads from: this process's own input unless given. A reader, such as the `stdout` of another
   * process, is read to its end, or until the process wants no more: then it is let go.
   */
  stdin?: StreamUse | StreamReader | undefined;
  /** Where it writes to: this process's own output unless given. */
  stdout?: StreamUse | undefined;
  /**
   * Where it writes errors to: this process's own unless given. `"stdout"` is where its output goes, in
   * the order in which it writes.
   */
  stderr?: StreamUse | "stdout" | undefined;
  /** Whether it leads a group of its own, with all that it starts: what ends it ends that, too. */
  group?: boolean | undefined;
  /** The directory it runs in; this process's own unless given. */
  cwd?: string | URL | undefined;
  /** Environment variables, besides those of this process. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Whether it gets none of this process's own environment variables. */
  clearEnv?: boolean | undefined;
  /** A signal that ends it when aborted. */
  signal?: AbortSignal | undefined;
  /** The most bytes in a line of its output; 65,536 unless given. */
  limit?: number | undefined;
  /** How long, in ms of the host, it may take to end when it is asked to; 5,000 unless given. */
  grace?: number | undefined;
  /** Whether it is ended when a `wait()` or a `communicate()` is cancelled. */
  killOnCancel?: boolean | undefined;
}

const NAMES = [
  "stdin",
  "stdout",
  "stderr",
  "group",
  "cwd",
  "env",
  "clearEnv",
  "signal",
  "limit",
  "grace",
  "killOnCancel",
];

/**
 * Starts a process. It needs `--allow-run`.
 *
 * A program that cannot be started throws what the host throws, such as `Deno.errors.NotFound`.
 *
 * **Gotchas.** With `stderr: "stdout"` the system's shell starts the program: one that is not there ends
 * with 127. A `group` needs `--allow-run` without a list; a process that makes a group of its own leaves it,
 * and it is not reached by Ctrl-C in a terminal: the end of `run` ends it.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { spawn } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using sort = spawn("sort", ["-n"], { stdin: "piped", stdout: "piped" });
 *   const { success, stdout } = await sort.communicate("10\n9\n");
 *   console.assert(success && new TextDecoder().decode(stdout) === "9\n10\n");
 * });
 * ```
 */
export function spawn(
  command: string | URL,
  args: readonly string[] = [],
  options: SpawnOptions = {},
): ChildProcess {
  const loop = runningLoop();
  check(command, args, options);
  const { stdout = "inherit", stderr = "inherit", group = false } = options;
  const { cwd, env, clearEnv, signal, limit, grace = 5000, killOnCancel = false } = options;
  const source = options.stdin instanceof StreamReader ? options.stdin : undefined;
  const stdin = options.stdin instanceof StreamReader ? "piped" : options.stdin ?? "inherit";
  const isMerged = stderr === "stdout";
  const child = new Deno.Command(isMerged ? "/bin/sh" : command, {
    args: isMerged ? ["-c", MERGE, "sh", pathOf(command), ...args] : [...args],
    stdin,
    stdout,
    stderr: isMerged ? "inherit" : stderr,
    ...(group ? { detached: true } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(clearEnv === undefined ? {} : { clearEnv }),
  }).spawn();
  return newProcess(loop, child, {
    command: String(command),
    stdin,
    stdout,
    stderr,
    source,
    isLeader: group,
    limit,
    grace,
    killOnCancel,
    signal,
  });
}

/** Starts a program whose errors go where its output goes. */
const MERGE = 'exec "$@" 2>&1';

/** Returns the path of a program. */
function pathOf(command: string | URL): string {
  return command instanceof URL ? decodeURIComponent(command.pathname) : command;
}

/**
 * Starts a command line of the system's shell. It needs `--allow-run` for the shell.
 *
 * **Gotchas.** What comes from outside does not belong into a command line: use `spawn()`. Signals go
 * to the shell, which need not pass them on: begin a command that is to be ended with `exec`.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { spawnShell } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using shell = spawnShell("echo $((6 * 7))", { stdout: "piped" });
 *   console.assert(await shell.stdout.readLine() === "42");
 * });
 * ```
 */
export function spawnShell(commandLine: string, options: SpawnOptions = {}): ChildProcess {
  checkString("commandLine", commandLine);
  return Deno.build.os === "windows"
    ? spawn("cmd.exe", ["/d", "/s", "/c", commandLine], options)
    : spawn("/bin/sh", ["-c", commandLine], options);
}

/** Refuses what cannot become of a stream. */
function checkUse(name: string, use: unknown, ...more: string[]): void {
  if (use !== undefined) checkOneOf(name, use, ["piped", "inherit", "null", ...more]);
}

/** Refuses what cannot be. */
function check(command: unknown, args: unknown, options: SpawnOptions): void {
  checkOptions("spawn()", options, NAMES);
  checkAddress("command", command);
  checkStrings("args", args);
  const { stdin, stdout, stderr, group, cwd, env, clearEnv, limit, grace, killOnCancel } = options;
  if (!(stdin instanceof StreamReader)) checkUse("stdin", stdin);
  checkUse("stdout", stdout);
  checkUse("stderr", stderr, "stdout");
  if (group !== undefined) checkBoolean("group", group);
  if (Deno.build.os === "windows" && (group || stderr === "stdout")) {
    const option = group ? "group" : 'stderr: "stdout"';
    throw new RuntimeError(`Cannot start a process with ${option}: Windows has no such thing`);
  }
  if (cwd !== undefined) checkAddress("cwd", cwd);
  if (env !== undefined) checkKind("env", env, "object");
  if (clearEnv !== undefined) checkBoolean("clearEnv", clearEnv);
  if (killOnCancel !== undefined) checkBoolean("killOnCancel", killOnCancel);
  if (limit !== undefined) checkAtLeast("limit", limit, 1);
  if (grace !== undefined) checkAtLeast("grace", grace, 0);
  if (options.signal !== undefined) checkInstance("signal", options.signal, AbortSignal);
}
