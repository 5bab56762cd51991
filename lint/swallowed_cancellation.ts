import { FileNames, functionAround, isFunction } from "./file_names.ts";

/** Lists the nodes below one, but for those in other functions. */
function* walk(node: Deno.lint.Node): Generator<Deno.lint.Node> {
  yield node;
  if (isFunction(node)) return;
  for (const [key, value] of fieldsOf(node)) {
    if (key === "parent") continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) yield* walk(child);
    }
  }
}

/** Lists the fields of a node, those of its class among them. */
function fieldsOf(node: Deno.lint.Node): [string, unknown][] {
  const keys = new Set<string>();
  for (
    let at: object | null = node;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at)
  ) {
    for (const key of Object.getOwnPropertyNames(at)) keys.add(key);
  }
  return [...keys].map((key) => [key, (node as unknown as Record<string, unknown>)[key]]);
}

/** Returns whether a value is a node. */
function isNode(value: unknown): value is Deno.lint.Node {
  return typeof value === "object" && value !== null && "type" in value && "range" in value;
}

/** Returns whether code waits. */
function isWaiting(node: Deno.lint.Node): boolean {
  return node.type === "AwaitExpression" || node.type === "YieldExpression" && node.delegate ||
    node.type === "ForOfStatement" && node.await;
}

/** Returns whether a handler lets a cancellation pass, or has looked at which error it is. */
function isCareful(node: Deno.lint.Node): boolean {
  return node.type === "ThrowStatement" ||
    node.type === "BinaryExpression" && node.operator === "instanceof" ||
    node.type === "Identifier" && /^(isCancelled|CancelledError|cancelled)$/.test(node.name);
}

/** A rule that finds a `catch` around a wait that catches cancellations, too, and goes on. */
export const swallowedCancellation: Deno.lint.Rule = {
  create(context) {
    const names = new FileNames();
    const tries: Deno.lint.TryStatement[] = [];
    return {
      ...names.visitors,
      TryStatement: (node) => void tries.push(node),
      "Program:exit"() {
        if (!names.hasWeft) return;
        for (const node of tries) {
          const { block, handler } = node;
          const around = functionAround(node);
          if (!handler || !around?.async && !around?.generator) continue;
          if (!walk(block).some(isWaiting) || walk(handler.body).some(isCareful)) continue;
          context.report({
            node: handler,
            message: "This catch swallows cancellations, too: its task cannot be stopped here",
            hint: "Pass them on: if (isCancelled(error)) throw error",
          });
        }
      },
    };
  },
};
