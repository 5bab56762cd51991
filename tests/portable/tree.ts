/**
 * Stands for the files that tests read and the modules that they import by an address made while
 * running; the bundler fills it.
 *
 * @module
 */

/** Holds files as text, by path. */
export const files: Record<string, () => Promise<{ default: string }>> = {};

/** Holds modules by path; translations by "translated:" and the path. */
export const modules: Record<string, () => Promise<unknown>> = {};

/** Stands for the translation while running: it was done when bundling. */
export function importTranslated(module: URL): Promise<unknown> | undefined {
  return modules[`translated:${module.pathname.slice(1)}`]?.();
}
