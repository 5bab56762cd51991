/**
 * What is said of a job in words, for everybody who handles it: the worker, the engine, whoever looks.
 *
 * @module
 */

/** The version of the protocol that callers and workers speak. */
export const PROTOCOL = 1;

/** What is to be done, and how. */
export interface JobHead {
  /** The version of the protocol. */
  readonly weft: number;
  /** The module, by its address or by a name of the workers. */
  readonly module: string;
  /** The name of the function. */
  readonly name: string;
  /** What the job is called, if not as the function. */
  readonly label?: string;
  /** Whether the function is called once for each argument. */
  readonly each?: true;
  /** The most times that it may begin. */
  readonly attempts: number;
  /** The key that its outcome is kept under. */
  readonly key?: string;
  /** The caller that waits for its outcome. */
  readonly caller?: string;
  /** How long, in ms, the outcome is kept. */
  readonly retention: number;
  /** How long, in ms, it may run. */
  readonly timeout?: number;
  /** When, in ms since 1970, it is too late to begin. */
  readonly deadline?: number;
  /** The build of the caller's code. */
  readonly build?: string;
  /** When it was asked for, in ms since 1970. */
  readonly at: number;
  /** The versions of what has written it. */
  readonly by: string;
  /** What ties it to a trace. */
  readonly trace?: Readonly<Record<string, string>>;
}

/** What each part must be; one that may be left out has a question mark. */
const PARTS: Readonly<Record<keyof JobHead, string>> = {
  weft: "number",
  module: "string",
  name: "string",
  label: "string?",
  each: "boolean?",
  attempts: "number",
  key: "string?",
  caller: "string?",
  retention: "number",
  timeout: "number?",
  deadline: "number?",
  build: "string?",
  at: "number",
  by: "string",
  trace: "object?",
};

/** Reads a head; `undefined` if it is none. */
export function readHead(value: unknown): JobHead | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const given = value as Record<string, unknown>;
  for (const [part, type] of Object.entries(PARTS)) {
    const isFine = typeof given[part] === type.replace("?", "") ||
      type.endsWith("?") && given[part] === undefined;
    if (!isFine) return undefined;
  }
  return value as JobHead;
}

/** Returns what a job is called in messages. */
export function labelOf(head: JobHead): string {
  return head.label ?? head.name;
}

/** Describes what writes heads here. */
export function versions(): string {
  return `Deno ${Deno.version.deno}, V8 ${Deno.version.v8}`;
}
