/** The programs of docs/existing-app.md that are not for Deno only run on Node and on Bun, too. */
import * as esbuild from "esbuild";
import imports from "../../imports.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, ROOT } from "../docs/documents.ts";
import { buildPackageApart } from "../npm/built_package.ts";
import { BUN, finish, install, NEWEST_NODE, OLDEST_NODE } from "./runtimes.ts";

/** The packages that the programs import. */
const PACKAGES = ["@sinonjs/fake-timers", "express", "hono"] as const;

/** The programs, in the order of the page. */
const PROGRAMS = fencesOf(Deno.readTextFileSync(new URL("docs/existing-app.md", ROOT)))
  .filter(({ language, code }) => language === "ts" && !/weft\/(io|workers)\.ts"/.test(code))
  .map(({ code }) => code);

/** Makes a claim that is wrong end its program with an error. */
const CHECK = `console.assert = (is, ...data) => { if (!is) throw new Error(data.join(" ")); };\n`;

/** Writes a program in JavaScript, whose claims are checked. */
async function writeProgram(path: string, program: string): Promise<void> {
  const { code } = await esbuild.transform(program, { loader: "ts", target: "es2022" });
  await Deno.writeTextFile(path, `import "./check.js";\n${code}`);
}

/** Makes a project that has installed what the programs import. */
async function makeProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "weft_existing_app_" });
  await Deno.writeTextFile(`${folder}/check.js`, CHECK);
  for (const [at, program] of PROGRAMS.entries()) {
    await writeProgram(`${folder}/program_${at}.js`, program);
  }
  const [first] = PROGRAMS;
  await writeProgram(`${folder}/wrong.js`, first.replace(`=== "a,b"`, `=== "b,a"`));
  await esbuild.stop();
  await buildPackageApart(`${folder}/package`);
  await Deno.writeTextFile(`${folder}/package.json`, `{ "type": "module", "private": true }`);
  const packages = PACKAGES.map((name) => imports.imports[name].slice("npm:".length));
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--install-links"];
  const { code, error } = await finish("npm", ["install", ...flags, "./package", ...packages], {
    cwd: folder,
  });
  assertEquals(code, 0, error);
  return folder;
}

const folder = await makeProject();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

for (const runtime of [OLDEST_NODE, NEWEST_NODE, BUN]) {
  Deno.test(`the programs for existing apps run on ${runtime.name}`, async () => {
    assert(PROGRAMS.length >= 7, `${PROGRAMS.length} programs`);
    const executable = await install(runtime);
    for (const [at, program] of PROGRAMS.entries()) {
      const { code, error } = await finish(executable, [`program_${at}.js`], { cwd: folder });
      assertEquals(code, 0, `${error}\n${program}`);
    }
    const { code } = await finish(executable, ["wrong.js"], { cwd: folder });
    assert(code !== 0, "a claim that is wrong is found");
  });
}
