/**
 * What runs in a process of a `ProcessPool`.
 *
 * Its arguments are the mark of packets, in hexadecimal, the number of the first of two pipes (one that
 * they come by, and one that ends with the program), and the most memory that it may take, in MB. Either
 * number may be left empty. Packets come by the standard input if there are no pipes.
 *
 * @module
 */

import { readPipe } from "./extra_pipe.ts";
import { PacketReader, writePacket } from "./packet.ts";
import { JobRunner } from "./job_runner.ts";
import type { ExitMessage, FromSeat, ToSeat } from "./message.ts";
import { guardProcess } from "./process_guard.ts";

/** What helps a module whose names are in the import map of the program. */
const UNMAPPED =
  `: a process does not read the deno.json of the program: name it, args: ["--config=PATH"]`;

const mark = Uint8Array.fromHex(Deno.args[0]);
const [firstPipe, maxMemory] = Deno.args.slice(1).map((text) => text ? Number(text) : undefined);
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
}, UNMAPPED);

/** Writes a message at once, so that what a job prints never gets into a packet. */
function post(message: FromSeat | ExitMessage): void {
  const bytes = writePacket(mark, message);
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
  addEventListener("unhandledrejection", (event) => void runner.takeStray(event));
  let isFirst = true;
  const reader = new PacketReader(mark, (message) => {
    runner.receive(message as ToSeat);
    // By now the module of the first job is on its way, and does not wait for this.
    if (isFirst) guardProcess({ pipe: firstPipe && firstPipe + 1, maxMemory });
    isFirst = false;
  }, () => {});
  const take = (bytes: Uint8Array) => reader.push(bytes);
  if (firstPipe !== undefined) await readPipe(firstPipe, take);
  else for await (const bytes of Deno.stdin.readable) take(bytes);
  // Nobody asks any more: the pool was closed, or its program is gone.
  Deno.exit(0);
}
