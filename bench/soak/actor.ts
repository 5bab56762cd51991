/**
 * A client of the soak.
 *
 * @module
 */

import type { ClientSession } from "../../io.ts";
import type { Coroutine } from "../../mod.ts";
import type { Random } from "../random.ts";

/** One who acts. */
export interface Actor {
  readonly port: number;
  readonly random: Random;
  session: ClientSession;
  /** Makes a session in place of one that was closed. */
  renew(): void;
}

/** A function that does one thing. */
export type Action = (actor: Actor) => Promise<void> | Coroutine<void>;
