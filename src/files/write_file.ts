/**
 * Writing whole files, so that nobody ever sees a half of one.
 *
 * @module
 */

import { RuntimeError } from "../errors.ts";
import {
  type Awaitable,
  checkAddress,
  checkBoolean,
  checkInstance,
  checkOptions,
  checkWhole,
  type Coroutine,
  insist,
  isCancelled,
  Operation,
  show,
  until,
} from "../lowlevel.ts";

/** How a file is written. */
export interface WriteFileOptions {
  /** The permissions of a new file, less those that the system masks; one that is there keeps its own. */
  mode?: number | undefined;
  /** Whether the bytes are on the disk when it ends, and not only with the system. */
  sync?: boolean | undefined;
}

/** How many bytes are written before a cancellation is looked for. */
const PIECE = 1 << 20;

const encoder = new TextEncoder();

/**
 * Writes a whole file: it has its old content, or the new one, and never a part of that.
 *
 * What is written goes to a file of another name in the same folder, which then takes the place of
 * the old one: that keeps its permissions, and a link to it stays one. It needs `--allow-read` and
 * `--allow-write` for the folder.
 *
 * **Cancel safety.** A cancelled wait leaves the file as it was, unless the new one has taken its place
 * already, and removes the other one first, whoever else cancels meanwhile.
 *
 * **Gotchas.** Leave the bytes alone until it ends. A process that is killed in the middle leaves the
 * other file, `.UUID.tmp`, behind. A pipe or a device is refused: `openFile()` writes to these.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { readTextFile, writeFile } from "@weft/weft/io.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await run(async () => {
 *   await writeFile(`${folder}/settings.json`, JSON.stringify({ color: "blue" }));
 *   console.assert((await readTextFile(`${folder}/settings.json`)).includes("blue"));
 * });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeFile(
  path: string | URL,
  data: string | Uint8Array,
  options: WriteFileOptions = {},
): Awaitable<void> {
  checkAddress("path", path);
  if (typeof data !== "string") checkInstance("data", data, Uint8Array);
  checkOptions("writeFile()", options, ["mode", "sync"]);
  const { mode, sync } = options;
  if (mode !== undefined) checkWhole("mode", mode, 0);
  if (sync !== undefined) checkBoolean("sync", sync);
  const label = `writeFile(${show(String(path))})`;
  return new Operation(label, () => write(path, data, { mode, sync }, label));
}

/** Has the file written; if that is cancelled, waits until nothing is left of it. */
function* write(
  path: string | URL,
  data: string | Uint8Array,
  options: WriteFileOptions,
  label: string,
): Coroutine<void> {
  const controller = new AbortController();
  const work = replace(path, data, options, controller.signal);
  try {
    yield* until(work, { label });
  } catch (error) {
    if (!isCancelled(error)) throw error;
    controller.abort();
    const ended = work.catch(() => {});
    throw (yield* insist(() => until(ended, { label: `the end of ${label}` }))) ?? error;
  }
}

/** Writes another file, and puts it in the place of the one that is meant. */
async function replace(
  path: string | URL,
  data: string | Uint8Array,
  { mode = 0o666, sync = false }: WriteFileOptions,
  signal: AbortSignal,
): Promise<void> {
  const target = await findTarget(path);
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  const other = `${target.folder}.${crypto.randomUUID()}.tmp`;
  signal.throwIfAborted();
  const file = await Deno.open(other, { write: true, createNew: true, mode });
  try {
    try {
      if (target.mode !== undefined) await Deno.chmod(other, target.mode);
      for (let at = 0; at < bytes.length;) {
        signal.throwIfAborted();
        at += await file.write(bytes.subarray(at, at + PIECE));
      }
      if (sync) await file.sync();
    } finally {
      file.close();
    }
    signal.throwIfAborted();
    await Deno.rename(other, target.folder + target.name);
  } catch (error) {
    await Deno.remove(other);
    throw error;
  }
  if (sync) await syncFolder(target.folder);
}

/** Where a file is, behind all links. */
interface Target {
  /** The path of its folder, with a slash at its end, or nothing. */
  readonly folder: string;
  readonly name: string;
  /** The permissions that it has, if it is there, and the system knows such. */
  readonly mode: number | undefined;
}

/** Finds out where a file is. */
async function findTarget(path: string | URL): Promise<Target> {
  let full: string;
  let mode: number | undefined;
  try {
    full = await Deno.realPath(path);
    const info = await Deno.stat(full);
    if (!info.isFile && !info.isDirectory) { // A folder is refused by the system.
      throw new RuntimeError(
        `Cannot write ${show(String(path))} as a whole: it is no regular file, use openFile()`,
      );
    }
    if (info.mode !== null) mode = info.mode & 0o7777;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    full = path instanceof URL ? await pathOf(path) : path;
    const next = await linkAt(full);
    if (next !== undefined) return await findTarget(next); // A link to what is not there yet.
  }
  return { ...split(full), mode };
}

/** Splits a path into its folder and its name. */
function split(path: string): Pick<Target, "folder" | "name"> {
  const [, folder = "", name] = (Deno.build.os === "windows" ? ON_WINDOWS : ELSEWHERE).exec(path)!;
  return { folder, name };
}

/** What splits a path into its folder and its name. */
const ON_WINDOWS = /^(.*[\\/])?(.*)$/s, ELSEWHERE = /^(.*\/)?(.*)$/s;

/** Returns the path that a link leads to; `undefined` if there is no link at a path. */
async function linkAt(path: string): Promise<string | undefined> {
  try {
    if (!(await Deno.lstat(path)).isSymlink) return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const link = await Deno.readLink(path);
  const start = Deno.build.os === "windows" ? /^(?:[a-z]:)?[\\/]/i : /^\//;
  return start.test(link) ? link : split(path).folder + link;
}

/** Returns the path of a file that is not there: of its folder, the host knows it. */
async function pathOf(url: URL): Promise<string> {
  const name = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
  return `${await Deno.realPath(new URL(".", url))}/${name}`;
}

/** Sees to it that the new name is on the disk, too. */
async function syncFolder(folder: string): Promise<void> {
  if (Deno.build.os === "windows") return; // It opens no folders.
  const file = await Deno.open(folder || ".");
  try {
    await file.sync();
  } finally {
    file.close();
  }
}
