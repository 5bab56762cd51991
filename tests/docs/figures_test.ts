import { MEASURED } from "../../npm/size.ts";
import { assert, assertEquals } from "../assert.ts";
import { ROOT } from "./documents.ts";

/** What a page of figures needs of a result. */
interface Result {
  readonly cases: readonly {
    readonly name: string;
    readonly values: Readonly<Record<string, { readonly median: number }>>;
  }[];
}

/** Splits a row of a table into its cells. */
function cellsOf(row: string): string[] {
  return row.split("|").slice(1, -1).map((cell) => cell.trim());
}

Deno.test("docs: the figures of the design are those of the results it names", () => {
  const text = Deno.readTextFileSync(new URL("docs/design.md", ROOT));
  const [, path] = text.match(/\]\(\.\.\/(bench\/results\/[^)]+\.json)\)/)!;
  const { cases }: Result = JSON.parse(Deno.readTextFileSync(new URL(path, ROOT)));
  const rows = new Map(cases.map((one) => [one.name, one.values]));
  let head: string[] = [];
  let figures = 0;
  for (const row of text.split("\n").filter((line) => line.startsWith("|"))) {
    const cells = cellsOf(row);
    if (cells[0] === "case") head = cells;
    const measured = rows.get(cells[0]);
    if (measured === undefined) continue;
    head.forEach((name, at) => {
      if (!(name in measured)) return;
      const shown = Number(cells[at].replaceAll(",", ""));
      const { median } = measured[name];
      const error = Math.abs(shown / median - 1);
      assert(error < 0.005, `${cells[0]}, ${name}: ${cells[at]} is not ${median}`);
      figures++;
    });
  }
  assertEquals(figures, 20);
});

Deno.test("docs: the sizes they tell are the most that is allowed", () => {
  const [small, all] = MEASURED.map(({ minified, gzipped }) => [minified, gzipped].map(Math.floor));
  for (const path of ["README.md", "docs/hosts.md"]) {
    const text = Deno.readTextFileSync(new URL(path, ROOT)).replace(/\s+/g, " ");
    const told = [...text.matchAll(/([\d.]+) KB/g)].map(([, kilobytes]) => Number(kilobytes));
    assertEquals(told, [...all, ...small], path);
  }
});
