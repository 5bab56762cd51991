import { run, sleep, until, VirtualClock } from "../../mod.ts";
import { assertEquals } from "../assert.ts";
import { hostTurns } from "../host_turns.ts";

Deno.test("a VirtualClock that several loops share jumps to the nearest deadline of all", async () => {
  for (const names of ["ab", "ba"]) {
    const clock = new VirtualClock();
    const log: string[] = [];
    const tick = (name: string, ms: number, count: number) =>
      run(async () => {
        for (let n = 0; n < count; n++) {
          await sleep(ms);
          log.push(`${name}${clock.now()}`);
        }
      }, { clock, signals: [] });
    const runs = { a: () => tick("a", 10, 2), b: () => tick("b", 4, 4) };
    await Promise.all([...names].map((name) => runs[name as "a" | "b"]()));
    assertEquals(log, ["b4", "b8", "a10", "b12", "b16", "a20"]);
  }
});

Deno.test("a VirtualClock that several loops share waits for the host of each", async () => {
  const clock = new VirtualClock();
  const waits = run(async () => {
    await until(hostTurns());
    return clock.now();
  }, { clock, signals: [] });
  const sleeps = run(() => sleep(100), { clock, signals: [] });
  assertEquals(await waits, 0);
  await sleeps;
  assertEquals(clock.now(), 100);
});
