/** The README of the package is true of the package: its programs run on the hosts it names. */
import { ENTRIES } from "../../npm/build.ts";
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, ROOT } from "../docs/documents.ts";
import { buildPackageApart } from "./built_package.ts";
import { BUN, finish, install, NEWEST_NODE, OLDEST_NODE } from "../portable/runtimes.ts";

const README = Deno.readTextFileSync(new URL("npm/README.md", ROOT));
const PROGRAMS = fencesOf(README).filter(({ language }) => language === "js")
  .map(({ code }) => code);

/** Makes a project that has the package, and the programs. */
async function makeProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "weft_readme_" });
  await buildPackageApart(`${folder}/node_modules/@weft/weft`);
  for (const [at, program] of PROGRAMS.entries()) {
    await Deno.writeTextFile(`${folder}/program_${at}.mjs`, program);
  }
  return folder;
}

/** Lists what a program says in its comments that it prints. */
function expectedOf(program: string): string[] {
  const comments = [...program.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, said]) => said);
  return comments.map((said) => said.replaceAll('"', "'"));
}

const folder = await makeProject();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

for (const runtime of [OLDEST_NODE, NEWEST_NODE, BUN]) {
  Deno.test(`the programs of the package's README print what they say on ${runtime.name}`, async () => {
    assertEquals(PROGRAMS.length, 2);
    const executable = await install(runtime);
    for (const [at, program] of PROGRAMS.entries()) {
      const { code, out, error } = await finish(executable, [`program_${at}.mjs`], { cwd: folder });
      assertEquals([code, error], [0, ""]);
      assertEquals(out.trim().replaceAll('"', "'").split("\n"), expectedOf(program));
    }
  });
}

Deno.test("the package has this README, which names all of its entries", async () => {
  const packed = await Deno.readTextFile(`${folder}/node_modules/@weft/weft/README.md`);
  assertEquals(packed, README);
  for (const entry of ENTRIES) {
    assert(README.includes(`\`@weft/weft${entry.slice(1)}\``), entry);
  }
  assert(!/\]\((?!https?:)/.test(README), "it links to nothing that the package does not have");
});
