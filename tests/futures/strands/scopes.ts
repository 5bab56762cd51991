/**
 * What a program runs in scopes of the library, each with what must be so when it ends.
 *
 * @module
 */

import { type Awaitable, ExceptionGroup, isCancelled, TimeoutError } from "../../../mod.ts";
import { type Awaited, awaitedOf } from "./awaited.ts";
import type { Flow, Wait } from "./flow.ts";
import { type Block, label, type Op } from "./program.ts";
import { findOuterReason, findReason, ScopeRecord, TaskRecord } from "./requests.ts";

/** Runs the blocks of a program. */
export interface Runner {
  /** Runs a block as native code. */
  block(flow: Flow, block: Block): Promise<void>;
  /** Makes what an operation awaits, if it is one awaitable of the library. */
  awaited(flow: Flow, op: Op): Awaited | undefined;
  /** Makes the function of a task, native or a generator. */
  begin(record: TaskRecord, block: Block, generator: boolean, store: object): () => never;
}

type Of<K extends Op["kind"]> = Extract<Op, { readonly kind: K }>;

/** An operation whose block runs in a scope. */
export type ScopeOp = Of<"until" | "timeout" | "scope" | "group">;

/** Makes the scope that an operation awaits. */
export function beginScope(runner: Runner, flow: Flow, op: ScopeOp): Awaited {
  switch (op.kind) {
    case "until":
      return until(runner, flow, op);
    case "timeout":
      return new TimeoutRun(runner, flow, op);
    case "scope":
      return new ScopeRun(runner, flow, op);
    case "group":
      return new GroupRun(runner, flow, op);
  }
}

/** Runs a block as a function of the host: what it leaves behind goes on. */
function until(runner: Runner, flow: Flow, op: Of<"until">): Awaited {
  const { library, thrown } = flow.world;
  const token = {};
  const inner = flow.fork();
  const wait = flow.wait(label(op), {
    check: (value) => value === token || flow.fail(`had another's outcome of ${label(op)}`),
    mayThrow: (error) => thrown.has(error as object),
  });
  const run = async () => {
    await runner.block(inner, op.blocks[0]);
    return token;
  };
  return awaitedOf(wait, library.until(run));
}

/** One run of a scope's operation. */
abstract class Run implements Awaited {
  abstract readonly awaitable: Awaitable<unknown>;
  protected readonly flow: Flow;
  protected readonly op: ScopeOp;
  protected readonly record: ScopeRecord;
  /** What the body returns. */
  protected readonly token: object = {};
  /** What the body has thrown. */
  protected thrown: { readonly error: unknown } | undefined;
  readonly #runner: Runner;
  readonly #inner: Flow;
  readonly #wait: Wait;

  constructor(runner: Runner, flow: Flow, op: ScopeOp, record: ScopeRecord) {
    this.flow = flow;
    this.op = op;
    this.record = record;
    this.#runner = runner;
    this.#inner = flow.call(record);
    this.#wait = record.wait = flow.wait(label(op));
    if (record.kind !== "scope") flow.task.openScopes++;
  }

  /** Runs the body. */
  protected async runBody(block: Block): Promise<object> {
    try {
      await this.#runner.block(this.#inner, block);
      return this.token;
    } catch (error) {
      this.thrown = { error };
      if (this.record.kind === "group") this.record.abort();
      throw error;
    } finally {
      this.record.bodyEnded = true;
    }
  }

  succeed(value: unknown): void {
    this.flow.trace(`had ${label(this.op)}`);
    if (value === undefined) this.checkUndefined();
    else if (value !== this.token) this.fail("had another's outcome of");
    this.#end();
  }

  throw(error: unknown): void {
    const { flow, record } = this;
    const { world } = flow;
    flow.trace(`threw ${error} of ${label(this.op)}`);
    this.#end();
    if (world.loop.closed) return;
    if (isCancelled(error)) {
      const inner = world.reasons.get(error);
      const reason = inner
        ? findOuterReason(record, this.#wait, inner)
        : findReason(flow, this.#wait);
      if (reason !== undefined) world.reasons.set(error, reason);
      else this.fail(`threw ${error}, which is its own affair, of`);
    }
    this.checkError(error);
  }

  mayFail(error: unknown): boolean {
    return this.thrown?.error === error || this.makes(error) || isCancelled(error);
  }

  forget(): void {
    this.#wait.isSeen = false;
  }

  /** Checks that it may return nothing. */
  protected checkUndefined(): void {
    this.fail("had nothing of");
  }

  /** Checks an error. */
  protected checkError(error: unknown): void {
    const ofBody = this.thrown?.error;
    if (error === ofBody || this.makes(error)) return;
    if (this.thrown !== undefined && !isCancelled(ofBody)) {
      this.fail(`threw ${error} for ${ofBody} of`);
    } else if (!isCancelled(error)) this.fail(`threw ${error} of`);
  }

  /** Whether it may have made an error itself. */
  protected makes(_error: unknown): boolean {
    return false;
  }

  protected fail(what: string): void {
    this.flow.fail(`${what} ${label(this.op)}`);
  }

  #end(): void {
    const { flow, record } = this;
    if (record.kind !== "scope") flow.task.openScopes--;
    record.end(flow.world.nextMoment());
    this.#wait.end();
  }
}

class TimeoutRun extends Run {
  readonly awaitable: Awaitable<unknown>;
  readonly #notBefore: number;

