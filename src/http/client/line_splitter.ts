/**
 * Finding the lines in text that comes in pieces.
 *
 * @module
 */

import { LimitOverrunError } from "../../errors.ts";

/** A splitter of text at each line feed; a carriage return before it goes with it. */
export class LineSplitter {
  readonly #maxLength: number;
  /** The last piece, parted at its line feeds. */
  #parts: string[] = [];
  #at = 0;
  /** The pieces of a line whose end has not come. */
  #open: string[] = [];
  #openLength = 0;

  /** Makes one whose lines have so many UTF-16 units at most. */
  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** Takes the next piece, once `next()` has returned all lines of the one before. */
  push(piece: string): void {
    this.#parts = piece.split("\n");
    this.#at = 0;
  }

  /** Returns the next line that has an end; `undefined` if there is none yet. */
  next(): string | undefined {
    while (this.#at < this.#parts.length) {
      this.#add(this.#parts[this.#at++]);
      if (this.#at < this.#parts.length) return withoutReturn(this.#take());
    }
    return undefined;
  }

  /** Returns the last line, if it has no end of its own. */
  end(): string | undefined {
    return this.#openLength > 0 ? this.#take() : undefined;
  }

  /** Adds a part to the line that is open. */
  #add(part: string): void {
    if (part === "") return;
    this.#openLength += part.length;
    if (this.#openLength > this.#maxLength) {
      const message =
        `Cannot read a line longer than ${this.#maxLength} characters: it has ${this.#openLength} already`;
      throw new LimitOverrunError(message, this.#openLength);
    }
    this.#open.push(part);
  }

  /** Ends the line that is open. */
  #take(): string {
    const line = this.#open.join("");
    this.#open = [];
    this.#openLength = 0;
    return line;
  }
}

/** Drops a carriage return at the end. */
function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
