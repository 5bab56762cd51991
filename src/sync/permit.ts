/**
 * The right to be where only so many may be.
 *
 * @module
 */

import { refuseBlocks } from "../lowlevel.ts";

/** Makes a block that would hold a lock or the like say that its permit is what to hold. */
export function refuseAsPermit(refused: { readonly prototype: object }, name: string): void {
  refuseBlocks(
    refused,
    `hold its permit, with using permit = await ${name}.acquire(), or yield* ${name}.acquire()`,
  );
}

/** Who gives permits, and takes them back. */
export interface Permitter {
  /** Takes a permit back. */
  takeBack(permit: Permit): void;
}

/** Makes a permit; its constructor is nobody else's business. */
export function newPermit(giver: Permitter): Permit {
  return new (Permit as unknown as new (giver: Permitter) => Permit)(giver);
}

/**
 * A right that was acquired, and is released once, however often it is disposed.
 *
 * `using` releases it at the end of its block. On a host without `using`, call the
 * `release()` of the lock in a `finally`.
 *
 * ```ts
 * import { Lock, type Permit, run } from "@weft/weft";
 *
 * await run(async () => {
 *   const lock = new Lock();
 *   const permit: Permit = await lock.acquire();
 *   console.assert(lock.locked);
 *   permit[Symbol.dispose]();
 *   permit[Symbol.dispose](); // harmless
 *   console.assert(!lock.locked);
 * });
 * ```
 */
export class Permit implements Disposable {
  #giver: Permitter | undefined;

  private constructor(giver: Permitter) {
    this.#giver = giver;
  }

  /** Releases it, at the end of a `using`. */
  [Symbol.dispose](): void {
    const giver = this.#giver;
    this.#giver = undefined;
    giver?.takeBack(this);
  }
}
