/**
 * Collects the tests of a bundle, and runs them on a host that has no test runner of ours.
 *
 * @module
 */

/** Is one test that was registered. */
interface Registered {
  readonly name: string;
  readonly body: () => unknown;
}

/** What became of one test. */
export interface Outcome {
  readonly name: string;
  readonly result: "passed" | "failed" | "skipped";
  /** Says why it failed or was skipped. */
  readonly why?: string;
}

/** A test that a host cannot run: what its name matches, and the reason. */
export interface Skip {
  readonly name: RegExp;
  readonly why: string;
}

/** Begins a line that tells one outcome; a host's own output does not. */
export const OUTCOME_MARK = "@outcome ";
/** Begins the line that tells that all tests have run. */
export const END_MARK = "@end ";

/** Is thrown by what a host cannot do at all: a test that needs it is skipped, and says so. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

const registered: Registered[] = [];

/** Stands for `Deno.test`, in the one form that the portable tests use. */
export function test(name: string, body: () => unknown): void {
  if (typeof name !== "string" || typeof body !== "function") {
    throw new TypeError(`A PORTABLE TEST HAS A NAME AND A BODY: ${name}`);
  }
  registered.push({ name, body });
}

/** Runs one test. */
async function runOne({ name, body }: Registered, skips: readonly Skip[]): Promise<Outcome> {
  const skip = skips.find((skip) => skip.name.test(name));
  if (skip !== undefined) return { name, result: "skipped", why: skip.why };
  try {
    await body();
    return { name, result: "passed" };
  } catch (error) {
    if (error instanceof Unavailable) return { name, result: "skipped", why: error.message };
    const why = String((error as Error)?.stack ?? "");
    const shown = why.includes(String(error)) ? why : `${error}\n${why}`;
    return { name, result: "failed", why: shown };
  }
}

/** Runs what was registered, one test after the other; tells each outcome when it is known. */
export async function runRegistered(
  skips: readonly Skip[],
  tell: (line: string) => void,
): Promise<void> {
  for (const test of registered) tell(OUTCOME_MARK + JSON.stringify(await runOne(test, skips)));
  tell(END_MARK + registered.length);
}

/** Reads what {@linkcode runRegistered} told; an output without its end is a failure. */
export function readOutcomes(output: string): Outcome[] {
  const lines = output.split("\n");
  const outcomes = lines.filter((line) => line.startsWith(OUTCOME_MARK))
    .map((line) => JSON.parse(line.slice(OUTCOME_MARK.length)) as Outcome);
  if (!lines.includes(END_MARK + outcomes.length)) {
    const last = outcomes.at(-1)?.name ?? "the start";
    throw new Error(`THE HOST ENDED BEFORE ITS TESTS, AFTER: ${last}\n${output.slice(-4000)}`);
  }
  return outcomes;
}
