import { buildPackage } from "../../npm/build.ts";
import config from "../../deno.json" with { type: "json" };
import { assert, assertEquals } from "../assert.ts";
import { BUN, finish, install, NEWEST_NODE, OLDEST_NODE } from "./runtimes.ts";

const FIXTURES = new URL("fixtures/", import.meta.url);
/** The compilers that must read the package's types: of the last line in JavaScript, and the newest. */
const COMPILERS = ["typescript@5.9.3", "typescript@7.0.2"];
/** The ways to resolve modules that must find them. */
const RESOLUTIONS = [["nodenext", "nodenext"], ["bundler", "esnext"]];

/** The options of a project that has its libraries checked, too. */
const STRICT = {
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
  target: "es2022",
  lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"],
  types: [],
};

/** Runs npm or npx in a folder; it must succeed. */
async function npm(command: string, args: string[], cwd: string): Promise<string> {
  const { code, out, error } = await finish(command, args, { cwd });
  assertEquals(code, 0, out + error);
  return out;
}

/** Makes a project that has installed the package as npm packs it. */
async function makeProject(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "weft_npm_" });
  await Deno.mkdir(`${folder}/package`);
  await buildPackage(`${folder}/package`);
  const packed = await npm("npm", ["pack", "--silent", "./package"], folder);
  for (const name of ["plain_program.js", "typed_program.ts"]) {
    await Deno.copyFile(new URL(name, FIXTURES), `${folder}/${name}`);
  }
  await Deno.writeTextFile(`${folder}/package.json`, `{ "type": "module", "private": true }`);
  const flags = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await npm("npm", ["install", ...flags, `./${packed.trim().split("\n").at(-1)}`], folder);
  return folder;
}

const folder = await makeProject();
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

for (const runtime of [OLDEST_NODE, NEWEST_NODE, BUN]) {
  Deno.test(`the npm package runs by its name on ${runtime.name}`, async () => {
    const executable = await install(runtime);
    const { code, out, error } = await finish(executable, ["plain_program.js"], { cwd: folder });
    assertEquals([code, error], [0, ""]);
    assertEquals(JSON.parse(out), {
      engine: "wasm",
      generator: ["quick", "slow", "timed out", 3],
      native: ["quick", "slow", "timed out", 3],
      virtual: 60_000,
      answered: "GET",
      passed: true,
    });
  });
}

for (const compiler of COMPILERS) {
  for (const [resolution, module] of RESOLUTIONS) {
    Deno.test(`the npm package has types for ${compiler}, resolving as ${resolution}`, async () => {
      const project = `${folder}/tsconfig.json`;
      const compilerOptions = { ...STRICT, module, moduleResolution: resolution };
      await Deno.writeTextFile(
        project,
        JSON.stringify({ compilerOptions, files: ["typed_program.ts"] }),
      );
      const args = ["-y", `--package=${compiler}`, "--", "tsc", "--project", project];
      await npm("npx", args, folder);
    });
  }
}

Deno.test("a CommonJS file compiles as nodenext, and as node16 gets the error that is told", async () => {
  const program = `${folder}/common.cts`;
  await Deno.writeTextFile(program, `import { run } from "${config.name}";\nvoid run;\n`);
  const compile = (module: string) => {
    const options = ["--noEmit", "--skipLibCheck", "--target", "es2022"];
    const lib = ["--lib", STRICT.lib.join()];
    const args = ["-y", "--package=typescript@5.9.3", "--", "tsc", ...options, ...lib];
    return finish("npx", [...args, "--module", module, program], { cwd: folder });
  };
  const [newer, older] = [await compile("nodenext"), await compile("node16")];
  assertEquals([newer.code, newer.out], [0, ""]);
  assert(older.code !== 0 && older.out.includes("TS1479"), older.out);
});

Deno.test("the npm package's types show no member that is not meant for users", async () => {
  const text = await Deno.readTextFile(
    `${folder}/node_modules/${config.name}/src/futures/task.d.ts`,
  );
  const [task] = /^export interface Task<[^]*?^}/m.exec(text)!;
  const members = [...task.matchAll(/^ {4}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name);
  assertEquals(members.toSorted(), [
    "cancel",
    "cancelling",
    "context",
    "name",
    "priority",
    "setException",
    "setResult",
    "signal",
    "uncancel",
    "waitingOn",
  ]);
});

Deno.test("the npm package needs nothing, and says what it is", async () => {
  const manifest = JSON.parse(
    await Deno.readTextFile(`${folder}/node_modules/${config.name}/package.json`),
  );
  assertEquals([manifest.name, manifest.version], [config.name, config.version]);
  assert(!("dependencies" in manifest));
  for (
    const { types, default: script } of Object.values<Record<string, string>>(manifest.exports)
  ) {
    for (const path of [types, script]) {
      await Deno.stat(`${folder}/node_modules/${config.name}/${path}`);
    }
  }
});
