import { callAfter } from "../../src/io/call_after.ts";
import { assertEquals } from "../assert.ts";
import { eventually } from "./serving.ts";

Deno.test("callAfter() calls back in time, unless it is stopped or its time does not come", async () => {
  const called: string[] = [];
  const stopped = callAfter(0, () => called.push("stopped"));
  const stops = [2 ** 31, Infinity].map((ms) => callAfter(ms, () => called.push(`${ms}`)));
  stopped();
  stopped();
  callAfter(1, () => called.push("1"));
  await eventually("the call", () => called.length > 0);
  assertEquals(called, ["1"]);
  for (const stop of stops) stop();
});
