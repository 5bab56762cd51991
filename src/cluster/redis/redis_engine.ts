/**
 * The engine that keeps jobs in Redis, in the queues of BullMQ.
 *
 * @module
 */

import { checkBoolean, checkOptions, checkString } from "../../lowlevel.ts";
import type {
  CallerEvents,
  CallerLink,
  DeskLink,
  EngineAbilities,
  JobEngine,
  WorkerEvents,
  WorkerLink,
  WorkerLinkOptions,
} from "../job_engine.ts";
import { readServerAddress } from "../server_address.ts";
import type { RedisAddress } from "./redis_address.ts";

/** The options of a Redis server. */
export interface RedisEngineOptions {
  /** What all keys begin with; `weft` unless given. Those of a queue begin with `weft:{QUEUE}:`. */
  prefix?: string | undefined;
  /** The certificates, in PEM, of who may vouch for the server; those of the host unless given. */
  ca?: string | readonly string[] | undefined;
  /** Whether the address is that of one node of a Redis Cluster. */
  cluster?: boolean | undefined;
}

/**
 * Makes an engine that keeps jobs in Redis, in the queues of BullMQ, whose tools work on them.
 *
 * The address is `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, or `rediss://…` for TLS. The server
 * must be of version 6.2 or later. Turn its append-only file on: without it, jobs are lost when the
 * server ends. Nothing is loaded or connected before a pool or a worker uses the engine.
 *
 * **Gotchas.** Deno needs `--allow-net` for the server, and `--allow-env` or `--ignore-env`.
 *
 * ```ts
 * import { redisEngine } from "@weft/weft/cluster.ts";
 *
 * const engine = redisEngine("redis://worker:secret@10.0.0.1:6379");
 * console.assert(engine.name === "redis://worker@10.0.0.1:6379");
 * console.assert(engine.abilities.delay);
 * ```
 */
export function redisEngine(url: string | URL, options: RedisEngineOptions = {}): JobEngine {
  checkOptions("redisEngine()", options, ["prefix", "ca", "cluster"]);
  const { prefix = "weft", ca, cluster = false } = options;
  checkString("prefix", prefix);
  checkBoolean("cluster", cluster);
  const { url: { href }, shown, hasTls } = readServerAddress(url, "redis", "rediss");
  if (ca !== undefined && !hasTls) {
    throw new RangeError(`url must begin with rediss:// where ca is given: ${shown}`);
  }
  return new RedisEngine({ url: href, shown, prefix, ca, isCluster: cluster });
}

/** The engine on Redis. What speaks to the server is loaded when it is needed. */
class RedisEngine implements JobEngine {
  readonly #address: RedisAddress;
  readonly abilities: EngineAbilities = { priority: true, delay: true, schedule: true };

  constructor(address: RedisAddress) {
    this.#address = address;
  }

  get name(): string {
    return this.#address.shown;
  }

  async openCaller(queue: string, caller: string, events: CallerEvents): Promise<CallerLink> {
    const { openRedisCaller } = await import("./redis_caller.ts");
    return await openRedisCaller(this.#address, queue, caller, events);
  }

  async openWorker(
    queue: string,
    options: WorkerLinkOptions,
    events: WorkerEvents,
  ): Promise<WorkerLink> {
    const { openRedisWorker } = await import("./redis_worker.ts");
    return await openRedisWorker(this.#address, queue, options, events);
  }

  async openDesk(queue: string): Promise<DeskLink> {
    const { openRedisDesk } = await import("./redis_desk.ts");
    return await openRedisDesk(this.#address, queue);
  }
}
