/**
 * Waits for the host, by promises that the library knows nothing of.
 *
 * @module
 */

/** Gives its value after a turn of the host's timers. */
export function hostTurn(): Promise<void>;
export function hostTurn<T>(value: T): Promise<T>;
export function hostTurn<T>(value?: T): Promise<T | undefined> {
  return new Promise((resolve) => void setTimeout(() => resolve(value), 0));
}

/**
 * Lets the host take so many turns that a loop takes a few of its own between them.
 *
 * One would not do: a timer that is due may come before the loop's own macrotask.
 */
export async function hostTurns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await hostTurn();
}
