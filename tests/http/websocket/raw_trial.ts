/**
 * Tests of clients with a raw server, in virtual time.
 *
 * @module
 */

import type { WebSocketConnection } from "../../../web.ts";
import { FRONT_ENDS, inWorld, type Program } from "../../futures/trial.ts";
import { type RawScript, RawSocketServer } from "./raw_socket.ts";

/** Lets the host have some time. */
export const hostTime = (ms = 0): Promise<unknown> =>
  new Promise((resolve) => void setTimeout(resolve, ms));

/** Defines a test per front end, with a raw server. */
export function rawTrial(
  sentence: string,
  script: RawScript,
  program: (url: string, clock: { advance(ms: number): void }) => Program<unknown>,
): void {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence} (${name})`, async () => {
      await using server = new RawSocketServer(script);
      await inWorld(({ clock }) => as(() => program(server.url, clock)));
    });
  }
}

/** Closes what a client has opened, and waits for that. */
export function* closing(socket: WebSocketConnection): Program {
  socket.close();
  yield socket.waitClosed();
}
