import { connectWebSocket, upgradeWebSocket } from "../../../io.ts";
import { run, until } from "../../../mod.ts";
import { assertEquals } from "../../assert.ts";
import { eventually, serving } from "../server/serving.ts";
import { conducted, CONDUCTS, type Heard, listen } from "./conduct.ts";
import { RawSocket, RawSocketServer } from "./raw_socket.ts";

for (const [what, { say, messages, code }] of Object.entries(CONDUCTS)) {
  const expected: Heard = { messages, by: code === 1006 ? "network" : "peer", code };

  Deno.test(`upgradeWebSocket() hears ${what}`, async () => {
    const heard: Heard[] = [];
    const handler = (request: Request) =>
      upgradeWebSocket(request, async (socket) => void heard.push(await listen(socket)));
    await serving(handler, {}, async ({ server }) => {
      using socket = await RawSocket.connect(server.port);
      await socket.head();
      await say(socket);
      await until(eventually("the end", () => server.active === 0));
    });
    assertEquals(heard, [expected]);
  });

  Deno.test(`connectWebSocket() hears ${what}`, async () => {
    await using server = new RawSocketServer(conducted);
    await run(async () => {
      await using socket = await connectWebSocket(server.url + encodeURIComponent(what));
      assertEquals(await listen(socket), expected);
    }, { signals: [] });
  });
}
