/**
 * Modules by names that mean the same on every machine, and what of them a worker may run.
 *
 * A caller and its workers keep the same modules in other places. So the modules below a folder of the
 * caller travel as `job:PATH`, and a worker looks for them below its own folder. What travels by its
 * address is run if that is on the worker's list.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import { show } from "../lowlevel.ts";

/** What a name of a module begins with, where it is no address. */
const SCHEME = "job:";

/** Returns a folder's address, which ends with a slash; refuses what is none. */
export function toFolder(name: string, given: unknown): string {
  const href = toAddress(name, given);
  if (href.endsWith("/")) return href;
  throw new RangeError(`${name} must be a folder, which ends with a slash: ${show(href)}`);
}

/** Returns an address in its normal form; refuses what is none. */
function toAddress(name: string, given: unknown): string {
  if (typeof given !== "string" && !(given instanceof URL)) {
    throw new TypeError(`${name} must be a URL: ${show(given)}`);
  }
  const url = URL.parse(given);
  if (url === null) throw new RangeError(`${name} must be an absolute URL: ${show(given)}`);
  return url.href;
}

/** Returns the name that a module travels by. */
export function toTravelName(module: string, base: string | undefined): string {
  const href = URL.parse(module)?.href ?? module;
  if (base === undefined || !href.startsWith(base)) return module;
  return SCHEME + href.slice(base.length);
}

/** What modules a worker runs. */
export class ModuleList {
  /** Modules and folders, by their addresses. */
  readonly #addresses: readonly string[];
  readonly #names: ReadonlyMap<string, string>;

  /** Makes a list of addresses, those of folders with a slash at the end, and of names. */
  constructor(
    modules: readonly (string | URL)[],
    names: Readonly<Record<string, string | URL>> = {},
  ) {
    if (!Array.isArray(modules)) {
      throw new TypeError(`modules must be an array of URLs: ${show(modules)}`);
    }
    if (typeof names !== "object" || names === null) {
      throw new TypeError(`names must be an object of URLs: ${show(names)}`);
    }
    this.#addresses = modules.map((one) => toAddress("modules", one));
    this.#names = new Map(
      Object.entries(names).map(([name, one]) => [name, toAddress(`names.${name}`, one)]),
    );
    if (this.#addresses.length + this.#names.size === 0) {
      throw new RangeError("modules must name what the worker may run: it is empty");
    }
  }

  /** Returns the folders of files among them. */
  get files(): readonly string[] {
    return [...this.#addresses, ...this.#names.values()].filter((one) => one.startsWith("file:"));
  }

  /** Returns the address of a module that has travelled; throws if it may not run here. */
  resolve(module: string): string {
    if (module.startsWith(SCHEME)) return this.#find(module.slice(SCHEME.length), module);
    const href = URL.parse(module)?.href;
    if (href !== undefined && this.#has(href)) return href;
    throw new RuntimeError(
      `Cannot run a job of the module ${clip(module)}: it is not among those that the worker runs`,
    );
  }

  #find(name: string, module: string): string {
    const named = this.#names.get(name);
    if (named !== undefined) return named;
    for (const folder of this.#addresses.filter((one) => one.endsWith("/"))) {
      const href = URL.parse(`./${name}`, folder)?.href;
      if (href !== undefined && href.startsWith(folder) && isPlain(href)) return href;
    }
    const known = [...this.#names.keys()].join(", ") || "none";
    throw new RuntimeError(
      `Cannot run a job of the module ${
        clip(module)
      }: the worker has no folder for it, and of names ${known}`,
    );
  }

  #has(href: string): boolean {
    return this.#addresses.some((one) =>
      one === href || /^\w+:$/.test(one) && href.startsWith(one) ||
      one.endsWith("/") && href.startsWith(one) && isPlain(href)
    ) || [...this.#names.values()].includes(href);
  }
}

/** Returns whether an address means where it seems to lie: it has no slash in disguise. */
function isPlain(href: string): boolean {
  return !/%2f|%5c/i.test(href);
}

/** Shortens an address: that of a `data:` module is its text. */
function clip(module: string): string {
  return module.length > 100 ? `${module.slice(0, 100)}…` : module;
}
