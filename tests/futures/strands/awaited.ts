/**
 * What a program awaits of the library, each with what must be so when it ends.
 *
 * @module
 */

import { type Awaitable, isCancelled } from "../../../mod.ts";
import type { Flow, Wait, WaitOptions } from "./flow.ts";
import { type HostTurn, label, type Op } from "./program.ts";
import type { World } from "./world.ts";

/** An awaitable, and the checks of how it ends. */
export interface Awaited {
  readonly awaitable: Awaitable<unknown>;
  /** Checks that it may end with a value. */
  succeed(value: unknown): void;
  /** Checks that it may end with an error. */
  throw(error: unknown): void;
  /** Whether an error can be its own. */
  mayFail(error: unknown): boolean;
  /** Notes that nobody will tell how it ends. */
  forget(): void;
}

/** Makes an awaitable and its checks of a wait. */
export function awaitedOf(wait: Wait, awaitable: Awaitable<unknown>): Awaited {
  return {
    awaitable,
    succeed: (value) => wait.succeed(value),
    throw: (error) => wait.throw(error),
    mayFail: (error) => wait.mayFail(error),
    forget: () => void (wait.isSeen = false),
  };
}

type Of<K extends Op["kind"]> = Extract<Op, { readonly kind: K }>;

/** An operation that is one wait of the library. */
export type WaitOp = Of<"sleep" | "yield" | "event" | "future" | "get" | "put" | "task" | "host">;

/** Makes what a wait awaits. */
export function beginWait(flow: Flow, op: WaitOp): Awaited {
  const { library } = flow.world;
  switch (op.kind) {
    case "sleep":
      return sleeping(flow, op);
    case "yield":
      return waiting(flow, op, library.yieldNow());
    case "event":
      return event(flow, op);
    case "future":
      return future(flow, op);
    case "get":
      return get(flow, op);
    case "put":
      return put(flow, op);
    case "task":
      return task(flow, op);
    case "host":
      return waiting(flow, op, library.until(hostTurn(flow.world, op.turn)));
  }
}

/** Makes a promise of the host that ends soon; it is waited for after the run. */
export function hostTurn(world: World, turn: HostTurn): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (turn === "microtask") queueMicrotask(resolve);
  else if (turn === "timer") setTimeout(resolve, 1);
  else {
    const { port1, port2 } = new MessageChannel();
    port2.onmessage = () => {
      port1.close();
      port2.close();
      resolve();
    };
    port1.postMessage(undefined);
  }
  world.hostTurns.push(promise);
  return promise;
}

function waiting(
  flow: Flow,
  op: Op,
  awaitable: Awaitable<unknown>,
  options: WaitOptions = {},
): Awaited {
  return awaitedOf(flow.wait(label(op), options), awaitable);
}

type AtOp = Of<"event" | "future" | "get" | "put">;

/** Checks that a wait gives its own value, not another's. */
function expect(flow: Flow, op: Op, expected: unknown): (value: unknown) => void {
  return (value) => {
    if (value !== expected) flow.fail(`had another's outcome of ${label(op)}`);
  };
}

function sleeping(flow: Flow, op: Of<"sleep">): Awaited {
  const { world } = flow;
  const token = {};
  const began = world.loop.time();
  const end = began + op.ms;
  const check = (value: unknown) => {
    expect(flow, op, token)(value);
    const now = world.loop.time();
    if (now < end) flow.fail(`slept until ${now}, not until ${end}`);
    // Its own timeouts end it; on a real clock, both can be over in one turn.
    const passed = world.isVirtual &&
      flow.scopes.find(({ timeout, flow: around, bodyEnded }) =>
        timeout !== undefined && !bodyEnded && around.account === flow.account &&
        began < timeout.when! && timeout.when! < end
      );
    if (passed) flow.fail(`slept past the end of ${passed.name}`);
  };
  const isPending = () => world.loop.time() < end;
  return waiting(flow, op, world.library.sleep(op.ms, token), {
    check,
    isPending,
    isSleep: op.ms > 0,
  });
}

function event(flow: Flow, op: AtOp): Awaited {
  const record = flow.world.events[op.at];
  const { sets, event: { isSet } } = record;
  const isPending = () => !isSet && record.sets === sets;
  const check = (value: unknown) => {
    expect(flow, op, true)(value);
    if (isPending()) flow.fail(`was woken by ${label(op)}, which nobody has set`);
  };
  return waiting(flow, op, record.event.wait(), { check, isPending });
}

function future(flow: Flow, op: AtOp): Awaited {
  const record = flow.world.futures[op.at];
  return waiting(flow, op, record.future, {
    targets: [record],
    isPending: () => !record.future.done,
    check: expect(flow, op, record.token),
  });
}

function get(flow: Flow, op: AtOp): Awaited {
  const record = flow.world.queues[op.at];
  const check = (value: unknown) => {
    const wrong = record.take(value as number);
    if (wrong !== undefined) flow.fail(wrong);
  };
  return waiting(flow, op, record.queue.get(), { check });
}

function put(flow: Flow, op: AtOp): Awaited {
  const record = flow.world.queues[op.at];
  const item = record.offer();
  const awaited = waiting(flow, op, record.queue.put(item));
  return {
    ...awaited,
    succeed(value) {
      record.decide(item, "put");
      awaited.succeed(value);
    },
    throw(error) {
      record.decide(item, "withdrawn");
      awaited.throw(error);
    },
  };
}

function task(flow: Flow, op: Of<"task">): Awaited {
  const { library, tasks } = flow.world;
  const record = tasks[op.at];
  const awaitable = op.by === "shield"
    ? library.shield(record.task)
    : op.by === "gather"
    ? library.gather([record.task])
    : record.task;
  return waiting(flow, op, awaitable, {
    targets: [record],
    isShielded: op.by === "shield",
    check: (value) => {
      expect(flow, op, record.token)(op.by === "gather" ? (value as unknown[])[0] : value);
      if (!record.task.done) flow.fail(`had ${label(op)}, which has not ended`);
    },
    mayThrow: (error) => !isCancelled(error) && record.thrown?.error === error,
  });
}
