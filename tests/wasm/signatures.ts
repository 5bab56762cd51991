/**
 * Reads the types of exported functions out of a WebAssembly module.
 *
 * The sections are laid out in the core specification, chapter "Binary Format".
 *
 * @module
 */

const TYPES = 1, FUNCTIONS = 3, EXPORTS = 7, FUNCTION_KIND = 0;
const VALUE_TYPES: Record<number, string> = { 0x7f: "i32", 0x7e: "i64", 0x7d: "f32", 0x7c: "f64" };

/** Gives each exported function's type, as in `i32 f64 -> i32`, by name; none may be imported. */
export function exportedSignatures(binary: Uint8Array): Map<string, string> {
  const sections = readSections(binary);
  const types = new Reader(sections.get(TYPES)!).list((reader) => {
    reader.byte();
    const parameters = reader.list((each) => VALUE_TYPES[each.byte()] ?? "other");
    const results = reader.list((each) => VALUE_TYPES[each.byte()] ?? "other");
    return [...parameters, "->", ...results].join(" ");
  });
  const functions = new Reader(sections.get(FUNCTIONS)!).list((reader) => reader.number());
  const signatures = new Map<string, string>();
  new Reader(sections.get(EXPORTS)!).list((reader) => {
    const name = new TextDecoder().decode(reader.bytes(reader.number()));
    const kind = reader.byte();
    const index = reader.number();
    if (kind === FUNCTION_KIND) signatures.set(name, types[functions[index]]);
  });
  return signatures;
}

/** Splits a module into its sections, by number. */
function readSections(binary: Uint8Array): Map<number, Uint8Array> {
  const sections = new Map<number, Uint8Array>();
  const reader = new Reader(binary.subarray(8));
  while (!reader.isAtEnd) {
    const number = reader.byte();
    sections.set(number, reader.bytes(reader.number()));
  }
  return sections;
}

/** A reader of the format's primitives. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  byte(): number {
    return this.#bytes[this.#at++];
  }

  bytes(length: number): Uint8Array {
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Reads an unsigned number: seven bits a byte, the lowest first. */
  number(): number {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }

  /** Reads a length and so many items. */
  list<T>(item: (reader: Reader) => T): T[] {
    return Array.from({ length: this.number() }, () => item(this));
  }
}
