/**
 * Records the trace of every program on CPython into `recorded/`, one file per topic.
 *
 * `deno run -A record.ts` writes, with `--check` it compares and fails if a recording differs. Topic names as further
 * arguments limit the run to those topics.
 */
import { loadPython, type Python, topicOf } from "./python.ts";
import { type Recording, recordingOf } from "./recording.ts";

/** Lists the Python files of the programs, in the order of their names. */
function programFiles(only: string[]): URL[] {
  const folder = new URL("./programs/", import.meta.url);
  return Array.from(Deno.readDirSync(folder), (entry) => entry.name)
    .filter((name) => name.endsWith(".py"))
    .sort()
    .map((name) => new URL(name, folder))
    .filter((file) => only.length === 0 || only.includes(topicOf(file)));
}

/** Runs one topic and returns its recording as the text of a file. */
async function record(python: Python, file: URL): Promise<string> {
  const recording: Recording = {
    python: python.version,
    traces: await python.runTopic(file),
  };
  return JSON.stringify(recording, null, 2) + "\n";
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  const files = programFiles(Deno.args.filter((arg) => arg !== "--check"));
  const python = await loadPython();
  let programs = 0;
  let stale = 0;
  for (const file of files) {
    const text = await record(python, file);
    const target = recordingOf(topicOf(file));
    programs += Object.keys(JSON.parse(text).traces).length;
    if (!check) {
      await Deno.writeTextFile(target, text);
    } else if (await Deno.readTextFile(target).catch(() => "") !== text) {
      stale++;
      console.error(`Recording differs from CPython: ${target.pathname}`);
    }
  }
  const done = check ? "checked" : "recorded";
  console.log(`${done} ${programs} programs on CPython ${python.version}`);
  if (stale > 0) Deno.exit(1);
}