  constructor(runner: Runner, flow: Flow, op: Of<"timeout">) {
    super(runner, flow, op, new ScopeRecord(label(op), "timeout", flow));
    const { library, loop } = flow.world;
    this.#notBefore = loop.time() + op.ms;
    this.awaitable = library.timeout(op.ms, (timeout) => {
      this.record.timeout = timeout;
      return this.runBody(op.blocks[0]);
    });
  }

  protected override makes(error: unknown): boolean {
    const isLate = this.record.timeout?.expired && this.flow.world.loop.time() >= this.#notBefore;
    // A body that has caught the cancellation may return too late.
    const wasCancelled = this.thrown === undefined || isCancelled(this.thrown.error);
    return error instanceof TimeoutError && isLate === true && wasCancelled;
  }
}

class ScopeRun extends Run {
  readonly awaitable: Awaitable<unknown>;
  readonly #deadline: number | undefined;

  constructor(runner: Runner, flow: Flow, op: Of<"scope">) {
    const { shield } = op;
    super(runner, flow, op, new ScopeRecord(label(op), "scope", flow, shield));
    const { library, loop, scopes } = flow.world;
    const deadline = this.#deadline = op.ms === undefined ? undefined : loop.time() + op.ms;
    this.awaitable = library.cancelScope((scope) => {
      this.record.scope = scope;
      scopes[op.at] = this.record;
      return this.runBody(op.blocks[0]);
    }, { shield, deadline });
  }

  protected override checkUndefined(): void {
    const { record, thrown } = this;
    if (thrown !== undefined && !isCancelled(thrown.error)) this.fail(`lost ${thrown.error} of`);
    if (!record.scope?.cancelCalled) this.fail("had nothing, though nobody has stopped it, of");
    else if (!record.wasStopped && !(this.flow.world.loop.time() >= this.#deadline!)) {
      this.fail("had nothing before the deadline of");
    }
  }
}

class GroupRun extends Run {
  readonly awaitable: Awaitable<unknown>;
  readonly #children: TaskRecord[] = [];
  #isCancelled = false;

  constructor(runner: Runner, flow: Flow, op: Of<"group">) {
    super(runner, flow, op, new ScopeRecord(label(op), "group", flow));
    const { world, task, name, store } = flow;
    const [body, ...children] = op.blocks;
    this.awaitable = world.library.taskGroup(async (group) => {
      for (const [at, block] of children.entries()) {
        const child = new TaskRecord(world, `${name}/${at}`, task, this.record);
        this.#children.push(child);
        const begin = runner.begin(child, block, op.generators, store);
        child.task = group.createTask(begin, { name: child.name });
        world.made.push(child);
      }
      const value = await this.runBody(body);
      if (op.cancel) this.#cancel(() => group.cancel());
      return value;
    });
  }

  #cancel(cancel: () => void): void {
    this.#isCancelled = true;
    this.record.abort();
    cancel();
  }

  override succeed(value: unknown): void {
    this.#checkChildren();
    if (this.#failures.length > 0) this.fail("has lost the failure of a child of");
    super.succeed(value);
  }

  override mayFail(error: unknown): boolean {
    // Of a `Promise.all`, what has gone on beside a child is another of its promises.
    return super.mayFail(error) && this.#children.every(({ task }) => task.done);
  }

  override throw(error: unknown): void {
    if (!this.flow.world.loop.closed) this.#checkChildren();
    super.throw(error);
  }

  protected override checkUndefined(): void {
    if (!this.#isCancelled) super.checkUndefined();
  }

  protected override checkError(error: unknown): void {
    if (this.makes(error)) return;
    if (!isCancelled(error)) this.fail(`threw ${error} of`);
    else if (this.#failures.length > 0) this.fail("has lost the failure of a child of");
  }

  protected override makes(error: unknown): boolean {
    if (!(error instanceof ExceptionGroup) || error.errors.length === 0) return false;
    const known = [...this.#failures, this.thrown?.error];
    return error.errors.every((inner) => known.includes(inner));
  }

  /** Lists what its children have thrown. */
  get #failures(): unknown[] {
    return this.#children.flatMap(({ thrown }) => {
      return thrown === undefined || isCancelled(thrown.error) ? [] : [thrown.error];
    });
  }

  #checkChildren(): void {
    for (const { name, task } of this.#children) {
      if (!task.done) this.fail(`goes on beside ${name}, a child that has not ended, of`);
    }
  }
}
