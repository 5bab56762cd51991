/**
 * What can answer requests.
 *
 * @module
 */

import { type CoroutineResult, show } from "../lowlevel.ts";

/** Is what the host knows of a request besides the request: where it came from, above all. */
export type RequestInfo = Deno.ServeHandlerInfo<Deno.NetAddr>;

/** Answers a request: a generator function, a native async function, or a plain function. */
export type Handler = (
  request: Request,
  info: RequestInfo,
) => Response | CoroutineResult<Response>;

/** Is an application in the style of `fetch`, as many frameworks make them. */
export interface FetchApp {
  /** Answers a request. */
  fetch(request: Request, info: RequestInfo): Response | CoroutineResult<Response>;
}

/** Makes a handler of what was given as one; refuses what cannot answer. */
export function toHandler(given: Handler | FetchApp): Handler {
  if (typeof given === "function") return given;
  if (typeof given === "object" && typeof given?.fetch === "function") {
    return (request, info) => given.fetch(request, info);
  }
  throw new TypeError(
    `A HANDLER MUST BE A FUNCTION OF A REQUEST, OR HAVE A METHOD fetch(): ${show(given)}`,
  );
}
