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

/** Begins the line that tells whose tests come next; a host's own output does not. */
const FILE_MARK = "@file ";
/** Begins a line that tells one outcome. */
const OUTCOME_MARK = "@outcome ";
/** Begins the line that tells that all tests of a file have run. */
const END_MARK = "@end ";
/** The line that tells that all files have been run. */
export const LAST_LINE = "@last";

/** Is thrown by what a host cannot do at all: a test that needs it is skipped, and says so. */
export class Unavailable extends Error {
  override name = "Unavailable";
}

/** Takes a line of what is told. */
export type Tell = (line: string) => void;

/** Loads the module of a file, which registers its tests and can run them. */
export type LoadFile = () => Promise<{ run(tell: Tell): Promise<void> }>;

const registered: Registered[] = [];

/** Stands for `Deno.test`, in the one form that the portable tests use. */
export function test(name: string, body: () => unknown): void {
  if (typeof name !== "string" || typeof body !== "function") {
    throw new TypeError(`a portable test has a name and a body: ${name}`);
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

/** Runs what was registered since the last call, one test after the other. */
export async function runRegistered(skips: readonly Skip[], tell: Tell): Promise<void> {
  const tests = registered.splice(0);
  for (const test of tests) tell(OUTCOME_MARK + JSON.stringify(await runOne(test, skips)));
  tell(END_MARK + tests.length);
}

/** Runs the tests of files, one file after the other; tells each outcome when it is known. */
export async function runFiles(files: Record<string, LoadFile>, tell: Tell): Promise<void> {
  for (const [file, load] of Object.entries(files)) {
    tell(FILE_MARK + file);
    const { run } = await load();
    await run(tell);
  }
  tell(LAST_LINE);
}

/** Reads what {@linkcode runFiles} told: the outcomes of each file whose tests have all run. */
export function readOutcomes(output: string): Map<string, Outcome[]> {
  const told = new Map<string, Outcome[]>();
  let file = "";
  let outcomes: Outcome[] = [];
  for (const line of output.split("\n")) {
    if (line.startsWith(FILE_MARK)) [file, outcomes] = [line.slice(FILE_MARK.length), []];
    if (line.startsWith(OUTCOME_MARK)) outcomes.push(JSON.parse(line.slice(OUTCOME_MARK.length)));
    if (line === END_MARK + outcomes.length) told.set(file, outcomes);
  }
  return told;
}
