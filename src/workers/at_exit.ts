/**
 * A last call before the program ends.
 *
 * @module
 */

/**
 * Calls a function when the program ends by `Deno.exit()` or by an error that nobody handles; returns
 * what takes that back.
 *
 * An error that a listener of the program prevents from ending it does not count, provided that this
 * listener was there before.
 */
export function atExit(callback: () => void): () => void {
  const onError = (event: Event) => void (event.defaultPrevented || callback());
  const listeners = { unload: callback, error: onError, unhandledrejection: onError };
  for (const [type, listener] of Object.entries(listeners)) addEventListener(type, listener);
  return () => {
    for (const [type, listener] of Object.entries(listeners)) removeEventListener(type, listener);
  };
}
