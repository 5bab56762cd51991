/**
 * What is open when a program ends, and is closed then.
 *
 * @module
 */

import type { Coroutine } from "./awaitable.ts";
import type { EventLoop } from "./event_loop.ts";
import { runningLoop } from "./running.ts";

/** What is closed at the end: a connection, a process, a generator that was left half-way. */
export interface Closable {
  /** Closes it, and waits for what that takes. */
  close(): Coroutine<unknown>;
}

/** What is open in each loop, with what it is called, oldest first. */
const open = new WeakMap<EventLoop, Map<Closable, string>>();

/**
 * Closes a resource when the run of a loop ends, unless that is called off by the returned function.
 *
 * It is closed when all tasks have ended, after what was registered before it, while the loop still
 * runs: closing may await. An error goes to the loop's exception handler, with the label.
 *
 * ```ts
 * import { run, sleep } from "@weft/weft";
 * import { closeAtEnd } from "@weft/weft/lowlevel.ts";
 *
 * let isClosed = false;
 * await run(async () => {
 *   closeAtEnd({
 *     *close() {
 *       yield* sleep(1);
 *       isClosed = true;
 *     },
 *   }, "the example");
 * });
 * console.assert(isClosed);
 * ```
 */
export function closeAtEnd(
  resource: Closable,
  label: string,
  loop: EventLoop = runningLoop(),
): () => void {
  let all = open.get(loop);
  if (all === undefined) open.set(loop, all = new Map());
  all.set(resource, label);
  return () => void all.delete(resource);
}

/** Whether anything is open in a loop. */
export function hasOpen(loop: EventLoop): boolean {
  return (open.get(loop)?.size ?? 0) > 0;
}

/** Closes what is open in a loop, one after the other; what closing opens is closed, too. */
export function* closeAll(loop: EventLoop): Coroutine<void> {
  for (const [resource, label] of open.get(loop) ?? []) {
    try {
      yield* resource.close();
    } catch (exception) {
      const message = `Could not close ${label} at the end of the run`;
      loop.callExceptionHandler({ message, exception, resource });
    }
  }
}
