import { problemsOf } from "../../npm/size.ts";
import { assertEquals } from "../assert.ts";

const measured = {
  name: "a program",
  program: "",
  minified: 40,
  gzipped: 14,
  without: ["src/sync/"],
};

Deno.test("size: a program within its limits has no problem", () => {
  const sources = [["src/futures/task.ts", 6000]] as const;
  const bundle = { minified: 40 * 1024, gzipped: 14 * 1024, sources };
  assertEquals(problemsOf(measured, bundle), []);
});

Deno.test("size: what is too large is named, and so is a module that is not needed", () => {
  const sources = [["src/sync/queue.ts", 2000], ["src/futures/task.ts", 1000]] as const;
  const bundle = { minified: 40 * 1024 + 1, gzipped: 20 * 1024, sources };
  assertEquals(problemsOf(measured, bundle), [
    "a program: 40.0 KB minified, the most is 40 KB",
    "a program: 20.0 KB gzipped, the most is 14 KB",
    "a program: src/sync/queue.ts is in it, and is not needed",
  ]);
});
