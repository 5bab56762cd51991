/**
 * Makes `console.assert` throw, so that a doc example that is wrong fails its test.
 *
 * @module
 */

console.assert = (condition?: boolean, ...data: unknown[]): void => {
  if (!condition) throw new Error(`what an example claims does not hold: ${data.join(" ")}`);
};
