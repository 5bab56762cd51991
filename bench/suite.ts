/**
 * What a case is: how to prepare one candidate for one size, in a process of its own.
 *
 * @module
 */

import type { Core } from "../src/engine/core.ts";

/** Is the implementation of the core. */
export type Engine = Core["engine"];

/** Names a core to measure: an engine, and the checkout it is loaded from. */
export interface Subject {
  readonly engine: Engine;
  /** Is the URL of the checkout, with a slash at its end. */
  readonly root: string;
}

/** Is something prepared: work to be timed again and again, or a value that is already there. */
export type Trial = Work | { readonly value: number };

/** Is work that is timed. */
export interface Work {
  /** Does a few milliseconds of work; returns how many operations they were. */
  run(): number;
}

/** Is one case, at several sizes, with the peers that do the same work. */
export interface Suite {
  readonly name: string;
  /** Says what one operation is. */
  readonly about: string;
  /** Is the unit of the values; work that is timed is in ns per operation. */
  readonly unit: "ns" | "ms" | "bytes" | "timers";
  /** Lists the sizes; a single 0 where size does not matter. */
  readonly sizes: readonly number[];
  /** Lists the most that the WASM engine should take, by size. */
  readonly targets?: readonly number[];
  /** Tells that more is better. */
  readonly more?: boolean;
  /** Names the peer that only shows what the measurement costs: targets are above it. */
  readonly baseline?: string;
  /** Asks for a new process each round, as a trial with a value needs. */
  readonly fresh?: boolean;
  /** Counts the rounds, if not the usual number. */
  readonly rounds?: number;
  /** Prepares a core. */
  core(subject: Subject, size: number): Promise<Trial>;
  /** Prepare the peers, by name. */
  readonly peers?: Readonly<Record<string, (size: number) => Trial | Promise<Trial>>>;
}

/** Loads an engine; returns what makes a core. */
export async function load(subject: Subject): Promise<() => Core> {
  const { newCore } = await import(new URL("src/engine/core_pool.ts", subject.root).href);
  return () => newCore(subject.engine);
}
