/**
 * Lets Chromium's own `EventSource` and `WebSocket` hear what a server says.
 *
 * @module
 */

import { chromium } from "playwright-core";
import { sendEvents, serve, type Server, upgradeWebSocket } from "../../io.ts";
import { run, sleep, until } from "../../mod.ts";
import { assertEquals } from "../assert.ts";

const BROWSER = { executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] };

/** Is what a page of the server does: it hears five events, in spite of breaks, and talks. */
const TALK = async (address: string) => {
  const events: string[] = [];
  const source = new EventSource(`${address}/events`);
  await new Promise<void>((resolve) =>
    source.addEventListener("count", (event) => {
      events.push(`${event.lastEventId} ${event.data}`);
      if (events.length === 5) resolve();
    })
  );
  source.close();
  const messages: unknown[] = [];
  const socket = new WebSocket(`${address.replace("http", "ws")}/ws`, ["v1", "v2"]);
  socket.binaryType = "arraybuffer";
  const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve));
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  socket.addEventListener("message", ({ data }) => {
    messages.push(typeof data === "string" ? data : [...new Uint8Array(data)]);
    if (messages.length === 3) socket.send("bye");
  });
  for (const message of ["text", new Uint8Array([1, 2, 3]), "ü".repeat(3)]) socket.send(message);
  const { code, reason, wasClean } = await closed;
  return { events, protocol: socket.protocol, messages, end: [code, reason, wasClean] };
};

Deno.test("Chromium's own EventSource goes on after breaks, and its WebSocket talks", async () => {
  const browser = await chromium.launch(BROWSER);
  try {
    await run(async () => {
      const events = async function* (after: number) {
        for (let n = after + 1; n <= after + 2; n++) {
          await sleep(1);
          yield { event: "count", data: `event\n${n}`, id: `${n}` };
        }
      };
      await using server: Server = serve((request): Response => {
        const { pathname } = new URL(request.url);
        if (pathname === "/events") {
          const last = Number(request.headers.get("last-event-id"));
          return sendEvents(events(last), { retry: 10 });
        }
        if (pathname !== "/ws") return new Response("");
        return upgradeWebSocket(request, async (socket) => {
          for await (const message of socket) {
            if (message === "bye") socket.close(4000, "goodbye");
            else await socket.send(message);
          }
        }, { protocols: ["v2"], origins: [server.url] });
      }, { port: 0 });
      const page = await until(browser.newPage());
      await until(page.goto(server.url));
      assertEquals(await until(page.evaluate(TALK, server.url)), {
        events: [1, 2, 3, 4, 5].map((n) => `${n} event\n${n}`),
        protocol: "v2",
        messages: ["text", [1, 2, 3], "üüü"],
        end: [4000, "goodbye", true],
      });
      await until(page.close());
      while (server.active > 0) await sleep(1);
    }, { signals: [] });
  } finally {
    await browser.close();
  }
});
