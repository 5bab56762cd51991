/**
 * What can be sent to another thread, and what cannot.
 *
 * @module
 */

/** Returns whether a value can be sent. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns whether a value has no part that belongs to the host, such as a `Blob` or a stream.
 *
 * The engine's serializer, which knows nothing of the host, would make an empty object of such a one.
 */
export function isPlain(value: unknown): boolean {
  const parts = new Set([value]); // It grows while it is gone through.
  for (const part of parts) {
    if (typeof part !== "object" || part === null) continue;
    if (isOfHost(part)) return false;
    for (const inner of contentsOf(part)) if (typeof inner === "object") parts.add(inner);
  }
  return true;
}

/** Returns whether an object belongs to the host: it is of a global class that has a tag. */
function isOfHost(value: object): boolean {
  const tag = Object.getPrototypeOf(value)?.[Symbol.toStringTag];
  if (typeof tag !== "string" || OF_ENGINE.has(tag) || value instanceof Error) return false;
  const found = (globalThis as Record<string, unknown>)[tag];
  return typeof found === "function" && value instanceof found;
}

/** The tags of what the engine copies by itself. */
const OF_ENGINE: ReadonlySet<string> = new Set(["ArrayBuffer", "BigInt", "DataView", "Map", "Set"]);

/** Lists what would be copied with an object. */
function contentsOf(value: object): readonly unknown[] {
  if (ArrayBuffer.isView(value)) return [value.buffer];
  if (value instanceof Map) return [...value.keys(), ...value.values()];
  if (value instanceof Set) return [...value];
  return value instanceof Error ? [value.cause] : Object.values(value);
}

/** Makes the error of something that could not be sent; it names the part that is at fault. */
export function explainUnclonable(
  what: string,
  path: string,
  value: unknown,
  cause: unknown,
): TypeError {
  // What a thread could get, a process cannot: something that belongs to the host.
  const isFine = isCloneable(value) ? isPlain : isCloneable;
  const found = isFine(value) ? undefined : findUnclonable(value, path, isFine, new Set());
  const detail = found ?? `${path}: ${cause}`;
  return new TypeError(`Cannot send ${what} to another thread or process: ${detail}`, { cause });
}

/**
 * Finds the innermost part that cannot be sent, of a value that cannot; says where and what.
 *
 * Finds nothing in a part whose fault lies in what it is a part of.
 */
function findUnclonable(
  value: unknown,
  path: string,
  isFine: (value: unknown) => boolean,
  seen: Set<unknown>,
): string | undefined {
  seen.add(value);
  let isItself = true;
  for (const [step, take] of partsOf(value)) {
    let part: unknown;
    try {
      part = take();
    } catch (error) {
      return `${path}${step} throws ${error}`;
    }
    if (isFine(part)) continue;
    isItself = false;
    const found = seen.has(part) ? undefined : findUnclonable(part, path + step, isFine, seen);
    if (found !== undefined) return found;
  }
  return isItself ? `${path} is ${describe(value)}` : undefined;
}

/** Lists the parts of a value: how each is reached, and what gives it. */
function* partsOf(value: unknown): Generator<[step: string, take: () => unknown]> {
  if (typeof value !== "object" || value === null || isOfHost(value)) return;
  if (ArrayBuffer.isView(value)) {
    yield [".buffer", () => value.buffer];
  } else if (value instanceof Map) {
    for (const [key, held] of value) {
      yield [".keys()", () => key];
      yield [`.get(${describe(key)})`, () => held];
    }
  } else if (value instanceof Set) {
    for (const held of value) yield [".values()", () => held];
  } else {
    for (const key of Object.keys(value)) {
      yield [stepTo(key, value), () => (value as Record<string, unknown>)[key]];
    }
  }
}

/** Writes how a property is reached. */
function stepTo(key: string, object: object): string {
  if (Array.isArray(object)) return `[${key}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${quote(key)}]`;
}

/** Describes a value in a few words. */
function describe(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  if (typeof value === "object" && value !== null) {
    return `an instance of ${value.constructor?.name ?? "no class"}`;
  }
  return String(value);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
