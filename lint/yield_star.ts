import { FileNames, functionAround } from "./file_names.ts";

/** A rule that finds a `yield` without its star before what is to be awaited. */
export const yieldStar: Deno.lint.Rule = {
  create(context) {
    const names = new FileNames();
    const yields: Deno.lint.YieldExpression[] = [];
    return {
      ...names.visitors,
      YieldExpression: (node) => void yields.push(node),
      "Program:exit"() {
        for (const node of yields) {
          const { argument, delegate } = node;
          if (delegate || functionAround(node)?.async) continue;
          if (!names.isWait(argument)) continue;
          context.report({
            node,
            message: "A coroutine awaits by yield*, and not by yield",
            hint: "Write yield*",
            fix: (fixer) =>
              fixer.replaceText(node, `yield* ${context.sourceCode.getText(argument)}`),
          });
        }
      },
    };
  },
};
