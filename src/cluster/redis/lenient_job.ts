/**
 * Queues and workers of BullMQ that put up with jobs whose data is no JSON.
 *
 * BullMQ cannot make a job of them: its worker would try for ever, and its lists would fail. Here they
 * are jobs without data, which are set aside as others that cannot be read.
 *
 * @module
 */

import { Job, type JobJson, type MinimalQueue, Queue, Worker } from "./clients.ts";

/** A job that has no data if it is no JSON. */
class LenientJob extends Job {
  // deno-lint-ignore no-explicit-any -- as the method that it stands in for
  static override fromJSON(queue: MinimalQueue, json: JobJson, id?: string): Job<any, any, any> {
    try {
      return Job.fromJSON(queue, json, id);
    } catch {
      return Job.fromJSON(queue, { ...json, data: "{}" }, id);
    }
  }
}

/** A queue of such jobs. */
export class LenientQueue extends Queue {
  protected override get Job(): typeof Job {
    return LenientJob as typeof Job;
  }
}

/** A worker on such jobs. */
export class LenientWorker extends Worker {
  protected override get Job(): typeof Job {
    return LenientJob as typeof Job;
  }
}
