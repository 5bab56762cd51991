/**
 * The host's async context: the values of every `AsyncLocalStorage`, which the host carries along
 * native awaits, and which the loop carries along everything else.
 *
 * What runs in the loop is an owner: a task, a callback, an operation that native code awaits. Each
 * has a context that holds it beside the values of where it was made, so that native code finds its
 * owner after any await. There are three means, the first that works is taken:
 *
 * - Deno's own functions to get and set the context, as its `AsyncLocalStorage` uses them. They cost
 *   nanoseconds, where the public ones cost hundreds.
 * - `AsyncResource` and `AsyncLocalStorage`, of Node, Bun and workerd, found and never imported.
 * - None: the loop then knows the owner of native code from one await of the library to the next.
 *
 * @module
 */

/** The values of one moment; only this file looks inside. */
export type HostContext = object | undefined;

/** What has a context of its own. */
export interface ContextOwner {
  /** The values that its next step runs with. */
  hostContext: HostContext;
}

/** A way to carry the host's context along. */
export interface AsyncContext {
  /** The means by which it does. */
  readonly means: "direct" | "public" | "none";
  /** Makes a context of the current values, in which an owner is found. */
  contextFor(owner: ContextOwner): HostContext;
  /** Remembers the current values, with the owner that is found. */
  capture(): HostContext;
  /** Finds the owner of the code that is running. */
  findOwner(): ContextOwner | undefined;
  /** Calls a function in the context of an owner, and keeps what it sets there. */
  callIn<A, B, R>(owner: ContextOwner, callee: (a: A, b: B) => R, a: A, b: B): R;
  /** Calls a function of one argument with the values of a moment. */
  callWith<A, R>(context: HostContext, callee: (a: A) => R, a: A): R;
  /** Makes another owner be found from here on, as long as the function that `callIn` calls goes on. */
  changeOwner(owner: ContextOwner): void;
  /** Whether that is to be had: workerd refuses it. */
  readonly canChangeOwner: boolean;
}

/** The part of a host that matters here. */
export interface ContextHost {
  Deno?: { readonly internal?: symbol };
  process?: { getBuiltinModule?: (name: string) => Hooks | undefined };
  AsyncLocalStorage?: Hooks["AsyncLocalStorage"];
}

/** What Deno's own code uses. */
interface DenoCore {
  getAsyncContext(): HostContext;
  setAsyncContext(context: HostContext): void;
  AsyncVariable: new () => { enter(value: unknown): void; get(): unknown };
}

interface Storage {
  run<R>(store: ContextOwner, callback: () => R): R;
  getStore(): ContextOwner | undefined;
  enterWith?(store: ContextOwner): void;
}

interface Resource {
  runInAsyncScope<A extends unknown[], R>(
    callee: (...args: A) => R,
    thisArg: undefined,
    ...args: A
  ): R;
}

/** The module `node:async_hooks`. */
interface Hooks {
  AsyncLocalStorage?: {
    new (): Storage;
    snapshot?: () => <A extends unknown[], R>(callee: (...args: A) => R, ...args: A) => R;
  };
  AsyncResource?: new (type: string, options: { requireManualDestroy: boolean }) => Resource;
}

/** A way that carries nothing: the loop itself tracks who runs. */
export const noAsyncContext: AsyncContext = {
  means: "none",
  contextFor: () => undefined,
  capture: () => undefined,
  findOwner: () => undefined,
  callIn: (_owner, callee, a, b) => callee(a, b),
  callWith: (_context, callee, a) => callee(a),
  changeOwner: () => {},
  canChangeOwner: false,
};

/** Finds the best means that a host has. */
export function findAsyncContext(host: ContextHost): AsyncContext {
  return findDirect(host) ?? findPublic(host) ?? noAsyncContext;
}

/** Finds Deno's own functions, if they are there and do what is expected of them. */
export function findDirect(host: ContextHost): AsyncContext | undefined {
  try {
    const { internal } = host.Deno!;
    const core = (host.Deno as Record<symbol, { core?: DenoCore }>)[internal!].core!;
    const found = makeDirect(core);
    return isSound(core, found) ? found : undefined;
  } catch {
    return undefined; // Another host, or another Deno.
  }
}

/** Uses Deno's own functions: a context is a plain mapping, copied when a value is set. */
function makeDirect({ getAsyncContext, setAsyncContext }: DenoCore): AsyncContext {
  const OWNER = Symbol("weft");

  /** A mapping that holds an owner and no values, as most do. */
  class Bare {
    declare [OWNER]: ContextOwner;
    constructor(owner: ContextOwner) {
      this[OWNER] = owner;
    }
  }
  /** A mapping that holds an owner beside values. */
  class Full extends Bare {}
  Object.setPrototypeOf(Bare.prototype, null); // A key that is not there must not be inherited.

  function contextFor(owner: ContextOwner): HostContext {
    const before = getAsyncContext();
    const isBare = before === undefined || before === null ||
      Object.getPrototypeOf(before) === Bare.prototype;
    if (isBare) return new Bare(owner);
    const context = Object.assign(new Full(owner), before);
    context[OWNER] = owner;
    return context;
  }

  return {
    means: "direct",
    contextFor,
    changeOwner: (owner) => setAsyncContext(contextFor(owner)),
    canChangeOwner: true,
    capture: getAsyncContext,
    findOwner: () => (getAsyncContext() as Bare | undefined)?.[OWNER],
    callIn(owner, callee, a, b) {
      const before = getAsyncContext();
      setAsyncContext(owner.hostContext);
      try {
        return callee(a, b);
      } finally {
        owner.hostContext = getAsyncContext();
        setAsyncContext(before);
      }
    },
    callWith(context, callee, a) {
      const before = getAsyncContext();
      setAsyncContext(context);
      try {
        return callee(a);
      } finally {
        setAsyncContext(before);
      }
    },
  };
}

