/**
 * The description of the host, its versions and those of the peers.
 *
 * @module
 */

import type { Program, ProgramName } from "./peers/programs.ts";
import type { Host } from "./result.ts";

const ROOT = new URL("../", import.meta.url);
/** The names of the packages that are peers as the charts do. */
const PACKAGES: Readonly<Record<string, string>> = {
  "effect": "Effect",
  "effection": "effection",
  "p-queue": "p-queue",
  "p-limit": "p-limit",
  "async-mutex": "async-mutex",
  "tinyqueue": "tinyqueue",
  "@std/": "std",
};

/** Reads the name of the processor, where the host tells it. */
async function readCpu(): Promise<string> {
  try {
    const text = await Deno.readTextFile("/proc/cpuinfo");
    return /^model name\s*:\s*(.+)$/m.exec(text)?.[1] ?? Deno.build.arch;
  } catch {
    return Deno.build.arch;
  }
}

/** Reads the hash of the sources that the embedded core was built from. */
async function readSourceHash(): Promise<string | undefined> {
  const text = await Deno.readTextFile(new URL("src/engine/core.generated.ts", ROOT));
  return /source-hash: (\w+)/.exec(text)?.[1];
}

/** Reads the versions of the packages that are peers. */
async function readPackages(): Promise<[string, string][]> {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("imports.json", ROOT)));
  return Object.entries(PACKAGES).map(([specifier, name]) => {
    const version = /@([\d.]+)\/?$/.exec(imports[specifier]);
    if (!version) throw new Error(`The version of a peer must be pinned: ${specifier}`);
    return [name, version[1]];
  });
}

/** Describes what was measured on, after measuring; `load` is from before. */
export async function describeHost(
  programs: ReadonlyMap<ProgramName, Program>,
  load: number,
): Promise<Host> {
  return {
    date: new Date().toISOString(),
    cpu: await readCpu(),
    cores: navigator.hardwareConcurrency,
    os: Deno.build.os,
    load: [load, Deno.loadavg()[0]],
    core: await readSourceHash(),
    versions: {
      Deno: Deno.version.deno,
      V8: Deno.version.v8,
      ...Object.fromEntries(await readPackages()),
      ...Object.fromEntries([...programs].map(([name, { version }]) => [name, version])),
    },
  };
}
