import { FileNames } from "./file_names.ts";

/** Functions that take a time, by where they take it. */
const TAKES: Readonly<Record<string, number>> = { interval: 0, sleep: 0, timeout: 0, waitFor: 1 };
/** The longest time, in ms, with a fraction that is taken for seconds. */
const LONGEST = 60;

/** A rule that finds times with a fraction, which look like seconds. */
export const milliseconds: Deno.lint.Rule = {
  create(context) {
    const names = new FileNames();
    const calls: Deno.lint.CallExpression[] = [];
    return {
      ...names.visitors,
      CallExpression: (node) => void calls.push(node),
      "Program:exit"() {
        for (const call of calls) {
          const name = names.calledOf(call);
          if (name === undefined || !Object.hasOwn(TAKES, name)) continue;
          const given = call.arguments[TAKES[name]];
          if (given?.type !== "Literal" || typeof given.value !== "number") continue;
          const value = Number(given.raw.replaceAll("_", "")); // Its value has no separators.
          if (Number.isInteger(value) || value > LONGEST) continue;
          context.report({
            node: given,
            message: `${name}() takes milliseconds: ${value} looks like seconds`,
            hint: `Write ${value * 1000} for ${value} s`,
          });
        }
      },
    };
  },
};
