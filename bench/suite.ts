/**
 * What a case is: how to prepare one candidate for one size, in a process of its own.
 *
 * @module
 */

import type { Core } from "../src/engine/core.ts";
import type { ProgramName } from "./peers/programs.ts";

/** What a user imports. */
export type Weft = typeof import("../mod.ts");

/** The implementation of the core. */
export type Engine = Core["engine"];

/** What of Weft to measure: a variant, and the checkout it is loaded from. */
export interface Subject<Variant extends string = string> {
  readonly variant: Variant;
  /** The URL of the checkout, with a slash at its end. */
  readonly root: string;
  /** Whether its process has done everything else before, as that of a real program has. */
  readonly isUsed?: boolean;
}

/** A function that prepares a variant for a size. */
export type Prepare = (root: string, size: number) => Trial | Promise<Trial>;

/** What was prepared: work to be timed again and again, or a value that is already there. */
export type Trial = Work | { readonly value: number };

/** Work that is timed. */
export interface Work {
  /** Does a few milliseconds of work; returns how many operations they were. */
  run(): number | Promise<number>;
}

/** The most that a variant should take: a value, or so many times what a peer takes. */
export type Target = number | readonly [times: number, peer: string];

/** One case, at several sizes, with the peers that do the same work. */
export interface Suite {
  readonly name: string;
  /** What one operation is. */
  readonly about: string;
  /** The unit of the values; work that is timed is in ns per operation. */
  readonly unit: "ns" | "ms" | "bytes" | "timers";
  /** The sizes; a single 0 where size does not matter. */
  readonly sizes: readonly number[];
  /** The most that a variant should take, by size: a value, or so many times what a peer takes. */
  readonly targets?: Readonly<Record<string, readonly Target[]>>;
  /** Whether more is better. */
  readonly more?: boolean;
  /** The peer that only shows what the measurement costs: targets are above it. */
  readonly baseline?: string;
  /** Whether each round wants a new process, as a trial with a value does. */
  readonly fresh?: boolean;
  /** The number of rounds, if not the usual number. */
  readonly rounds?: number;
  /** Prepare the variants of Weft, by name; the first is the one held against the peers. */
  readonly weft: Readonly<Record<string, Prepare>>;
  /** Prepare the peers, by name. */
  readonly peers?: Readonly<Record<string, (size: number) => Trial | Promise<Trial>>>;
  /** Name the peers in other languages, and the programs that know this case by its file's name. */
  readonly programs?: Readonly<Record<string, ProgramName>>;
}

/** Names both engines as the variants of a case about the core. */
export function onEngines(
  core: (subject: Subject<Engine>, size: number) => Promise<Trial>,
): Record<Engine, Prepare> {
  return {
    wasm: (root, size) => core({ variant: "wasm", root }, size),
    js: (root, size) => core({ variant: "js", root }, size),
  };
}

/** Loads an engine; returns what makes a core. */
export async function load(subject: Subject<Engine>): Promise<() => Core> {
  const { newCore } = await import(new URL("src/engine/core_pool.ts", subject.root).href);
  return () => newCore(subject.variant);
}

/** Loads what a user imports. */
export async function loadWeft(root: string): Promise<Weft> {
  return await import(new URL("mod.ts", root).href);
}
