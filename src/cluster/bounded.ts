/**
 * Waiting no longer than it is worth.
 *
 * @module
 */

/** Waits for what ends something, for a bounded time; a failure of it is an end, too. */
export async function bounded(promise: Promise<unknown> | undefined, ms: number): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([promise, late]).catch(() => {});
  clearTimeout(timer);
}
