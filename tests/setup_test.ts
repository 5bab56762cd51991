/**
 * What a newcomer runs first downloads nothing but Deno: each time with a cache that is empty, and
 * no registry to ask.
 *
 * @module
 */

import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

/** What a command has come to. */
interface Outcome {
  readonly code: number;
  readonly out: string;
  /** What it downloaded, and what it looked for. */
  readonly downloads: string[];
}

/** Runs a command of Deno with an empty cache. */
async function runAfresh(args: string[], cwd: URL | string = ROOT): Promise<Outcome> {
  const cache = await Deno.makeTempDir({ prefix: "weft_cache_" });
  try {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd,
      env: { DENO_DIR: cache, NO_COLOR: "1", NPM_CONFIG_REGISTRY: "http://127.0.0.1:1/" },
      stdin: "null",
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    const downloads = err.split("\n").filter((line) => /download|registry/i.test(line));
    const packages = [...Deno.readDirSync(cache)].filter(({ name }) => name === "npm")
      .flatMap(({ name }) => [...Deno.readDirSync(`${cache}/${name}`)].map((entry) => entry.name));
    return { code, out: out + err, downloads: [...downloads, ...packages] };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

for (
  const [args, holds] of [
    [["demo"], "found 148933"],
    [["demo:turns"], "step by step: yes"],
    [["example", "cpu_in_a_thread"], "78498 primes"],
  ] as const
) {
  Deno.test(`deno task ${args.join(" ")} downloads nothing`, async () => {
    const { code, out, downloads } = await runAfresh(["task", "--quiet", ...args]);
    assertEquals({ code, downloads }, { code: 0, downloads: [] });
    assert(out.includes(holds), out);
  });
}

Deno.test("a program that imports the library downloads nothing, checked or not", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_program_" });
  try {
    const imports = { "@weft/weft": `${ROOT}mod.ts`, "@weft/weft/": ROOT.href };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    const entries = ["", "/io.ts", "/workers.ts", "/testing.ts", "/resilience.ts", "/lowlevel.ts"];
    const lines = entries.map((entry) => `import "@weft/weft${entry}";`);
    await Deno.writeTextFile(`${folder}/main.ts`, `${lines.join("\n")}\nconsole.log("ran");\n`);
    const { code, out, downloads } = await runAfresh(["run", "--check", "main.ts"], folder);
    assertEquals({ code, downloads }, { code: 0, downloads: [] });
    assert(out.includes("ran"), out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a task that looks at the packages of the tests is found out", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_program_" });
  try {
    const { imports } = JSON.parse(await Deno.readTextFile(new URL("imports.json", ROOT)));
    const config = { imports, tasks: { hello: "echo hello" }, nodeModulesDir: "none" };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify(config));
    const { code, downloads } = await runAfresh(["task", "hello"], folder);
    assert(code !== 0 && downloads.length > 0);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
