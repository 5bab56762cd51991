/**
 * Serving connections.
 *
 * @module
 */

import { checkLimit, checkOptions, type EventLoop, runningLoop, show } from "../lowlevel.ts";
import { checkKind } from "./check_kind.ts";
import { checkPort } from "./check_port.ts";
import { type ConnectionOptions, describeAddr } from "./connection.ts";
import { checkGrace, checkSignal, ListeningServer } from "./listening_server.ts";
import { checkStreamLimit } from "./stream_reader.ts";
import { checkMark } from "./stream_writer.ts";
import {
  type ConnectionHandler,
  type ConnectionStatistics,
  type Listener,
  TcpConnections,
} from "./tcp_connections.ts";

/** Says where to listen, and how to serve. */
export interface StartServerOptions {
  /** Is the port to listen at; 0 lets the system choose one. One of `port` and `path` must be given. */
  port?: number | undefined;
  /** Is the address to listen at; `"127.0.0.1"`, which only this machine reaches, unless given. */
  hostname?: string | undefined;
  /** Is the path of a Unix socket, which must not exist. */
  path?: string | undefined;
  /** Encrypts the connections, with a certificate and its key in PEM. */
  tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Bounds how many connections are served at once; more wait in the system's own line. */
  limit?: number | undefined;
  /** Bounds, in ms, how long connections may go on when it shuts down; 10,000 unless given. */
  grace?: number | undefined;
  /** Bounds, in bytes, a line or what comes before a separator; 65,536 unless given. */
  lineLimit?: number | undefined;
  /** Is how many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
  /** Names the server's task; `startServer` with the address unless given. */
  name?: string | undefined;
  /** Shuts it down when aborted. */
  signal?: AbortSignal | undefined;
}

const NAMES = [
  "port",
  "hostname",
  "path",
  "tls",
  "limit",
  "grace",
  "lineLimit",
  "highWater",
  "name",
  "signal",
];

/**
 * Is a server of connections that serves until it is shut down. Made by `startServer()`.
 *
 * To shut down is to stop accepting at once, to let the connections that are open go on for `grace`
 * ms, and to cancel the rest. A server is shut down when it is asked to, or disposed, or when its
 * loop ends.
 */
export class TcpServer extends ListeningServer {
  readonly #connections: TcpConnections;
  readonly #addr: Deno.Addr;

  /** @internal Use `startServer()`. */
  constructor(loop: EventLoop, connections: TcpConnections, addr: Deno.Addr, grace: number) {
    super(loop, connections, connections, grace);
    this.#connections = connections;
    this.#addr = addr;
  }

  /** Tells where it listens. */
  get addr(): Deno.Addr {
    return this.#addr;
  }

  /** Tells the port it listens at, 0 if that is a path. */
  get port(): number {
    return "port" in this.#addr ? this.#addr.port : 0;
  }

  /** Tells its address: `tcp://127.0.0.1:1234`, or `unix:///run/some.sock`. */
  get url(): string {
    return `${this.#addr.transport}://${describeAddr(this.#addr)}`;
  }

  /** Counts the connections that are open. */
  override get active(): number {
    return this.#connections.active;
  }

  /** Tells what became of its connections so far, at this moment. */
  statistics(): ConnectionStatistics {
    return this.#connections.statistics();
  }
}

/**
 * Accepts connections, and serves each in a task of its own with a handler.
 *
 * The handler is a generator function, a native async function or a plain one. Its task is named by
 * the peer, has a copy of the context in which `startServer()` was called, and closes the connection
 * when it ends: what was written goes out first.
 *
 * An error of the handler is reported to the loop's exception handler; what was written before goes
 * out as far as the peer takes it within a second. That the peer has gone is no error of the handler:
 * `statistics()` counts it.
 *
 * **Gotchas.** Virtual time stands still while a server is open.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { openConnection, startServer } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = startServer(async ({ reader, writer }) => {
 *     for await (const line of reader) {
 *       writer.writeLine(line.toUpperCase());
 *       await writer.drain();
 *     }
 *   }, { port: 0, limit: 100 });
 *   await using connection = await openConnection({ port: server.port });
 *   connection.writer.writeLine("hello");
 *   console.assert(await connection.reader.readLine() === "HELLO");
 * });
 * ```
 */
export function startServer(handler: ConnectionHandler, options: StartServerOptions): TcpServer {
  const loop = runningLoop();
  if (typeof handler !== "function") {
    throw new TypeError(`handler MUST BE A FUNCTION OF A CONNECTION: ${show(handler)}`);
  }
  const { limit = Infinity, grace = 10_000, lineLimit, highWater, signal } = check(options);
  const listener = listen(options);
  const bounds: ConnectionOptions = { limit: lineLimit, highWater };
  const connections = new TcpConnections(loop, listener, handler, limit, bounds);
  const server = new TcpServer(loop, connections, listener.addr, grace);
  const { name = `startServer ${describeAddr(server.addr)}` } = options;
  server.start(name, signal);
  return server;
}

/** Listens. */
function listen({ port, hostname = "127.0.0.1", path, tls }: StartServerOptions): Listener {
  if (path !== undefined) return Deno.listen({ transport: "unix", path });
  if (tls !== undefined) {
    const { cert, key } = tls;
    return Deno.listenTls({ hostname, port: port!, cert, key });
  }
  return Deno.listen({ hostname, port: port! });
}

/** Refuses what cannot be. */
function check(options: StartServerOptions): StartServerOptions {
  checkOptions("startServer()", options, NAMES);
  const { port, hostname, path, tls, limit, grace, lineLimit, highWater, name, signal } = options;
  checkKind("path", path, "string");
  if (path === undefined) {
    checkPort(port, 0);
  } else if (port !== undefined) {
    throw new TypeError(`port AND path EXCLUDE EACH OTHER: ${port}, ${path}`);
  } else if (tls !== undefined) {
    throw new TypeError(`A UNIX SOCKET HAS NO tls: ${path}`);
  }
  checkKind("hostname", hostname, "string");
  if (tls !== undefined) checkOptions("tls", tls, ["cert", "key"]);
  if (limit !== undefined) checkLimit(limit);
  if (grace !== undefined) checkGrace(grace);
  if (lineLimit !== undefined) checkStreamLimit("lineLimit", lineLimit);
  if (highWater !== undefined) checkMark("highWater", highWater);
  checkKind("name", name, "string");
  checkSignal(signal);
  return options;
}
