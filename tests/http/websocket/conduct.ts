/**
 * What one end of a WebSocket may say to the other, and what it may not: the kinds of cases that
 * Autobahn's test suite has.
 *
 * @module
 */

import { type Message, WebSocketClosed, type WebSocketConnection } from "../../../web.ts";
import {
  BINARY,
  CLOSE,
  CONTINUATION,
  PING,
  PONG,
  type RawScript,
  type RawSocket,
  TEXT,
} from "./raw_socket.ts";

/** What was heard at the other end, and how that ended. */
export interface Heard {
  readonly messages: readonly string[];
  readonly by: string;
  readonly code: number;
}

/** What somebody says. */
export interface Conduct {
  say(socket: RawSocket): Promise<unknown>;
  /** What the other end must hear. */
  readonly messages: readonly string[];
  /** The code that the other end must see; 1006 if it was wrong. */
  readonly code: number;
}

/** Says what a message is: short text as it is, and all else by its size. */
function describe(message: Message): string {
  if (typeof message !== "string") return `${message.length} bytes`;
  return message.length < 100 ? message : `${message.length} letters`;
}

/** Listens until the end. */
export async function listen(socket: WebSocketConnection): Promise<Heard> {
  const messages: string[] = [];
  try {
    for (;;) messages.push(describe(await socket.receive()));
  } catch (error) {
    if (!(error instanceof WebSocketClosed)) throw error;
    return { messages, by: error.by, code: error.code };
  }
}

const MORE = { isFinal: false };

/** Says something, and then that it is over. */
const allowed = (say: (socket: RawSocket) => Promise<unknown>, ...messages: string[]): Conduct => ({
  say: async (socket) => {
    await say(socket);
    await socket.send(CLOSE, [1000, "that is all"]);
  },
  messages,
  code: 1000,
});

/** Ends it by a close frame with some bytes. */
const closed = (payload: Parameters<RawSocket["send"]>[1], code: number): Conduct => ({
  say: (socket) => socket.send(CLOSE, payload),
  messages: [],
  code,
});

/** Says what is wrong. */
const wrong = (say: (socket: RawSocket) => Promise<unknown>, ...messages: string[]): Conduct => ({
  say,
  messages,
  code: 1006,
});

/** Says text in frames of some bytes each. */
async function sayBytes(socket: RawSocket, ...frames: (readonly number[])[]): Promise<void> {
  for (const [n, frame] of frames.entries()) {
    const options = { isFinal: n === frames.length - 1 };
    await socket.send(n === 0 ? TEXT : CONTINUATION, new Uint8Array(frame), options);
  }
}

const SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536, 1_000_000];
const FLOOD = 1_000;

/** The texts that are no UTF-8, in frames. */
const NO_UTF_8: Readonly<Record<string, (readonly number[])[]>> = {
  "a byte that begins nothing": [[0x80]],
  "a byte that is never used": [[0x61, 0xfe]],
  "a letter that is longer than it need be": [[0xc0, 0xaf]],
  "half a pair": [[0xed, 0xa0, 0x80]],
  "a letter beyond the last": [[0xf4, 0x90, 0x80, 0x80]],
  "a letter that ends too early": [[0xe2, 0x82]],
  "a letter that goes wrong in the next frame": [[0xe2, 0x82], [0x28]],
};

const FORBIDDEN_CODES = [0, 999, 1005, 1006, 1015];
const KNOWN_CODES = [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999];

