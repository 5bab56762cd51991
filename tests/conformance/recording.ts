/** Says what a recording holds and where it lives. */

/** The traces of one topic: the lines of each program, by its Python name. */
export type Traces = Record<string, string[]>;

/** Everything recorded about one topic. */
export interface Recording {
  /** The version of CPython the traces come from. */
  python: string;
  /** The lines of each program. */
  traces: Traces;
}

/** Says where the recording of a topic lives. */
export function recordingOf(topic: string): URL {
  return new URL(`./recorded/${topic}.json`, import.meta.url);
}

/** Reads the recording of a topic. */
export async function readRecording(topic: string): Promise<Recording> {
  return JSON.parse(await Deno.readTextFile(recordingOf(topic)));
}
