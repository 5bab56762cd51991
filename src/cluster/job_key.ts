/**
 * The keys that programs give to jobs, and the names that jobs have within a queue.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** The most bytes of a key: engines bound the names of jobs. */
const MOST_BYTES = 150;

/** Refuses what is no key. */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== "string") throw new TypeError(`key must be a string: ${show(key)}`);
  const { length } = new TextEncoder().encode(key);
  if (length > 0 && length <= MOST_BYTES) return;
  throw new RangeError(
    `key must have from 1 to ${MOST_BYTES} bytes, and has ${length}: ${show(key.slice(0, 40))}`,
  );
}

/** Returns the name of the job that has a key; another key gives another name. */
export function nameOfKey(key: string): string {
  const bytes = new TextEncoder().encode(key);
  return `k-${bytes.toBase64({ alphabet: "base64url", omitPadding: true })}`;
}

/** Makes a key of those of a chunk's items: of the first, and a digest of all in their order. */
export function keyOfChunk(keys: readonly string[]): string {
  if (keys.length === 1) return keys[0];
  return `${keys[0].slice(0, 30)} and ${keys.length - 1} more ${digest(JSON.stringify(keys))}`;
}

/** What the host has of digests. */
interface Digests {
  createHash(kind: string): { update(text: string): { digest(form: string): string } };
}

/** Digests a text: two that differ have the same digest by no chance that matters. */
function digest(text: string): string {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: string): Digests };
  };
  return process.getBuiltinModule("node:crypto").createHash("sha256").update(text).digest("hex");
}
