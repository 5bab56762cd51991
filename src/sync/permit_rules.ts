/**
 * Waiting for one of several permits.
 *
 * @module
 */

import { Rules } from "../lowlevel.ts";
import { Holders } from "./holders.ts";
import { newPermit, type Permit, type Permitter } from "./permit.ts";

/** Rules by which one gets a permit, and who has one is remembered for dumps. */
export abstract class PermitRules extends Rules<Permit> implements Permitter {
  /** Who has a permit. */
  readonly holders: Holders = new Holders();

  /** Takes a permit back that was disposed. */
  abstract takeBack(permit: Permit): void;

  override result(): Permit {
    const permit = newPermit(this);
    this.holders.add(permit);
    return permit;
  }

  override undo(permit: Permit): void {
    permit[Symbol.dispose]();
  }
}
