/**
 * What runs in a process of a `ProcessPool`; its argument is the mark of frames, in hexadecimal.
 *
 * @module
 */

import { FrameReader, writeFrame } from "./frame.ts";
import { JobRunner } from "./job_runner.ts";
import type { ExitMessage, FromSeat, ToSeat } from "./message.ts";

const mark = Uint8Array.fromHex(Deno.args[0]);
let isCancelled = false;
let isListening = false;

const runner = new JobRunner({
  post,
  isCancelled: () => isCancelled,
  listen() {
    if (isListening) return;
    isListening = true;
    try {
      Deno.addSignalListener("SIGTERM", () => {
        isCancelled = true;
        runner.receive({ type: "cancel", message: undefined });
      });
    } catch {
      // A host without such signals ends the process at once.
    }
  },
});

/** Writes a message at once, so that what a job prints never gets into a frame. */
function post(message: FromSeat | ExitMessage): void {
  const bytes = writeFrame(mark, message);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

if (import.meta.main) {
  addEventListener("unload", () => {
    try {
      post({ type: "exit", begun: runner.begun });
    } catch {
      // A job has closed the output, or nobody reads it any more.
    }
  });
  const reader = new FrameReader(mark, (message) => runner.receive(message as ToSeat), () => {});
  for await (const bytes of Deno.stdin.readable) reader.push(bytes);
  // Nobody asks any more: the pool was closed, or its program is gone.
  Deno.exit(0);
}
