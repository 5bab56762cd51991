import { FileNames } from "./file_names.ts";

/** Functions that take a function, by where they take it; -1 is each element of an array. */
const TAKES: Readonly<Record<string, number>> = {
  cancelScope: 0,
  createTask: 0,
  ensureFuture: 0,
  gather: -1,
  run: 0,
  runTest: 0,
  taskGroup: 0,
  timeout: 1,
  timeoutAt: 1,
};

/** A rule that finds calls where a function is to be given, whose code would run at once. */
export const functionNotCall: Deno.lint.Rule = {
  create(context) {
    const names = new FileNames();
    const calls: Deno.lint.CallExpression[] = [];

    /** Lists what a call gives in places of functions. */
    function* givenTo(call: Deno.lint.CallExpression): Generator<[string, Deno.lint.Node | null]> {
      const { callee } = call;
      const isMethod = callee.type === "MemberExpression" &&
        callee.property.type === "Identifier" && callee.property.name === "createTask";
      const name = names.calledOf(call) ?? (isMethod ? "createTask" : "");
      if (!Object.hasOwn(TAKES, name)) return;
      const place = TAKES[name];
      const given = call.arguments[Math.max(place, 0)];
      if (place >= 0) return yield [name, given ?? null];
      if (given?.type !== "ArrayExpression") return;
      for (const element of given.elements) yield [name, element];
    }

    return {
      ...names.visitors,
      CallExpression: (node) => void calls.push(node),
      "Program:exit"() {
        if (!names.hasWeft) return;
        for (const call of calls) {
          for (const [name, given] of givenTo(call)) {
            const isWrong = names.isCallOf("async", given) ||
              name !== "gather" && names.isWait(given);
            if (!given || !isWrong) continue;
            context.report({
              node: given,
              message: `${name}() takes a function, and not what its call gives`,
              hint: "Give the function: () => f()",
              fix: (fixer) => fixer.insertTextBefore(given, "() => "),
            });
          }
        }
      },
    };
  },
};
