/**
 * What the names of a file stand for, as far as the file alone tells.
 *
 * @module
 */

/** Modules that are Weft's: by its name, or by the path of a tree. */
const WEFT =
  /^@weft\/weft($|\/)|^npm:@weft\/weft|^jsr:@weft\/weft|^(\.\.?\/)+(mod|testing)\.ts$|\bweft\/mod\.ts$/;

/** Functions of the library whose result does nothing until it is awaited. */
const LAZY = new Set([
  "cancelScope",
  "each",
  "gather",
  "raises",
  "retry",
  "select",
  "shield",
  "sleep",
  "taskGroup",
  "timeout",
  "timeoutAt",
  "until",
  "wait",
  "waitFor",
  "yieldNow",
]);

/** Methods whose result does nothing until it is awaited, by the class of their object. */
const LAZY_METHODS: Readonly<Record<string, readonly string[]>> = {
  Barrier: ["wait"],
  BoundedSemaphore: ["acquire"],
  Broadcast: ["send"],
  Channel: ["receive", "send"],
  Condition: ["acquire", "wait", "waitFor"],
  Event: ["wait"],
  LifoQueue: ["get", "join", "put"],
  Limiter: ["acquire"],
  Lock: ["acquire"],
  PriorityQueue: ["get", "join", "put"],
  Queue: ["get", "join", "put"],
  RateLimiter: ["pass"],
  Semaphore: ["acquire"],
};

/** A function in a file. */
export type FunctionNode =
  | Deno.lint.FunctionDeclaration
  | Deno.lint.FunctionExpression
  | Deno.lint.ArrowFunctionExpression;

/** Returns whether a node is a function. */
export function isFunction(node: Deno.lint.Node): node is FunctionNode {
  return node.type === "FunctionDeclaration" || node.type === "FunctionExpression" ||
    node.type === "ArrowFunctionExpression";
}

/** Finds the function that a node is in. */
export function functionAround(node: Deno.lint.Node): FunctionNode | undefined {
  let at: Deno.lint.Node | null = node;
  do at = "parent" in at ? at.parent as Deno.lint.Node | null : null; while (at && !isFunction(at));
  return at ?? undefined;
}

/** The names of a file, known once all of it was visited. */
export class FileNames {
  /** What is imported from Weft: its own name by that in the file. */
  readonly #imported = new Map<string, string>();
  readonly #namespaces = new Set<string>();
  /** The classes of variables that hold an object of the library. */
  readonly #objects = new Map<string, string>();
  /** The kinds of functions; a name that is given twice has none. */
  readonly #functions = new Map<string, "async" | "generator" | "other">();

  /** Visitors that learn the names. */
  readonly visitors: Deno.lint.LintVisitor = {
    ImportDeclaration: (node) => {
      if (!WEFT.test(node.source.value)) return;
      for (const one of node.specifiers) {
        if (one.type === "ImportNamespaceSpecifier") this.#namespaces.add(one.local.name);
        if (one.type !== "ImportSpecifier") continue;
        const name = one.imported.type === "Identifier" ? one.imported.name : one.imported.value;
        this.#imported.set(one.local.name, name);
      }
    },
    FunctionDeclaration: (node) => {
      if (node.id) this.#noteFunction(node.id.name, node);
    },
    VariableDeclarator: (node) => {
      if (node.id.type !== "Identifier" || !node.init) return;
      const { init, id: { name } } = node;
      if (isFunction(init)) this.#noteFunction(name, init);
      else if (init.type === "NewExpression" && init.callee.type === "Identifier") {
        this.#objects.set(name, this.#imported.get(init.callee.name) ?? "");
      } else this.#objects.set(name, "");
    },
  };

  #noteFunction(name: string, { async, generator }: FunctionNode): void {
    const kind = async && !generator ? "async" : generator && !async ? "generator" : "other";
    this.#functions.set(name, this.#functions.has(name) ? "other" : kind);
  }

  /** Whether the file imports anything of Weft. */
  get hasWeft(): boolean {
    return this.#imported.size > 0 || this.#namespaces.size > 0;
  }

  /** Returns the library's name of the function that is called; `undefined` if it is another. */
  calledOf({ callee }: Deno.lint.CallExpression): string | undefined {
    if (callee.type === "Identifier") return this.#imported.get(callee.name);
    if (callee.type !== "MemberExpression" || callee.property.type !== "Identifier") {
      return undefined;
    }
    const isNamespace = callee.object.type === "Identifier" &&
      this.#namespaces.has(callee.object.name);
    return isNamespace ? callee.property.name : undefined;
  }

  /** Returns whether a node is a call that gives something of the library to await. */
  isWait(node: Deno.lint.Node | null | undefined): node is Deno.lint.CallExpression {
    if (node?.type !== "CallExpression") return false;
    const name = this.calledOf(node);
    if (name !== undefined) return LAZY.has(name);
    const { callee } = node;
    if (callee.type !== "MemberExpression" || callee.computed) return false;
    if (callee.object.type !== "Identifier" || callee.property.type !== "Identifier") return false;
    const methods = LAZY_METHODS[this.#objects.get(callee.object.name) ?? ""];
    return methods?.includes(callee.property.name) ?? false;
  }

  /** Returns whether a node calls a function of the file that is of a kind. */
  isCallOf(
    kind: "async" | "generator",
    node: Deno.lint.Node | null | undefined,
  ): node is Deno.lint.CallExpression {
    if (node?.type !== "CallExpression") return false;
    const { callee } = node;
    if (callee.type === "Identifier") return this.#functions.get(callee.name) === kind;
    if (!isFunction(callee)) return false;
    return kind === "async" ? callee.async && !callee.generator : callee.generator && !callee.async;
  }
}
