/**
 * Several strands that come together in `Promise.all` and the like.
 *
 * @module
 */

import { isCancelled } from "../../../mod.ts";
import type { Awaited } from "./awaited.ts";
import type { Flow } from "./flow.ts";
import { type Block, label, type Op } from "./program.ts";
import type { Runner } from "./scopes.ts";

type JoinOp = Extract<Op, { readonly kind: "join" }>;

/** A strand of a join. */
interface Branch {
  readonly strand: Flow;
  readonly promise: PromiseLike<unknown>;
  /** What is handed over as it is, so that only the join tells how it ends. */
  readonly direct: Awaited | undefined;
  readonly op: Op | undefined;
}

/** Runs blocks side by side, and waits as the join says. */
export async function join(runner: Runner, flow: Flow, op: JoinOp): Promise<void> {
  const branches = op.blocks.map((block) => branch(runner, flow, op, block));
  const promises = branches.map(({ promise }) => promise);
  switch (op.by) {
    case "all":
      return await all(flow, op, branches);
    case "allSettled": {
      const results = await Promise.allSettled(promises);
      for (const [at, { direct }] of branches.entries()) {
        const result = results[at];
        if (result.status === "fulfilled") direct?.succeed(result.value);
        else direct?.throw(result.reason);
      }
      return;
    }
    case "race":
    case "any":
      try {
        await (op.by === "race" ? Promise.race(promises) : Promise.any(promises));
      } catch (error) {
        const first = error instanceof AggregateError ? error.errors[0] : error;
        merge(flow, branches, first);
        throw first;
      }
  }
}

function branch(runner: Runner, flow: Flow, join: JoinOp, block: Block): Branch {
  const strand = flow.fork();
  const [op] = block;
  const isOne = join.direct && block.length === 1 && op.kind !== "put";
  const awaited = isOne ? runner.awaited(strand, op) : undefined;
  if (awaited === undefined) {
    return { strand, promise: runner.block(strand, block), direct: undefined, op: undefined };
  }
  const { awaitable } = awaited;
  if (join.by === "all" || join.by === "allSettled") {
    return { strand, promise: awaitable, direct: awaited, op };
  }
  // Of a race, only by hand is it told how those end that have lost it.
  const promise = awaitable.then((value) => awaited.succeed(value), (error) => {
    awaited.throw(error);
    throw error;
  });
  return { strand, promise, direct: undefined, op };
}

async function all(flow: Flow, op: JoinOp, branches: readonly Branch[]): Promise<void> {
  const { world } = flow;
  let values: unknown[];
  try {
    values = await Promise.all(branches.map(({ promise }) => promise));
  } catch (error) {
    let own: Awaited | undefined;
    if (!world.thrown.has(error as object)) {
      const able = branches.filter(({ direct }) => direct?.mayFail(error));
      if (able.length === 0) flow.fail(`threw ${error} of ${label(op)}, which none of it can`);
      // Of several nobody can tell; a cancellation of theirs has the same reason.
      if (able.length === 1 || isCancelled(error)) own = able[0]?.direct;
      own?.throw(error);
    }
    for (const { direct, op } of branches) {
      if (direct === undefined) continue;
      // An item that it takes has no place to go; a cancellation may be that of another.
      if (op?.kind === "get") world.queues[op.at].unseen++;
      if (direct !== own) direct.forget();
    }
    merge(flow, branches, error);
    throw error;
  }
  for (const [at, { direct }] of branches.entries()) direct?.succeed(values[at]);
}

/** A request that a strand has thrown here is not thrown a second time. */
function merge(flow: Flow, branches: readonly Branch[], error: unknown): void {
  if (!isCancelled(error)) return;
  for (const { strand } of branches) flow.account.merge(strand.account);
}
