/**
 * What can be sent to another thread, and what cannot.
 *
 * @module
 */

/** Tells whether a value can be sent. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

/** Makes the error of something that could not be sent; it names the part that is at fault. */
export function explainUnclonable(
  what: string,
  path: string,
  value: unknown,
  cause: unknown,
): TypeError {
  // What only another process cannot get is found by the host alone.
  const found = isCloneable(value) ? undefined : findUnclonable(value, path, new Set());
  const detail = found ?? `${path}: ${cause}`;
  return new TypeError(`${what} CANNOT BE SENT TO ANOTHER THREAD OR PROCESS: ${detail}`, { cause });
}

/**
 * Finds the innermost part that cannot be sent, of a value that cannot; says where and what.
 *
 * Finds nothing in a part whose fault lies in what it is a part of.
 */
function findUnclonable(value: unknown, path: string, seen: Set<unknown>): string | undefined {
  seen.add(value);
  let isItself = true;
  for (const [step, take] of partsOf(value)) {
    let part: unknown;
    try {
      part = take();
    } catch (error) {
      return `${path}${step} THROWS ${error}`;
    }
    if (isCloneable(part)) continue;
    isItself = false;
    const found = seen.has(part) ? undefined : findUnclonable(part, path + step, seen);
    if (found !== undefined) return found;
  }
  return isItself ? `${path} IS ${describe(value)}` : undefined;
}

/** Lists the parts of a value: how each is reached, and what gives it. */
function* partsOf(value: unknown): Generator<[step: string, take: () => unknown]> {
  if (typeof value !== "object" || value === null) return;
  if (value instanceof Map) {
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
