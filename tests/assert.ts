/**
 * The assertions that the tests use, typed: the package that has them is plain JavaScript.
 *
 * @module
 */

import { assert as isTrue } from "@std/assert/assert.js";
import { assertEquals as equals } from "@std/assert/equals.js";
import { assertThrows as throws } from "@std/assert/throws.js";

/** Asserts a condition. */
export const assert: (condition: unknown, message?: string) => asserts condition = isTrue;

/** Asserts deep equality, by which NaN equals NaN and -0 equals 0. */
export const assertEquals: <T>(actual: T, expected: T, message?: string) => void = equals;

/** Asserts that a function throws, and gives what it threw. */
export const assertThrows: <E extends Error>(
  body: () => unknown,
  kind: abstract new (...parts: never[]) => E,
  includes?: string,
) => E = throws;
