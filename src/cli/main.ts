/**
 * The commands, by their names.
 *
 * @module
 */

import { UsageError } from "./command_line.ts";

const HELP = `Weft's commands:

  worker  runs the jobs of a queue
  jobs    looks at the jobs of a queue

Each of them has a --help.`;

/** Runs the command that the arguments begin with; gives the status to end with. */
export async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  try {
    // What one command needs, another must not load.
    if (name === "worker") return await (await import("./worker_command.ts")).workerCommand(rest);
    if (name === "jobs") return await (await import("./jobs_command.ts")).jobsCommand(rest);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(error.message);
    return error instanceof UsageError ? 2 : 1;
  }
  const isAsked = name === undefined || name === "--help" || name === "help";
  if (isAsked) console.log(HELP);
  else console.error(`There is no command ${JSON.stringify(name)}\n\n${HELP}`);
  return isAsked ? 0 : 2;
}
