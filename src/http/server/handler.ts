/**
 * What can answer requests.
 *
 * @module
 */

import type { CoroutineResult } from "../../lowlevel.ts";

/** What the host knows of a request besides the request: where it came from, above all. */
export type RequestInfo<Addr extends Deno.Addr = Deno.NetAddr> = Deno.ServeHandlerInfo<Addr>;

/** What answers requests: a generator function, a native async function, or a plain function. */
export type Handler<Addr extends Deno.Addr = Deno.NetAddr> = (
  request: Request,
  info: RequestInfo<Addr>,
) => Response | CoroutineResult<Response>;

/** An application in the style of `fetch`, as many frameworks make them. */
export interface FetchApp<Addr extends Deno.Addr = Deno.NetAddr> {
  /** Answers a request. */
  fetch(request: Request, info: RequestInfo<Addr>): Response | CoroutineResult<Response>;
}
