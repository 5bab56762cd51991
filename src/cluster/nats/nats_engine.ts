/**
 * The engine that keeps jobs in the streams of NATS JetStream.
 *
 * @module
 */

import { checkOptions, checkString, show } from "../../lowlevel.ts";
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
import type { NatsAddress } from "./nats_address.ts";

/** The options of a NATS server. */
export interface NatsEngineOptions {
  /** What all subjects and streams begin with; `weft` unless given. */
  prefix?: string | undefined;
  /** The certificates, in PEM, of who may vouch for the server; those of the host unless given. */
  ca?: string | undefined;
}

/**
 * Makes an engine that keeps jobs in the streams of NATS JetStream.
 *
 * The address is `nats://[USER:PASSWORD@]HOST[:PORT]`, or `tls://…`. The server must be of version 2.9
 * or later, with JetStream turned on. It has no priorities, delays and schedules: to ask for them is an
 * error. Nothing is loaded or connected before a pool or a worker uses the engine.
 *
 * **Gotchas.** Deno needs `--allow-net` for the server, and `--allow-env` or `--ignore-env`. The server
 * writes to its disk every two minutes unless told otherwise: a machine that loses its power then
 * loses jobs, a server that is killed does not.
 *
 * ```ts
 * import { natsEngine } from "@weft/weft/cluster.ts";
 *
 * const engine = natsEngine("nats://worker:secret@10.0.0.1:4222");
 * console.assert(engine.name === "nats://worker@10.0.0.1:4222");
 * console.assert(!engine.abilities.delay);
 * ```
 */
export function natsEngine(url: string | URL, options: NatsEngineOptions = {}): JobEngine {
  checkOptions("natsEngine()", options, ["prefix", "ca"]);
  const { prefix = "weft", ca } = options;
  checkString("prefix", prefix);
  if (!/^[\w-]+$/.test(prefix)) {
    throw new RangeError(`prefix must have letters, digits, "-" and "_" only: ${show(prefix)}`);
  }
  const { url: { host, username, password }, shown, hasTls } = readServerAddress(
    url,
    "nats",
    "tls",
  );
  if (ca !== undefined && !hasTls) {
    throw new RangeError(`url must begin with tls:// where ca is given: ${shown}`);
  }
  const user = username === "" ? undefined : decodeURIComponent(username);
  const secret = password === "" ? undefined : decodeURIComponent(password);
  return new NatsEngine({ host, user, password: secret, hasTls, shown, prefix, ca });
}

/** The engine on NATS. What speaks to the server is loaded when it is needed. */
class NatsEngine implements JobEngine {
  readonly #address: NatsAddress;
  readonly abilities: EngineAbilities = { priority: false, delay: false, schedule: false };

  constructor(address: NatsAddress) {
    this.#address = address;
  }

  get name(): string {
    return this.#address.shown;
  }

  async openCaller(queue: string, caller: string, events: CallerEvents): Promise<CallerLink> {
    const { openNatsCaller } = await import("./nats_caller.ts");
    return await openNatsCaller(this.#address, queue, caller, events);
  }

  async openWorker(
    queue: string,
    options: WorkerLinkOptions,
    events: WorkerEvents,
  ): Promise<WorkerLink> {
    const { openNatsWorker } = await import("./nats_worker.ts");
    return await openNatsWorker(this.#address, queue, options, events);
  }

  async openDesk(queue: string): Promise<DeskLink> {
    const { openNatsDesk } = await import("./nats_desk.ts");
    return await openNatsDesk(this.#address, queue);
  }
}
