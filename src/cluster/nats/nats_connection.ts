/**
 * Connections to NATS that say what is wrong with the server, and are made anew when it falls silent.
 *
 * @module
 */

// deno-lint-ignore-file no-import-prefix -- every entry works by its address, without an import map
import {
  NatsConnectionImpl,
  PermissionViolationError,
  setTransportFactory,
} from "npm:@nats-io/transport-node@3.4.0";
import type { ConnectionOptions, NatsConnection } from "npm:@nats-io/transport-node@3.4.0";
import {
  nodeResolveHost,
  NodeTransport,
} from "npm:@nats-io/transport-node@3.4.0/lib/node_transport.js";
import { RuntimeError } from "../../errors.ts";
import type { NatsAddress } from "./nats_address.ts";

/** How long, in ms, to connect may take. */
const LONGEST_CONNECT = 4500;
/** The delay, in ms, before it is tried to connect again. */
const RETRY = 200;
/** How often, in ms, a server is asked whether it is there. */
const ASK_EVERY = 2000;
/** How many questions it may leave without an answer before the connection is made anew. */
const MOST_UNANSWERED = 3;

/** Connects; rejects in bounded time if the server cannot be used. */
export async function connect(address: NatsAddress): Promise<NatsConnection> {
  const { host, user, password, hasTls, ca } = address;
  const options: ConnectionOptions = {
    servers: host,
    ...(user === undefined ? {} : { user }),
    inboxPrefix: inboxOf(address),
    ...(password === undefined ? {} : { pass: password }),
    ...(hasTls ? { tls: ca === undefined ? {} : { ca } } : {}),
    timeout: LONGEST_CONNECT,
    noAsyncTraces: true, // It would take a stack trace of each question.
    pingInterval: ASK_EVERY,
    maxPingOut: MOST_UNANSWERED,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RETRY,
    reconnectJitter: RETRY,
    ignoreAuthErrorAbort: true,
  };
  setTransportFactory({ factory: () => new CarefulTransport(), dnsResolveFn: nodeResolveHost });
  return await NatsConnectionImpl.connect(options);
}

/** Names where the answers to a user arrive, so that the server can keep others from listening. */
export function inboxOf({ user = "" }: NatsAddress): string {
  return /^[\w-]+$/.test(user) ? `_INBOX.${user}` : "_INBOX";
}

/** A socket, as far as it is of interest here. */
interface Listened {
  removeAllListeners(event?: string): unknown;
  on(event: "error", listener: () => void): unknown;
}

/**
 * The client's own transport, but for the end of a connection.
 *
 * It stops listening to a socket, then closes it. A server that has refused a login resets the
 * connection: if that was about to be told at this moment, nobody would listen, and the program would
 * end. It also waits until all is sent before it gives up a server that says nothing.
 */
class CarefulTransport extends NodeTransport {
  override async dial(
    server: { hostname: string; port: number },
  ): ReturnType<NodeTransport["dial"]> {
    return keepListening(await super.dial(server));
  }

  override async startTLS(): ReturnType<NodeTransport["startTLS"]> {
    return keepListening(await super.startTLS());
  }

  /** Gives the connection up, with all that is still on its way: it must not arrive later. */
  override disconnect(): void {
    this.socket?.resetAndDestroy();
  }
}

/** Keeps a listener to the errors of a socket, whoever removes all. */
function keepListening<T extends Listened>(socket: T): T {
  const ignore = () => {};
  const remove = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...args) => {
    remove(...args);
    return socket.on("error", ignore);
  };
  socket.on("error", ignore);
  return socket;
}

/** Returns whether an error says that the user lacks a right. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof PermissionViolationError || isRefusal(error.cause);
}

/** Makes the error of a queue that cannot be used. */
export function describe({ shown }: NatsAddress, queue: string, cause: unknown): RuntimeError {
  const detail = cause instanceof Error ? cause.message || cause.name : String(cause);
  const message = isRefusal(cause)
    ? `Cannot use the queue ${queue} of ${shown}: ${detail}, give the user the rights of its role`
    : `Cannot reach the server of ${shown}: ${detail}`;
  return new RuntimeError(message, { cause });
}

/** The refusals that a connection hears of. */
export class Refusals {
  readonly #connection: NatsConnection;
  #first: Error | undefined;

  /** Begins to listen for them. */
  constructor(connection: NatsConnection) {
    this.#connection = connection;
    void this.#follow();
  }

  async #follow(): Promise<void> {
    for await (const status of this.#connection.status()) {
      if (status.type === "error" && isRefusal(status.error)) this.#first ??= status.error;
    }
  }

  /** Throws the first one, once the server has taken all that was said so far. */
  async check(): Promise<void> {
    await this.#connection.flush();
    await new Promise((resolve) => setTimeout(resolve, 0)); // By then they have been handed on.
    if (this.#first !== undefined) throw this.#first;
  }
}
