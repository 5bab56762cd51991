/**
 * What a client of the soak may do next; each says what must come of it, and throws if it does not.
 *
 * @module
 */

import { ClientPayloadError, type ClientResponse, type ClientSession } from "../../io.ts";
import { createTask, isCancelled, RuntimeError, sleep, TimeoutError, waitFor } from "../../mod.ts";
import type { Action } from "./actor.ts";
import { CONVERSATIONS } from "./conversations.ts";
import { expect, expectFailure } from "./expect.ts";
import { hangUp } from "./hang_up.ts";
import { PIECE, PIECES, UPLOAD } from "./routes.ts";

const BYTES = new Uint8Array(UPLOAD).fill(120);
const HEAD = "HTTP/1.1\r\nhost: soak\r\n";

/** Requests a page, and reads all of the response. */
async function readAll(session: ClientSession, path: string, timeout?: number): Promise<string> {
  using response = await session.get(path, { timeout });
  return await response.text();
}

/** Makes a body that stops half-way, and never ends. */
function halfBody(): ReadableStream<Uint8Array> {
  let sent = 0;
  return new ReadableStream({
    pull(controller): Promise<void> | void {
      if (sent++ < 3) return controller.enqueue(BYTES.subarray(0, PIECE));
      return new Promise(() => {});
    },
  }, { highWaterMark: 0 });
}

/** Reads pieces of a response, and leaves the rest. */
async function leave(response: ClientResponse, pieces: number): Promise<void> {
  for await (const piece of response) {
    expect(piece.length > 0, "a piece is not empty", piece.length);
    if (--pieces === 0) break;
  }
}

/** All actions, by what they do. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  ...CONVERSATIONS,

  *"ask and get"({ session }) {
    const response = yield* session.get("fast");
    const text = yield* response.text();
    expect(text === "fast", "the text", text);
  },

  async "ask for what is slow"({ session, random }) {
    const path = random.next() < 0.5 ? "slow" : "late";
    const text = await readAll(session, `${path}?ms=${Math.floor(random.next() * 100)}`);
    expect(text === path, "the text", text);
  },

  async "read a stream"({ session }) {
    using response = await session.get("stream");
    const { length } = await response.bytes();
    expect(length === PIECE * PIECES, "the size of the stream", length);
  },

  async "leave a stream half-read"({ session, random }) {
    using response = await session.get("stream");
    await leave(response, 1 + Math.floor(random.next() * 5));
  },

  async "follow events, and stop"({ session, random }) {
    using response = await session.get("events");
    let left = 1 + Math.floor(random.next() * 10);
    for await (const line of response.lines()) {
      expect(line === "data: tick" || line === "", "a line", line);
      if (--left === 0) break;
    }
  },

  async "see a stream break"({ session }) {
    using response = await session.get("broken");
    await expectFailure(
      response.bytes(),
      "a broken body throws",
      (error) => error instanceof ClientPayloadError,
    );
  },

  *"ask for what fails"({ session }) {
    const response = yield* session.get("fail");
    expect(response.status === 500, "the status", response.status);
    response.release();
  },

  async "upload"({ session }) {
    using response = await session.post("upload", { body: BYTES });
    const { size } = await response.json<{ size: number }>();
    expect(size === UPLOAD, "the size of the upload", size);
  },

  async "abandon an upload"({ session, random }) {
    await expectFailure(
      waitFor(session.post("upload", { body: halfBody() }), 10 + random.next() * 50),
      "an upload that never ends is given up",
      (error) => error instanceof TimeoutError,
    );
  },

  async "run out of time"({ session, random }) {
    await expectFailure(
      readAll(session, "late?ms=5000", 1 + random.next() * 60),
      "what takes too long times out",
      (error) => error instanceof TimeoutError,
    );
  },

  async "cancel a request"({ session, random }) {
    const task = createTask(() => readAll(session, "slow?ms=5000"));
    await sleep(random.next() * 60);
    task.cancel("made to be cancelled");
    await expectFailure(task, "what is cancelled throws", isCancelled);
  },

  async "cancel during a body"({ session, random }) {
    const task = createTask(async () => {
      using response = await session.get("events");
      await response.bytes();
    });
    await sleep(20 + random.next() * 60);
    task.cancel("made to be cancelled");
    await expectFailure(task, "what is cancelled throws", isCancelled);
  },

  async "hang up"({ port, random }) {
    const sort = random.next();
    if (sort < 0.25) return await hangUp(port, `GET /fa`, false);
    if (sort < 0.5) return await hangUp(port, `GET /slow?ms=5000 ${HEAD}\r\n`, false);
    if (sort < 0.75) return await hangUp(port, `GET /stream ${HEAD}\r\n`, true);
    await hangUp(port, `POST /upload ${HEAD}content-length: 9999\r\n\r\nbegun`, false);
  },

  async "close the session during requests"(actor) {
    const { session, random } = actor;
    const tasks = ["slow?ms=5000", "events"].map((path) =>
      createTask(() => readAll(session, path))
    );
    await sleep(random.next() * 60);
    session.close();
    actor.renew();
    for (const task of tasks) {
      await expectFailure(
        task,
        "requests of a closed session throw",
        (error) => error instanceof RuntimeError,
      );
    }
  },
};
