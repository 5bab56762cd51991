/**
 * Where a test is, in the user's code.
 *
 * @module
 */

/** Is the folder of the library, whose own frames say nothing to its users. */
const LIBRARY = URL.canParse("../", import.meta.url)
  ? new URL("../", import.meta.url).href
  : "src/";

/** Is the line of a test, for errors that no line of the user's code has thrown. */
export class CallSite {
  readonly #frames: string;
  readonly #isReported: boolean;

  /** Remembers who calls the library, and whether `Deno.test` will report the errors. */
  constructor(isReported = false) {
    this.#frames = userFrames(new Error().stack).join("\n");
    this.#isReported = isReported;
  }

  /** Makes an error point at the test, instead of at the library; returns it. */
  mark<E extends Error>(error: E): E {
    if (this.#frames === "") return error;
    // Deno shows the whole message first, then the stack without its first line.
    const header = this.#isReported ? String(error).split("\n", 1)[0] : String(error);
    error.stack = `${header}\n${this.#frames}`;
    return error;
  }
}

/** Picks the frames of a stack that are the user's; none where stacks have another form. */
export function userFrames(stack: string | undefined): string[] {
  const frames = stack?.split("\n").filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.filter((frame) => !frame.includes(LIBRARY) && !/[ (](ext|node):/.test(frame));
}
