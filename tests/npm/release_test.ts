import { findMistakes, makeRelease, type Texts } from "../../npm/release.ts";
import { assert, assertEquals } from "../assert.ts";
import { ROOT } from "../docs/documents.ts";

/** Makes the texts of a tree: its version, and what its changelog says first. */
function textsOf(version: string, heading: string, change = "- A change."): Texts {
  return {
    config: `{\n  "name": "a",\n  "version": "${version}",\n  "b": { "version": "9" }\n}\n`,
    changelog: `# Changelog\n\n## ${heading}\n\n${change}\n\n## 0.0.9 (2026-01-01)\n\n- Older.\n`,
  };
}

Deno.test("release: a version follows the last by one step, or was never released", () => {
  for (const version of ["0.1.0", "0.1.1", "0.2.0", "1.0.0"]) {
    assertEquals(findMistakes(version, textsOf("0.1.0", `${version} (unreleased)`)), [], version);
  }
  for (const version of ["0.0.9", "0.1.2", "0.2.1", "1.1.0", "2.0.0"]) {
    assertEquals(findMistakes(version, textsOf("0.1.0", `${version} (unreleased)`)), [
      `${version} does not follow 0.1.0: raise one number by one`,
    ]);
  }
  for (const version of ["", "1", "v0.2.0", "0.2.0-rc.1"]) {
    const [mistake] = findMistakes(version, textsOf("0.1.0", "0.2.0 (unreleased)"));
    assertEquals(mistake, `Not a version: ${version}, name one such as 0.2.0`);
  }
});

Deno.test("release: the changelog must tell of the version, and of something", () => {
  assertEquals(findMistakes("0.2.0", textsOf("0.1.0", "0.1.0 (2026-02-01)")), [
    "CHANGELOG.md says of nothing that it is unreleased",
  ]);
  assertEquals(findMistakes("0.2.0", textsOf("0.1.0", "0.1.1 (unreleased)")), [
    "CHANGELOG.md tells of 0.1.1, not of 0.2.0",
  ]);
  assertEquals(findMistakes("0.2.0", textsOf("0.1.0", "0.2.0 (unreleased)", "")), [
    "CHANGELOG.md says nothing of 0.2.0",
  ]);
});

Deno.test("release: the version and the date are written, and nothing else", () => {
  const made = makeRelease("0.2.0", "2026-03-01", textsOf("0.1.0", "0.2.0 (unreleased)"));
  assertEquals(made, textsOf("0.2.0", "0.2.0 (2026-03-01)"));
});

Deno.test("release: deno task release --dry-run checks and builds, and changes nothing", async () => {
  const read = () =>
    ["deno.json", "CHANGELOG.md"].map((path) => Deno.readTextFileSync(new URL(path, ROOT)));
  const [config, changelog] = read();
  const [, version] = /^## (\S+) \(unreleased\)$/m.exec(changelog)!;
  const dryRun = async (asked: string) => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", "release", "--", asked, "--dry-run"],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    return { code, text: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
  };
  const { code, text } = await dryRun(version);
  assertEquals(code, 0, text);
  assert(text.includes(`npm pack: weft-weft-`), text);
  assert(text.includes(`Would release ${version}`), text);
  assertEquals((await dryRun("99.0.0")).code, 1);
  assertEquals(read(), [config, changelog]);
});
