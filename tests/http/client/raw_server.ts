/**
 * A server that says on its sockets exactly what a test wants, right or wrong.
 *
 * @module
 */

import type { EventLoop } from "../../../mod.ts";
import {
  FRONT_ENDS,
  type FrontEnd,
  inWorld,
  type Program,
  type World,
} from "../../futures/trial.ts";

/** Is one connection, as the server sees it. */
export class RawConnection {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  #text = "";
  /** Counts the connections before it. */
  readonly index: number;
  /** Counts the requests that were read from it. */
  requests = 0;

  constructor(conn: Deno.Conn, index: number) {
    this.#conn = conn;
    this.index = index;
  }

  /** Reads the next request's head; `undefined` if the client has gone. */
  async head(): Promise<string | undefined> {
    while (!this.#text.includes("\r\n\r\n")) {
      if (!await this.#read()) return undefined;
    }
    const end = this.#text.indexOf("\r\n\r\n") + 4;
    const head = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    this.requests++;
    return head;
  }

  /** Reads a number of characters of a body. */
  async body(length: number): Promise<string> {
    while (this.#text.length < length && await this.#read());
    const body = this.#text.slice(0, length);
    this.#text = this.#text.slice(length);
    return body;
  }

  /** Reads a body in chunks, and joins them. */
  async chunked(): Promise<string> {
    for (let body = "";;) {
      while (!/^[0-9a-f]+\r\n/i.test(this.#text) && await this.#read());
      const [line] = this.#text.split("\r\n", 1);
      const chunk = await this.body(line.length + 2 + parseInt(line, 16) + 2);
      if (/^0*\r/.test(chunk) || chunk === "") return body;
      body += chunk.slice(line.length + 2, -2);
    }
  }

  /** Waits until the client has gone. */
  async gone(): Promise<void> {
    while (await this.#read());
  }

  async #read(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#conn.read(buffer).catch(() => null);
    if (count === null) return false;
    this.#text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    return true;
  }

  /** Writes text or bytes. */
  async write(data: string | Uint8Array): Promise<void> {
    let bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Answers with a body and its right length. */
  answer(body = "", status = "200 OK", ...headers: string[]): Promise<void> {
    const length = new TextEncoder().encode(body).length;
    const lines = [`HTTP/1.1 ${status}`, `Content-Length: ${length}`, ...headers];
    return this.write(`${lines.join("\r\n")}\r\n\r\n${body}`);
  }

  /** Closes it. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // It was closed before.
    }
  }
}

/** What a server does with a connection; the connection is closed at its end. */
export type Script = (connection: RawConnection, server: RawServer) => Promise<unknown>;

/** Listens on a port of its own, and runs a script for each connection. */
export class RawServer implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Set<RawConnection>();
  readonly #work: Promise<unknown>[] = [];
  readonly #marks = new Map<string, PromiseWithResolvers<void>>();
  /** Holds the request lines that came, in order: a script notes them. */
  readonly seen: string[] = [];
  /** Counts the connections that were opened. */
  opened = 0;

  constructor(script: Script) {
    this.#work.push(this.#accept(script));
  }

  /** Is its address, with a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#listener.addr as Deno.NetAddr).port}/`;
  }

  /** Is something that has happened, or will: a script or a test says so. */
  #mark(name: string): PromiseWithResolvers<void> {
    const mark = this.#marks.get(name) ?? Promise.withResolvers<void>();
    this.#marks.set(name, mark);
    return mark;
  }

  /** Says that something has happened. */
  say(name: string): void {
    this.#mark(name).resolve();
  }

  /** Waits until something has happened. */
  heard(name: string): Promise<void> {
    return this.#mark(name).promise;
  }

  async #accept(script: Script): Promise<void> {
    for await (const conn of this.#listener) {
      const connection = new RawConnection(conn, this.opened++);
      this.#connections.add(connection);
      const work = script(connection, this).finally(() => connection.close());
      this.#work.push(work.catch(() => {}));
    }
  }

  /** Closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) connection.close();
    for (const { resolve } of this.#marks.values()) resolve();
    await Promise.all(this.#work.map((work) => work.catch(() => {})));
  }
}

/** Answers every request of a connection; notes the request lines. */
export function answering(
  answer: (head: string, connection: RawConnection, server: RawServer) => unknown,
): Script {
  return async (connection, server) => {
    for (let head = await connection.head(); head !== undefined; head = await connection.head()) {
      server.seen.push(head.split(" HTTP/")[0]);
      await answer(head, connection, server);
    }
  };
}

/** What a trial with a server runs in. */
export interface ServedWorld extends World {
  readonly server: RawServer;
  readonly loop: EventLoop;
}

/** Defines a test per front end, with a server; virtual time stands still during requests. */
export function servedTrial(
  sentence: string,
  script: Script,
  program: (as: FrontEnd, world: ServedWorld) => Program<unknown>,
): void {
  for (const [name, as] of FRONT_ENDS) {
    Deno.test(`${sentence} (${name})`, async () => {
      await using server = new RawServer(script);
      await inWorld((world) => as(() => program(as, { ...world, server })));
    });
  }
}
