/**
 * Watching files for changes.
 *
 * @module
 */

import {
  type Awaitable,
  checkAddress,
  checkAtLeast,
  checkBoolean,
  checkOptions,
  closeAtEnd,
  type Coroutine,
  type IterationStep,
  type LibraryIterator,
  operation,
  park,
  runningLoop,
  until,
} from "../lowlevel.ts";
import { FileChanges } from "./file_changes.ts";
import type { FileChange } from "./file_changes.ts";

/** How files are watched. */
export interface WatchOptions {
  /** Whether all that is below a folder is watched, too; it is unless this is false. */
  recursive?: boolean | undefined;
  /** How long, in ms, nothing must change until what has changed is told; 50 unless given. */
  debounce?: number | undefined;
  /** How long, in ms, further changes can put that off, at most; 1,000 unless given. */
  most?: number | undefined;
}

/** What the host watches with. */
type HostWatcher = AsyncIterable<Deno.FsEvent> & { close(): void };

let newWatcher: (host: HostWatcher, roots: readonly string[], options: WatchOptions) => FileWatcher;

/**
 * What tells of changes of files. Made by `watchFiles()`.
 *
 * It is closed when a loop over it is left, at the end of a `using`, and when its loop ends.
 *
 * **Cancel safety.** A cancelled step loses nothing: the next one tells of it.
 */
export class FileWatcher implements LibraryIterator<readonly FileChange[]>, Disposable {
  readonly #host: HostWatcher;
  readonly #roots: readonly string[];
  readonly #quiet: number;
  readonly #most: number;
  readonly #changes = new FileChanges();
  readonly #loop = runningLoop();
  /** Those who wait for the next event. */
  readonly #waiting = new Set<() => void>();
  readonly #keepOpen: () => void;
  #failure: { readonly error: unknown } | undefined;
  #isClosed = false;

  static {
    newWatcher = (...args) => new FileWatcher(...args);
  }

  private constructor(host: HostWatcher, roots: readonly string[], options: WatchOptions) {
    const { debounce = 50, most = Math.max(1000, debounce) } = options;
    this.#host = host;
    this.#roots = roots;
    this.#quiet = debounce;
    this.#most = most;
    this.#keepOpen = closeAtEnd({ close: () => this.#end() }, `${this}`);
    this.#listen();
  }

  /** Takes in what the host tells, until it is closed. */
  async #listen(): Promise<void> {
    try {
      for await (const event of this.#host) {
        this.#changes.note(event, this.#roots, this.#loop.time());
        this.#wake();
      }
    } catch (error) {
      if (!this.#isClosed) this.#failure = { error };
    }
    this.close();
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /** Waits until something has changed, and then nothing for a while; tells what. */
  next(): IterationStep<readonly FileChange[]> {
    return operation(`the changes of ${this}`, () => this.#next(), {
      giveBack: ({ value }) => value && this.#changes.giveBack(value),
    }) as IterationStep<readonly FileChange[]>;
  }

  *#next(): Coroutine<IteratorResult<readonly FileChange[], undefined>> {
    const changes = this.#changes;
    while (!this.#isClosed) {
      const when = changes.dueAt(this.#quiet, this.#most);
      if (when > this.#loop.time()) {
        yield* this.#event(when);
        continue;
      }
      const look = yield* until(changes.look(), { label: `what became of ${this}` });
      const value = changes.take(look);
      if (value.length > 0) return { done: false, value };
    }
    if (this.#failure !== undefined) throw this.#failure.error;
    return { done: true, value: undefined };
  }

  /** Waits for the next event, but not longer than until a time. */
  #event(when: number): Awaitable<void> {
    return park<void>(`changes of ${this}`, ({ resolve }) => {
      const timer = when < Infinity ? this.#loop.callAt(when, () => wake()) : undefined;
      const disarm = () => {
        timer?.cancel();
        this.#waiting.delete(wake);
      };
      const wake = () => {
        disarm();
        resolve();
      };
      this.#waiting.add(wake);
      return disarm;
    }, { isForHost: when === Infinity });
  }

  /** Ends it; loops call it when they are left. */
  return(): IterationStep<readonly FileChange[]> {
    return operation(`the end of ${this}`, () => this.#return()) as IterationStep<
      readonly FileChange[]
    >;
  }

  *#return(): Coroutine<IteratorResult<readonly FileChange[], undefined>> {
    yield* this.#end();
    return { done: true, value: undefined };
  }

  // deno-lint-ignore require-yield -- what is closed at the end of a run may wait
  *#end(): Coroutine<void> {
    this.close();
  }

  /** Stops watching: those who wait are at the end. Harmless when done before. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#keepOpen();
    this.#host.close();
    this.#wake();
  }

  /** Stops watching at the end of a `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Gives itself. */
  [Symbol.asyncIterator](): this & AsyncIterator<readonly FileChange[], undefined> {
    return this as this & AsyncIterator<readonly FileChange[], undefined>;
  }

  /** Returns a few words that say what it watches. */
  toString(): string {
    return `watchFiles(${this.#roots.join(", ")})`;
  }
}

/**
 * Watches files and folders, and tells what has changed, once it has been quiet for a while.
 *
 * Each step gives the changes since the last one: a path once, with what became of it in the end. It
 * watches from the call on, so that nothing is missed before the first step. It needs `--allow-read`.
 *
 * **Cancel safety.** A cancelled step loses nothing: the next one tells of it.
 *
 * **Gotchas.** A file that is put in the place of another, or moved to where there was none, is
 * `"modify"`: the host does not tell them apart. What is only read is no change.
 *
 * ```ts
 * import { run } from "@weft/weft";
 * import { watchFiles, writeFile } from "@weft/weft/io.ts";
 *
 * const folder = await Deno.makeTempDir();
 * await run(async () => {
 *   const watcher = watchFiles(folder, { debounce: 10 });
 *   await writeFile(`${folder}/settings.json`, "{}");
 *   for await (const changes of watcher) {
 *     console.assert(changes.some(({ path }) => path.endsWith("settings.json")));
 *     break; // It is closed here.
 *   }
 * });
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function watchFiles(
  paths: string | URL | readonly (string | URL)[],
  options: WatchOptions = {},
): FileWatcher {
  const list = Array.isArray(paths) ? paths as readonly unknown[] : [paths];
  if (list.length === 0) throw new RangeError("paths must not be empty: []");
  for (const path of list) checkAddress("paths", path);
  checkOptions("watchFiles()", options, ["recursive", "debounce", "most"]);
  const { recursive = true, debounce = 0, most } = options;
  checkBoolean("recursive", recursive);
  checkAtLeast("debounce", debounce, 0);
  if (most !== undefined) checkAtLeast("most", most, debounce);
  runningLoop();
  const roots = (list as readonly (string | URL)[]).map((path) =>
    path instanceof URL ? Deno.realPathSync(path) : path
  );
  return newWatcher(Deno.watchFs(roots, { recursive }), roots, options);
}
