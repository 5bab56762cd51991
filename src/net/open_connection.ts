/**
 * Connecting to another program.
 *
 * @module
 */

import { TimeoutError } from "../errors.ts";
import {
  type Awaitable,
  checkAbove,
  checkAtLeast,
  checkFunction,
  checkKind,
  checkOptions,
  checkPort,
  checkString,
  checkStrings,
  type Coroutine,
  type CoroutineResult,
  Operation,
  outcomeOf,
  runningLoop,
  show,
  Timeout,
  until,
} from "../lowlevel.ts";
import { dialTcp } from "./dial_tcp.ts";
import { raceAddresses } from "./race_addresses.ts";
import {
  checkTls,
  shakeHands,
  START_TLS_NAMES,
  startTls,
  type StartTlsOptions,
} from "./start_tls.ts";
import { Connection, type ConnectionOptions, describeAddr, nameHost } from "./connection.ts";
import { closeWithLoop } from "./linger.ts";

/** The configuration of an encrypted connection. */
export interface TlsOptions extends StartTlsOptions {
  /** A certificate in PEM that says who the client is; not with a `serverName` or a `lookup`. */
  cert?: string | undefined;
  /** The key of that certificate, in PEM. */
  key?: string | undefined;
}

/** Where to connect to, and how. */
export interface OpenOptions extends ConnectionOptions {
  /** The port; one of `port` and `path` must be given. */
  port?: number | undefined;
  /** The host, `"127.0.0.1"` unless given. */
  hostname?: string | undefined;
  /** The path of a Unix socket. */
  path?: string | undefined;
  /** Whether the connection is encrypted, or how. */
  tls?: boolean | TlsOptions | undefined;
  /**
   * A function that finds the addresses of a host: they are tried one after the other, each 250 ms
   * after the one before or when that has failed, and the first to answer is taken. The host does the
   * same with those that the system knows unless it is given.
   */
  lookup?:
    | ((hostname: string) => CoroutineResult<readonly string[]> | readonly string[])
    | undefined;
  /** How long, in ms, connecting may take. */
  timeout?: number | undefined;
}

const NAMES = ["port", "hostname", "path", "tls", "lookup", "timeout", "limit", "highWater"];
const TLS_NAMES: readonly string[] = [...START_TLS_NAMES, "cert", "key"];

/**
 * Connects to a program that listens at a TCP port or a Unix socket.
 *
 * What the host fails with, `Deno.errors.ConnectionRefused` and the like, is thrown as it is. A
 * `TimeoutError` says that `timeout` has passed. A connection that is open when `run` ends is closed
 * there. A name may have several addresses: while one does not answer, the next is tried, too.
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
  const scope = Timeout["after"](timeout);
  try {
    const conn = yield* scope["run"](() => connect(options, label));
    const connection = new Connection(conn, options);
    if (options.hostname !== undefined) nameHost(connection, options.hostname);
    closeWithLoop(connection, runningLoop());
    return connection;
  } catch (error) {
    if (!(error instanceof TimeoutError) || !scope.expired) throw error;
    throw new TimeoutError(`Cannot connect within ${timeout} ms: ${label}`, { cause: error.cause });
  }
}

/** Connects; nobody gets a socket that comes too late. */
function* connect(options: OpenOptions, label: string): Coroutine<Deno.Conn<Deno.Addr>> {
  const { lookup, hostname, tls } = options;
  const needsName = lookup !== undefined && hostname !== undefined && !isAddress(hostname);
  const addresses = needsName ? yield* find(lookup, hostname) : undefined;
  if (addresses === undefined) {
    return yield* taken((signal) => dial(options, signal), label);
  }
  const race = raceAddresses(addresses, (address, signal) => {
    return dialTcp(address, options.port!, signal);
  }, label);
  const conn = yield* race;
  if (!tls) return conn;
  return yield* taken((signal) => startTls(conn, hostname!, optionsOf(tls), signal), label);
}

