/**
 * Finds other runtimes, which npm brings: they run the tests in the real thing.
 *
 * @module
 */

/** A runtime that npm has: what to install, and what prints where it is. */
export interface Runtime {
  readonly name: string;
  readonly package: string;
  /** Prints the path of the runtime's file. */
  readonly locate: readonly string[];
}

const EXEC_PATH = ["-e", "console.log(process.execPath)"];

/** The oldest Node that runs all of Weft: it has `process.getBuiltinModule`. */
export const OLDEST_NODE: Runtime = node("20.16.0");
/** The newest Node that the tests know. */
export const NEWEST_NODE: Runtime = node("26.10.0");
/** The Bun that the tests know. */
export const BUN: Runtime = {
  name: "Bun 1.4.5",
  package: "bun@1.4.5",
  locate: ["bun", ...EXEC_PATH],
};

/** Describes a version of Node. */
export function node(version: string): Runtime {
  return { name: `Node ${version}`, package: `node@${version}`, locate: ["node", ...EXEC_PATH] };
}

/** Bounds, in ms, how long a program may take, the whole of the tests included. */
const LONGEST_RUN = 600_000;

/** How a command ended. */
export interface Finished {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a command to its end, or kills it. */
export async function finish(
  file: string,
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Finished> {
  const signal = AbortSignal.timeout(LONGEST_RUN);
  const command = new Deno.Command(file, { args: [...args], stdin: "null", signal, ...options });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
}

/** Installs a runtime, unless npm has it already, and gives its file. */
export async function install(runtime: Runtime): Promise<string> {
  const args = ["-y", `--package=${runtime.package}`, "--", ...runtime.locate];
  const { code, out, error } = await finish("npx", args);
  const path = out.trim().split("\n").at(-1) ?? "";
  if (code !== 0 || path === "") throw new Error(`npm did not bring ${runtime.package}: ${error}`);
  return path;
}

/** Runs the bundled tests; gives what it told, and what went wrong. */
export async function runBundled(
  executable: string,
  folder: string,
  own: Record<string, string> = {},
): Promise<string> {
  const env = { NO_COLOR: "1", ...own };
  const { code, out, error } = await finish(executable, [`${folder}/suite.mjs`], { env });
  return code === 0 ? out : `${out}\n${error}\nthe host ended with ${code}`;
}