/** Tries Deno's functions beside its own variables: each must see what the other has set. */
function isSound(core: DenoCore, found: AsyncContext): boolean {
  const before = core.getAsyncContext();
  const variable = new core.AsyncVariable();
  const owner: ContextOwner = { hostContext: undefined };
  try {
    variable.enter("outer");
    owner.hostContext = found.contextFor(owner);
    const inside = found.callIn(
      owner,
      () => {
        const isFound = found.findOwner() === owner && variable.get() === "outer";
        variable.enter("inner");
        return isFound && found.findOwner() === owner && variable.get() === "inner";
      },
      undefined,
      undefined,
    );
    const isBack = found.findOwner() === undefined && variable.get() === "outer";
    const isKept = found.callIn(owner, () => variable.get() === "inner", undefined, undefined);
    return inside && isBack && isKept;
  } finally {
    core.setAsyncContext(before);
  }
}

/** Finds the public means of Node, Bun, workerd and Deno. */
export function findPublic(host: ContextHost): AsyncContext | undefined {
  try {
    const hooks = host.process?.getBuiltinModule?.("node:async_hooks") ?? host as Hooks;
    const { AsyncLocalStorage, AsyncResource } = hooks;
    if (AsyncLocalStorage === undefined) return undefined;
    const { snapshot } = AsyncLocalStorage;
    if (AsyncResource !== undefined) {
      const options = { requireManualDestroy: true }; // There is nothing to destroy.
      return makePublic(new AsyncLocalStorage(), () => new AsyncResource("weft", options));
    }
    if (snapshot === undefined) return undefined;
    return makePublic(new AsyncLocalStorage(), () => {
      const enter = snapshot.call(AsyncLocalStorage);
      return { runInAsyncScope: (callee, _this, ...args) => enter(callee, ...args) };
    });
  } catch {
    return undefined;
  }
}

/** Returns whether a storage takes another value in the middle of a call. */
function isChangeable(storage: Storage): boolean {
  const [before, after]: ContextOwner[] = [{ hostContext: undefined }, { hostContext: undefined }];
  return storage.run(before, () => {
    try {
      storage.enterWith!(after);
      return storage.getStore() === after;
    } catch {
      return false;
    }
  });
}

/** Uses resources, which run code with the values of where they were made. */
function makePublic(storage: Storage, capture: () => Resource): AsyncContext {
  function callAndKeep<A, B, R>(
    owner: ContextOwner,
    callee: (a: A, b: B) => R,
    a: A,
    b: B,
  ): R {
    try {
      return callee(a, b);
    } finally {
      owner.hostContext = capture();
    }
  }
  const canChangeOwner = isChangeable(storage);
  return {
    means: "public",
    contextFor: (owner) => storage.run(owner, capture),
    capture,
    findOwner: () => storage.getStore(),
    callIn(owner, callee, a, b) {
      const resource = (owner.hostContext ?? capture()) as Resource;
      return resource.runInAsyncScope(
        callAndKeep as typeof callAndKeep<typeof a, typeof b, ReturnType<typeof callee>>,
        undefined,
        owner,
        callee,
        a,
        b,
      );
    },
    callWith: (context, callee, a) => (context as Resource).runInAsyncScope(callee, undefined, a),
    changeOwner: (owner) => canChangeOwner ? storage.enterWith!(owner) : undefined,
    canChangeOwner,
  };
}

const found = findAsyncContext(globalThis as ContextHost);

/** Whether the host finds the owner of native code after an await of its own. */
export const hasAsyncContext: boolean = found.means !== "none";
/** Makes a context of the current values, in which an owner is found. */
export const contextFor: AsyncContext["contextFor"] = found.contextFor;
/** Remembers the current values, with the owner that is found. */
export const capture: AsyncContext["capture"] = found.capture;
/** Finds the owner of the code that is running. */
export const findOwner: AsyncContext["findOwner"] = found.findOwner;
/** Calls a function in the context of an owner, and keeps what it sets there. */
export const callIn: AsyncContext["callIn"] = found.callIn;
/** Calls a function of one argument with the values of a moment. */
export const callWith: AsyncContext["callWith"] = found.callWith;
/** Makes another owner be found from here on, as long as the function that `callIn` calls goes on. */
export const changeOwner: AsyncContext["changeOwner"] = found.changeOwner;
/** Whether that is to be had. */
export const canChangeOwner: boolean = found.canChangeOwner;

/** Calls a function with the values of another moment, as code of the owner that is found now, if one is. */
export function callHereWith<A, R>(values: HostContext, callee: (a: A) => R, a: A): R {
  const owner = findOwner();
  return owner === undefined ? callee(a) : callWith(callWith(values, contextFor, owner), callee, a);
}
