import { assert, assertEquals } from "../assert.ts";
import { runToEnd } from "./child.ts";

/** Lists in which ways a cancelled promise is let go, with how many cleanups run then. */
const SILENT: Record<string, number> = {
  "with a task that is cancelled": 1,
  "left behind by main": 1,
  "left behind by scopes": 2,
  "by hand": 1,
  "in a line for what its task takes": 0,
};

for (const [way, cleanups] of Object.entries(SILENT)) {
  Deno.test(`a cancellation of native code that nobody awaits is no error: ${way}`, async () => {
    const { code, stdout, stderr } = await runToEnd("let_go.ts", [], [way]);
    assertEquals([stdout, stderr, code], [`goes on after ${cleanups}\n`, "", 0]);
  });
}

/** Lists what ends the process, with words of the report. */
const LOUD: Record<string, string> = {
  "with a failure": "of floating code",
  "of run()": "CancelledError",
  "of run() in progress": "CancelledError",
};

for (const [way, words] of Object.entries(LOUD)) {
  Deno.test(`a rejection that nobody handles ends the process: ${way}`, async () => {
    const { code, stdout, stderr } = await runToEnd("let_go.ts", [], [way]);
    assertEquals(code, 1);
    assert(stderr.includes(words), stderr);
    // Bun lets a module that awaits at its top level come to its end first.
    if (!("Bun" in globalThis)) assertEquals(stdout, "");
  });
}
