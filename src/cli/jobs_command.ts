/**
 * The command that looks at the jobs of a queue.
 *
 * @module
 */

import { run } from "../lowlevel.ts";
import type { JobRecord, JobState } from "../cluster/job_engine.ts";
import { JobQueue } from "../cluster/job_queue.ts";
import { CommandLine, type Flag, helpOf, UsageError } from "./command_line.ts";
import { ENGINE_FLAGS, engineOf } from "./engine_flags.ts";

const FLAGS: Readonly<Record<string, Flag>> = {
  ...ENGINE_FLAGS,
  state: { value: "STATE", about: "lists only those that are waiting, delayed, running or failed" },
  limit: { value: "N", about: "the most jobs of each state; 20 unless given" },
  json: { about: "writes JSON, a job a line" },
  retry: {
    value: "ID",
    about: "puts a failed job into the queue again; may be repeated",
    isMany: true,
  },
  drop: { value: "ID", about: "removes a job that does not run; may be repeated", isMany: true },
  help: { about: "tells all this" },
};

const STATES: readonly JobState[] = ["running", "waiting", "delayed", "failed"];

/** Looks at a queue, or moves jobs of it; gives the status to end with. */
export async function jobsCommand(args: readonly string[]): Promise<number> {
  const line = new CommandLine(args, FLAGS);
  if (line.has("help")) {
    const usage = "deno run --allow-net cli.ts jobs --engine URL --queue NAME";
    console.log(helpOf(usage, "Looks at the jobs of a queue.", FLAGS));
    return 0;
  }
  const engine = engineOf(line);
  const given = line.get("state");
  const states = given === undefined ? STATES : STATES.filter((state) => state === given);
  if (states.length === 0) throw new UsageError(`--state must be one of: ${STATES.join(", ")}`);
  const limit = line.number("limit") ?? 20;
  return await run(async () => {
    await using queue = new JobQueue(engine, { queue: line.need("queue") });
    const moved = await move(queue, line);
    if (moved !== undefined) return moved;
    if (!line.has("json")) console.log(describeCounts(await queue.count()));
    for (const state of states) {
      for (const record of await queue.list(state, { limit })) {
        console.log(line.has("json") ? JSON.stringify(record) : describe(record));
      }
    }
    return 0;
  });
}

/** Moves the jobs that are named; gives the status to end with, or nothing if none is. */
async function move(queue: JobQueue, line: CommandLine): Promise<number | undefined> {
  const moves = [
    ...line.all("retry").map((id) => ["retry", id] as const),
    ...line.all("drop").map((id) => ["drop", id] as const),
  ];
  if (moves.length === 0) return undefined;
  let status = 0;
  for (const [what, id] of moves) {
    const isDone = await queue[what](id);
    if (isDone) {
      console.log(what === "retry" ? `${id} is in the queue again` : `${id} is gone`);
    } else {
      console.error(`Cannot ${what} ${id}: there is no such job, or it runs`);
      status = 1;
    }
  }
  return status;
}

function describeCounts(counts: object): string {
  return Object.entries(counts).map(([state, count]) => `${count} ${state}`).join(", ");
}

/** Describes a job in a line. */
function describe({ id, state, head, since, worker, failure }: JobRecord): string {
  const name = head === undefined ? "(cannot be read)" : head.label ?? head.name;
  const from = head === undefined ? "" : ` of ${head.module}`;
  const when = since === undefined ? "" : ` since ${new Date(since).toISOString()}`;
  const where = worker === undefined ? "" : ` on ${worker}`;
  const why = failure === undefined || failure === "" ? "" : `: ${failure.split("\n")[0]}`;
  return `${state.padEnd(8)} ${id}  ${name}${from}${where}${when}${why}`;
}
