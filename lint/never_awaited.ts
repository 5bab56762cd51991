import { FileNames, functionAround } from "./file_names.ts";

/** A rule that finds what is made to be awaited, and stands alone, or is held by a `using`. */
export const neverAwaited: Deno.lint.Rule = {
  create(context) {
    const names = new FileNames();
    const expressions: Deno.lint.Expression[] = [];
    return {
      ...names.visitors,
      ExpressionStatement: ({ expression }) => void expressions.push(expression),
      VariableDeclaration({ kind, declarations }) {
        if (kind !== "using" && kind !== "await using") return;
        for (const { init } of declarations) if (init) expressions.push(init);
      },
      "Program:exit"() {
        if (!names.hasWeft) return;
        for (const expression of expressions) {
          if (!names.isWait(expression) && !names.isCallOf("generator", expression)) continue;
          const around = functionAround(expression);
          const word = around?.async ? "await " : around?.generator ? "yield* " : undefined;
          context.report({
            node: expression,
            message: `${
              context.sourceCode.getText(expression.callee)
            }() is never awaited, and does nothing`,
            hint: word === undefined ? "Await it in a coroutine" : `Write ${word.trim()} before it`,
            ...word && { fix: (fixer) => fixer.insertTextBefore(expression, word) },
          });
        }
      },
    };
  },
};
