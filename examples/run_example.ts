/**
 * Runs an example on the real clock, and puts the loop's time before each line it prints.
 *
 * @module
 */

import { type Coroutine, getRunningLoop, run } from "../mod.ts";

/** A function that prints a line. */
export type Print = (line: string) => void;

/** One program, written for each front end. */
export interface Example {
  readonly generator: (print: Print) => Coroutine<void>;
  readonly native: (print: Print) => Promise<void>;
}

/** Puts the time since now, in whole ms of the running loop, before each line. */
export function timed(print: Print): Print {
  const loop = getRunningLoop();
  const start = loop.time();
  return (line) => print(`${Math.round(loop.time() - start)} ms`.padStart(8) + `  ${line}`);
}

/** Runs an example as a generator coroutine, then natively too if `native` is among `args`. */
export async function runExample(
  { generator, native }: Example,
  args: readonly string[] = Deno.args,
): Promise<void> {
  await run(() => generator(timed(console.log)));
  if (!args.includes("native")) return;
  console.log("\nThe same, written as native async functions:\n");
  await run(() => native(timed(console.log)));
}
