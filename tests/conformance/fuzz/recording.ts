/** Keeps CPython's traces of random programs, so that tests can do without CPython. */
import type { Program } from "./program.ts";

/** Where the recording lives. */
const FILE = new URL("./recorded.json", import.meta.url);

/** One recorded program. */
export interface Case {
  /** The seed it is generated from. */
  seed: number;
  /** The digest of the program, which tells when the generator has changed. */
  digest: string;
  /** CPython's trace. */
  trace: string;
}

/** The whole recording. */
export interface Recording {
  /** The version of CPython. */
  python: string;
  /** The programs by seed. */
  cases: Case[];
}

/** Reads the recording. */
export async function readRecording(): Promise<Recording> {
  return JSON.parse(await Deno.readTextFile(FILE));
}

/** Writes the recording. */
export async function writeRecording(recording: Recording): Promise<void> {
  await Deno.writeTextFile(FILE, JSON.stringify(recording, null, 2) + "\n");
}

/** Makes a short digest of a program: FNV-1a over its JSON. */
export function digest(program: Program): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(JSON.stringify(program))) {
    hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, "0");
}

/** Joins the lines of a trace, leaving out the iteration and the time where they are those of the line before. */
export function pack(lines: string[]): string {
  const moment = (line: string | undefined) => /^i\d+ t\S+ /.exec(line ?? "")?.[0];
  return lines.map((line, index) => {
    const now = moment(line);
    return now !== undefined && now === moment(lines[index - 1])
      ? ` ${line.slice(now.length)}`
      : line;
  }).join("\n");
}

/** Restores the lines of a packed trace. */
export function unpack(trace: string): string[] {
  let moment = "";
  return trace.split("\n").map((line) => {
    if (line.startsWith(" ")) return moment + line.slice(1);
    moment = /^i\d+ t\S+ /.exec(line)?.[0] ?? "";
    return line;
  });
}
