/**
 * The little language of the random programs, as data that can be printed, compared and shrunk.
 *
 * A program is a few tasks and a main, each a block of operations. What an operation runs inside
 * of itself is always in its `blocks`.
 *
 * @module
 */

/** How native code awaits an awaitable: plainly, or by hand with a method of promises. */
export type How = "await" | "then" | "catch" | "finally";

/** A part of the host's own, between the waits of the library. */
export type HostTurn = "microtask" | "message" | "timer";

/** What an operation does to a shared thing, or waits for; `at` says which of its kind. */
export type Op =
  // Waits.
  | { readonly kind: "sleep"; readonly ms: number; readonly how: How }
  | { readonly kind: "yield"; readonly how: How }
  | { readonly kind: "event" | "future" | "get" | "put"; readonly at: number; readonly how: How }
  /** Awaits a task, by itself, behind a shield, or in a `gather()`. */
  | {
    readonly kind: "task";
    readonly at: number;
    readonly by: "await" | "shield" | "gather";
    readonly how: How;
  }
  /** Awaits a promise of the host, bare or through `until()`. */
  | { readonly kind: "host"; readonly turn: HostTurn; readonly bare: boolean }
  // What acts at once.
  | { readonly kind: "set" | "clear" | "resolve" | "cancel" | "stop"; readonly at: number }
  | { readonly kind: "enterWith" | "setVariable" | "throw" }
  /** Registers a callback of the loop. */
  | { readonly kind: "callback"; readonly ms: number }
  // What holds blocks.
  | { readonly kind: "lock" | "semaphore"; readonly at: number; readonly blocks: readonly [Block] }
  /** Calls an async function and awaits it; `spawn` makes it a task, which nobody awaits. */
  | { readonly kind: "call" | "runWith" | "spawn"; readonly blocks: readonly [Block] }
  | { readonly kind: "until"; readonly blocks: readonly [Block] }
  /** Calls an async function and does not await it: at once, or in a callback of the host. */
  | {
    readonly kind: "fire";
    readonly from: "call" | "microtask" | "timer";
    readonly blocks: readonly [Block];
  }
  /** Combines promises; `direct` passes awaitables of the library as they are, where it can. */
  | {
    readonly kind: "join";
    readonly by: "all" | "allSettled" | "race" | "any";
    readonly direct: boolean;
    readonly blocks: readonly Block[];
  }
  | { readonly kind: "timeout"; readonly ms: number; readonly blocks: readonly [Block] }
  /** Runs a cancel scope, which anybody can stop by its number. */
  | {
    readonly kind: "scope";
    readonly at: number;
    readonly shield: boolean;
    readonly ms: number | undefined;
    readonly blocks: readonly [Block];
  }
  /** Runs a group; its first block is the body, each other one a child. */
  | {
    readonly kind: "group";
    readonly generators: boolean;
    readonly cancel: boolean;
    readonly blocks: readonly Block[];
  }
  /** Runs a block, and a second one in its `finally`; `swallow` catches every error. */
  | { readonly kind: "try"; readonly swallow: boolean; readonly blocks: readonly [Block, Block] };

/** A sequence of operations. */
export type Block = readonly Op[];

/** A task: a native async function or a generator. */
export interface TaskPlan {
  readonly generator: boolean;
  readonly block: Block;
}

/** A program. */
export interface Program {
  readonly seed: number;
  readonly clock: "virtual" | "real";
  /** Says what main waits for: every strand, every task, or nothing. */
  readonly ending: "strands" | "tasks" | "nothing";
  readonly tasks: readonly TaskPlan[];
  readonly main: Block;
}

/** The number of things of each kind that a program shares. */
export const SHARED = { locks: 2, semaphores: 2, events: 2, futures: 3, queues: 2, scopes: 3 };

/** Returns the blocks of an operation. */
export function blocksOf(op: Op): readonly Block[] {
  return "blocks" in op ? op.blocks : [];
}

/** Prints a program, an operation a line. */
export function print({ seed, clock, ending, tasks, main }: Program): string {
  const lines = [`seed ${seed}, ${clock} clock, main waits for ${ending}`];
  for (const [at, { generator, block }] of tasks.entries()) {
    lines.push(`task ${at}${generator ? " (a generator)" : ""}`, ...printBlock(block, "  "));
  }
  lines.push("main", ...printBlock(main, "  "));
  return lines.join("\n");
}

function printBlock(block: Block, indent: string): string[] {
  return block.flatMap((op) => {
    const blocks = blocksOf(op);
    const inner = blocks.flatMap((block, at) => [
      ...(blocks.length > 1 ? [`${indent}  - block ${at}`] : []),
      ...printBlock(block, indent + (blocks.length > 1 ? "    " : "  ")),
    ]);
    return [indent + label(op), ...inner];
  });
}

/** Names an operation in one line: `sleep ms=3`. */
export function label(op: Op): string {
  const parts = Object.entries(op)
    .filter(([key, value]) => key !== "kind" && key !== "blocks" && value !== undefined)
    .filter(([, value]) => value !== "await" && value !== false)
    .map(([key, value]) => value === true ? key : `${key}=${value}`);
  return [op.kind, ...parts].join(" ");
}
