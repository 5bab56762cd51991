/**
 * The host's servers at one address.
 *
 * @module
 */

import { notEncrypted, relisten, type ReloadOptions, tooLate } from "../../net/relisten.ts";
import type { HostListener } from "../../net/shutdown.ts";

/** The host's server, as this one needs it. */
export type HostServer<Addr extends Deno.Addr> = Deno.HttpServer<Addr>;

/** A function that has the host listen where it has listened. */
export type ListenAgain<Addr extends Deno.Addr> = (certificate: ReloadOptions) => HostServer<Addr>;

/**
 * The host's server that accepts, and those before it whose last requests are being answered.
 *
 * The host cannot change the certificate of a server: to do so is to replace the server.
 */
export class HostServers<Addr extends Deno.Addr> implements HostListener {
  /** The address of all of them. */
  readonly addr: Addr;
  readonly finished: Promise<void>;
  readonly #listenAgain: ListenAgain<Addr> | undefined;
  readonly #hasEnded = Promise.withResolvers<void>();
  /** Those that have not ended. */
  readonly #open = new Set<HostServer<Addr>>();
  /** The one that accepts. */
  #current: HostServer<Addr>;
  /** The replacement that was begun last. */
  #replacement: Promise<void> = Promise.resolve();
  /** The number of replacements that are not over. */
  #replacing = 0;
  #isStopped = false;

  /** Begins with one; it can be replaced where there is a way to listen again. */
  constructor(first: HostServer<Addr>, listenAgain: ListenAgain<Addr> | undefined) {
    this.addr = first.addr;
    this.#listenAgain = listenAgain;
    this.finished = this.#hasEnded.promise;
    this.#current = first;
    this.#take(first);
  }

  #take(host: HostServer<Addr>): void {
    this.#current = host;
    this.#open.add(host);
    const ended = () => {
      this.#open.delete(host);
      this.#noteEnd();
    };
    host.finished.then(ended, ended);
  }

  #noteEnd(): void {
    if (this.#open.size === 0 && this.#replacing === 0) this.#hasEnded.resolve();
  }

  /** Replaces the one that accepts, once all that was begun before is over. */
  replace(certificate: ReloadOptions): Promise<void> {
    this.#replacing++;
    const replaced = this.#replacement.then(() => this.#replaceNow(certificate));
    const over = () => {
      this.#replacing--;
      this.#noteEnd();
    };
    this.#replacement = replaced.then(over, over);
    return replaced;
  }

  async #replaceNow(certificate: ReloadOptions): Promise<void> {
    const listenAgain = this.#listenAgain;
    if (listenAgain === undefined) throw notEncrypted();
    const isStopped = () => this.#isStopped;
    if (isStopped()) throw tooLate();
    const old = this.#current;
    const next = await relisten({
      listen: () => listenAgain(certificate),
      giveUp: () => void shutDown(old),
      isStopped,
    });
    this.#take(next);
    if (isStopped()) void shutDown(next);
  }

  async shutdown(): Promise<void> {
    this.#isStopped = true;
    await Promise.all([...this.#open].map(shutDown));
  }

  unref(): void {
    for (const host of this.#open) host.unref();
  }
}

/** Shuts a server of the host's down; its end is told by `finished`, however it comes. */
async function shutDown(host: HostServer<Deno.Addr>): Promise<void> {
  await host.shutdown().catch(() => {});
}