/** All that may be said, or not, by what it is. */
export const CONDUCTS: Readonly<Record<string, Conduct>> = {
  "messages of all sizes": allowed(
    async (socket) => {
      for (const size of SIZES) await socket.send(BINARY, new Uint8Array(size));
    },
    ...SIZES.map((size) => `${size} bytes`),
  ),
  "text in frames, with a ping between": allowed(
    async (socket) => {
      await socket.send(TEXT, "hel", MORE);
      await socket.send(CONTINUATION, "", MORE);
      await socket.send(PING, "?");
      await socket.send(CONTINUATION, "lo");
      await socket.send(TEXT, "again");
    },
    "hello",
    "again",
  ),
  "a message in a thousand frames": allowed(async (socket) => {
    await socket.send(BINARY, new Uint8Array(10), MORE);
    for (let n = 0; n < 998; n++) await socket.send(CONTINUATION, new Uint8Array(10), MORE);
    await socket.send(CONTINUATION, new Uint8Array(10));
  }, "10000 bytes"),
  "a message of empty frames": allowed(async (socket) => {
    await socket.send(TEXT, "", MORE);
    await socket.send(CONTINUATION, "", MORE);
    await socket.send(CONTINUATION, "");
  }, ""),
  "a letter in two frames": allowed(
    (socket) => sayBytes(socket, [0xce], [0xba, 0xe1, 0xbd], [0xb9]),
    "\u03ba\u1f79",
  ),
  "a zero letter, and the last one": allowed(
    (socket) => sayBytes(socket, [0], [0xf4, 0x8f, 0xbf, 0xbf]),
    "\0\u{10ffff}",
  ),
  "pongs that nobody asked for": allowed(async (socket) => {
    for (let n = 0; n < 100; n++) await socket.send(PONG, `${n}`);
    await socket.send(TEXT, "hello");
  }, "hello"),
  "a flood of pings": allowed(async (socket) => {
    for (let n = 0; n < FLOOD; n++) await socket.send(PING, new Uint8Array(125));
    await socket.send(TEXT, "hello");
    let last: Uint8Array | undefined;
    await socket.send(PING, "the last");
    // Who is asked often need not answer each time.
    while (last === undefined || last.length !== 8) {
      const frame = await socket.next();
      if (frame === undefined) throw new Error("It ended");
      if (frame.kind === PONG) last = frame.payload;
    }
  }, "hello"),
  "what comes after the end": {
    say: async (socket) => {
      await socket.send(CLOSE, [1000, ""]);
      await socket.send(TEXT, "too late").catch(() => {});
      await socket.send(PING, "too late").catch(() => {});
    },
    messages: [],
    code: 1000,
  },
  "the longest reason": closed([1000, "x".repeat(123)], 1000),
  "no code": closed("", 1005),
  ...Object.fromEntries(
    KNOWN_CODES.map((code) => [`the code ${code}`, closed([code, "why"], code)]),
  ),
  ...Object.fromEntries(
    FORBIDDEN_CODES.map((code) => [`the code ${code}, which is wrong`, closed([code], 1006)]),
  ),
  "half a code, which is wrong": closed(new Uint8Array([3]), 1006),
  "a reason that is no UTF-8, which is wrong": closed(new Uint8Array([3, 232, 0xff]), 1006),
  ...Object.fromEntries(
    Object.entries(NO_UTF_8).map(([what, frames]) => [
      `${what}, which is wrong`,
      wrong((socket) => sayBytes(socket, ...frames)),
    ]),
  ),
  ...Object.fromEntries(
    [0x40, 0x20, 0x10, 0x70].map((flags) => [
      `the flags ${flags}, which are wrong`,
      wrong((socket) => socket.send(TEXT, "x", { flags })),
    ]),
  ),
  ...Object.fromEntries(
    [3, 7, 11, 15].map((kind) => [
      `a frame of kind ${kind}, which is wrong`,
      wrong(async (socket) => {
        await socket.send(TEXT, "before");
        await socket.send(kind, "x");
      }, "before"),
    ]),
  ),
  "a continuation of nothing, which is wrong": wrong((socket) => socket.send(CONTINUATION, "x")),
  "another message in the middle of one, which is wrong": wrong(async (socket) => {
    await socket.send(TEXT, "hel", MORE);
    await socket.send(TEXT, "lo");
  }),
  "a ping in parts, which is wrong": wrong((socket) => socket.send(PING, "x", MORE)),
  "a ping that is too long, which is wrong": wrong((socket) =>
    socket.send(PING, new Uint8Array(126))
  ),
};

/** Says what a path names, as a server does; then closes the connection once the client agrees. */
export const conducted: RawScript = async (socket, head) => {
  const [, name] = /^GET \/(\S*)/.exec(head)!;
  await socket.accept(head);
  await CONDUCTS[decodeURIComponent(name)].say(socket);
  await socket.untilClose();
};
