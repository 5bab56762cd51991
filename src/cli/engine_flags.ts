/**
 * The engine that a command is to use.
 *
 * @module
 */

import type { JobEngine } from "../cluster/job_engine.ts";
import { natsEngine } from "../cluster/nats/nats_engine.ts";
import { redisEngine } from "../cluster/redis/redis_engine.ts";
import { type CommandLine, type Flag, UsageError } from "./command_line.ts";

/** The flags that say which engine, and which queue. */
export const ENGINE_FLAGS: Readonly<Record<string, Flag>> = {
  engine: {
    value: "URL",
    about: "where the jobs are kept: redis://, rediss://, nats:// or tls://",
  },
  queue: { value: "NAME", about: "the queue" },
  prefix: { value: "NAME", about: "what the engine's names begin with; weft unless given" },
  ca: { value: "FILE", about: "the certificates of who vouches for the server, in PEM" },
  "redis-cluster": { about: "the address is that of one node of a Redis Cluster" },
};

/** Makes the engine that a command line asks for; the address may be in `WEFT_ENGINE`, out of sight. */
export function engineOf(line: CommandLine): JobEngine {
  const url = line.get("engine") ?? fromEnvironment();
  if (url === undefined) {
    throw new UsageError("--engine must be given, or the variable WEFT_ENGINE: see --help");
  }
  const prefix = line.get("prefix");
  const file = line.get("ca");
  const ca = file === undefined ? undefined : Deno.readTextFileSync(file);
  if (/^(nats|tls):/.test(url)) return natsEngine(url, { prefix, ca });
  return redisEngine(url, { prefix, ca, cluster: line.has("redis-cluster") });
}

/** Reads the address out of the environment, if that may be read. */
function fromEnvironment(): string | undefined {
  try {
    return Deno.env.get("WEFT_ENGINE");
  } catch {
    return undefined;
  }
}
