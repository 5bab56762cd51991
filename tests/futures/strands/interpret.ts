/**
 * Running a random program: each block as an async function, or as a generator.
 *
 * @module
 */

import { type Coroutine, currentTask, isCancelled } from "../../../mod.ts";
import { act } from "./acts.ts";
import { type Awaited, beginWait, hostTurn } from "./awaited.ts";
import { Flow } from "./flow.ts";
import { join } from "./join.ts";
import { type Block, type How, label, type Op, type Program } from "./program.ts";
import { TaskRecord } from "./requests.ts";
import { beginScope, type Runner } from "./scopes.ts";
import type { HolderRecord, World } from "./world.ts";

type Of<K extends Op["kind"]> = Extract<Op, { readonly kind: K }>;

/** Runs the blocks of a program in a world. */
export class Interpreter implements Runner {
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Runs the main of a program: makes its tasks, then runs its block. */
  async main({ tasks, main }: Program): Promise<void> {
    const world = this.#world;
    const record = new TaskRecord(world, "main");
    record.task = currentTask()!;
    record.variable = {};
    await world.storage.run({}, async () => {
      world.variable.set(record.variable!);
      const flow = new Flow(record, "main", world.storage.getStore()!);
      for (const [at, { generator, block }] of tasks.entries()) {
        world.tasks[at] = this.#spawn(flow, `t${at}`, block, generator);
      }
      await this.block(flow, main).catch(() => {});
    });
  }

