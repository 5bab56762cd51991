/**
 * A client that says on its socket exactly what a test wants, and shows exactly what comes back.
 *
 * @module
 */

/** A server, as its clients know it. */
export interface Listening {
  readonly port: number;
}

/** How a connection ended, and all that came over it. */
export interface Heard {
  /** What came. */
  readonly text: string;
  /** Returns whether the connection was reset rather than closed. */
  readonly isReset: boolean;
}

/** Is one connection, as the client sees it. */
export class RawClient implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder("latin1");
  /** What came so far. */
  text = "";
  #isReset = false;
  #isClosed = false;

  private constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Connects to a server, and says something. */
  static async open({ port }: Listening, text = ""): Promise<RawClient> {
    const client = new RawClient(await Deno.connect({ hostname: "127.0.0.1", port }));
    try {
      await client.send(text);
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  /** Connects to a server, and asks for a path. */
  static ask(server: Listening, path: string, ...headers: string[]): Promise<RawClient> {
    return RawClient.open(server, get(path, ...headers));
  }

  /** Says something. */
  async send(text: string): Promise<void> {
    for (let bytes = new TextEncoder().encode(text); bytes.length > 0;) {
      bytes = bytes.subarray(await this.#conn.write(bytes));
    }
  }

  /** Reads until something has come; throws if it does not. */
  async until(words: string): Promise<string> {
    while (!this.text.includes(words)) {
      if (!await this.#read()) {
        throw new Error(`The connection ended before "${words}": ${this.text}`);
      }
    }
    return this.text;
  }

  /** Reads to the end. */
  async all(): Promise<Heard> {
    while (await this.#read());
    return { text: this.text, isReset: this.#isReset };
  }

  /** Reads some of what has come, and forgets all of it. */
  async readSome(): Promise<void> {
    if (!await this.#read()) throw new Error(`Connection ended: ${this.text}`);
    this.text = "";
  }

  async #read(): Promise<boolean> {
    const buffer = new Uint8Array(65_536);
    let count: number | null = null;
    try {
      count = await this.#conn.read(buffer);
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
      this.#isReset = true;
    }
    if (count === null) {
      this.close();
      return false;
    }
    this.text += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    return true;
  }

  /** Goes away. */
  close(): void {
    if (!this.#isClosed) this.#conn.close();
    this.#isClosed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Makes the text of a request. */
export function get(path: string, ...headers: string[]): string {
  return [`GET ${path} HTTP/1.1`, "host: test", ...headers, "", ""].join("\r\n");
}

/** Tells the status of a response. */
export function statusOf({ text }: { text: string }): number {
  return Number(text.match(/^HTTP\/1\.1 (\d{3}) /)?.[1]);
}

/** Returns whether a response is whole, by its own words. */
export function isComplete({ text }: { text: string }): boolean {
  const [head, body] = splitAtBody(text);
  const length = head.match(/^content-length: (\d+)$/im)?.[1];
  if (length !== undefined) return body.length === Number(length);
  return /^transfer-encoding: chunked$/im.test(head) && body.endsWith("0\r\n\r\n");
}

/** Parts a response in its head and its body. */
export function splitAtBody(text: string): [head: string, body: string] {
  const at = text.indexOf("\r\n\r\n");
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 4)];
}
