/**
 * Figures in Markdown: the table of a run, and the blocks of documents that quote a result.
 *
 * @module
 */

import { costOf, peersOf, type Result, type Row } from "./result.ts";
import { breakLines, formatNumber, formatTable } from "./table.ts";

/** The names of the peers with a column of their own. */
const COLUMNS = ["promises", "Effect", "effection", "asyncio", "uvloop", "Go", "tokio"];

/** The names of the peers in the short table. */
const SHORT_COLUMNS = ["promises", "Effect", "asyncio", "Go", "tokio"];

/** The names of the cases of the short table, and what they measure. */
const SHORT: Readonly<Record<string, string>> = {
  loop_yield: "one step of 1,000 tasks",
  loop_spawn: "spawn and join a task",
  loop_sleepers: "a sleeping task, of 1e6",
  loop_cancel: "cancel a sleeping task",
  loop_call_later: "arm a timer and cancel it",
  loop_timeout: "leave a timeout in time",
};

/** How long the formatter lets a line of a document be. */
const LINE_WIDTH = 100;
/** A block: between its marks stands what is made from a result. */
const BLOCK = /(<!-- figures:(\w+) -->\n)[^]*?(<!-- \/figures -->)/g;

/** What makes the blocks, by name. */
const BLOCKS: Readonly<Record<string, (result: Result) => string>> = {
  table: (result) => formatRows(result.cases),
  short: (result) => formatShort(result.cases),
  host: formatHost,
};

/** Lists candidates with their medians. */
function list(row: Row, names: readonly string[]): string {
  return names.map((name) => `${name} ${formatNumber(row.values[name].median)}`).join(", ") || "–";
}

/** Says whether a variant has met its target. */
function formatTarget({ targets, values }: Row, variant: string): string {
  if (!(variant in targets)) return "–";
  const verdict = values[variant].median <= targets[variant] ? "met" : "missed";
  return `≤ ${formatNumber(targets[variant])} ${verdict}`;
}

/** Compares the first variant of Weft with the best peer. */
function formatBest(row: Row): string {
  const best = peersOf(row)[0];
  if (best === undefined) return "–";
  return `${(costOf(row, row.variants[0]) / costOf(row, best)).toFixed(2)} × ${best}`;
}

/** Shows one peer of a row. */
function formatPeer(row: Row, name: string): string {
  if (row.missing.includes(name)) return "not measured";
  return name in row.values ? formatNumber(row.values[name].median) : "–";
}

/** Prints rows as one table, a line for each variant; peers that few of them have share a column. */
export function formatRows(rows: readonly Row[]): string {
  const columns = COLUMNS.filter((name) =>
    rows.some((row) => name in row.values || row.missing.includes(name))
  );
  const header = ["case", "unit", "variant", "Weft", "target", ...columns, "others"];
  return formatTable(
    [...header, "Weft / best peer"],
    rows.flatMap((row) =>
      row.variants.map((variant, at) => {
        const own = [variant, formatNumber(row.values[variant].median), formatTarget(row, variant)];
        if (at > 0) return ["", "", ...own, ...columns.map(() => ""), "", ""];
        return [
          row.name,
          row.unit,
          ...own,
          ...columns.map((name) => formatPeer(row, name)),
          list(row, Object.keys(row.values).filter((name) => isOther(row, name))),
          formatBest(row),
        ];
      })
    ),
  );
}

/** Returns whether a candidate is a peer without a column of its own. */
function isOther(row: Row, name: string): boolean {
  return !COLUMNS.includes(name) && !row.variants.includes(name);
}

/** Prints the short table: both front ends, and a few peers. */
function formatShort(rows: readonly Row[]): string {
  const chosen = Object.keys(SHORT).flatMap((file) => rows.filter((row) => row.file === file));
  const peers = SHORT_COLUMNS.filter((name) =>
    chosen.some((row) => name in row.values || row.missing.includes(name))
  );
  return formatTable(
    ["work", "Weft, generators", "Weft, native async", ...peers],
    chosen.map((row) => {
      const native = row.variants.find((variant) => variant.startsWith("async"));
      return [
        SHORT[row.file],
        formatNumber(row.values[row.variants[0]].median),
        native === undefined ? "the same" : formatNumber(row.values[native].median),
        ...peers.map((name) => formatPeer(row, name)),
      ];
    }),
  );
}

/** Says what was measured on. */
export function formatHost({ date, cpu, cores, os, load, versions }: Result): string {
  const names = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const loads = load.map((value) => value.toFixed(1)).join(" before and ");
  const words = `${date.slice(0, 10)}, ${cpu}, ${cores} cores, ${os}; ` +
    `load ${loads} after; ${names.join(", ")}.`;
  return breakLines(words, LINE_WIDTH).join("\n");
}

/** Returns a document with its blocks made from a result. */
export function fillBlocks(document: string, result: Result): string {
  return document.replace(BLOCK, (_block, open: string, name: string, close: string) => {
    if (!(name in BLOCKS)) {
      throw new Error(`Cannot write the block ${name}: there is none of this name`);
    }
    return `${open}\n${BLOCKS[name](result)}\n\n${close}`;
  });
}
