/**
 * The programs of the playground: each in Python, and the same for Weft.
 *
 * @module
 */

import { listFolder, readText } from "../pages.ts";
import { stripTypes } from "./type_stripper.ts";

/** A program in both languages. */
export interface Pair {
  readonly name: string;
  readonly python: string;
  readonly weft: string;
}

/** A part of the menu. */
export interface PairGroup {
  readonly title: string;
  readonly pairs: readonly Pair[];
}

/** The folder of the programs that are the playground's own. */
const FOLDER = "docs/site/playground/programs/";
/** Their order. */
const ORDER = [
  "pages",
  "greetings",
  "error",
  "lock",
  "event",
  "semaphore",
  "condition",
  "queue",
  "timeout",
  "group",
] as const;

/** Lists the parts of the menu. */
export function listPairs(): PairGroup[] {
  return [{ title: "Programs", pairs: readPrograms() }, ...readIdioms()];
}

/** Reads the playground's own programs; each begins with its name. */
function readPrograms(): Pair[] {
  const files = listFolder(FOLDER, /\.py$/).map((file) => file.replace(".py", ""));
  if (files.join() !== [...ORDER].sort().join()) throw new Error(`${FOLDER} has others`);
  return ORDER.map((file) => {
    const python = readText(`${FOLDER}${file}.py`);
    const [, name] = /^# (.+)$/m.exec(python)!;
    return { name, python, weft: readText(`${FOLDER}${file}.js`) };
  });
}

/** Reads the idioms of the page for those who come from Python. */
function readIdioms(): PairGroup[] {
  const [, ...parts] = readText("docs/from-python.md").split(/^## /m);
  return parts.map((part) => {
    const [head, ...idioms] = part.split(/^### /m);
    const pairs = idioms.map((idiom) => {
      const [python, weft] = ["python", "ts"].map((language) =>
        new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "m").exec(idiom)![1]
      );
      return { name: idiom.split("\n")[0], python, weft: stripTypes(weft) };
    });
    return { title: `From Python: ${head.trim()}`, pairs };
  });
}
