import { assert, assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("the examples of the guide to testing run", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["test", "--doc", "--allow-all", "--preload=tests/doc_assert.ts", "docs/testing.md"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const output = new TextDecoder().decode(stdout);
  assertEquals(code, 0, output + new TextDecoder().decode(stderr));
  const guide = await Deno.readTextFile(new URL("docs/testing.md", ROOT));
  const examples = guide.match(/^```(ts|js)$/gm)!.length;
  const ran = output.match(/^running \d+ tests? from .*testing\.md#/gm)?.length;
  assertEquals(ran, examples);
  assert(output.includes("a consumer waits for a slow producer ... ok"), output);
});
