import { assertEquals } from "../assert.ts";

const ENTRIES = [
  "mod.ts",
  "cluster.ts",
  "core.ts",
  "flow.ts",
  "io.ts",
  "lowlevel.ts",
  "resilience.ts",
  "seats.ts",
  "testing.ts",
  "web.ts",
  "workers.ts",
];

/** A program elsewhere: nothing of this project's configuration holds there. */
const PROGRAM = ENTRIES.map((entry, at) =>
  `export * as entry${at} from "${new URL(`../../${entry}`, import.meta.url)}";\n`
).join("");

Deno.test("a program outside of the project that imports the entries by their paths type-checks", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/program.ts`, PROGRAM);
    const { stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["check", "--quiet", "--no-config", "program.ts"],
      cwd: folder,
      env: { NO_COLOR: "1" },
    }).output();
    assertEquals(new TextDecoder().decode(stderr), "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
