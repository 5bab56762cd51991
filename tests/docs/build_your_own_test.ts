import { assert, assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);
const PAGE = Deno.readTextFileSync(new URL("docs/build-your-own.md", ROOT));

/** The programs of the page. */
const PROGRAMS = [...PAGE.matchAll(/^```ts\n([^]*?)^```$/gm)].map((match) => match[1]);

/** Runs a program in a folder outside of the tree, which knows Weft by its address. */
async function runOutside(folder: string, name: string): Promise<string> {
  const preload = new URL("tests/doc_assert.ts", ROOT).href;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--check", `--preload=${preload}`, `${folder}/${name}`],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const decoder = new TextDecoder();
  return code === 0 ? decoder.decode(stdout) : decoder.decode(stderr);
}

/** Makes a folder of programs, and says what each has come to. */
async function runAll(programs: readonly string[]): Promise<string[]> {
  const folder = await Deno.makeTempDir();
  try {
    const imports = { "@weft/weft": `${ROOT}mod.ts`, "@weft/weft/": ROOT.href };
    await Deno.writeTextFile(`${folder}/deno.json`, JSON.stringify({ imports }));
    const names = programs.map((_, at) => `program_${at}.ts`);
    for (const [at, name] of names.entries()) {
      await Deno.writeTextFile(`${folder}/${name}`, programs[at]);
    }
    const outcomes: string[] = [];
    for (const name of names) outcomes.push(await runOutside(folder, name));
    return outcomes;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the primitives of the page are built and work outside of the tree", async () => {
  assert(PROGRAMS.length >= 5, `${PROGRAMS.length} programs`);
  assertEquals(await runAll(PROGRAMS), PROGRAMS.map(() => ""));
});

Deno.test("a program of the page that is wrong is found", async () => {
  const [latch] = PROGRAMS;
  const deaf = latch.replace("waker.resolve();\n    this.#wakers = undefined", "waker;");
  assert(deaf !== latch);
  const [outcome] = await runAll([deaf]);
  assert(outcome !== "", "a latch that wakes nobody");
});
