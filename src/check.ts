/**
 * Refusing arguments and options that mean nothing.
 *
 * One function for each kind of value. What is of another type is a `TypeError`, what is out of range
 * a `RangeError`; both name the argument and show the value.
 *
 * @module
 */

/** Shows a value in a message, whatever it is. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return value.name ? `function ${value.name}` : "a function";
  try {
    return String(value);
  } catch {
    return "an object";
  }
}

/** Refuses what is no object of options, and a name that is none of the known ones. */
export function checkOptions(what: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    const names = known.join(", ");
    throw new TypeError(`The options of ${what} (${names}) must be an object: ${show(options)}`);
  }
  for (const name in options) {
    if (known.includes(name)) continue;
    throw new TypeError(`Unknown option ${show(name)} of ${what}, which has: ${known.join(", ")}`);
  }
}

/** Refuses what is neither true nor false. */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== "boolean") throw new TypeError(`${name} must be a boolean: ${show(value)}`);
}

/** Refuses what is no string. */
export function checkString(name: string, value: unknown): asserts value is string {
  if (typeof value !== "string") throw new TypeError(`${name} must be a string: ${show(value)}`);
}

/** Refuses what is of none of some types of the language. */
export function checkKind(name: string, value: unknown, ...kinds: Kind[]): void {
  if ((kinds as readonly string[]).includes(typeof value)) return;
  const allowed = kinds.map((kind) => `${kind === "object" ? "an" : "a"} ${kind}`);
  throw new TypeError(`${name} must be ${allowed.join(" or ")}: ${show(value)}`);
}

/** A type of the language that an argument may have. */
type Kind = "boolean" | "function" | "number" | "object" | "string";

/** Refuses what is no array. */
export function checkArray(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw new TypeError(`${name} must be an array: ${show(value)}`);
}

/** Refuses what is no array of strings. */
export function checkStrings(name: string, value: unknown): void {
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return;
  throw new TypeError(`${name} must be an array of strings: ${show(value)}`);
}

/** Refuses what is no address: neither a string nor a URL. */
export function checkAddress(name: string, value: unknown): asserts value is string | URL {
  if (typeof value === "string" || value instanceof URL) return;
  throw new TypeError(`${name} must be a string or a URL: ${show(value)}`);
}

/** Refuses what cannot be called. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value !== "function") {
    throw new TypeError(`${name} must be a function: ${show(value)}`);
  }
}

/** Refuses what is no instance of a class. */
export function checkInstance(
  name: string,
  value: unknown,
  kind: { readonly name: string; [Symbol.hasInstance](value: unknown): boolean },
): void {
  if (value instanceof kind) return;
  const article = /^[AEIOU]/.test(kind.name) ? "an" : "a";
  throw new TypeError(`${name} must be ${article} ${kind.name}: ${show(value)}`);
}

/** Refuses what is none of a few strings. */
export function checkOneOf(name: string, value: unknown, allowed: readonly string[]): void {
  if ((allowed as readonly unknown[]).includes(value)) return;
  const quoted = allowed.map(show);
  const last = quoted.pop();
  const message = `${name} must be ${quoted.join(", ")} or ${last}: ${show(value)}`;
  throw typeof value === "string" ? new RangeError(message) : new TypeError(message);
}

/** Refuses what is no number, or `NaN`: a delay, a time, a bound. */
export function checkNumber(name: string, value: unknown): asserts value is number {
  if (typeof value !== "number") throw new TypeError(`${name} must be a number: ${show(value)}`);
  if (Number.isNaN(value)) throw new RangeError(`${name} must not be NaN`);
}

/** Refuses what is no number of `least` or more. */
export function checkAtLeast(name: string, value: unknown, least: number): void {
  checkNumber(name, value);
  if (value < least) throw new RangeError(`${name} must be ${least} or more: ${value}`);
}

/** Refuses what is no number above a bound. */
export function checkAbove(name: string, value: unknown, bound: number): void {
  checkNumber(name, value);
  if (value <= bound) throw new RangeError(`${name} must be above ${bound}: ${value}`);
}

/** Refuses what is no number from `least` to `most`. */
export function checkBetween(name: string, value: unknown, least: number, most: number): void {
  checkNumber(name, value);
  if (value >= least && value <= most) return;
  throw new RangeError(`${name} must be from ${least} to ${most}: ${value}`);
}

/** Refuses what is no number of a port, from `least` on. */
export function checkPort(port: unknown, least: 0 | 1): void {
  checkBetween("port", port, least, 65_535);
  checkWhole("port", port);
}

/** Refuses what is no length of time: a finite number above 0. */
export function checkSpan(name: string, value: unknown): void {
  checkNumber(name, value);
  if (value > 0 && value < Infinity) return;
  throw new RangeError(`${name} must be above 0, and finite: ${value}`);
}

/** Refuses what is neither a whole number of `least` or more, nor `Infinity`. */
export function checkCount(name: string, value: unknown, least: number): void {
  if (value === Infinity) return;
  checkWhole(name, value, least);
}

/** Refuses what is no whole number of `least` or more. */
export function checkWhole(name: string, value: unknown, least: number = -Infinity): void {
  checkNumber(name, value);
  if (Number.isInteger(value) && value >= least) return;
  const bound = least === -Infinity ? "" : ` of ${least} or more`;
  throw new RangeError(`${name} must be a whole number${bound}: ${value}`);
}

/** Refuses what is no bound on how many run at once. */
export function checkLimit(limit: unknown): void {
  checkCount("limit", limit, 1);
}
