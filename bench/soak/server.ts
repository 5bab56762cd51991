/**
 * The server of the soak: it does what the lines on its input say, and tells on its output.
 *
 * First it tells what it holds before it serves. Then `sample` lets it tell what it holds, and
 * `stop` shuts it down; it tells once more, and ends.
 *
 * @module
 */

import { serve, type ServerStatistics } from "../../io.ts";
import { type ExceptionContext, run, until } from "../../mod.ts";
import { Routes } from "./routes.ts";
import { readVitals, type Vitals } from "./vitals.ts";

/** What the server tells of itself. */
export interface ServerReport {
  readonly vitals: Vitals;
  /** The port; 0 unless it listens. */
  readonly port: number;
  readonly statistics?: ServerStatistics | undefined;
  /** The number of handlers and bodies whose cleanup has not run. */
  readonly open: number;
  /** The number of handlers and bodies begun. */
  readonly begun: number;
  /** The number of failures that were made and reported. */
  readonly failures: number;
  /** The reports of failures that nobody made. */
  readonly unexpected: readonly string[];
}

const routes = new Routes();
const unexpected: string[] = [];
let failures = 0;

/** Takes what the loop reports. */
function onError({ message, exception }: ExceptionContext): void {
  if (exception instanceof Error && exception.message.startsWith("made to fail")) failures++;
  else unexpected.push(`${message}: ${exception}`);
}

/** Returns what the process holds. */
async function tell(port: number, statistics?: ServerStatistics): Promise<void> {
  const { open, begun } = routes;
  const vitals = await readVitals();
  const report: ServerReport = { vitals, port, statistics, open, begun, failures, unexpected };
  console.log(JSON.stringify(report));
}

const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();

await run(async () => {
  await tell(0);
  {
    await using server = serve(routes, { port: 0, limit: 100, deadline: 10_000 });
    do await tell(server.port, server.statistics()); while (
      (await until(() => lines.read())).value === "sample\n"
    );
  }
  await tell(0);
}, { onError });
await lines.cancel();
