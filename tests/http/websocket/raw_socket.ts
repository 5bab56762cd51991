/**
 * Either end of a WebSocket that says exactly what a test wants, right or wrong.
 *
 * @module
 */

/** Are the kinds of frames. */
export const CONTINUATION = 0;
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

/** Is a frame as it came. */
export interface Frame {
  readonly kind: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array;
}

const encoder = new TextEncoder();

/** Makes bytes of text or a code with a reason. */
export function bytes(
  data: string | Uint8Array | readonly [code: number, reason?: string],
): Uint8Array {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Uint8Array) return data;
  const [code, reason = ""] = data;
  return new Uint8Array([code >> 8, code & 255, ...encoder.encode(reason)]);
}

/** Is one connection, as the test holds it. */
export class RawSocket implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #isClient: boolean;
  #held = new Uint8Array(0);
  #isClosed = false;

  private constructor(conn: Deno.Conn, isClient: boolean) {
    this.#conn = conn;
    this.#isClient = isClient;
  }

  /** Connects to a server, and asks for a WebSocket. */
  static async connect(port: number, path = "/", ...headers: string[]): Promise<RawSocket> {
    const socket = new RawSocket(await Deno.connect({ hostname: "127.0.0.1", port }), true);
    const head = [
      `GET ${path} HTTP/1.1`,
      "host: test",
      "upgrade: websocket",
      "connection: Upgrade",
      "sec-websocket-version: 13",
      "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    ];
    await socket.write(encoder.encode(`${head.join("\r\n")}\r\n\r\n`));
    return socket;
  }

  /** Takes over a connection of a client. */
  static take(conn: Deno.Conn): RawSocket {
    return new RawSocket(conn, false);
  }

  /** Reads a head. */
  async head(): Promise<string> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#held);
      const end = text.indexOf("\r\n\r\n") + 4;
      if (end >= 4) {
        this.#held = this.#held.slice(end);
        return text.slice(0, end);
      }
      await this.#read();
    }
  }

  /** Agrees to a client's request. */
  async accept(head: string, ...headers: string[]): Promise<void> {
    const key = /^sec-websocket-key: (.*)\r$/im.exec(head)![1];
    const secret = encoder.encode(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-1", secret));
    const accept = btoa(String.fromCharCode(...digest));
    const lines = [
      "HTTP/1.1 101 Switching Protocols",
      "upgrade: websocket",
      "connection: Upgrade",
      `sec-websocket-accept: ${accept}`,
      ...headers,
    ];
    await this.write(encoder.encode(`${lines.join("\r\n")}\r\n\r\n`));
  }

  /** Sends a frame. */
  async send(
    kind: number,
    data: string | Uint8Array | readonly [code: number, reason?: string] = "",
    { isFinal = true, flags = 0 }: { isFinal?: boolean; flags?: number } = {},
  ): Promise<void> {
    const payload = bytes(data);
    const { length } = payload;
    const mask = this.#isClient ? 0x80 : 0;
    const head = [(isFinal ? 0x80 : 0) | flags | kind];
    if (length < 126) head.push(mask | length);
    else if (length < 65536) head.push(mask | 126, length >> 8, length & 255);
    else head.push(mask | 127, 0, 0, 0, 0, ...[24, 16, 8, 0].map((by) => (length >>> by) & 255));
    if (mask) head.push(0, 0, 0, 0); // A mask that changes nothing.
    const frame = new Uint8Array(head.length + length);
    frame.set(head);
    frame.set(payload, head.length);
    await this.write(frame);
  }

  /** Reads a frame; `undefined` at the end. */
  async next(): Promise<Frame | undefined> {
    try {
      await this.#need(2);
      const [first, second] = this.#held;
      const short = second & 127;
      const extra = short === 127 ? 8 : short === 126 ? 2 : 0;
      await this.#need(2 + extra);
      const view = new DataView(this.#held.buffer);
      const length = extra === 8 ? view.getUint32(6) : extra === 2 ? view.getUint16(2) : short;
      const at = 2 + extra + (second & 128 ? 4 : 0);
      await this.#need(at + length);
      const mask = second & 128 ? this.#held.slice(at - 4, at) : new Uint8Array(4);
      const payload = this.#held.slice(at, at + length).map((byte, n) => byte ^ mask[n & 3]);
      this.#held = this.#held.slice(at + length);
      return { kind: first & 15, isFinal: (first & 128) > 0, payload };
    } catch (error) {
      if (error instanceof Ended) return undefined;
      throw error;
    }
  }

  /** Reads up to a close frame, and gives its code and reason; `undefined` if there is none. */
  async untilClose(): Promise<[code: number, reason: string] | undefined> {
    for (let frame = await this.next(); frame !== undefined; frame = await this.next()) {
      if (frame.kind !== CLOSE) continue;
      const { payload } = frame;
      const code = payload.length < 2 ? 1005 : payload[0] << 8 | payload[1];
      return [code, new TextDecoder().decode(payload.subarray(2))];
    }
    return undefined;
  }

  /** Writes bytes. */
  async write(data: Uint8Array): Promise<void> {
    for (let rest = data; rest.length > 0;) rest = rest.subarray(await this.#conn.write(rest));
  }

  async #need(count: number): Promise<void> {
    while (this.#held.length < count) await this.#read();
  }

  async #read(): Promise<void> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#conn.read(buffer).catch(() => null);
    if (count === null) throw new Ended();
    const held = new Uint8Array(this.#held.length + count);
    held.set(this.#held);
    held.set(buffer.subarray(0, count), this.#held.length);
    this.#held = held;
  }

  /** Goes away without a word. */
  close(): void {
    if (!this.#isClosed) this.#conn.close();
    this.#isClosed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Says that nothing more will come. */
class Ended extends Error {}

/** Is what a raw server does with a connection, whose head was read. */
export type RawScript = (socket: RawSocket, head: string) => Promise<unknown>;

/** Listens at a port of its own, and runs a script for each connection. */
export class RawSocketServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #sockets: RawSocket[] = [];
  readonly #work: Promise<unknown>[] = [];

  constructor(script: RawScript) {
    this.#work.push(this.#accept(script));
  }

  /** Is its address. */
  get url(): string {
    return `ws://127.0.0.1:${this.#listener.addr.port}/`;
  }

  async #accept(script: RawScript): Promise<void> {
    for await (const conn of this.#listener) {
      const socket = RawSocket.take(conn);
      this.#sockets.push(socket);
      const work = async () => {
        try {
          await script(socket, await socket.head());
        } finally {
          socket.close();
        }
      };
      this.#work.push(work().catch(() => {})); // The test has gone.
    }
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#work);
  }
}

/** Makes a script that agrees, and then does something. */
export const agreeing = (script: RawScript): RawScript => async (socket, head) => {
  await socket.accept(head);
  await script(socket, head);
};
