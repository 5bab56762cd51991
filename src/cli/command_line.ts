/**
 * What a command is given in a terminal: flags with values, and nothing else.
 *
 * @module
 */

import { show } from "../lowlevel.ts";

/** What a flag is for. */
export interface Flag {
  /** What its value is called in the help; none if it takes no value. */
  readonly value?: string;
  /** What it does. */
  readonly about: string;
  /** Whether it can be given more than once. */
  readonly isMany?: true;
}

/** The error of a command line that means nothing; its message is for whoever typed it. */
export class UsageError extends Error {
  /** The name of the class. */
  override readonly name = "UsageError";
}

/** The flags that a command was given. */
export class CommandLine {
  readonly #given = new Map<string, string[]>();

  /** Reads flags, as `--NAME VALUE` or `--NAME=VALUE`; throws a `UsageError` at what it does not know. */
  constructor(args: readonly string[], flags: Readonly<Record<string, Flag>>) {
    const rest = [...args];
    for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
      const [, name, , inline] = /^--([\w-]+)(=(.*))?$/s.exec(arg) ?? [];
      const flag = name === undefined || !Object.hasOwn(flags, name) ? undefined : flags[name];
      if (flag === undefined) {
        throw new UsageError(`Unknown argument ${show(arg)}: see --help`);
      }
      const value = flag.value === undefined ? "" : inline ?? rest.shift();
      if (value === undefined) throw new UsageError(`--${name} needs a value: ${flag.value}`);
      if (flag.value === undefined && inline !== undefined) {
        throw new UsageError(`--${name} takes no value: ${show(inline)}`);
      }
      const values = this.#given.get(name) ?? [];
      if (values.length > 0 && !flag.isMany) throw new UsageError(`--${name} was given twice`);
      this.#given.set(name, [...values, value]);
    }
  }

  /** Returns whether a flag was given. */
  has(name: string): boolean {
    return this.#given.has(name);
  }

  /** Returns the value of a flag. */
  get(name: string): string | undefined {
    return this.#given.get(name)?.[0];
  }

  /** Returns all values of a flag. */
  all(name: string): readonly string[] {
    return this.#given.get(name) ?? [];
  }

  /** Returns the value of a flag that must be given. */
  need(name: string): string {
    const value = this.get(name);
    if (value === undefined) throw new UsageError(`--${name} must be given: see --help`);
    return value;
  }

  /** Returns the number that a flag gives. */
  number(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (value.trim() !== "" && !Number.isNaN(number)) return number;
    throw new UsageError(`--${name} must be a number: ${show(value)}`);
  }
}

/** Writes the help of a command. */
export function helpOf(
  usage: string,
  about: string,
  flags: Readonly<Record<string, Flag>>,
): string {
  const rows = Object.entries(flags).map(([name, { value, about }]) =>
    [`--${name}${value === undefined ? "" : ` ${value}`}`, about] as const
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  const lines = rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`);
  return `${about}\n\n  ${usage}\n\n${lines.join("\n")}`;
}
