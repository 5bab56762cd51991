/**
 * How far a task has come, in bits above those of its future.
 *
 * @module
 */

/** Is set while it waits or its step is queued. */
export const PARKED: number = 1 << 3;
/** Is set while it waits for its own timer. */
export const SLEEPING: number = 1 << 4;
/** Is set while it waits for a promise that the loop knows nothing of. */
export const AWAY: number = 1 << 5;
/** Is set while a cancellation is to be thrown at the next suspension point. */
export const MUST_CANCEL: number = 1 << 6;
/** Is set from a request to cancel it until its next step, which it should interrupt. */
export const INTERRUPTED: number = 1 << 7;
