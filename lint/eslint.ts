/**
 * The rules of `lint/weft.ts` for ESLint: a plugin, and a configuration that turns them all on.
 *
 * ```js
 * // eslint.config.js
 * import weft from "@weft/weft/lint/eslint.ts";
 *
 * export default [weft.configs.recommended];
 * ```
 *
 * @module
 */

import plugin from "./weft.ts";

/** What ESLint gives to a rule, as far as these rules use it. */
export interface EslintContext {
  /** The text that is looked at. */
  readonly sourceCode: {
    /** Returns the text of a node. */
    getText(node?: never): string;
  };
  /** Tells of a mistake. */
  report(descriptor: never): void;
}

/** A rule as ESLint takes it. */
export interface EslintRule {
  /** What kind of rule it is. */
  readonly meta: {
    /** What it finds: mistakes. */
    readonly type: "problem";
    /** What `--fix` may change. */
    readonly fixable: "code";
    /** Its options: none. */
    readonly schema: readonly [];
  };
  /** Makes what visits the nodes of a file. */
  create(context: EslintContext): Record<string, (node: never) => void>;
}

/** A plugin for ESLint, in its flat configuration. */
export interface EslintPlugin {
  /** What it is called in caches. */
  readonly meta: { readonly name: string };
  /** The rules, as `weft/never-awaited`. */
  readonly rules: Readonly<Record<string, EslintRule>>;
  /** The configuration that makes an error of what any rule finds. */
  readonly configs: {
    /** All rules. */
    readonly recommended: {
      /** Its name in ESLint's reports. */
      readonly name: string;
      /** The plugin, as `weft`. */
      readonly plugins: { readonly weft: EslintPlugin };
      /** All rules, as errors. */
      readonly rules: Readonly<Record<string, "error">>;
    };
  };
}

/** Makes a rule for ESLint of one for `deno lint`: both visit the same kind of tree. */
function adapt(rule: Deno.lint.Rule): EslintRule {
  return {
    meta: { type: "problem", fixable: "code", schema: [] },
    create(context) {
      const report = ({ message, hint, ...rest }: Deno.lint.ReportData) =>
        context.report({ ...rest, message: hint ? `${message}. ${hint}` : message } as never);
      const own = { sourceCode: context.sourceCode, report };
      return rule.create(own as unknown as Deno.lint.RuleContext) as ReturnType<
        EslintRule["create"]
      >;
    },
  };
}

const rules = Object.entries(plugin.rules);

/** The plugin. */
const eslintPlugin: EslintPlugin = {
  meta: { name: "@weft/weft" },
  rules: Object.fromEntries(rules.map(([name, rule]) => [name, adapt(rule)])),
  configs: {
    recommended: {
      name: "weft/recommended",
      get plugins() {
        return { weft: eslintPlugin };
      },
      rules: Object.fromEntries(rules.map(([name]) => [`weft/${name}`, "error"])),
    },
  },
};

export default eslintPlugin;
