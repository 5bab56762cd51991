/**
 * The clients of the soak.
 *
 * @module
 */

import { ClientSession } from "../../io.ts";
import { createTask, gather, getRunningLoop, sleep } from "../../mod.ts";
import { Random } from "../random.ts";
import { ACTIONS } from "./actions.ts";
import type { Action, Actor } from "./actor.ts";

/** Bounds, in ms, how long a client thinks before it acts again. */
const LONGEST_THOUGHT = 300;

const NAMES = Object.keys(ACTIONS);
/** The actions that each make the server report one failure. */
const FAILING = ["ask for what fails", "see a stream break"];

/** The options of a crowd. */
export interface CrowdOptions {
  readonly port: number;
  readonly clients: number;
  readonly seed: number;
}

/** Many clients, each with a session of its own. */
export class Crowd implements Disposable {
  /** How often each thing was done, by name. */
  readonly done: Map<string, number> = new Map();
  /** What was not as it must be. */
  readonly faults: string[] = [];
  readonly #actors: readonly Actor[];

  constructor({ port, clients, seed }: CrowdOptions) {
    this.#actors = Array.from({ length: clients }, (_, number) => {
      return newActor(port, new Random((seed * 65_537 + number * 7_919) | 1));
    });
  }

  /** Counts what was done that makes the server report a failure. */
  countFailures(): number {
    return FAILING.reduce((sum, name) => sum + (this.done.get(name) ?? 0), 0);
  }

  /** Lets all act for some seconds, each as a task. */
  async act(seconds: number): Promise<void> {
    const end = getRunningLoop().time() + seconds * 1000;
    await gather(this.#actors.map((actor) => async () => {
      while (getRunningLoop().time() < end) {
        await this.#do(NAMES[Math.floor(actor.random.next() * NAMES.length)], actor);
        await sleep(actor.random.next() * LONGEST_THOUGHT);
      }
    }));
  }

  /** Acts once, and notes how that went. */
  async #do(name: string, actor: Actor): Promise<void> {
    const action: Action = ACTIONS[name];
    try {
      await createTask(() => action(actor), { name });
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
    } catch (error) {
      const { message, cause } = error as Error;
      this.faults.push(`${name}: ${message}${cause === undefined ? "" : ` (${cause})`}`);
    }
  }

  /** Closes the sessions. */
  [Symbol.dispose](): void {
    for (const { session } of this.#actors) session.close();
  }
}

/** Makes a client. */
function newActor(port: number, random: Random): Actor {
  const open = () => new ClientSession({ baseUrl: `http://127.0.0.1:${port}/`, timeout: 30_000 });
  return {
    port,
    random,
    session: open(),
    renew(): void {
      this.session = open();
    },
  };
}
