/**
 * How one name of asyncio stands to Weft.
 *
 * @module
 */

/** How a name stands to Weft's. */
export interface Entry {
  readonly kind: "same" | "different" | "absent";
  /** What is used here: exports of an entry, or members of one; several by commas. */
  readonly weft: string;
  /** What differs. */
  readonly note: string;
}

/** A part of the table: a title, and entries by the name in asyncio. */
export interface Section {
  readonly title: string;
  readonly entries: Readonly<Record<string, Entry>>;
}

/** Does the same, but for the conventions that the page states. */
export function same(weft: string, note = ""): Entry {
  return { kind: "same", weft, note };
}

/** Does the work, in another way that one must know. */
export function different(weft: string, note: string): Entry {
  return { kind: "different", weft, note };
}

/** Does not exist; the note says what to use instead. */
export function absent(note: string): Entry {
  return { kind: "absent", weft: "", note };
}
