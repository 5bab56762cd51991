/**
 * Following a request to where servers send it.
 *
 * @module
 */

import type { Coroutine } from "../../lowlevel.ts";
import { ClientResponseError, TooManyRedirects } from "./client_error.ts";
import type { ClientRequest } from "./client_request.ts";
import { type ClientResponse, type Hop, newResponse } from "./client_response.ts";
import type { Settings } from "./session_options.ts";
import type { Transport } from "./transport.ts";

/** Sends a request, and then where it is redirected to, until a response is no redirect. */
export function* follow(
  request: ClientRequest,
  settings: Settings,
  transport: Transport,
  deadline: number,
): Coroutine<ClientResponse> {
  const history: Hop[] = [];
  for (let current = request;;) {
    const { response, transfer } = yield* transport.send(current, settings, deadline);
    try {
      const next = settings.redirect === "manual" ? undefined : current.redirected(response);
      if (next === undefined) {
        return newResponse(response, transfer, settings.maxBytes, history);
      }
      checkRedirect(current, response, settings, history.length);
      const { method, url } = current;
      const { status, statusText, headers } = response;
      history.push({ method, url, status, statusText, headers });
      current = next;
    } catch (error) {
      transfer.abort(error);
      throw error;
    }
    transfer.abort(undefined);
  }
}

/** Refuses to follow a redirect that the settings do not allow. */
function checkRedirect(
  request: ClientRequest,
  response: Response,
  { redirect, maxRedirects }: Settings,
  followed: number,
): void {
  if (redirect === "error") {
    const what = `Cannot follow the redirect of status ${response.status}, as redirect is "error"`;
    throw new ClientResponseError(what, request, response);
  }
  if (followed < maxRedirects) return;
  throw new TooManyRedirects(
    `Cannot follow more than ${maxRedirects} redirects`,
    request,
    response,
  );
}
