import { assert, assertEquals } from "../assert.ts";
import { type Ended, start } from "../futures/child.ts";
import { listen } from "../../src/engine/signals.ts";

/** Runs a program that is interrupted when it is ready, and again when it has noticed. */
async function interrupt(
  way: string,
  first: Deno.Signal,
  second?: Deno.Signal,
): Promise<Ended & { lines: string[] }> {
  const child = start("interrupted.ts", [way]);
  await child.wrote("ready");
  child.kill(first);
  if (second !== undefined) {
    await child.wrote(`cancelled true: ${first}`);
    child.kill(second);
  }
  const ended = await child.ended;
  return { ...ended, lines: ended.stdout.trim().split("\n").slice(1) };
}

for (const [signal, status] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
  Deno.test(`${signal} cancels main, which cleans up; the status is ${status}`, async () => {
    const { code, lines, stderr } = await interrupt("", signal);
    assertEquals(lines, [`cancelled true: ${signal}`, "cleaned up"]);
    assertEquals([code, stderr], [status, ""]);
  });

  Deno.test(`a second ${signal} ends the process at once, with ${status}`, async () => {
    const { code, lines } = await interrupt("slow", signal, signal);
    assertEquals([code, lines], [status, [`cancelled true: ${signal}`]]);
  });

  Deno.test(`${signal} ends the process after its grace, with ${status}`, async () => {
    const { code, lines } = await interrupt("grace", signal);
    assertEquals([code, lines], [status, [`cancelled true: ${signal}`]]);
  });
}

Deno.test("a program that swallows the interruption goes on", async () => {
  const { code, lines } = await interrupt("swallow", "SIGINT");
  assertEquals(lines, ["cancelled true: SIGINT", "cleaned up", "swallowed", "end"]);
  assertEquals(code, 0);
});

Deno.test("a program may handle what run() throws when it is interrupted", async () => {
  const { code, lines } = await interrupt("handled", "SIGINT");
  assertEquals(lines.slice(2), ["run threw CancelledError: SIGINT", "end"]);
  assertEquals(code, 0);
});

Deno.test("a second run of a Runner is interrupted as the first is", async () => {
  const { code, lines } = await interrupt("second run", "SIGINT");
  assertEquals([code, lines], [130, ["cancelled true: SIGINT", "cleaned up"]]);
});

Deno.test("a program's own handler of a signal takes the place of run()'s", async () => {
  const { code, lines } = await interrupt("own handler", "SIGINT");
  assertEquals([code, lines], [0, ["stopped by its own handler", "end"]]);
});

Deno.test("two runs at once are both interrupted by one signal", async () => {
  const { code, lines } = await interrupt("two", "SIGTERM");
  assertEquals(lines.filter((line) => line === "cleaned up").length, 2, lines.join());
  assertEquals(code, 143);
});

Deno.test("a signal that is not listened to ends the process as ever", async () => {
  const { signal, lines } = await interrupt("term", "SIGINT");
  assertEquals([signal, lines], ["SIGINT", []]);
});

Deno.test("listen() gives nothing where the host refuses a signal", () => {
  assertEquals(listen("SIGKILL", () => {}), undefined);
  assertEquals(listen("NO SUCH SIGNAL", () => {}), undefined);
  const stop = listen("SIGUSR2", () => {});
  assert(stop !== undefined);
  stop();
});
