/**
 * What a client of the soak may do over a WebSocket, or with a server's events.
 *
 * @module
 */

import { connectWebSocket, eventSource, WebSocketClosed } from "../../io.ts";
import { createTask, isCancelled, sleep } from "../../mod.ts";
import type { Action } from "./actor.ts";
import { expect, expectFailure } from "./expect.ts";
import { hangUp } from "./hang_up.ts";
import { MESSAGE } from "./routes.ts";

const BYTES = new Uint8Array(MESSAGE + 1).fill(120);
const UPGRADE = [
  "GET /echo HTTP/1.1",
  "host: soak",
  "connection: upgrade",
  "upgrade: websocket",
  "sec-websocket-version: 13",
  "sec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==",
  "",
  "",
].join("\r\n");

/** All of them, by what they do. */
export const CONVERSATIONS: Readonly<Record<string, Action>> = {
  async "talk over a WebSocket"({ port, random }) {
    await using socket = await connectWebSocket(`ws://127.0.0.1:${port}/echo`);
    const count = 1 + Math.floor(random.next() * 10);
    for (let n = 0; n < count; n++) {
      await socket.send(`${n}`);
      await socket.send(BYTES.subarray(0, Math.floor(random.next() * MESSAGE)));
    }
    for (let n = 0; n < count; n++) {
      const text = await socket.receive();
      expect(text === `${n}`, "the text of a message", text);
      const bytes = await socket.receive();
      expect(typeof bytes !== "string", "the kind of a message", bytes);
    }
  },

  async "wait at a WebSocket in vain"({ port, random }) {
    // Opened first: the host holds on to a request whose client goes while it is upgraded.
    await using socket = await connectWebSocket(`ws://127.0.0.1:${port}/echo`);
    const task = createTask(async () => void await socket.receive());
    await sleep(random.next() * 60);
    task.cancel("made to be cancelled");
    await expectFailure(task, "what is cancelled throws", isCancelled);
  },

  async "say too much over a WebSocket"({ port }) {
    await using socket = await connectWebSocket(`ws://127.0.0.1:${port}/echo`);
    await socket.send(BYTES);
    await expectFailure(
      socket.receive(),
      "a message that is too large ends the WebSocket",
      (error) => error instanceof WebSocketClosed && error.code === 1009,
    );
  },

  async "hang up on a WebSocket"({ port }) {
    await hangUp(port, UPGRADE, true);
  },

  async "follow events over breaks"({ session, random }) {
    using events = eventSource("ticks", { session });
    const count = 1 + Math.floor(random.next() * 8);
    for (let n = 1; n <= count; n++) {
      const { value } = await events.next();
      expect(value?.id === `${n}`, "the number of an event", value);
    }
  },

  async "cancel a wait for events"({ session, random }) {
    const task = createTask(async () => {
      for await (const { data } of eventSource("endless", { session })) {
        expect(data === "tick", "an event", data);
      }
    });
    await sleep(random.next() * 60);
    task.cancel("made to be cancelled");
    await expectFailure(task, "what is cancelled throws", isCancelled);
  },
};
