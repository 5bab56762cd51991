/**
 * Tables in Markdown with the columns aligned, numbers, and lines of a width.
 *
 * @module
 */

/** Lays out rows of cells; the first column is aligned left, the others right. */
export function formatTable(header: readonly string[], rows: readonly string[][]): string {
  const widths = header.map((title, at) =>
    Math.max(title.length, 3, ...rows.map((row) => row[at].length))
  );
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, at) => at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))
        .join(" | ")
    } |`;
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : "-".repeat(width - 1) + ":"
  );
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}

/** Writes a number with three digits that count; 0 and NaN become a dash. */
export function formatNumber(value: number): string {
  if (!value) return "–";
  if (value >= 1_000) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}

/** Breaks words into lines of so many letters at the most. */
export function breakLines(words: string, most: number): string[] {
  const lines = [""];
  for (const word of words.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trimStart();
    if (longer.length <= most) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
