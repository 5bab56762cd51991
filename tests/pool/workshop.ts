/**
 * Resources that note what becomes of them.
 *
 * @module
 */

import {
  createTask,
  getRunningLoop,
  ResourcePool,
  type ResourcePoolOptions,
  sleep,
  type Task,
} from "../../mod.ts";
import type { FrontEnd } from "../futures/trial.ts";

/** A resource that is made by a workshop. */
export interface Thing {
  readonly id: number;
  isDestroyed: boolean;
}

/** What a workshop has done. */
export class Workshop {
  readonly things: Thing[] = [];
  readonly log: string[] = [];
  /** How long, in ms, each takes. */
  readonly times: Record<"create" | "destroy" | "check", number> = {
    create: 10,
    destroy: 5,
    check: 2,
  };
  /** Errors to fail with, one after the other. */
  readonly failures: Error[] = [];
  /** Which things a check finds broken. */
  readonly broken: Set<number> = new Set<number>();
  #count = 0;
  readonly #as: FrontEnd;

  constructor(as: FrontEnd) {
    this.#as = as;
  }

  /** The ids of what was made and not destroyed. */
  get left(): number[] {
    return this.things.filter(({ isDestroyed }) => !isDestroyed).map(({ id }) => id);
  }

  /** Makes a pool of its things. */
  pool(options: Partial<ResourcePoolOptions<Thing>> = {}): ResourcePool<Thing> {
    const { log, times, failures, things } = this;
    const count = () => ++this.#count;
    const create = this.#as(function* () {
      const id = count();
      log.push(`begin ${id}`);
      try {
        yield sleep(times.create);
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
      } catch (error) {
        log.push(`fail ${id}`);
        throw error;
      }
      const thing = { id, isDestroyed: false };
      things.push(thing);
      return thing;
    });
    const destroy = this.#as(function* (thing: Thing) {
      if (thing.isDestroyed) log.push(`AGAIN ${thing.id}`);
      log.push(`destroy ${thing.id}`);
      yield sleep(times.destroy);
      thing.isDestroyed = true;
    });
    return new ResourcePool<Thing>({ create, destroy, max: 2, ...options });
  }

  /** Makes a check of its things. */
  check(): (thing: Thing) => unknown {
    const { log, times, broken } = this;
    return this.#as(function* ({ id }: Thing) {
      log.push(`check ${id}`);
      yield sleep(times.check);
      return !broken.has(id);
    });
  }
}

/** Starts tasks that use a resource for some time each, and note which and when. */
export function users(
  as: FrontEnd,
  pool: ResourcePool<Thing>,
  times: number[],
  log: string[],
): Task<number>[] {
  const loop = getRunningLoop();
  return times.map((ms, n) =>
    createTask(as(function* () {
      const work = as(function* ({ id }: Thing) {
        log.push(`${n} has ${id} at ${loop.time()}`);
        yield sleep(ms);
        return id;
      });
      return yield pool.use(work);
    })) as Task<number>
  );
}
