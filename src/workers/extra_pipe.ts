/**
 * Pipes to a process beside the three that a host gives it, so that those are left to its jobs.
 *
 * Deno gives them to its own `node:child_process`, which wants the permission to read the environment.
 * What is beneath it is found at run time, and takes no permission.
 *
 * @module
 */

/** A way to a process. */
export interface Pipe {
  /** Writes all of some bytes; rejects if nobody reads them. Invariant: one write at a time. */
  write(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Ends it. Harmless when done before. */
  close(): void;
}

/** What Deno has beneath its processes. */
interface Beneath {
  readonly kExtraStdio: symbol;
  getExtraPipeRids(child: Deno.ChildProcess): readonly number[];
  readonly core: {
    writeAll(rid: number, bytes: Uint8Array): Promise<void>;
    tryClose(rid: number): void;
  };
}

/** The number, within a process, of the first pipe that it is given. */
export const FIRST_PIPE = 3;

/** Finds what is beneath; `undefined` where a process cannot read what it is given. */
function findBeneath(): Beneath | undefined {
  if (Deno.build.os === "windows") return undefined;
  const { internal } = Deno as unknown as { internal?: symbol };
  const found = internal && (Deno as unknown as Record<symbol, Partial<Beneath>>)[internal];
  const { kExtraStdio, getExtraPipeRids, core } = found ?? {};
  const isWhole = typeof kExtraStdio === "symbol" && typeof getExtraPipeRids === "function" &&
    typeof core?.writeAll === "function" && typeof core.tryClose === "function";
  return isWhole ? found as Beneath : undefined;
}

/** Makes the option of a command that asks for pipes; `undefined` where there are none to be had. */
export function askForPipes(count: number): Record<symbol, readonly string[]> | undefined {
  const beneath = findBeneath();
  return beneath && { [beneath.kExtraStdio]: Array<string>(count).fill("piped") };
}

/** Finds the pipes that a process was given. */
export function pipesOf(child: Deno.ChildProcess): Pipe[] {
  const beneath = findBeneath();
  if (beneath === undefined) return [];
  const { core } = beneath;
  return beneath.getExtraPipeRids(child).map((rid) => ({
    write: (bytes) => core.writeAll(rid, bytes),
    close: () => core.tryClose(rid),
  }));
}

/** What the host has for reading what it was given. */
interface FileSystem {
  read(
    fd: number,
    into: Uint8Array,
    offset: number,
    length: number,
    position: null,
    callback: (error: Error | null, count: number) => void,
  ): void;
}

/** The number of bytes that are read at once. */
const MOST_BYTES = 65_536;

/** Reads, within a process, a pipe that it was given, until it ends or breaks. */
export function readPipe(fd: number, take: (bytes: Uint8Array) => void): Promise<void> {
  const { process } = globalThis as unknown as {
    process: { getBuiltinModule(name: string): FileSystem };
  };
  const { read } = process.getBuiltinModule("node:fs");
  const into = new Uint8Array(MOST_BYTES);
  return new Promise((resolve) => {
    const onRead = (error: Error | null, count: number) => {
      if (error !== null || count === 0) return resolve();
      take(into.slice(0, count));
      next();
    };
    const next = () => read(fd, into, 0, into.length, null, onRead);
    next();
  });
}
