/**
 * Where a test is, in the user's code.
 *
 * @module
 */

import { userFrames } from "../futures/user_frames.ts";

/** The line of the user's code that called the test kit, for errors that no such line has thrown. */
export class CallSite {
  readonly #frames: string;
  readonly #isReported: boolean;

  /** Remembers the lines that call the library, and whether `Deno.test` will report the errors. */
  constructor(isReported = false) {
    const frames = userFrames(new Error().stack);
    this.#frames = frames.filter((frame) => !frame.endsWith("(<anonymous>)")).join("\n");
    this.#isReported = isReported;
  }

  /** Makes an error point at the line instead of the library; returns it. */
  mark<E extends Error>(error: E): E {
    if (this.#frames === "") return error;
    // Deno shows the whole message first, then the stack without its first line.
    const header = this.#isReported ? String(error).split("\n", 1)[0] : String(error);
    error.stack = `${header}\n${this.#frames}`;
    return error;
  }
}
