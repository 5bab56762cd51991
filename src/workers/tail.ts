/**
 * The end of what was written.
 *
 * @module
 */

const MOST_BYTES = 4096;
const MOST_LINES = 20;

/** The last lines of a stream of bytes. */
export class Tail {
  #bytes = new Uint8Array(0);

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const joined = new Uint8Array(this.#bytes.length + bytes.length);
    joined.set(this.#bytes);
    joined.set(bytes, this.#bytes.length);
    this.#bytes = joined.slice(-MOST_BYTES);
  }

  /** What it keeps, without colors. */
  get text(): string {
    const text = withoutColors(new TextDecoder().decode(this.#bytes)).trim();
    return text.split("\n").slice(-MOST_LINES).join("\n");
  }
}

// deno-lint-ignore no-control-regex -- a terminal's color begins with the control character
const COLOR = /\x1b\[[\d;]*m/g;

/** Drops what sets colors on a terminal. */
export function withoutColors(text: string): string {
  return text.replace(COLOR, "");
}
