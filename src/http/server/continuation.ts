/**
 * What a response goes on with when it was handed to the host.
 *
 * @module
 */

import type { Coroutine } from "../../lowlevel.ts";

/** What tells of a failure that nobody else can handle. */
export type Report = (message: string, error: unknown) => void;

/** What goes on as a part of a request's task once the host has the response. */
export interface Continuation {
  /** Makes the response that the host gets, at the last moment; the one that it came with, unless given. */
  begin?(): Coroutine<Response>;
  /** Does what is left; the task ends with it. A failure of the user's code is reported, not thrown. */
  run?(report: Report): Coroutine<void>;
  /** Comes to its end soon: the server begins to shut down. */
  stop(): void;
}

/** The responses that go on, by a property: that costs those that do not the least. */
const CONTINUATION: unique symbol = Symbol("continuation");

interface Continued {
  [CONTINUATION]?: Continuation;
}

/** Lets a response go on; returns it. */
export function continueWith(response: Response, continuation: Continuation): Response {
  (response as Continued)[CONTINUATION] = continuation;
  return response;
}

/** Returns what a response goes on with, if it does. */
export function continuationOf(response: Response): Continuation | undefined {
  return (response as Continued)[CONTINUATION];
}

/** Returns a function that makes what the host gets, if a response stands for what is not made yet. */
export function beginningOf(response: unknown): (() => Coroutine<Response>) | undefined {
  const continuation = response instanceof Response ? continuationOf(response) : undefined;
  return continuation?.begin && (() => continuation.begin!());
}
