import { assertEquals } from "../assert.ts";
import { start } from "../futures/child.ts";

Deno.test("a first signal lets all clean up, though one run is closing already", async () => {
  const child = start("closing.ts");
  await child.wrote("ready");
  child.kill("SIGINT");
  const { code, stdout, stderr } = await child.ended;
  const lines = stdout.trim().split("\n").slice(1);
  assertEquals(lines, ["running one is clean", "closing one is clean"]);
  assertEquals([code, stderr], [130, ""]);
});
