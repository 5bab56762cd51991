/**
 * Folders for tests, with what is in them.
 *
 * @module
 */

import { until } from "../../mod.ts";
import type { Program } from "../futures/trial.ts";

/** Lets a body work in a folder of its own, which is removed. */
export function* inFolder(body: (folder: string) => Program): Program {
  const folder: string = yield until(Deno.makeTempDir());
  try {
    yield* body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Lists what is in a folder, by name. */
export function namesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
}

/** Lets a body work with a function of the host replaced. */
export function* replaced<N extends keyof typeof Deno>(
  name: N,
  replacement: unknown,
  body: () => Program,
): Program {
  const original = Deno[name];
  Object.defineProperty(Deno, name, { value: replacement, configurable: true, writable: true });
  try {
    yield* body();
  } finally {
    Object.defineProperty(Deno, name, { value: original, configurable: true, writable: true });
  }
}
