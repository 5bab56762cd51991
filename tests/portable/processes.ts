/**
 * Stands for Deno's processes on Node and Bun: a test's child runs on the host that is under test.
 *
 * @module
 */

import { Unavailable } from "./registry.ts";

/** What is used of a child of `node:child_process`. */
interface Child {
  readonly stdout: unknown;
  readonly stderr: unknown;
  kill(signal: string): void;
  on(event: "error", listener: (error: Error) => void): void;
  on(event: "close", listener: (code: number | null, signal: string | null) => void): void;
}

/** What is used of the host's `process`. */
interface Process {
  readonly execPath: string;
  readonly argv: string[];
  readonly env: Record<string, string>;
  memoryUsage(): { heapUsed: number };
  getBuiltinModule(name: "node:child_process"): {
    spawn(file: string, args: string[], options: unknown): Child;
  };
  getBuiltinModule(name: "node:util"): { inspect(value: unknown): string } | undefined;
  getBuiltinModule(name: "node:stream"): {
    Readable: { toWeb(stream: unknown): ReadableStream<Uint8Array<ArrayBuffer>> };
  };
}

const { process } = globalThis as unknown as { process?: Process };

/** Is taken before a fixture takes it away. */
const getBuiltinModule = process?.getBuiltinModule?.bind(process);

/** Says why a test is skipped that needs a process where there is none. */
export const NO_PROCESSES = "the host has no processes";
/** Says why a test is skipped that starts Deno, and not a program of the tree. */
export const NEEDS_DENO = "it needs Deno itself";

/** Gives the host's process. */
function requireProcess(): Process {
  const isPretended = globalThis.navigator?.userAgent === "Cloudflare-Workers";
  if (process === undefined || isPretended) throw new Unavailable(NO_PROCESSES);
  return process;
}

/** Finds what shows a value as the host's console does. */
export function findInspect(): ((value: unknown) => string) | undefined {
  return getBuiltinModule?.("node:util")?.inspect;
}

/** Gives the file of the host. */
export function execPath(): string {
  return requireProcess().execPath;
}

/** Measures the heap. */
export function memoryUsage(): { heapUsed: number } {
  return requireProcess().memoryUsage();
}

/** Gives the arguments of this program. */
export function programArgs(): string[] {
  return process?.argv?.slice(2) ?? [];
}

/** Turns arguments of Deno into those of this host, and addresses of sources into bundled files. */
function translate([command, ...args]: string[]): string[] {
  const root = new URL("../", import.meta.url); // The bundle shares this file among many: in chunks/.
  const bundled = (text: string) =>
    text.replace(
      /file:\/\/\/((?:src|tests)\/[\w./]+\.ts)/g,
      (_, path) => new URL(`${path}.mjs`, root).href,
    );
  if (command === "eval") {
    return ["--input-type=module", "--eval", bundled(args[args.length - 1])];
  }
  const at = args.findIndex((arg) => !arg.startsWith("--"));
  const isOwn = command === "run" && /^file:\/\/\/tests\/[\w/]*\/fixtures\//.test(args[at]);
  if (!isOwn) throw new Unavailable(NEEDS_DENO);
  const flags = args.slice(0, at).filter((flag) => flag.startsWith("--v8-flags="));
  const own = flags.map((flag) => flag.slice("--v8-flags=".length));
  return [...own, new URL(bundled(args[at])).pathname, ...args.slice(at + 1)];
}

/** A process that is running. */
interface Running {
  readonly stdout: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stderr: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly status: Promise<{ code: number; signal: string | null }>;
  kill(signal: string): void;
}

/** What a process left. */
interface Output {
  readonly code: number;
  readonly signal: string | null;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** Stands for `Deno.Command`. */
export class Command {
  readonly #file: string;
  readonly #options: { args?: string[]; env?: Record<string, string> };

  constructor(file: string, options: { args?: string[]; env?: Record<string, string> }) {
    this.#file = file;
    this.#options = options;
  }

  /** Starts it. */
  spawn(): Running {
    const { args = [], env = {} } = this.#options;
    const child = getBuiltinModule!("node:child_process").spawn(this.#file, translate(args), {
      env: { ...requireProcess().env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const { Readable } = getBuiltinModule!("node:stream");
    const status = new Promise<{ code: number; signal: string | null }>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code, signal) => resolve({ code: code ?? 128, signal }));
    });
    return {
      stdout: Readable.toWeb(child.stdout),
      stderr: Readable.toWeb(child.stderr),
      status,
      kill: (signal: string) => child.kill(signal),
    };
  }

  /** Runs it to its end. */
  async output(): Promise<Output> {
    const { stdout, stderr, status } = this.spawn();
    const bytes = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) =>
      new Uint8Array(await new Response(stream).arrayBuffer());
    const [{ code, signal }, out, error] = await Promise.all([
      status,
      bytes(stdout),
      bytes(stderr),
    ]);
    return { code, signal, stdout: out, stderr: error };
  }
}
