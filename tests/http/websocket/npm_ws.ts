/**
 * What the tests use of npm's `ws`, typed: the WebSockets that most programs on Node have.
 *
 * @module
 */

import * as ws from "ws";

/** Is a WebSocket of `ws`, at either end. */
export interface NpmSocket {
  readonly protocol: string;
  readonly readyState: number;
  send(data: string | Uint8Array, options?: { fin?: boolean }): void;
  ping(data?: string): void;
  close(code?: number, reason?: string): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  on(event: "open", listener: () => void): void;
  on(event: "message", listener: (data: Uint8Array, isBinary: boolean) => void): void;
  on(event: "close", listener: (code: number, reason: Uint8Array) => void): void;
  on(event: "error" | "unexpected-response", listener: (error: Error) => void): void;
  on(event: "ping" | "pong", listener: (data: Uint8Array) => void): void;
}

/** Is a server of `ws`. */
export interface NpmServer {
  address(): { port: number };
  close(callback: () => void): void;
  on(event: "listening", listener: () => void): void;
  on(
    event: "connection",
    listener: (
      socket: NpmSocket,
      request: { url: string; headers: Record<string, string> },
    ) => void,
  ): void;
  readonly clients: Set<NpmSocket>;
}

/** Connects to a server. */
export const NpmWebSocket: new (
  url: string,
  protocols?: string[],
  options?: { headers?: Record<string, string>; maxPayload?: number; perMessageDeflate?: boolean },
) => NpmSocket = ws.WebSocket;

/** Listens at a port of its own; ends with its last connection. */
export async function npmServer(
  onConnection: (socket: NpmSocket, path: string, headers: Record<string, string>) => void,
  options: object = {},
): Promise<{ url: string } & AsyncDisposable> {
  const server: NpmServer = new ws.WebSocketServer({ host: "127.0.0.1", port: 0, ...options });
  server.on("connection", (socket, { url, headers }) => {
    socket.on("error", () => {}); // Its end says enough.
    onConnection(socket, url, headers);
  });
  await new Promise<void>((resolve) => server.on("listening", resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}`,
    [Symbol.asyncDispose]: () => {
      for (const client of server.clients) client.terminate();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Is what a client of `ws` has heard, and its end. */
export class NpmClient implements Disposable {
  readonly socket: NpmSocket;
  readonly heard: (string | Uint8Array)[] = [];
  readonly opened: Promise<void>;
  /** Resolves with code and reason. */
  readonly closed: Promise<[number, string]>;
  readonly #waiting: (() => void)[] = [];

  constructor(
    url: string,
    ...rest: ConstructorParameters<typeof NpmWebSocket> extends [string, ...infer R] ? R : never
  ) {
    this.socket = new NpmWebSocket(url.replace("http", "ws"), ...rest);
    this.opened = new Promise((resolve, reject) => {
      this.socket.on("open", resolve);
      this.socket.on("error", reject);
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) =>
      this.socket.on("close", (code, reason) => resolve([code, new TextDecoder().decode(reason)]))
    );
    this.socket.on("message", (data, isBinary) => {
      this.heard.push(isBinary ? new Uint8Array(data) : new TextDecoder().decode(data));
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  /** Waits for so many messages in all. */
  async until(count: number): Promise<(string | Uint8Array)[]> {
    while (this.heard.length < count) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    return this.heard;
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}
