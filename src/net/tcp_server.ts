/**
 * Serving connections.
 *
 * @module
 */

import {
  type Awaitable,
  checkAbove,
  checkAtLeast,
  checkBoolean,
  checkInstance,
  checkLimit,
  checkOptions,
  checkPort,
  checkString,
  type Coroutine,
  Operation,
  runningLoop,
  show,
  until,
} from "../lowlevel.ts";
import { type ConnectionOptions, describeAddr } from "./connection.ts";
import { GRACE, ListeningServer, SEND_TIMEOUT } from "./listening_server.ts";
import { checkReload, type ReloadOptions } from "./relisten.ts";
import { Shutdown } from "./shutdown.ts";
import {
  type ConnectionHandler,
  type ConnectionStatistics,
  type Listener,
  TcpConnections,
} from "./tcp_connections.ts";

/** Where to listen, and how to serve. */
export interface StartServerOptions {
  /** The port to listen at; 0 lets the system choose one. One of `port` and `path` must be given. */
  port?: number | undefined;
  /** The address to listen at; `"127.0.0.1"`, which only this machine reaches, unless given. */
  hostname?: string | undefined;
  /** The path of a Unix socket, which must not exist. */
  path?: string | undefined;
  /** A certificate, in PEM, to encrypt the connections with; `key` must be given, too. */
  cert?: string | undefined;
  /** The key of the certificate, in PEM. */
  key?: string | undefined;
  /**
   * Whether other processes may listen at the same port: the system shares connections out among them.
   * _Today_ Deno needs `--unstable-net` for it, and without that ends the process.
   */
  reusePort?: boolean | undefined;
  /** How many connections are served at once, at most; more wait in the system's own line. */
  limit?: number | undefined;
  /**
   * How long, in ms, a client may take nothing of what is left to write when its handler has
   * ended: it is cut off then. 30,000 unless given; `Infinity` is no bound.
   */
  sendTimeout?: number | undefined;
  /** How long, in ms, connections may go on when it shuts down; 10,000 unless given. */
  grace?: number | undefined;
  /** The most bytes in a line, or before a separator; 65,536 unless given. */
  lineLimit?: number | undefined;
  /** How many bytes may wait to be written before `drain()` waits; 65,536 unless given. */
  highWater?: number | undefined;
  /** The name of the server's task; `startServer` with the address unless given. */
  name?: string | undefined;
  /** A signal that shuts it down when aborted. */
  signal?: AbortSignal | undefined;
}

const NAMES = [
  "port",
  "hostname",
  "path",
  "cert",
  "key",
  "reusePort",
  "limit",
  "sendTimeout",
  "grace",
  "lineLimit",
  "highWater",
  "name",
  "signal",
];

let newServer: (
  shutdown: Shutdown,
  connections: TcpConnections,
  addr: Deno.Addr,
) => TcpServer;

/**
 * A server of connections that serves until it is shut down. Made by `startServer()`.
 *
 * To shut down is to stop accepting at once, to let the connections that are open go on for `grace`
 * ms, and to cancel the rest. A server is shut down when it is asked to, or disposed, or when its
 * loop ends.
 */
export class TcpServer extends ListeningServer {
  readonly #connections: TcpConnections;
  readonly #addr: Deno.Addr;

  static {
    newServer = (...args) => new TcpServer(...args);
  }

  private constructor(shutdown: Shutdown, connections: TcpConnections, addr: Deno.Addr) {
    super(shutdown);
    this.#connections = connections;
    this.#addr = addr;
  }

  /** The address that it listens at. */
  get addr(): Deno.Addr {
    return this.#addr;
  }

  /** The port that it listens at, 0 if that is a path. */
  get port(): number {
    return "port" in this.#addr ? this.#addr.port : 0;
  }

  /** Its address as text: `tcp://127.0.0.1:1234`, or `unix:///run/some.sock`. */
  get url(): string {
    return `${this.#addr.transport}://${describeAddr(this.#addr)}`;
  }

  /** The number of connections that are open. */
  override get active(): number {
    return this.#connections.active;
  }

  /** Counts what became of its connections so far. */
  statistics(): ConnectionStatistics {
    return this.#connections.statistics();
  }

