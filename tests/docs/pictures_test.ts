import { assert, assertEquals } from "../assert.ts";
import { drawAll } from "../../docs/pictures/draw.ts";
import { ROOT } from "./documents.ts";

/** The pictures. */
const FOLDER = new URL("docs/pictures/", ROOT);

/** Lists the tags that are open at the end of a text, or closed without having been opened. */
function findUnbalanced(text: string): string[] {
  const open: string[] = [];
  for (const [, isEnd, name, isAlone] of text.matchAll(/<(\/?)(\w+)[^>]*?(\/?)>/g)) {
    if (isEnd && open.at(-1) === name) open.pop();
    else if (isEnd || !isAlone) open.push(`${isEnd}${name}`);
  }
  return open;
}

/** Lists the attributes of all tags of a name, and what stands between the tag and the next. */
function tagsOf(text: string, name: string): { attributes: Map<string, string>; inside: string }[] {
  const tags = text.matchAll(new RegExp(`<${name}\\s([^>]*)>([^<]*)`, "g"));
  return [...tags].map(([, attributes, inside]) => ({
    attributes: new Map(
      [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
    ),
    inside,
  }));
}

/** Returns from where to where a line of text reaches, at 6.2 a letter: most are as wide. */
function reachOf(attributes: ReadonlyMap<string, string>, line: string): [number, number] {
  const length = line.length * 6.2;
  const anchor = attributes.get("text-anchor");
  const part = anchor === "middle" ? 0.5 : anchor === "end" ? 1 : 0;
  const left = Number(attributes.get("x")) - length * part;
  return [left, left + length];
}

Deno.test("pictures: each is what its script draws; else run deno task docs:pictures", async () => {
  const drawn = await drawAll();
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name)
    .filter((name) => name.endsWith(".svg"));
  assertEquals(files.sort(), Object.keys(drawn).sort());
  for (const [name, text] of Object.entries(drawn)) {
    assertEquals(Deno.readTextFileSync(new URL(name, FOLDER)), text, name);
  }
});

Deno.test("pictures: each is closed, described, text as text, and follows light and dark", async () => {
  for (const [name, text] of Object.entries(await drawAll())) {
    assertEquals(findUnbalanced(text), [], name);
    const described = tagsOf(text, "svg")[0].attributes.get("aria-labelledby")!.split(" ");
    assertEquals(described, [
      tagsOf(text, "title")[0].attributes.get("id")!,
      tagsOf(text, "desc")[0].attributes.get("id")!,
    ]);
    assert(tagsOf(text, "text").length > 10, name);
    const [light, dark] = text.split("@media (prefers-color-scheme: dark)");
    for (const shape of new Set([...text.matchAll(/ class="(\w+)"/g)].map((match) => match[1]))) {
      if (shape === "strong" || shape === "code") continue; // They have the color of all text.
      const rule = new RegExp(`\\.${shape} \\{[^}]*(?:fill|stroke): #`);
      assert(rule.test(light) && rule.test(dark), `${name}: ${shape}`);
    }
  }
  assertEquals(findUnbalanced("<a><b></a>"), ["a", "b", "/a"]);
});

Deno.test("pictures: nothing is drawn outside of a picture, and text fits", async () => {
  for (const [name, text] of Object.entries(await drawAll())) {
    const [{ attributes }] = tagsOf(text, "svg");
    const [width, height] = ["width", "height"].map((key) => Number(attributes.get(key)));
    for (const { attributes: box } of tagsOf(text, "rect")) {
      const [x, y, w, h] = ["x", "y", "width", "height"].map((key) => Number(box.get(key) ?? 0));
      assert(x + w <= width && y + h <= height, `${name}: ${x}, ${y}`);
    }
    for (const { attributes: place, inside } of tagsOf(text, "text")) {
      const [left, right] = reachOf(place, inside);
      const y = Number(place.get("y"));
      assert(left >= 0 && right <= width && y > 0 && y < height, `${name}: ${inside}`);
    }
  }
});
