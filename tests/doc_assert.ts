/**
 * Makes `console.assert` throw, so that a doc example that is wrong fails its test.
 *
 * @module
 */

console.assert = (condition?: boolean, ...data: unknown[]): void => {
  if (!condition) throw new Error(`DOC EXAMPLE IS WRONG: ${data.join(" ")}`);
};
