/**
 * Connections to Redis that say what is wrong with the server, are made anew when it falls silent, and
 * end in bounded time.
 *
 * @module
 */

import { Cluster, Redis } from "./clients.ts";
import { RuntimeError } from "../../errors.ts";
import { bounded } from "../bounded.ts";
import type { RedisAddress } from "./redis_address.ts";

/** A connection to a server, or to a cluster of them. */
export type RedisClient = Redis | Cluster;

/** How long, in ms, to connect may take. */
const LONGEST_CONNECT = 4500;
/** How long, in ms, a connection may take to end that the server does not answer. */
const LONGEST_END = 200;
/** The longest delay, in ms, before it is tried to connect again. */
const LONGEST_RETRY = 1000;

/** How often, in ms, a server is asked whether it is there. */
const ASK_EVERY = 2000;
/** How many questions it may leave without an answer before the connection is made anew. */
const MOST_UNANSWERED = 3;

/** The timers of the questions. */
const watches = new WeakMap<RedisClient, ReturnType<typeof setInterval>>();

/** How a connection behaves that breaks. */
export interface ConnectionOptions {
  /** Whether what was asked for and not answered is asked for once more; it fails otherwise. */
  readonly isResent: boolean;
}

/** Connects; rejects in bounded time, and says why, if the server cannot be used. */
export async function connect(
  address: RedisAddress,
  { isResent }: ConnectionOptions,
): Promise<RedisClient> {
  let last: unknown;
  let isOpen = false;
  const retry = (times: number) => isOpen ? Math.min(50 * 2 ** times, LONGEST_RETRY) : null;
  const options = {
    lazyConnect: true,
    connectTimeout: LONGEST_CONNECT,
    maxRetriesPerRequest: isResent ? null : 0,
    autoResendUnfulfilledCommands: isResent,
    retryStrategy: retry,
    ...(address.ca === undefined ? {} : { tls: { ca: address.ca as string | string[] } }),
  };
  const client = address.isCluster
    ? new Cluster([address.url], {
      lazyConnect: true,
      clusterRetryStrategy: retry,
      redisOptions: { ...optionsOf(address.url), ...options, lazyConnect: false },
    })
    : new Redis(address.url, options);
  client.on("error", (error: unknown) => last = error);
  if (client instanceof Redis) client.on("connect", () => sendTogether(streamOf(client)));
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`it has not answered within ${LONGEST_CONNECT} ms`)),
    LONGEST_CONNECT,
  );
  try {
    await Promise.race([client.connect(), late]);
    await Promise.race([client.ping(), late]);
    isOpen = true;
    watches.set(client, watch(client));
    return client;
  } catch (error) {
    await disconnect(client);
    throw describe(address, last ?? error);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Asks a server now and then whether it is there, and gives a connection up that has no answers.
 *
 * Answers are counted, not timed: whoever was held up itself must not take that for silence.
 */
function watch(client: RedisClient): ReturnType<typeof setInterval> {
  const unanswered = new WeakMap<Redis, number>();
  return setInterval(() => {
    for (const one of client instanceof Cluster ? client.nodes() : [client]) {
      const count = one.status === "ready" ? unanswered.get(one) ?? 0 : -1;
      unanswered.set(one, count + 1);
      if (count >= MOST_UNANSWERED) giveUp(one);
      else if (count >= 0) one.ping().then(() => unanswered.set(one, 0), () => {});
    }
  }, ASK_EVERY);
}

/** Gives a connection up, with all that is still on its way: it must not arrive when that is forgotten. */
function giveUp(connection: Redis): void {
  streamOf(connection).resetAndDestroy();
}

/** A socket, as far as it is of interest here. */
interface Stream {
  write(...args: unknown[]): boolean;
  cork(): void;
  uncork(): void;
  resetAndDestroy(): void;
}

/** Returns the socket of a connection; it has another one whenever it is made anew. */
function streamOf(connection: Redis): Stream {
  return (connection as unknown as { stream: Stream }).stream;
}

/** Sends what is written in one turn together: a system call costs as much as a number of commands. */
function sendTogether(stream: Stream): void {
  const write = stream.write.bind(stream);
  let isCorked = false;
  stream.write = (...args) => {
    if (!isCorked) {
      isCorked = true;
      stream.cork();
      setImmediate(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}

/** Disconnects, in bounded time. */
export async function disconnect(client: RedisClient): Promise<void> {
  clearInterval(watches.get(client));
  if (client.status === "end") return;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  client.once("end", resolve);
  client.disconnect();
  await bounded(ended, LONGEST_END);
}

/** Reads the user and the password of an address, which each node of a cluster asks for. */
function optionsOf(url: string): { username?: string; password?: string; tls?: object } {
  const { username, password, protocol } = new URL(url);
  return {
    ...(username === "" ? {} : { username: decodeURIComponent(username) }),
    ...(password === "" ? {} : { password: decodeURIComponent(password) }),
    ...(protocol === "rediss:" ? { tls: {} } : {}),
  };
}

/** Makes more of an error if it says that the user lacks a right. */
export function explain({ shown }: RedisAddress, queue: string, error: unknown): unknown {
  const { name, message } = error as Error;
  const isRefusal = name === "ReplyError" &&
    /^NOPERM|The user executing the script can't/.test(message);
  if (!isRefusal) return error;
  const why = message.replace(/\.$/, "");
  return new RuntimeError(
    `Cannot use the queue ${queue} of ${shown}: ${why}, give the user the rights of its role`,
    { cause: error },
  );
}

/** Makes the error of a server that cannot be used. */
function describe({ shown }: RedisAddress, cause: unknown): RuntimeError {
  const detail = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new RuntimeError(`Cannot reach the server of ${shown}: ${detail}`, { cause });
}
