/**
 * What pools of processes do, done by pools of other machines, on each engine.
 *
 * @module
 */

import { type Awaitable, createTask, type Task } from "../../../mod.ts";
import { ClusterPool, type JobEngine, type JobServer, serveJobs } from "../../../cluster.ts";
import { operation } from "../../../lowlevel.ts";
import type { PoolOptions } from "../../../workers.ts";
import { poolContract } from "../../workers/pool_contract.ts";
import { type ServerKind, TestServer } from "./fixtures/server.ts";
import { FOLDER } from "./fixtures/worker.ts";

let server: TestServer;
let count = 0;

/** A pool with a worker of its own, which has as many processes as the pool has places. */
class PoolWithWorker extends ClusterPool {
  readonly #serving: Task<JobServer>;

  constructor(engine: JobEngine, options: PoolOptions = {}) {
    const queue = `contract${++count}`;
    super(engine, { queue, ...options });
    const { size = 2, grace } = options;
    this.#serving = createTask(() =>
      serveJobs(engine, { queue, modules: [FOLDER], processes: size, grace })
    );
  }

  override close(): Awaitable<void> {
    const end = super.close();
    const serving = this.#serving;
    return operation("close", function* () {
      try {
        yield* end;
      } finally {
        yield* (yield* serving).close();
      }
    });
  }
}

/** What is not so where jobs run elsewhere. */
const LEFT = {
  "reports a worker that fails while it is idle": "its worker hears of it, no caller",
};
/** What is not so on one engine. */
const ALSO_LEFT: Readonly<Record<ServerKind, Readonly<Record<string, string>>>> = {
  redis: {},
  nats: {
    "that is not closed ends with its loop": "its worker waits for the server to keep the outcome",
  },
};

for (const kind of ["redis", "nats"] as ServerKind[]) {
  // It outlives its test.
  Deno.test({
    name: `${kind}: the server starts`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => void (server = await TestServer.start(kind)),
  });
  poolContract(
    `ClusterPool on ${kind}`,
    (options) => new PoolWithWorker(server.engine(), options),
    { ...LEFT, ...ALSO_LEFT[kind] },
  );
  Deno.test({
    name: `${kind}: the server ends`,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: () => server[Symbol.asyncDispose](),
  });
}
