/**
 * A random program as data: what the generator writes, both interpreters run and the shrinker cuts down.
 *
 * A program has shared futures, callbacks and bodies. A body is a coroutine; the first is main. Everything that another task
 * may reach lives in a global slot with a name: tasks `t0`, futures `f0`, held awaitables `a0`, handles `h0`, timeout scopes
 * `s0`, task groups `g0`, primitives like a lock `l0`; the task of main is `main`. A slot that is still empty when a statement needs it makes the statement
 * log `unset` and do nothing; in a list of awaitables it is left out.
 *
 * Every program ends, by construction: a body creates or calls only bodies with a greater number, a callback schedules only
 * callbacks with a smaller one, and loops are counted. No two tasks can wait for each other in a circle, because a body waits
 * only for tasks of bodies with a greater number: asyncio's cancel() would recurse forever there.
 */

/** A whole program. */
export interface Program {
  /** How many shared futures there are: `f0`, `f1`, … */
  futures: number;
  /** What tasks share to wait for each other, made before main starts. */
  primitives: Primitive[];
  /** What each callback does; `cb0` is the first. */
  callbacks: Action[][];
  /** What each body does; main is the first. */
  bodies: Statement[][];
}

/** What tasks share to wait for each other. */
export type Primitive =
  | { kind: "lock"; slot: string }
  | { kind: "event"; slot: string }
  | { kind: "semaphore"; slot: string; value: number; bounded: boolean }
  /** A condition of the lock in a slot, or of one of its own. */
  | { kind: "condition"; slot: string; lock: string | null }
  | { kind: "barrier"; slot: string; parties: number }
  /** A queue, of a bounded size unless `maxSize` is 0. */
  | { kind: "queue"; slot: string; order: "fifo" | "lifo" | "least"; maxSize: number };

/** The methods of primitives that suspend. */
export type Wait = "acquire" | "wait" | "waitFor" | "reset" | "abort" | "get" | "put" | "join";

/** The methods of primitives that never do; `state` calls nothing. */
export type Call =
  | "release"
  | "set"
  | "clear"
  | "notify"
  | "notifyAll"
  | "putNowait"
  | "getNowait"
  | "taskDone"
  | "shutdown"
  | "state";

/** Names one existing object, without awaiting it. */
export type Target =
  | { kind: "task"; slot: string }
  | { kind: "future"; slot: string }
  | { kind: "held"; slot: string }
  /** The current task. */
  | { kind: "self" };

/** An expression for something that can be awaited. */
export type Awaitable =
  | Target
  /** A coroutine of a body: run inline by `await`, made a task by gather, shield and their like. */
  | { kind: "call"; body: number }
  /** `sleep(ms, value)`. */
  | { kind: "sleep"; ms: number; value: number }
  /** `shield(of)`. */
  | { kind: "shield"; of: Awaitable }
  /** `gather(of…)`. */
  | { kind: "gather"; of: Awaitable[]; returnExceptions: boolean }
  /** `wait_for(of, ms)`. */
  | { kind: "waitFor"; of: Awaitable; ms: number | null }
  /** A method of a primitive; `n` is the item to put, or at which call the predicate of `waitFor` is met. */
  | { kind: "use"; slot: string; method: Wait; n: number };

