/**
 * The command that runs the jobs of a queue.
 *
 * @module
 */

import { run, until } from "../lowlevel.ts";
import { serveJobs, type ServeJobsOptions } from "../cluster/serve_jobs.ts";
import { CommandLine, type Flag, helpOf, UsageError } from "./command_line.ts";
import { ENGINE_FLAGS, engineOf } from "./engine_flags.ts";

const FLAGS: Readonly<Record<string, Flag>> = {
  ...ENGINE_FLAGS,
  modules: {
    value: "URL",
    about: "a module that jobs may run, or a folder of them, ending with /; may be repeated",
    isMany: true,
  },
  named: { value: "NAME=URL", about: "a module by a name; may be repeated", isMany: true },
  processes: { value: "N", about: "the most jobs at once; as many as processors unless given" },
  allow: {
    value: "KIND[=LIST]",
    about: "what jobs may do, as net=example.org, or all; may be repeated",
    isMany: true,
  },
  flag: { value: "FLAG", about: "a flag of deno for the jobs; may be repeated", isMany: true },
  grace: { value: "MS", about: "how long jobs may go on when they are to stop; 5000 unless given" },
  lease: { value: "MS", about: "how long a job stays with a lost worker; 10000 unless given" },
  build: { value: "ID", about: "the build of the code: jobs of another one are refused" },
  patience: {
    value: "MS",
    about: "how long jobs of another build are given back; 30000 unless given",
  },
  "max-bytes": { value: "N", about: "the most bytes of a result; 1000000 unless given" },
  name: { value: "NAME", about: "what the worker is called" },
  help: { about: "tells all this" },
};

/** The time, in ms beyond the grace of its jobs, within which a worker has ended. */
const LONGEST_END = 7000;

/** Runs the jobs of a queue until a signal says to stop; gives the status to end with. */
export async function workerCommand(args: readonly string[]): Promise<number> {
  const line = new CommandLine(args, FLAGS);
  if (line.has("help")) {
    const usage = "deno run --allow-net --allow-run --allow-read cli.ts worker --engine URL …";
    console.log(helpOf(usage, "Runs the jobs of a queue, each in a process.", FLAGS));
    return 0;
  }
  const engine = engineOf(line);
  const options = toOptions(line);
  const { promise: told, resolve: tell } = Promise.withResolvers<void>();
  const stop = () => {
    tell();
    // Whatever the server or a job does, the process ends.
    Deno.unrefTimer(setTimeout(() => Deno.exit(1), (options.grace ?? 5000) + LONGEST_END));
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) Deno.addSignalListener(signal, stop);
  return await run(async () => {
    const server = await serveJobs(engine, options);
    console.error(`${server.name} takes jobs of ${options.queue} from ${engine.name}`);
    await until(told, { label: "a signal" });
    await server.close();
    const { done, failed } = server.statistics();
    console.error(`${server.name} has ended: ${done} jobs done, ${failed} failed`);
    return 0;
  }, { signals: [] });
}

/** Reads the options of a worker. */
function toOptions(line: CommandLine): ServeJobsOptions {
  const names = Object.fromEntries(
    line.all("named").map((given) => {
      const at = given.indexOf("=");
      if (at > 0) return [given.slice(0, at), given.slice(at + 1)];
      throw new UsageError(`--named must be NAME=URL: ${JSON.stringify(given)}`);
    }),
  );
  return {
    queue: line.need("queue"),
    modules: line.all("modules"),
    names,
    processes: line.number("processes"),
    permissions: toPermissions(line.all("allow")),
    args: line.all("flag"),
    grace: line.number("grace"),
    lease: line.number("lease"),
    build: line.get("build"),
    patience: line.number("patience"),
    maxBytes: line.number("max-bytes"),
    name: line.get("name"),
  };
}

/** Reads what jobs may do. */
function toPermissions(allowed: readonly string[]): ServeJobsOptions["permissions"] {
  if (allowed.length === 0) return undefined;
  if (allowed.includes("all")) return "all";
  return Object.fromEntries(allowed.map((given) => {
    const [kind, ...list] = given.split("=");
    return [kind, list.length === 0 ? true : list.join("=").split(",")];
  }));
}
