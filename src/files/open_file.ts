/**
 * Opening files to read and write them in parts.
 *
 * @module
 */

import {
  type Awaitable,
  checkAddress,
  checkAtLeast,
  checkBoolean,
  checkOptions,
  checkWhole,
  type Coroutine,
  Operation,
  runningLoop,
  show,
  until,
} from "../lowlevel.ts";
import { type HostFile, newFile } from "./host_file.ts";

/** How a file is opened. */
export interface OpenFileOptions {
  /** Whether it can be read; it can unless it is opened to write or to append. */
  read?: boolean | undefined;
  /** Whether it can be written. */
  write?: boolean | undefined;
  /** Whether all that is written goes to its end. */
  append?: boolean | undefined;
  /** Whether its content is dropped first. */
  truncate?: boolean | undefined;
  /** Whether it is made if it is not there. */
  create?: boolean | undefined;
  /** Whether it is made, and must not be there. */
  createNew?: boolean | undefined;
  /** The permissions of a new file, less those that the system masks. */
  mode?: number | undefined;
  /** The most bytes in a line; 65,536 unless given. */
  limit?: number | undefined;
}

const FLAGS = ["read", "write", "append", "truncate", "create", "createNew"] as const;

/**
 * Opens a file: to read unless the options say more. It needs `--allow-read` or `--allow-write`.
 *
 * What the host fails with, such as `Deno.errors.NotFound`, is thrown as it is. A file that is open
 * when `run` ends is closed there.
 *
 * **Cancel safety.** A cancelled wait leaves no file open.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { openFile } from "@weft/weft/io.ts";
 *
 * const path = await Deno.makeTempFile();
 * await run(async () => {
 *   await using file = await openFile(path, { read: true, write: true });
 *   await file.write("one\ntwo\n");
 *   await file.seek(0);
 *   const lines = [];
 *   for await (const line of file) lines.push(line);
 *   console.assert(lines.join() === "one,two");
 * });
 * await Deno.remove(path);
 * ```
 */
export function openFile(path: string | URL, options: OpenFileOptions = {}): Awaitable<HostFile> {
  checkAddress("path", path);
  checkOptions("openFile()", options, [...FLAGS, "mode", "limit"]);
  const { mode, limit, write = false, append = false } = options;
  const flags: Deno.OpenOptions = { read: !write && !append };
  for (const name of FLAGS) {
    const flag = options[name];
    if (flag === undefined) continue;
    checkBoolean(name, flag);
    flags[name] = flag;
  }
  if (mode !== undefined) {
    checkWhole("mode", mode, 0);
    flags.mode = mode;
  }
  if (limit !== undefined) checkAtLeast("limit", limit, 1);
  const label = `openFile(${show(String(path))})`;
  return new Operation(label, () => open(path, flags, limit, label));
}

/** Opens a file; nobody gets one that comes too late. */
function* open(
  path: string | URL,
  flags: Deno.OpenOptions,
  limit: number | undefined,
  label: string,
): Coroutine<HostFile> {
  runningLoop();
  let opening: Promise<readonly [Deno.FsFile, boolean]> | undefined;
  let isTaken = false;
  try {
    const [file, isSeekable] = yield* until(opening = ask(path, flags), { label });
    isTaken = true;
    return newFile(file, String(path), isSeekable, limit);
  } finally {
    if (!isTaken) opening?.then(([file]) => file.close(), () => {});
  }
}

/** Asks the host for a file, and whether that has a place. */
async function ask(
  path: string | URL,
  flags: Deno.OpenOptions,
): Promise<readonly [Deno.FsFile, boolean]> {
  const file = await Deno.open(path, flags);
  try {
    return [file, (await file.stat()).isFile];
  } catch (error) {
    file.close();
    throw error;
  }
}
