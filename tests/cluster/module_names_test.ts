import { ModuleList, toFolder, toTravelName } from "../../src/cluster/module_names.ts";
import { RuntimeError } from "../../mod.ts";
import { assertEquals, assertThrows } from "../assert.ts";

Deno.test("a module below the base travels by its path, any other by its address", () => {
  const base = toFolder("base", "file:///app/jobs/");
  assertEquals(toTravelName("file:///app/jobs/a/b.ts", base), "job:a/b.ts");
  assertEquals(toTravelName("file:///app/jobs/../jobs/b.ts", base), "job:b.ts");
  for (const module of ["file:///app/b.ts", "data:text/javascript,1", "job:b.ts"]) {
    assertEquals(toTravelName(module, base), module);
    assertEquals(toTravelName(module, undefined), module);
  }
  assertThrows(() => toFolder("base", "file:///app/jobs"), RangeError, "base must be a folder");
  assertThrows(() => toFolder("base", "jobs/"), RangeError, "base must be an absolute URL");
  assertThrows(() => toFolder("base", 5), TypeError, "base must be a URL: 5");
});

Deno.test("a worker resolves what it lists, and nothing beside", () => {
  const list = new ModuleList(
    ["file:///app/jobs/", new URL("file:///app/one.ts"), "https://example.org/jobs/"],
    { img: "file:///other/img.ts" },
  );
  const resolved: [string, string][] = [
    ["file:///app/jobs/a.ts", "file:///app/jobs/a.ts"],
    ["file:///app/jobs/../jobs/./a.ts", "file:///app/jobs/a.ts"],
    ["file:///app/one.ts", "file:///app/one.ts"],
    ["https://example.org/jobs/a.ts", "https://example.org/jobs/a.ts"],
    ["file:///other/img.ts", "file:///other/img.ts"],
    ["job:img", "file:///other/img.ts"],
    ["job:a/b.ts", "file:///app/jobs/a/b.ts"],
  ];
  for (const [module, href] of resolved) assertEquals(list.resolve(module), href);
  const refused = [
    "file:///app/jobs/../two.ts",
    "file:///app/jobs/%2e%2e/two.ts",
    "file:///app/jobs/..%2ftwo.ts",
    "file:///app/jobs/..%5Ctwo.ts",
    "file:///app/one.ts/two.ts",
    "file:///app/jobsx/a.ts",
    "https://example.org/a.ts",
    "http://example.org/jobs/a.ts",
    "data:text/javascript,1",
    "blob:null/1",
    "job:../two.ts",
    "job:%2e%2e/two.ts",
    "job:..%2Ftwo.ts",
    "a.ts",
    "",
  ];
  for (const module of refused) {
    assertThrows(() => list.resolve(module), RuntimeError, "Cannot run a job of the module");
  }
});

Deno.test("a worker lists data: by its scheme, and what it lists must make sense", () => {
  assertEquals(
    new ModuleList(["data:"]).resolve("data:text/javascript,1"),
    "data:text/javascript,1",
  );
  assertEquals(new ModuleList([], { a: "file:///a.ts" }).files, ["file:///a.ts"]);
  assertThrows(() => new ModuleList([]), RangeError, "modules must name what the worker may run");
  assertThrows(() => new ModuleList(["./jobs/"]), RangeError, "modules must be an absolute URL");
  assertThrows(() => new ModuleList("file:///a" as never), TypeError, "modules must be an array");
});
