/**
 * Finding out what answers requests.
 *
 * @module
 */

import { show } from "../../lowlevel.ts";

/** A function of a request and of what else the host gives with it. */
export type Answering<Rest extends unknown[]> = (
  request: Request,
  ...rest: Rest
) => unknown;

/** An object with such a method, as many frameworks make them. */
export interface AnsweringApp<Rest extends unknown[]> {
  /** Answers a request. */
  fetch(request: Request, ...rest: Rest): unknown;
}

/** Returns the handler in what was given as one; refuses what cannot answer. */
export function toAnswering<Rest extends unknown[]>(
  given: Answering<Rest> | AnsweringApp<Rest>,
): Answering<Rest> {
  if (typeof given === "function") return given;
  if (typeof given === "object" && typeof given?.fetch === "function") {
    return (...args) => given.fetch(...args);
  }
  throw new TypeError(
    `handler must be a function of a request, or have a method fetch(): ${show(given)}`,
  );
}
