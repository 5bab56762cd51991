/** The versions that the documents name are those that tests run on. */
import config from "../../deno.json" with { type: "json" };
import { assert } from "../assert.ts";
import { BUN, NEWEST_NODE, OLDEST_NODE } from "../portable/runtimes.ts";
import { ROOT } from "./documents.ts";

/** Reads the rows of a table whose first cell names a host: their cells. */
function rowsOf(path: string): Map<string, string[]> {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  const rows = [...text.matchAll(/^\| (\w[\w ]*?) +\|(.*)\|$/gm)];
  return new Map(rows.map(([, name, rest]) => [name, rest.split("|").map((cell) => cell.trim())]));
}

const versionOf = (name: string) => name.split("@")[1];

Deno.test("docs: the hosts are supported from and tested on the versions that the tests use", () => {
  const deno = /deno@([\d.]+)/.exec(Deno.readTextFileSync(new URL(".ci/run", ROOT)))![1];
  for (const path of ["docs/versions.md", "docs/hosts.md"]) {
    const rows = rowsOf(path);
    const expected: [string, string[]][] = [
      ["Deno", [deno]],
      ["Node", [OLDEST_NODE, NEWEST_NODE].map((node) => versionOf(node.package))],
      ["Bun", [versionOf(BUN.package)]],
    ];
    for (const [host, versions] of expected) {
      const [lowest, tested] = rows.get(host)!;
      const named = tested.split(/, | and /);
      assert(named.length === versions.length, `${path}: ${host}: ${tested}`);
      for (const [at, version] of versions.entries()) {
        assert(version.startsWith(named[at]), `${path}: ${host}: ${named[at]} is not ${version}`);
      }
      assert(versions[0].startsWith(lowest), `${path}: ${host}: ${lowest}`);
    }
  }
});

Deno.test("docs: the changelog tells first of the version that the tree has, or of the next", () => {
  const changelog = Deno.readTextFileSync(new URL("CHANGELOG.md", ROOT));
  const [, first, when] = /^## (\S+) \((.+)\)$/m.exec(changelog)!;
  assert(/^(unreleased|\d{4}-\d\d-\d\d)$/.test(when), when);
  assert(first === config.version || when === "unreleased", `${first} is not ${config.version}`);
});