  /** Makes a task in a context of its own. */
  #spawn(flow: Flow, name: string, block: Block, generator: boolean): TaskRecord {
    const world = this.#world;
    const record = new TaskRecord(world, name, flow.task);
    const store = {};
    const begin = this.begin(record, block, generator, store);
    record.task = world.storage.run(store, () => world.library.createTask(begin, { name }));
    const own = flow.store;
    world.made.push(record);
    record.task.addDoneCallback(() => {
      if (world.storage.getStore() !== own) flow.fail(`has another value when ${name} ends`);
      if (!record.task.cancelled) record.task.exception(); // Retrieved: nobody reports it.
    });
    return record;
  }

  begin(record: TaskRecord, block: Block, generator: boolean, store: object): () => never {
    const flow = new Flow(record, record.name, store);
    const { group } = record;
    const fail = (error: unknown) => {
      record.thrown = { error };
      if (!isCancelled(error)) group?.abort();
    };
    const native = async () => {
      try {
        await this.block(flow, block);
        return record.token;
      } catch (error) {
        fail(error);
        throw error;
      }
    };
    const steps = function* (this: Interpreter): Coroutine<object> {
      try {
        yield* this.#steps(flow, block);
        return record.token;
      } catch (error) {
        fail(error);
        throw error;
      }
    };
    return (generator ? steps.bind(this) : native) as () => never;
  }

  async block(flow: Flow, block: Block): Promise<void> {
    this.#enter(flow);
    try {
      for (const op of block) {
        if (this.#world.loop.closed && op.kind !== "sleep") continue;
        if (op.kind === "enterWith") {
          await null; // From here on, what this function sets is its own.
          this.#world.enterWith(flow);
        } else if (!act(flow, op)) await this.#run(flow, op);
        flow.look();
      }
    } catch (error) {
      this.#pass(flow, error);
      throw error;
    } finally {
      this.#leave(flow);
    }
  }

  #enter(flow: Flow): void {
    this.#world.flows.add(flow);
    flow.trace("begins");
    flow.look();
  }

  #pass(flow: Flow, error: unknown): void {
    if (typeof error === "object" && error !== null) this.#world.thrown.add(error);
    flow.look();
  }

  #leave(flow: Flow): void {
    flow.look();
    flow.trace("ends");
    if (!this.#world.flows.delete(flow)) flow.fail("has ended twice");
  }

  /** Runs an operation in a generator. */
  *#steps(flow: Flow, block: Block): Coroutine<void> {
    this.#enter(flow);
    try {
      for (const op of block) {
        if (op.kind === "enterWith") {
          this.#world.enterWith(flow);
        } else if (!act(flow, op)) {
          const awaited = this.awaited(flow, op) ??
            beginScope(this, flow, { kind: "until", blocks: [[op]] });
          let value: unknown;
          try {
            value = yield* awaited.awaitable;
          } catch (error) {
            awaited.throw(error);
            throw error;
          }
          awaited.succeed(value);
        }
        flow.look();
      }
    } catch (error) {
      this.#pass(flow, error);
      throw error;
    } finally {
      this.#leave(flow);
    }
  }

  /** Makes what an operation awaits, if it is one awaitable of the library. */
  awaited(flow: Flow, op: Op): Awaited | undefined {
    switch (op.kind) {
      case "host":
        return op.bare ? undefined : beginWait(flow, op);
      case "sleep":
      case "yield":
      case "event":
      case "future":
      case "get":
      case "put":
      case "task":
        return beginWait(flow, op);
      case "until":
      case "timeout":
      case "scope":
      case "group":
        return beginScope(this, flow, op);
      default:
        return undefined;
    }
  }

  /** Runs an operation as native code. */
  async #run(flow: Flow, op: Op): Promise<void> {
    const awaited = this.awaited(flow, op);
    if (awaited !== undefined) {
      return await finish(flow, awaited, "how" in op ? op.how : "await");
    }
    const { storage } = this.#world;
    switch (op.kind) {
      case "host":
        return await hostTurn(this.#world, op.turn);
      case "call":
        return await this.block(flow.call(), op.blocks[0]);
      case "runWith": {
        const store = {};
        return await storage.run(
          store,
          () => this.block(flow.call(undefined, store), op.blocks[0]),
        );
      }
      case "spawn":
        // What run() does with tasks that are made while it ends is not promised.
        if (this.#world.isClosing) return;
        return void this.#spawn(flow, `${flow.name}+`, op.blocks[0], false);
      case "fire":
        return this.#fire(flow, op);
      case "join":
        return await join(this, flow, op);
      case "try":
        return await this.#try(flow, op);
      case "lock":
        return await this.#hold(flow, op, this.#world.locks[op.at]);
      case "semaphore":
        return await this.#hold(flow, op, this.#world.semaphores[op.at]);
    }
  }

  /** Calls an async function, and leaves it alone. */
  #fire(flow: Flow, { from, blocks: [block] }: Of<"fire">): void {
    const strand = flow.fork();
    this.#world.flows.add(strand);
    const begin = () => void this.block(strand, block).catch(() => {});
    if (from === "call") begin();
    else if (from === "microtask") void Promise.resolve().then(begin);
    else setTimeout(begin, 1);
  }

  async #try(flow: Flow, { swallow, blocks: [body, cleanup] }: Of<"try">): Promise<void> {
    try {
      await this.block(flow.call(), body);
    } catch (error) {
      flow.look();
      if (!swallow) throw error;
      flow.trace(`catches ${error}`);
    } finally {
      flow.look();
      await this.block(flow.call(), cleanup);
    }
  }

  /** Runs a block with a lock or a permit. */
  async #hold(flow: Flow, op: Of<"lock" | "semaphore">, record: HolderRecord): Promise<void> {
    const wait = flow.wait(label(op));
    let permit: Disposable;
    try {
      permit = await record.thing.acquire();
    } catch (error) {
      wait.throw(error);
      throw error;
    }
    using _permit = permit;
    wait.succeed(permit);
    if (++record.holders > record.most) flow.fail(`is one of ${record.holders} in ${record.name}`);
    try {
      await this.block(flow.call(), op.blocks[0]);
    } finally {
      record.holders--;
    }
  }
}

/** Awaits what a flow has begun, plainly or by hand. */
async function finish(flow: Flow, awaited: Awaited, how: How): Promise<void> {
  const awaitable = awaited.awaitable as unknown as Promise<unknown>; // By hand, used as one.
  let value: unknown;
  try {
    switch (how) {
      case "await":
        value = await awaitable;
        break;
      case "then":
        value = await awaitable.then((value) => look(flow, value), (error) => rethrow(flow, error));
        break;
      case "catch":
        value = await awaitable.catch((error) => rethrow(flow, error));
        break;
      case "finally":
        value = await awaitable.finally(() => flow.look());
        break;
    }
  } catch (error) {
    awaited.throw(error);
    throw error;
  }
  awaited.succeed(value);
}

function look<T>(flow: Flow, value: T): T {
  flow.look();
  return value;
}

function rethrow(flow: Flow, error: unknown): never {
  flow.look();
  throw error;
}
