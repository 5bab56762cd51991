/** Holds what a random program works on, and runs those of its statements that never suspend: the counterpart of `machine.py`. */
import {
  allTasks,
  type Coroutine,
  createTask,
  currentTask,
  type ensureFuture,
  type EventLoop,
  type Future,
  gather,
  getRunningLoop,
  type Handle,
  RuntimeError,
  shield,
  sleep,
  type Task,
  type TaskGroup,
  type timeout,
  waitFor,
} from "../../../mod.ts";
import { attempt, describe, show, ValueError } from "./outcome.ts";
import * as primitives from "./primitives.ts";
import type { Action, Awaitable, Program, Target } from "./program.ts";

/** Anything that gather and its like accept. */
export type Work = Parameters<typeof ensureFuture>[0];

/** The scope that the body of a timeout gets. */
export type Scope = Parameters<Parameters<typeof timeout>[1]>[0];

/** What the loop hands to its exception handler, as far as a trace shows it. */
export interface Report {
  message: string;
  exception?: unknown;
}

/** A coroutine of either front end. */
type Body = () => Coroutine<unknown> | Promise<unknown>;

/** Says who is running: one for each coroutine of a body and each callback. */
export class Env {
  /** The errors being handled, the innermost last. */
  readonly handling: unknown[] = [];

  /** Remembers the name and the task that takes the steps. */
  constructor(readonly who: string, readonly task: Task<unknown> | undefined) {}
}

/** Keeps the slots, the names and the trace of one run. */
export abstract class Machine {
  /** The lines so far. */
  readonly lines: string[] = [];
  /** The tasks that statements created, oldest first. */
  protected readonly created: Task<unknown>[] = [];
  /** The loop of the run. */
  protected loop!: EventLoop;
  #origin = 0;
  readonly #slots = new Map<string, unknown>();
  readonly #labels = new Map<unknown, string>();
  readonly #uses = new Map<string, number>();
  readonly #functions = new Map<number, (argument?: unknown) => void>();

  /** Prepares empty slots. */
  constructor(protected readonly program: Program) {}

  /** Makes a coroutine of a body, called `who`; nothing of it runs yet. */
  protected abstract body(number: number, who: string): Body;

  /** Takes the current iteration as number 0, names main and makes the shared futures. */
  protected begin(): void {
    this.loop = getRunningLoop();
    this.#origin = this.loop.metrics().iterations;
    this.#name(currentTask(), "main", "main");
    for (let index = 0; index < this.program.futures; index++) {
      this.#name(this.loop.createFuture<unknown>(), `f${index}`, `f${index}`);
    }
    for (const one of this.program.primitives) {
      this.put(one.slot, primitives.make(one, (slot) => this.find(slot)));
    }
  }

  /** Adds a line. */
  protected write(who: string, text: string): void {
    // CPython drops what a closed loop leaves waiting; here its waits fail, so that its cleanup runs.
    if (this.loop.closed) return;
    const iteration = this.loop.metrics().iterations - this.#origin;
    this.lines.push(`i${iteration} t${this.loop.time()} ${who} ${text}`);
  }

  /** Adds a line for whoever runs, marked when the current task is not the one it must be. */
  protected say(env: Env, text: string): void {
    this.write(env.who, currentTask() === env.task ? text : `${text} !current`);
  }

  /** Logs a report to the exception handler, apart from those that CPython bases on garbage collection. */
  handle({ message, exception }: Report): void {
    if (message.includes("never retrieved") || message.includes("destroyed")) return;
    const topic = ["callback", "shielded", "shutdown"].find((word) => message.includes(word)) ??
      "other";
    this.write("handler", `${topic} ${describe(exception)}`);
  }

  /** Puts an object into a slot. */
  protected put(slot: string, thing: unknown): void {
    this.#slots.set(slot, thing);
  }

  /** Returns what is in a slot. */
  protected find(slot: string): unknown {
    return this.#slots.get(slot);
  }

  /** Returns the name of an object. */
  protected label(thing: unknown): string {
    return this.#labels.get(thing) ?? "?";
  }

  /** Gives an object a name unless it has one, and returns its name. */
  protected labelled(thing: unknown, label: string): string {
    if (!this.#labels.has(thing)) this.#labels.set(thing, label);
    return this.label(thing);
  }

  /** Puts an object into a slot under a name. */
  #name(thing: unknown, slot: string, label: string): void {
    this.put(slot, thing);
    this.#labels.set(thing, label);
  }

  /** Makes a name for the next object of a slot or kind: `t0`, then `t0.2`. */
  #fresh(slot: string): string {
    const count = (this.#uses.get(slot) ?? 0) + 1;
    this.#uses.set(slot, count);
    return count === 1 ? slot : `${slot}.${count}`;
  }

