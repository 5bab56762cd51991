/**
 * Tests with a server that listens.
 *
 * @module
 */

import { type FetchApp, type Handler, serve, type ServeOptions, type Server } from "../../../io.ts";
import { type ExceptionContext, run, VirtualClock } from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";

/** Bounds, in ms of the host's time, how long a test may take. */
const LONGEST = 20_000;

/** What a test with a server runs in. */
export interface Serving {
  readonly server: Server;
  readonly clock: VirtualClock;
  /** Holds what was reported to the exception handler; a test takes out what it expects. */
  readonly reports: ExceptionContext[];
}

/** Runs a body beside a server, in virtual time, and asserts that nothing unexpected is reported. */
export async function serving(
  handler: Handler | FetchApp,
  options: ServeOptions,
  body: (serving: Serving) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  const reports: ExceptionContext[] = [];
  const main = async () => {
    await using server = serve(handler, { port: 0, ...options });
    await body({ server, clock, reports });
    assertEquals(server.active, 0, "requests are left");
  };
  const onError = (context: ExceptionContext) => void reports.push(context);
  const watchdog = setTimeout(() => {
    throw new Error("The test is stuck");
  }, LONGEST);
  try {
    await run(main, { clock, onError, signals: [] });
  } finally {
    clearTimeout(watchdog);
  }
  assertEquals(reports.map(({ message, exception }) => `${message}: ${exception}`), []);
}

/** Lets the host have turns until something is so. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  for (let turns = 0; !isSo(); turns++) {
    if (turns > 5_000_000) throw new Error(`It never happened: ${what}`);
    await new Promise((resolve) => void setImmediate(resolve));
  }
}

/** Fetches a text. */
export async function fetchText(server: Server, path: string): Promise<[number, string]> {
  const response = await fetch(server.url + path);
  return [response.status, await response.text()];
}

/** Takes the only report out, and gives what it says. */
export function takeReport(reports: ExceptionContext[]): ExceptionContext {
  assertEquals(reports.length, 1, `one report must be there: ${reports.map((r) => r.message)}`);
  return reports.pop()!;
}
