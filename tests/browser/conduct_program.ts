/**
 * A program in a page: it opens a WebSocket for each way in which a server may behave, and tells what it heard.
 *
 * @module
 */

import { run } from "../../mod.ts";
import { connectWebSocket } from "../../web.ts";
import { CONDUCTS, listen } from "../http/websocket/conduct.ts";
import { LAST_LINE } from "../portable/registry.ts";

const { tellOutcome, counterpart } = globalThis as unknown as {
  tellOutcome(line: string): void;
  readonly counterpart: string;
};

for (const what of Object.keys(CONDUCTS)) {
  const heard = await run(async () => {
    const socket = await connectWebSocket(counterpart + encodeURIComponent(what));
    return await listen(socket);
  });
  tellOutcome(JSON.stringify({ what, heard }));
}
tellOutcome(LAST_LINE);
