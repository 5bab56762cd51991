import { packReadme } from "../../npm/readme.ts";
import { assert, assertEquals } from "../assert.ts";
import { fencesOf, ROOT } from "./documents.ts";

Deno.test("npm: the package's README links to nothing that the package does not have", () => {
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  const packed = packReadme(readme, ["CHANGELOG.md"]);
  const targets = [...packed.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  assertEquals([...new Set(targets)], ["CHANGELOG.md"]);
  assertEquals(fencesOf(packed), fencesOf(readme));
  assert(packed.length > 0.8 * readme.length, "the words stay");
});

Deno.test("npm: links that lead somewhere stay, and so does code that looks like one", () => {
  const code = "```ts\nconst a = b[0](c);\n```\n";
  assertEquals(
    packReadme(`![a](a.svg)\n\n[b](b.md#b), [c](c.md#c), [d](#d), [e](https://e/)\n${code}`, [
      "c.md",
    ]),
    `b, [c](c.md#c), [d](#d), [e](https://e/)\n${code}`,
  );
});