  /** Returns the function of a callback, always the same one. */
  #callback(number: number): (argument?: unknown) => void {
    const known = this.#functions.get(number);
    if (known !== undefined) return known;
    const made = (argument?: unknown) => {
      const env = new Env(`cb${number}`, undefined);
      this.say(env, argument === undefined ? "called" : `called ${this.label(argument)}`);
      for (const action of this.program.callbacks[number]) this.act(action, env);
    };
    this.#functions.set(number, made);
    return made;
  }

  /** Builds an awaitable, or returns undefined when a slot that it needs is empty. */
  protected evaluate(what: Awaitable): Work | undefined {
    switch (what.kind) {
      case "call":
        return this.body(what.body, this.#fresh("c")) as Work;
      case "sleep":
        return sleep(what.ms, what.value) as Work;
      case "self":
        return currentTask() as Work | undefined;
      case "gather":
        return this.#anonymous(
          gather(this.evaluateAll(what.of), { returnExceptions: what.returnExceptions }),
        );
      case "shield": {
        const inner = this.evaluate(what.of);
        return inner && this.#anonymous(shield(inner));
      }
      case "waitFor": {
        const inner = this.evaluate(what.of);
        return inner && waitFor(inner, what.ms ?? undefined) as Work;
      }
      case "use": {
        const it = this.#slots.get(what.slot);
        return it === undefined ? it : primitives.wait(it, what.method, what.n) as Work;
      }
      default:
        return this.#slots.get(what.slot) as Work | undefined;
    }
  }

  /** Builds several awaitables without the unset ones. */
  protected evaluateAll(parts: Awaitable[]): Work[] {
    return parts.map((part) => this.evaluate(part)).filter((one) => one !== undefined);
  }

  /** Names the future of a shield or a gather if it has no name. */
  #anonymous(future: unknown): Work {
    if (!this.#labels.has(future)) this.#labels.set(future, this.#fresh("x"));
    return future as Work;
  }

  /** Runs a statement that never suspends and logs what it says. */
  protected act(action: Action, env: Env): void {
    const text = this.#act(action);
    const name = action.op === "use" ? action.method : action.op;
    if (text !== undefined) this.say(env, `${name} ${text}`);
  }

  /** Runs a statement that never suspends and returns what there is to log. */
  #act(action: Action): string | undefined {
    switch (action.op) {
      case "log":
        return action.text;
      case "create":
        return this.#spawn(action, createTask);
      case "groupCreate": {
        const group = this.#slots.get(action.group) as TaskGroup | undefined;
        return group === undefined
          ? "unset"
          : this.#spawn(action, (body, options) => group.createTask(body, options));
      }
      case "resolve":
        return `${action.slot} ${attempt(() => this.#future(action.slot).setResult(action.value))}`;
      case "fail":
        return `${action.slot} ${
          attempt(() => this.#future(action.slot).setException(new ValueError(action.message)))
        }`;
      case "cancel":
        return this.#on<Future<unknown>>(
          action,
          (it) => Number(it.cancel(action.message ?? undefined)),
        );
      case "uncancel":
        return this.#on<Task<unknown>>(action, (it) => it.uncancel());
      case "cancelling":
        return this.#on<Task<unknown>>(action, (it) => it.cancelling);
      case "query":
        return this.#on<Future<unknown>>(action, query);
      case "addCallback":
        return this.#on<Future<unknown>>(action, (it) => {
          it.addDoneCallback(this.#callback(action.callback));
          return "None";
        });
      case "removeCallback":
        return this.#on<Future<unknown>>(
          action,
          (it) => it.removeDoneCallback(this.#callback(action.callback)),
        );
      case "callSoon":
        return this.put(
          action.slot,
          this.loop.callSoon(this.#callback(action.callback)),
        ) as undefined;
      case "callLater":
        return this.put(
          action.slot,
          this.loop.callLater(action.ms, this.#callback(action.callback)),
        ) as undefined;
      case "cancelHandle": {
        const handle = this.#slots.get(action.slot) as Handle | undefined;
        handle?.cancel();
        return handle === undefined ? "unset" : `${action.slot} ${Number(handle.cancelled)}`;
      }
      case "reschedule": {
        const scope = this.#slots.get(action.scope) as Scope | undefined;
        const when = action.ms === null ? undefined : this.loop.time() + action.ms;
        return scope === undefined
          ? "unset"
          : `${action.scope} ${attempt(() => scope.reschedule(when))}`;
      }
      case "expired": {
        const scope = this.#slots.get(action.scope) as Scope | undefined;
        return scope === undefined
          ? "unset"
          : `${action.scope} ${Number(scope.expired)} ${show(scope.when)}`;
      }
      case "hold": {
        const held = this.evaluate(action.of);
        if (held === undefined) return "unset";
        this.put(action.slot, held);
        return `${action.slot} ${this.label(held)}`;
      }
      case "use": {
        const it = this.#slots.get(action.slot);
        if (it === undefined) return "unset";
        const outcome = attempt(() => primitives.call(it, action.method, action.n));
        return `${action.slot} ${outcome} ${primitives.state(it)}`;
      }
      case "tasks":
        return Array.from(allTasks(), (task) => this.label(task)).filter((label) => label !== "?")
          .sort().join(" ");
      case "raise":
        throw new ValueError(action.message);
    }
  }

  /** Creates a task by way of the loop or a group. */
  #spawn(
    action: Action & { op: "create" | "groupCreate" },
    create: (body: Body, options: { name: string; eager: boolean }) => Task<unknown>,
  ): string {
    const label = this.#fresh(action.slot);
    let task: Task<unknown>;
    try {
      task = create(this.body(action.body, label), { name: label, eager: action.eager });
    } catch (error) {
      if (error instanceof RuntimeError) return `${label} refused ${describe(error)}`;
      throw error;
    }
    this.#name(task, action.slot, label);
    this.created.push(task);
    return `${label} done=${Number(task.done)}`;
  }

  /** Writes what a function makes of the target. */
  #on<T>(action: { target: Target }, use: (target: T) => unknown): string {
    const target = this.evaluate(action.target);
    return target === undefined ? "unset" : `${this.label(target)} ${use(target as T)}`;
  }

  /** Returns a shared future. */
  #future(slot: string): Future<unknown> {
    return this.#slots.get(slot) as Future<unknown>;
  }
}

/** Writes the state of a future. */
function query(future: Future<unknown>): string {
  return `done=${Number(future.done)} cancelled=${Number(future.cancelled)} ` +
    `result=${attempt(() => future.result())} exception=${attempt(() => future.exception())}`;
}
