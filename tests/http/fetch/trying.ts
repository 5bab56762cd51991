/**
 * Handlers whose runs go by virtual time.
 *
 * @module
 */

import { type ExceptionContext, VirtualClock } from "../../../mod.ts";
import {
  type FetchFunction,
  type FetchHandler,
  fetchHandler,
  type FetchHandlerOptions,
} from "../../../web.ts";
import { assertEquals } from "../../assert.ts";

/** Makes a request. */
export const ask = (path = "/", init?: RequestInit): Request =>
  new Request(`http://localhost${path}`, init);

/** Gives what a response says. */
export async function read(response: Response): Promise<[number, string]> {
  return [response.status, await response.text()];
}

/** Is a handler whose runs go by virtual time, one at a time, and what they reported. */
export interface Tried {
  readonly handle: FetchFunction;
  readonly reports: ExceptionContext[];
  /** Lasts until the runs of all requests so far have ended. */
  ended(): Promise<unknown>;
}

/** Makes a handler to be tried. */
export function trying(handler: FetchHandler, options: FetchHandlerOptions = {}): Tried {
  const reports: ExceptionContext[] = [];
  const lasting: Promise<unknown>[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  const answer = fetchHandler(handler, {
    run: { clock: new VirtualClock(), onError },
    ...options,
  });
  const context = { waitUntil: (promise: Promise<unknown>) => void lasting.push(promise) };
  return {
    handle: (request) => answer(request, undefined, context),
    reports,
    ended: () => Promise.all(lasting),
  };
}

/** Takes the only report out, and gives its message and its error's. */
export function takeReport(reports: ExceptionContext[]): string {
  assertEquals(reports.length, 1);
  const { message, exception } = reports.pop()!;
  return `${message}: ${(exception as Error).message}`;
}
