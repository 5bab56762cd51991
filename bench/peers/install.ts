/**
 * Installs the toolchains of the peers in other languages from Debian's packages, and builds them.
 *
 *     deno task bench:peers:install
 *
 * @module
 */

import { preparePrograms, type ProgramName, PROGRAMS } from "./programs.ts";

const PACKAGES = ["python3", "python3-uvloop", "golang-go", "rustc", "cargo", "librust-tokio-dev"];

/** Runs a command as root, on the terminal; returns whether it succeeded. */
async function runAsRoot(...command: string[]): Promise<boolean> {
  const [program, ...args] = Deno.uid() === 0 ? command : ["sudo", ...command];
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  return (await new Deno.Command(program, { args, env }).spawn().status).success;
}

if (import.meta.main) {
  const installs = await runAsRoot("apt-get", "update") &&
    await runAsRoot("apt-get", "install", "--yes", "--no-install-recommends", ...PACKAGES);
  if (!installs) Deno.exit(1);
  const names = new Set(Object.keys(PROGRAMS) as ProgramName[]);
  const programs = await preparePrograms(names);
  for (const name of names) {
    console.log(`${name}: ${programs.get(name)?.version ?? "cannot be measured here"}`);
  }
  Deno.exit(programs.size === names.size ? 0 : 1);
}
