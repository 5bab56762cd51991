/**
 * Connecting to another program.
 *
 * @module
 */

import { TimeoutError } from "../errors.ts";
import {
  type Awaitable,
  checkOptions,
  type Coroutine,
  Operation,
  runningLoop,
  show,
  Timeout,
  until,
} from "../lowlevel.ts";
import { checkKind } from "./check_kind.ts";
import { checkPort } from "./check_port.ts";
import { Connection, type ConnectionOptions, describeAddr, type HostConn } from "./connection.ts";
import { checkStreamLimit } from "./stream_reader.ts";
import { checkMark } from "./stream_writer.ts";

/** Configures the encryption of a connection. */
export interface TlsOptions {
  /** Are further certificates, in PEM, of authorities to trust. */
  caCerts?: readonly string[] | undefined;
  /** Are the protocols to offer by ALPN. */
  alpnProtocols?: readonly string[] | undefined;
}

/** Says where to connect to, and how. */
export interface OpenOptions extends ConnectionOptions {
  /** Is the port; one of `port` and `path` must be given. */
  port?: number | undefined;
  /** Is the host, `"127.0.0.1"` unless given. */
  hostname?: string | undefined;
  /** Is the path of a Unix socket. */
  path?: string | undefined;
  /** Encrypts the connection: `true`, or how. */
  tls?: boolean | TlsOptions | undefined;
  /** Bounds, in ms, how long connecting may take. */
  timeout?: number | undefined;
}

const NAMES = ["port", "hostname", "path", "tls", "timeout", "limit", "highWater"];
const TLS_NAMES = ["caCerts", "alpnProtocols"];

/**
 * Connects to a program that listens at a TCP port or a Unix socket.
 *
 * What the host fails with, `Deno.errors.ConnectionRefused` and the like, is thrown as it is. A
 * `TimeoutError` says that `timeout` has passed. A connection that is open when `run` ends is closed
 * there.
 *
 * **Cancel safety.** A cancelled wait leaves no socket behind: one that is connected later is closed.
 * _Today_ the host keeps one whose TLS handshake was called off until the other end says something
 * or goes away, or the process ends, which it does not hold up.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { openConnection, startServer } from "@weft/weft/io.ts";
 *
 * await run(async () => {
 *   await using server = startServer(async ({ reader, writer }) => {
 *     writer.writeLine(`hello, ${await reader.readLine()}`);
 *   }, { port: 0 });
 *   await using connection = await openConnection({ port: server.port });
 *   connection.writer.writeLine("world");
 *   console.assert(await connection.reader.readLine() === "hello, world");
 * });
 * ```
 */
export function openConnection(options: OpenOptions): Awaitable<Connection> {
  const label = `openConnection(${check(options)})`;
  return new Operation(label, () => open(options, label));
}

/** Connects within the time there is. */
function* open(options: OpenOptions, label: string): Coroutine<Connection> {
  const { timeout } = options;
  const scope = Timeout.after(timeout);
  try {
    const conn = yield* scope.run(() => connect(options, label));
    const connection = new Connection(conn, options);
    connection.endWith(runningLoop());
    return connection;
  } catch (error) {
    if (!(error instanceof TimeoutError) || !scope.expired) throw error;
    throw new TimeoutError(`TIMED OUT AFTER ${timeout} MS: ${label}`, { cause: error.cause });
  }
}

/** Connects; nobody gets a socket that comes too late. */
function* connect(options: OpenOptions, label: string): Coroutine<HostConn> {
  let dialing: Promise<HostConn> | undefined;
  let isTaken = false;
  try {
    const conn = yield* until((signal) => dialing = dial(options, signal), { label });
    isTaken = true;
    return conn;
  } finally {
    if (!isTaken) dialing?.then((conn) => conn.close(), () => {});
  }
}

/** Asks the host to connect. */
async function dial(
  { port, hostname = "127.0.0.1", path, tls }: OpenOptions,
  signal: AbortSignal,
): Promise<HostConn> {
  if (path !== undefined) return await Deno.connect({ transport: "unix", path });
  if (!tls) return await Deno.connect({ hostname, port: port!, signal });
  const { caCerts, alpnProtocols } = tls === true ? {} as TlsOptions : tls;
  const conn = await Deno.connectTls({
    hostname,
    port: port!,
    ...(caCerts ? { caCerts: [...caCerts] } : {}),
    ...(alpnProtocols ? { alpnProtocols: [...alpnProtocols] } : {}),
  });
  try {
    signal.throwIfAborted();
    await Promise.race([conn.handshake(), aborted(signal)]);
  } catch (error) {
    conn.close();
    throw error;
  }
  return conn;
}

/** Makes a promise that rejects when a signal is aborted. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** Refuses what cannot be; tells where it goes. */
function check(options: OpenOptions): string {
  checkOptions("openConnection()", options, NAMES);
  const { port, hostname, path, tls = false, timeout, limit, highWater } = options;
  if (limit !== undefined) checkStreamLimit("limit", limit);
  if (highWater !== undefined) checkMark("highWater", highWater);
  checkKind("tls", tls, "boolean", "object");
  if (typeof tls === "object") checkOptions("tls", tls, TLS_NAMES);
  checkKind("timeout", timeout, "number");
  if (timeout !== undefined && !(timeout > 0)) {
    throw new RangeError(`timeout MUST BE ABOVE 0: ${timeout}`);
  }
  checkKind("path", path, "string");
  if (path !== undefined) {
    if (port !== undefined) {
      throw new TypeError(`port AND path EXCLUDE EACH OTHER: ${port}, ${path}`);
    }
    if (tls) throw new TypeError(`A UNIX SOCKET HAS NO tls: ${show(tls)}`);
    return path;
  }
  checkPort(port, 1);
  checkKind("hostname", hostname, "string");
  return describeAddr({ transport: "tcp", hostname: hostname ?? "127.0.0.1", port: port! });
}
