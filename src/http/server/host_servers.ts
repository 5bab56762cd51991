/**
 * The host's servers at one address.
 *
 * @module
 */

import { type ListenAgain, type ReloadOptions, Replacer } from "../../net/relisten.ts";
import type { HostListener } from "../../net/shutdown.ts";

/** The host's server, as this one needs it. */
export type HostServer<Addr extends Deno.Addr> = Deno.HttpServer<Addr>;

/**
 * The host's server that accepts, and those before it whose last requests are being answered.
 *
 * The host cannot change the certificate of a server: to do so is to replace the server.
 */
export class HostServers<Addr extends Deno.Addr> implements HostListener {
  /** The address of all of them. */
  readonly addr: Addr;
  readonly finished: Promise<void>;
  readonly #replacer: Replacer<HostServer<Addr>>;
  readonly #hasEnded = Promise.withResolvers<void>();
  /** Those that have not ended. */
  readonly #open = new Set<HostServer<Addr>>();
  /** The one that accepts. */
  #current: HostServer<Addr>;
  /** The number of replacements that are not over. */
  #replacing = 0;
  #isStopped = false;

  /** Begins with one; it can be replaced where there is a way to listen again. */
  constructor(first: HostServer<Addr>, listenAgain: ListenAgain<HostServer<Addr>> | undefined) {
    this.addr = first.addr;
    this.#replacer = new Replacer(listenAgain, {
      giveUp: () => void shutDown(this.#current),
      take: (host) => this.#take(host),
      isStopped: () => this.#isStopped,
    });
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
    if (this.#isStopped) void shutDown(host);
  }

  #noteEnd(): void {
    if (this.#open.size === 0 && this.#replacing === 0) this.#hasEnded.resolve();
  }

  /** Replaces the one that accepts, once all that was begun before is over. */
  replace(certificate: ReloadOptions): Promise<void> {
    this.#replacing++;
    const replaced = this.#replacer.replace(certificate);
    const over = () => {
      this.#replacing--;
      this.#noteEnd();
    };
    replaced.then(over, over);
    return replaced;
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
