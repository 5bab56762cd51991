/**
 * asyncio's names for waiting on each other, and its errors.
 *
 * @module
 */

import { absent, different, same, type Section } from "./entry.ts";

/** A note that several names share. */
const PERMIT = "gives a permit: `using _ = yield* …acquire()` releases it, once";

/** The sections of the page, in their order. */
export const SYNC: readonly Section[] = [
  {
    title: "Locks and the like",
    entries: {
      Lock: same("Lock", "lends who is in the priority of who waits"),
      "Lock.acquire": different("Lock.acquire", PERMIT),
      "Lock.release": same("Lock.release"),
      "Lock.locked": same("Lock.locked"),
      "Lock.async with": different("Permit", "`using`"),
      Event: same("Event"),
      "Event.set": same("Event.set"),
      "Event.clear": same("Event.clear"),
      "Event.is_set": same("Event.isSet"),
      "Event.wait": same("Event.wait"),
      Condition: same("Condition"),
      "Condition.acquire": different("Condition.acquire", PERMIT),
      "Condition.release": same("Condition.release"),
      "Condition.locked": same("Condition.locked"),
      "Condition.wait": same("Condition.wait"),
      "Condition.wait_for": same("Condition.waitFor"),
      "Condition.notify": same("Condition.notify"),
      "Condition.notify_all": same("Condition.notifyAll"),
      "Condition.async with": different("Permit", "`using`"),
      Semaphore: same("Semaphore"),
      "Semaphore.acquire": different("Semaphore.acquire", PERMIT),
      "Semaphore.release": same("Semaphore.release"),
      "Semaphore.locked": same("Semaphore.locked"),
      "Semaphore.async with": different("Permit", "`using`"),
      BoundedSemaphore: same("BoundedSemaphore", "released too often: a `RuntimeError`"),
      Barrier: same("Barrier"),
      "Barrier.wait": same("Barrier.wait"),
      "Barrier.reset": same("Barrier.reset"),
      "Barrier.abort": same("Barrier.abort"),
      "Barrier.parties": same("Barrier.parties"),
      "Barrier.n_waiting": same("Barrier.nWaiting"),
      "Barrier.broken": same("Barrier.broken"),
      "Barrier.async with": absent("`wait()`"),
    },
  },
  {
    title: "Queues",
    entries: {
      Queue: same("Queue", "an async iterable, until it is shut down"),
      "Queue.qsize": same("Queue.size"),
      "Queue.maxsize": same("Queue.maxSize"),
      "Queue.empty": same("Queue.empty"),
      "Queue.full": same("Queue.full"),
      "Queue.put": same("Queue.put"),
      "Queue.put_nowait": same("Queue.putNowait"),
      "Queue.get": same("Queue.get"),
      "Queue.get_nowait": same("Queue.getNowait"),
      "Queue.task_done": same("Queue.taskDone", "called too often: a `RuntimeError`"),
      "Queue.join": same("Queue.join"),
      "Queue.shutdown": same("Queue.shutdown", "`shutdown({ immediate: true })`"),
      LifoQueue: same("LifoQueue"),
      PriorityQueue: different(
        "PriorityQueue",
        "equal items keep their order; arrays are ordered as tuples are; may be given `compare`",
      ),
    },
  },
  {
    title: "Errors",
    entries: {
      CancelledError: different(
        "CancelledError, isCancelled",
        "an `Error` like any other: a `catch` without a condition catches it",
      ),
      TimeoutError: same("TimeoutError", "its cause is the cancellation"),
      InvalidStateError: same("InvalidStateError"),
      QueueEmpty: same("QueueEmpty"),
      QueueFull: same("QueueFull"),
      QueueShutDown: same("QueueShutDown"),
      BrokenBarrierError: same("BrokenBarrierError"),
      IncompleteReadError: same("IncompleteReadError"),
      "IncompleteReadError.partial": same("IncompleteReadError.partial"),
      "IncompleteReadError.expected": same("IncompleteReadError.expected"),
      LimitOverrunError: same("LimitOverrunError"),
      "LimitOverrunError.consumed": same("LimitOverrunError.consumed"),
      SendfileNotAvailableError: absent("the host copies streams itself"),
    },
  },
];