/** A statement that never suspends; callbacks consist of these. */
export type Action =
  /** Logs the text. */
  | { op: "log"; text: string }
  /** Creates a task of the body in the slot. */
  | { op: "create"; slot: string; body: number; eager: boolean }
  /** Creates a task of the body in the slot, as a child of the group; logs a RuntimeError when the group refuses. */
  | { op: "groupCreate"; group: string; slot: string; body: number; eager: boolean }
  /** Sets the result of a shared future; logs an InvalidStateError when it is done. */
  | { op: "resolve"; slot: string; value: number }
  /** Sets a ValueError as the exception of a shared future; logs an InvalidStateError when it is done. */
  | { op: "fail"; slot: string; message: string }
  /** Cancels and logs whether the request was accepted. */
  | { op: "cancel"; target: Target; message: string | null }
  /** Takes one cancel request back and logs the count left. */
  | { op: "uncancel"; target: Target }
  /** Logs the number of cancel requests. */
  | { op: "cancelling"; target: Target }
  /** Logs done, cancelled, the result and the exception. */
  | { op: "query"; target: Target }
  /** Adds a done callback. */
  | { op: "addCallback"; target: Target; callback: number }
  /** Removes a done callback and logs how many registrations there were. */
  | { op: "removeCallback"; target: Target; callback: number }
  /** Schedules a callback for the next iteration; its handle goes to the slot. */
  | { op: "callSoon"; slot: string; callback: number }
  /** Arms a timer for a callback; its handle goes to the slot. */
  | { op: "callLater"; slot: string; ms: number; callback: number }
  /** Cancels a handle. */
  | { op: "cancelHandle"; slot: string }
  /** Moves the deadline of a timeout to `ms` from now, or takes it away; logs a RuntimeError when it is too late. */
  | { op: "reschedule"; scope: string; ms: number | null }
  /** Logs whether a timeout has expired, and its deadline. */
  | { op: "expired"; scope: string }
  /** Evaluates a shield or a gather into the slot without awaiting it. */
  | { op: "hold"; slot: string; of: Awaitable }
  /** Calls a method of a primitive; `n` is the item to put, how many to notify, or 1 for an immediate shutdown. */
  | { op: "use"; slot: string; method: Call; n: number }
  /** Logs the names of all unfinished tasks. */
  | { op: "tasks" }
  /** Raises a ValueError. */
  | { op: "raise"; message: string };

/** Which errors a handler catches: `error` is every error but CancelledError, `all` includes it. */
export type Catch = "cancelled" | "value" | "timeout" | "error" | "all";

/** When wait() returns. */
export type ReturnWhen = "all" | "first" | "exception";

/** A statement of a body. */
export type Statement =
  | Action
  /** Sleeps. */
  | { op: "sleep"; ms: number }
  /** Awaits and logs the result. */
  | { op: "await"; of: Awaitable }
  /** Runs the body; a caught error is logged and the handler runs; the final block runs in any case. */
  | { op: "try"; body: Statement[]; catch: Catch | null; handler: Statement[]; final: Statement[] }
  /** Raises the error being handled again; only in a handler. */
  | { op: "reraise" }
  /** Leaves the body with a value; never in a final block nor in the body of asCompleted. */
  | { op: "return"; value: number }
  /** Runs the body under `timeout(ms)`, afterwards logs whether it expired. */
  | { op: "timeout"; scope: string; ms: number | null; body: Statement[] }
  /** Runs the body under `timeout_at(now + ms)`. */
  | { op: "timeoutAt"; scope: string; ms: number; body: Statement[] }
  /** Runs the body inside a task group. */
  | { op: "group"; group: string; body: Statement[] }
  /** Acquires a lock, a condition or a semaphore, runs the body and releases it. */
  | { op: "with"; slot: string; body: Statement[] }
  /** Waits and logs both sets. */
  | { op: "wait"; of: Awaitable[]; ms: number | null; returnWhen: ReturnWhen }
  /** Logs each awaitable as it completes, reads its outcome, then runs the body. */
  | { op: "asCompleted"; of: Awaitable[]; ms: number | null; body: Statement[] }
  /** Runs the body several times. */
  | { op: "repeat"; times: number; body: Statement[] }
  /** Awaits every unfinished task that a statement created, after cancelling them if asked; only in main. */
  | { op: "drain"; cancel: boolean };

/** Lists the operations that suspend or contain statements: those an interpreter runs as a coroutine. */
export const SUSPENDING: ReadonlySet<string> = new Set([
  "sleep",
  "await",
  "try",
  "timeout",
  "timeoutAt",
  "group",
  "with",
  "wait",
  "asCompleted",
  "repeat",
  "drain",
]);

/** Returns whether the program starts a task eagerly. */
export function hasEager(program: Program): boolean {
  return JSON.stringify(program).includes('"eager":true');
}
