/**
 * A server of HTTP, as programs see it.
 *
 * @module
 */

import { type Awaitable, type Coroutine, Operation, until } from "../../lowlevel.ts";
import { describeAddr } from "../../net/connection.ts";
import { ListeningServer } from "../../net/listening_server.ts";
import { checkReload, type ReloadOptions } from "../../net/relisten.ts";
import type { Shutdown } from "../../net/shutdown.ts";
import type { HostServers } from "./host_servers.ts";
import type { ServerRequests, ServerStatistics } from "./server_requests.ts";

/** Makes the façade of a server. */
export let newServer: <Addr extends Deno.Addr>(
  shutdown: Shutdown,
  requests: ServerRequests,
  host: HostServers<Addr>,
  isEncrypted: boolean,
) => Server<Addr>;

/**
 * A server that answers requests until it is shut down. Made by `serve()`.
 *
 * To shut down is to stop accepting at once, to let the requests that have come be answered for
 * `grace` ms, and to cancel the rest. A server is shut down when it is asked to, or disposed, or
 * when its loop ends.
 */
export class Server<Addr extends Deno.Addr = Deno.NetAddr> extends ListeningServer {
  readonly #requests: ServerRequests;
  readonly #host: HostServers<Addr>;
  readonly #isEncrypted: boolean;

  static {
    newServer = (...args) => new Server(...args);
  }

  private constructor(
    shutdown: Shutdown,
    requests: ServerRequests,
    host: HostServers<Addr>,
    isEncrypted: boolean,
  ) {
    super(shutdown);
    this.#requests = requests;
    this.#host = host;
    this.#isEncrypted = isEncrypted;
  }

  /** The address that it listens at. */
  get addr(): Addr {
    return this.#host.addr;
  }

  /** The port that it listens at, 0 if that is a path. */
  get port(): number {
    return "port" in this.addr ? this.addr.port : 0;
  }

  /** Its address as text, without a slash at the end: `unix:///run/some.sock` if that is a path. */
  get url(): string {
    const { transport } = this.addr;
    const scheme = transport === "unix" ? transport : this.#isEncrypted ? "https" : "http";
    return `${scheme}://${describeAddr(this.addr)}`;
  }

  /** The number of requests that are being answered, their bodies included. */
  override get active(): number {
    return this.#requests.active;
  }

  /** Counts what became of its requests so far. */
  statistics(): ServerStatistics {
    return this.#requests.statistics();
  }

  /**
   * Encrypts connections that come from now on with another certificate.
   *
   * What is wrong with the certificate or its key is thrown before anything is changed. Requests that
   * have come are answered on the connections that they came over, however long that takes.
   * Connections at rest are closed, and WebSockets with 1001, so that their clients connect anew.
   *
   * **Cancel safety.** A cancelled wait does not stop the reload.
   *
   * **Gotchas.** _Today_ the host cannot change a certificate: it stops listening, and listens again
   * a moment later, 0.4 ms on one machine. Who connects within that moment is refused, and must try
   * again; with `reusePort`, nobody is refused. If another program takes the port in that moment, the
   * wait fails, and the server shuts down.
   *
   * ```ts ignore
   * for await (const _ of signals("SIGHUP")) {
   *   await server.reload({ cert: await readTextFile(CERT), key: await readTextFile(KEY) });
   * }
   * ```
   */
  reload(options: ReloadOptions): Awaitable<void> {
    checkReload(options);
    const { cert, key } = options;
    return new Operation("Server.reload()", () => this.#reload({ cert, key }));
  }

  *#reload(options: ReloadOptions): Coroutine<void> {
    yield* until(this.#host.replace(options));
  }
}
