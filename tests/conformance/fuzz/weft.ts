/** Runs random programs on Weft under both front ends. */
import { hasEager, type Program } from "./program.ts";
import { runProgram as runGenerator } from "./interpreter.ts";
import { importTranslated } from "../translate.ts";

/** The same interpreter, of native async functions. */
const { runProgram: runAsync } = (await importTranslated<{ runProgram: typeof runGenerator }>(
  new URL("./interpreter.ts", import.meta.url),
))!;

/** The front ends by name. */
export const FRONTS: Record<Front, (program: Program) => Promise<string[]>> = {
  generator: runGenerator,
  async: runAsync,
};

/** A front end's name. */
export type Front = "generator" | "async";

/** How long a program may take in real milliseconds. */
const PATIENCE = 2_000;

/**
 * Returns whether a front end can run a program with CPython's order.
 *
 * An async function cannot: its first await always returns to whoever started it eagerly, also where a coroutine would go on.
 */
export function supports(front: Front, program: Program): boolean {
  return front === "generator" || !hasEager(program);
}

/** Runs a program and returns its lines; a run that never ends or leaves an unhandled rejection behind says so at the end. */
export async function runOn(front: Front, program: Program): Promise<string[]> {
  const lost: string[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    lost.push(`unhandled rejection ${event.reason}`);
  };
  addEventListener("unhandledrejection", note);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve(["the run does not end"]), PATIENCE);
  });
  try {
    const lines = await Promise.race([FRONTS[front](program), patience]);
    await new Promise((resolve) => setImmediate(resolve));
    return [...lines, ...lost];
  } catch (error) {
    return [`the interpreter failed: ${error}`, ...lost];
  } finally {
    clearTimeout(timer);
    removeEventListener("unhandledrejection", note);
  }
}
