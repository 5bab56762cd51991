/** How two traces differ: the first line that is not the same. */
export interface Difference {
  /** The index of the line. */
  line: number;
  /** CPython's line. */
  python: string;
  /** Weft's line. */
  weft: string;
}

/**
 * Compares CPython's trace with Weft's.
 *
 * After CPython's `deadlock` only the end of Weft's trace counts, because what a stuck program does while it is taken down is
 * not defined; after `cut` nothing counts.
 */
export function compare(python: string[], weft: string[]): Difference | undefined {
  const last = python.length - 1;
  for (let line = 0; line < last; line++) {
    if (python[line] !== weft[line]) {
      return { line, python: python[line], weft: weft[line] ?? "(nothing)" };
    }
  }
  if (python[last].startsWith("cut ")) return undefined;
  const end = python[last] === "deadlock" ? weft.length - 1 : last;
  if (weft[end] === python[last] && end === weft.length - 1) return undefined;
  return { line: last, python: python[last], weft: weft[end] ?? "(nothing)" };
}
