/**
 * Starting processes.
 *
 * @module
 */

import { checkOptions, runningLoop, show } from "../lowlevel.ts";
import { checkKind } from "./check_kind.ts";
import { ChildProcess, type StreamUse } from "./child_process.ts";
import { checkGrace, checkSignal } from "./listening_server.ts";
import { checkStreamLimit } from "./stream_reader.ts";

/** Configures a process. */
export interface SpawnOptions {
  /** Is what it reads from: this process's own input unless given. */
  stdin?: StreamUse | undefined;
  /** Is where it writes to: this process's own output unless given. */
  stdout?: StreamUse | undefined;
  /** Is where it writes errors to: this process's own unless given. */
  stderr?: StreamUse | undefined;
  /** Is the directory it runs in; this process's own unless given. */
  cwd?: string | URL | undefined;
  /** Are environment variables, besides those of this process. */
  env?: Readonly<Record<string, string>> | undefined;
  /** Keeps this process's own environment variables from it. */
  clearEnv?: boolean | undefined;
  /** Ends it when aborted. */
  signal?: AbortSignal | undefined;
  /** Bounds, in bytes, a line of its output; 65,536 unless given. */
  limit?: number | undefined;
  /** Is how long, in ms of the host, it may take to end when it is asked to; 5,000 unless given. */
  grace?: number | undefined;
  /** Ends it when a `wait()` or a `communicate()` is cancelled. */
  killOnCancel?: boolean | undefined;
}

const NAMES = [
  "stdin",
  "stdout",
  "stderr",
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
  const { stdin = "inherit", stdout = "inherit", stderr = "inherit" } = options;
  const { cwd, env, clearEnv, signal, limit, grace = 5000, killOnCancel = false } = options;
  const child = new Deno.Command(command, {
    args: [...args],
    stdin,
    stdout,
    stderr,
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env: { ...env } }),
    ...(clearEnv === undefined ? {} : { clearEnv }),
  }).spawn();
  const process = new ChildProcess(loop, child, {
    command: String(command),
    stdin,
    stdout,
    stderr,
    limit,
    grace,
    killOnCancel,
  });
  if (signal !== undefined) endOn(signal, process, child.status);
  return process;
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
  if (typeof commandLine !== "string") {
    throw new TypeError(`commandLine MUST BE A STRING: ${show(commandLine)}`);
  }
  return Deno.build.os === "windows"
    ? spawn("cmd.exe", ["/d", "/s", "/c", commandLine], options)
    : spawn("/bin/sh", ["-c", commandLine], options);
}

/** Ends a process when a signal is aborted. */
function endOn(signal: AbortSignal, process: ChildProcess, status: Promise<unknown>): void {
  const stop = () => process.stop();
  if (signal.aborted) return stop();
  signal.addEventListener("abort", stop, { once: true });
  status.finally(() => signal.removeEventListener("abort", stop));
}

/** Refuses what cannot be. */
function check(command: unknown, args: unknown, options: SpawnOptions): void {
  checkOptions("spawn()", options, NAMES);
  if (typeof command !== "string" && !(command instanceof URL)) {
    throw new TypeError(`command MUST BE A STRING OR A URL: ${show(command)}`);
  }
  if (!Array.isArray(args) || args.some((one) => typeof one !== "string")) {
    throw new TypeError(`args MUST BE AN ARRAY OF STRINGS: ${show(args)}`);
  }
  const { stdin, stdout, stderr, cwd, env, clearEnv, limit, grace, killOnCancel } = options;
  for (const [name, use] of Object.entries({ stdin, stdout, stderr })) {
    if (use !== undefined && !["piped", "inherit", "null"].includes(use)) {
      throw new RangeError(`${name} MUST BE "piped", "inherit" OR "null": ${show(use)}`);
    }
  }
  if (cwd !== undefined && typeof cwd !== "string" && !(cwd instanceof URL)) {
    throw new TypeError(`cwd MUST BE A STRING OR A URL: ${show(cwd)}`);
  }
  checkKind("env", env, "object");
  checkKind("clearEnv", clearEnv, "boolean");
  checkKind("killOnCancel", killOnCancel, "boolean");
  if (limit !== undefined) checkStreamLimit("limit", limit);
  if (grace !== undefined) checkGrace(grace);
  checkSignal(options.signal);
}
