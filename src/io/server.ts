/**
 * A server of HTTP: what it tells.
 *
 * @module
 */

import type { EventLoop } from "../lowlevel.ts";
import { ListeningServer } from "./listening_server.ts";
import type { ServerRequests, ServerStatistics } from "./server_requests.ts";

/** Is the host's server, as this one needs it. */
export type HostServer = Deno.HttpServer<Deno.NetAddr>;

/**
 * Is a server that answers requests until it is shut down. Made by `serve()`.
 *
 * To shut down is to stop accepting at once, to let the requests that have come be answered for
 * `grace` ms, and to cancel the rest. A server is shut down when it is asked to, or disposed, or
 * when its loop ends.
 */
export class Server extends ListeningServer {
  readonly #requests: ServerRequests;
  readonly #host: HostServer;

  /** @internal Use `serve()`. */
  constructor(loop: EventLoop, requests: ServerRequests, host: HostServer, grace: number) {
    super(loop, requests, host, grace);
    this.#requests = requests;
    this.#host = host;
  }

  /** Tells where it listens. */
  get addr(): Deno.NetAddr {
    return this.#host.addr;
  }

  /** Tells the port it listens at. */
  get port(): number {
    return this.addr.port;
  }

  /** Tells its address, without a slash at the end. */
  get url(): string {
    const { hostname, port } = this.addr;
    return `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${port}`;
  }

  /** Counts the requests that are being answered, their bodies included. */
  override get active(): number {
    return this.#requests.active;
  }

  /** Tells what became of its requests so far, at this moment. */
  statistics(): ServerStatistics {
    return this.#requests.statistics();
  }
}
