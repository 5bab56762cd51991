/**
 * What debug mode tells, in virtual time.
 *
 * @module
 */

import { type CoroutineLike, type ExceptionContext, run, VirtualClock } from "../../mod.ts";

/** What a program in debug mode ended with, and what its user was told. */
export interface Told {
  readonly error: Error | undefined;
  /** Lists what was reported to the exception handler or written as a warning. */
  readonly lines: readonly string[];
  /** Is all of it, for messages of tests. */
  readonly all: string;
}

/** Runs a program in debug mode; `lines` may be given, to look at while it runs. */
export async function toldBy(
  main: CoroutineLike<unknown>,
  { name = "main", lines = [] }: { name?: string; lines?: string[] } = {},
): Promise<Told> {
  const onError = (context: ExceptionContext) =>
    void lines.push(Object.entries(context).map(([key, value]) => `${key}: ${value}`).join("\n"));
  const { warn, error } = console;
  const note = (...parts: unknown[]) => void lines.push(parts.join(" "));
  console.warn = console.error = note;
  let thrown: Error | undefined;
  try {
    await run(main, { clock: new VirtualClock(), debug: true, name, onError, signals: [] });
  } catch (failure) {
    thrown = failure as Error;
  } finally {
    Object.assign(console, { warn, error });
  }
  return { error: thrown, lines, all: lines.join("\n") };
}