  /**
   * Encrypts connections that come from now on with another certificate; those that are open go on.
   *
   * What is wrong with the certificate or its key is thrown before anything is changed.
   *
   * **Cancel safety.** A cancelled wait does not stop the reload.
   *
   * **Gotchas.** _Today_ the host cannot change a certificate: it stops listening, and listens again
   * a moment later. Who connects within that moment is refused, and must try again; with
   * `reusePort`, nobody is refused. If another program takes the port in that moment, the wait fails,
   * and the server shuts down.
   */
  reload(options: ReloadOptions): Awaitable<void> {
    checkReload(options);
    const { cert, key } = options;
    return new Operation("TcpServer.reload()", () => this.#reload({ cert, key }));
  }

  *#reload(options: ReloadOptions): Coroutine<void> {
    yield* until(this.#connections.replace(options));
  }
}

/**
 * Accepts connections, and serves each in a task of its own with a handler.
 *
 * The handler is a generator function, a native async function or a plain one. Its task is named by
 * the peer, has a copy of the context in which `startServer()` was called, and closes the connection
 * when it ends: what was written goes out first, as long as the peer takes some of it within each
 * `sendTimeout`.
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
    throw new TypeError(`handler must be a function of a connection: ${show(handler)}`);
  }
  const { limit = Infinity, sendTimeout = SEND_TIMEOUT, grace = GRACE } = check(options);
  const { lineLimit, highWater, signal } = options;
  const listener = listen(options);
  const streams: ConnectionOptions = { limit: lineLimit, highWater };
  const { port } = listener.addr as Deno.NetAddr; // The same again, if the system has chosen it.
  const listenAgain = (certificate: ReloadOptions) => listen({ ...options, port, ...certificate });
  const connections = new TcpConnections(
    loop,
    listener,
    options.cert === undefined ? undefined : listenAgain,
    handler,
    { limit, sendTimeout },
    streams,
  );
  const shutdown = new Shutdown(loop, connections, connections, grace);
  const server = newServer(shutdown, connections, listener.addr);
  const { name = `startServer ${describeAddr(server.addr)}` } = options;
  shutdown.start(name, signal);
  return server;
}

/** Listens. */
function listen(
  { port, hostname = "127.0.0.1", path, cert, key, reusePort = false }: StartServerOptions,
): Listener {
  if (path !== undefined) return Deno.listen({ transport: "unix", path });
  const where = { hostname, port: port!, reusePort };
  return cert === undefined ? Deno.listen(where) : Deno.listenTls({ ...where, cert, key: key! });
}

/** Refuses what cannot be. */
function check(options: StartServerOptions): StartServerOptions {
  checkOptions("startServer()", options, NAMES);
  const { port, hostname, path, cert, key, limit, sendTimeout, grace, name, signal } = options;
  const { lineLimit, highWater, reusePort } = options;
  if (path !== undefined) checkString("path", path);
  if (path === undefined) {
    checkPort(port, 0);
  } else if (port !== undefined) {
    throw new TypeError(`Cannot listen at both a port and a path, leave one out: ${port}, ${path}`);
  } else if (cert !== undefined) {
    throw new TypeError(`Cannot encrypt the connections of a Unix socket, leave out cert: ${path}`);
  } else if (reusePort !== undefined) {
    throw new TypeError(`Cannot share a Unix socket, leave out reusePort: ${path}`);
  }
  if (hostname !== undefined) checkString("hostname", hostname);
  if (reusePort !== undefined) checkBoolean("reusePort", reusePort);
  if (cert !== undefined || key !== undefined) {
    checkString("cert", cert);
    checkString("key", key);
  }
  if (limit !== undefined) checkLimit(limit);
  if (sendTimeout !== undefined) checkAbove("sendTimeout", sendTimeout, 0);
  if (grace !== undefined) checkAtLeast("grace", grace, 0);
  if (lineLimit !== undefined) checkAtLeast("lineLimit", lineLimit, 1);
  if (highWater !== undefined) checkAtLeast("highWater", highWater, 0);
  if (name !== undefined) checkString("name", name);
  if (signal !== undefined) checkInstance("signal", signal, AbortSignal);
  return options;
}
