/**
 * Where the tests find their server: on Deno it is started for each; elsewhere, where this file is
 * replaced, whoever runs the tests has started it.
 *
 * @module
 */

import { type Counterpart, startCounterpart } from "./counterpart_server.ts";

/** Gives the server, for as long as it is not disposed. */
export function counterpart(): Counterpart {
  return startCounterpart();
}
