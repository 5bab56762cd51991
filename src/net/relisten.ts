/**
 * Listening once more at the same address, with another certificate.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { checkOptions, checkString, hostTurn } from "../lowlevel.ts";

/** How many turns the host may take to let go of a port; it takes one or two. */
const MOST_TURNS = 10_000;

/** A certificate, and the key that it was made for. */
export interface ReloadOptions {
  /** The certificate, in PEM, followed by those between it and the authority. */
  cert: string;
  /** Its key, in PEM. */
  key: string;
}

/** Refuses what nothing could be encrypted with, before anything is given up for it. */
export function checkReload(options: ReloadOptions): void {
  checkOptions("reload()", options, ["cert", "key"]);
  const { cert, key } = options;
  checkString("cert", cert);
  checkString("key", key);
  try {
    // A client reads both as a server does, and needs neither a port nor a permission.
    Deno.createHttpClient({ cert, key }).close();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : `${cause}`;
    throw new TypeError(`Cannot encrypt connections with cert and key: ${why}`, { cause });
  }
}

/** A function that listens where it was listened before; throws `AddrInUse` while that is taken. */
export type ListenAgain<Listener> = (certificate: ReloadOptions) => Listener;

/** What listens at an address, and can be replaced there. */
export interface Replaceable<Listener> {
  /** Gives up what listens. */
  giveUp(): void;
  /** Takes what listens from now on. */
  take(listener: Listener): void;
  /** Returns whether nothing is to listen any more. */
  isStopped(): boolean;
}

/** What replaces that which listens at an address, once for each new certificate. */
export class Replacer<Listener> {
  readonly #listenAgain: ListenAgain<Listener> | undefined;
  readonly #replaceable: Replaceable<Listener>;
  /** The replacement that was begun last. */
  #last: Promise<void> = Promise.resolve();

  /** Makes one; nothing can be replaced where there is no way to listen again. */
  constructor(listenAgain: ListenAgain<Listener> | undefined, replaceable: Replaceable<Listener>) {
    this.#listenAgain = listenAgain;
    this.#replaceable = replaceable;
  }

  /** Replaces what listens, once all replacements that were begun before are over. */
  replace(certificate: ReloadOptions): Promise<void> {
    const replaced = this.#last.then(() => this.#replaceNow(certificate));
    this.#last = replaced.catch(() => {});
    return replaced;
  }

  async #replaceNow(certificate: ReloadOptions): Promise<void> {
    const listenAgain = this.#listenAgain;
    if (listenAgain === undefined) throw notEncrypted();
    if (this.#replaceable.isStopped()) throw tooLate();
    this.#replaceable.take(await relisten(() => listenAgain(certificate), this.#replaceable));
  }
}

/**
 * Has another listen in place of what listens.
 *
 * Where ports are shared, the new one listens before the old one is given up. Elsewhere it is refused
 * the port until then, and for the turn or two that the host takes to let go of it.
 */
async function relisten<Listener>(
  listen: () => Listener,
  { giveUp, isStopped }: Replaceable<Listener>,
): Promise<Listener> {
  const early = tryTo(listen);
  giveUp();
  if (early !== undefined) return early;
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    await hostTurn();
    if (isStopped()) throw tooLate();
    const found = tryTo(listen);
    if (found !== undefined) return found;
  }
  throw new Deno.errors.AddrInUse(
    "Cannot listen with the new certificate: another program has taken the port",
  );
}

/** Listens, unless the address is taken. */
function tryTo<Listener>(listen: () => Listener): Listener | undefined {
  try {
    return listen();
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return undefined;
    throw error;
  }
}

/** Returns the error of a reload that comes too late. */
function tooLate(): RuntimeError {
  return new RuntimeError("Cannot reload the certificate: the server is shutting down");
}

/** Returns the error of a reload where nothing is encrypted. */
function notEncrypted(): RuntimeError {
  return new RuntimeError(
    "Cannot reload the certificate of a server that has none: begin it with cert and key",
  );
}
