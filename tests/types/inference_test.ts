import { assert, assertEquals } from "../assert.ts";

/** Checks the types of a source; returns the checker's complaint, if any. */
async function check(path: string): Promise<string> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", path],
    env: { NO_COLOR: "1" },
  }).output();
  return code === 0 ? "" : new TextDecoder().decode(stderr);
}

/** Is wrong in two ways: a type that does not fit, and an expected error that does not come. */
const WRONG = `
import { createTask, sleep, type Task } from "${new URL("../../mod.ts", import.meta.url)}";

export const wrong: Task<string> = createTask(() => sleep(1, 5));
// @ts-expect-error -- this is none
export const right: Task<number> = createTask(() => sleep(1, 5));
`;

Deno.test("types: what should be accepted is, and what should be refused is", async () => {
  assertEquals(await check(new URL("./inferred.ts", import.meta.url).pathname), "");
});

Deno.test("types: the checker finds a type that is wrong, and an error that is none", async () => {
  const path = await Deno.makeTempFile({ suffix: ".ts" });
  try {
    await Deno.writeTextFile(path, WRONG);
    const complaint = await check(path);
    assert(complaint.includes("TS2322"), complaint);
    assert(complaint.includes("TS2578"), complaint);
  } finally {
    await Deno.remove(path);
  }
});
