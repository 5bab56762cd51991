import { assert, assertEquals } from "../../assert.ts";

const ROOT = new URL("../../../", import.meta.url);

Deno.test("deno task demo:cluster kills a worker, and every result comes", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "demo:cluster"],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, errors], [0, ""]);
  assert(out.includes("worker 2 is killed"), out);
  assert(/^worker 1 \|[ =-]+\| \d+ done$/m.test(out), out);
  assert(/^worker 2 \|[ =-]+X[ =-]+\| \d+ done, then killed$/m.test(out), out);
  assert(out.includes("Every result came: 48 of 48, in order: yes"), out);
});

Deno.test("deno task demo:cluster says in one line which package it needs", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--quiet", "examples/cluster/demo.ts"],
    cwd: ROOT,
    env: { NO_COLOR: "1", PATH: "/nowhere" },
  }).output();
  const [out, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([code, out], [1, ""]);
  const advice = "install Debian's package, apt-get install redis-server";
  assertEquals(errors, `redis-server is missing: ${advice}\n`);
});