/** Waits for a socket; one that comes too late is closed. */
function* taken<C extends Deno.Conn<Deno.Addr>>(
  begin: (signal: AbortSignal) => Promise<C>,
  label: string,
): Coroutine<C> {
  let beginning: Promise<C> | undefined;
  let isTaken = false;
  try {
    const conn = yield* until((signal) => beginning = begin(signal), { label });
    isTaken = true;
    return conn;
  } finally {
    if (!isTaken) beginning?.then((conn) => conn.close(), () => {});
  }
}

/** Finds the addresses of a host. */
function* find(
  lookup: NonNullable<OpenOptions["lookup"]>,
  hostname: string,
): Coroutine<readonly string[]> {
  const addresses = yield* outcomeOf<readonly string[]>(lookup(hostname));
  checkStrings("addresses", addresses);
  if (addresses.length > 0) return addresses;
  throw new Deno.errors.NotFound(`Cannot connect to ${show(hostname)}: it has no address`);
}

/** Checks whether a host is given by its address. */
function isAddress(hostname: string): boolean {
  return hostname.includes(":") || /^[\d.]+$/.test(hostname);
}

/** Returns the options of an encrypted connection. */
function optionsOf(tls: true | TlsOptions): TlsOptions {
  return tls === true ? {} : tls;
}

/** Asks the host to connect. */
async function dial(
  { port, hostname = "127.0.0.1", path, tls }: OpenOptions,
  signal: AbortSignal,
): Promise<Deno.Conn<Deno.Addr>> {
  if (path !== undefined) return await Deno.connect({ transport: "unix", path });
  if (!tls) return await dialTcp(hostname, port!, signal);
  const { serverName, caCerts, alpnProtocols, cert, key } = optionsOf(tls);
  if (serverName !== undefined) {
    const conn = await dialTcp(hostname, port!, signal);
    return await startTls(conn, hostname, optionsOf(tls), signal);
  }
  const conn = await Deno.connectTls({
    hostname,
    port: port!,
    ...(caCerts ? { caCerts: [...caCerts] } : {}),
    ...(alpnProtocols ? { alpnProtocols: [...alpnProtocols] } : {}),
    ...(cert !== undefined ? { cert, key: key! } : {}),
  });
  return await shakeHands(conn, signal);
}

/** Refuses what cannot be; returns where it goes. */
function check(options: OpenOptions): string {
  checkOptions("openConnection()", options, NAMES);
  const { port, hostname, path, tls = false, lookup, timeout, limit, highWater } = options;
  if (limit !== undefined) checkAtLeast("limit", limit, 1);
  if (highWater !== undefined) checkAtLeast("highWater", highWater, 0);
  checkKind("tls", tls, "boolean", "object");
  if (typeof tls === "object") checkCertificate(tls, lookup);
  if (lookup !== undefined) checkFunction("lookup", lookup);
  if (timeout !== undefined) checkAbove("timeout", timeout, 0);
  if (path !== undefined) checkString("path", path);
  if (path !== undefined) {
    if (port !== undefined) {
      throw new TypeError(
        `Cannot connect to both a port and a path, leave one out: ${port}, ${path}`,
      );
    }
    if (tls) {
      throw new TypeError(
        `Cannot encrypt a connection to a Unix socket, leave out tls: ${show(tls)}`,
      );
    }
    return path;
  }
  checkPort(port, 1);
  if (hostname !== undefined) checkString("hostname", hostname);
  return describeAddr({ transport: "tcp", hostname: hostname ?? "127.0.0.1", port: port! });
}

/** Refuses options of an encrypted connection that cannot be. */
function checkCertificate(tls: TlsOptions, lookup: unknown): void {
  checkTls("tls", tls, TLS_NAMES);
  const { cert, key, serverName } = tls;
  if (cert === undefined && key === undefined) return;
  checkString("cert", cert);
  checkString("key", key);
  if (serverName === undefined && lookup === undefined) return;
  const name = serverName === undefined ? "lookup" : "serverName";
  throw new TypeError(
    `Cannot give the host a certificate of the client, leave out ${name} or cert`,
  );
}
