/**
 * What has changed and was not told yet.
 *
 * Events come one by one, and often several for what a user sees as one change. What counts is where
 * they lead:
 *
 *     there before   there now   told
 *     no             yes         create
 *     yes            yes         modify
 *     yes            no          remove
 *     no             no          nothing
 *
 * @module
 */

/** A change of a file or a folder. */
export interface FileChange {
  /** The path of what has changed. */
  readonly path: string;
  /** What has become of it. */
  readonly kind: "create" | "modify" | "remove";
}

/** A path that something has happened to. */
interface Entry {
  /** Whether it was there before that. */
  readonly wasThere: boolean;
  /** Counts what has happened, so that nothing is missed while the host is asked. */
  events: number;
  /** The last of what has happened. */
  last: Deno.FsEvent["kind"];
}

/** What the host says of a path, after so many events. */
interface Look {
  readonly path: string;
  readonly entry: Entry;
  readonly events: number;
  readonly isThere: boolean;
}

/** The changes that were not told yet: each path once. */
export class FileChanges {
  readonly #entries = new Map<string, Entry>();
  /**
   * Whether paths were there when they were told, of those that a look found as no event says yet: that
   * event is on its way, and must not count as if nobody knew.
   */
  readonly #ahead = new Map<string, boolean>();
  /** When the first of them came, and the last. */
  #first = 0;
  #last = 0;

  /** Takes in an event of the host. */
  note({ kind, paths, flag }: Deno.FsEvent, roots: readonly string[], now: number): void {
    if (kind === "access") return;
    // The host has lost count: everything may have changed.
    for (const path of flag === "rescan" ? roots : paths) this.#add(path, kind, now);
  }

  #add(path: string, kind: Deno.FsEvent["kind"], now: number): void {
    if (this.#entries.size === 0) this.#first = now;
    this.#last = now;
    const entry = this.#entries.get(path);
    if (entry !== undefined) {
      entry.events++;
      entry.last = kind;
      return;
    }
    const wasThere = this.#ahead.get(path) ?? kind !== "create";
    this.#ahead.delete(path);
    this.#entries.set(path, { wasThere, events: 1, last: kind });
  }

  /** Returns when they are to be told: when it has been quiet, or they have waited long enough. */
  dueAt(quiet: number, most: number): number {
    if (this.#entries.size === 0) return Infinity;
    return Math.min(this.#last + quiet, this.#first + most);
  }

  /** Asks the host which of the paths are there. */
  look(): Promise<Look[]> {
    const looks = [...this.#entries].map(async ([path, entry]) => {
      const { events } = entry;
      return { path, entry, events, isThere: await exists(path) };
    });
    return Promise.all(looks);
  }

  /** Takes out what the host was asked about; what has happened since is for the next time. */
  take(looks: readonly Look[]): FileChange[] {
    const changes: FileChange[] = [];
    for (const { path, entry, events, isThere } of looks) {
      if (this.#entries.get(path) !== entry) continue; // Another has told it.
      const { wasThere, last } = entry;
      const left = entry.events - events;
      if (left > 0) {
        this.#entries.set(path, { wasThere: isThere, events: left, last });
      } else {
        this.#entries.delete(path);
        if (isAhead(isThere, last)) this.#ahead.set(path, isThere);
      }
      if (isThere) changes.push({ path, kind: wasThere ? "modify" : "create" });
      else if (wasThere) changes.push({ path, kind: "remove" });
    }
    this.#first = this.#last; // Of what is left.
    return changes;
  }

  /** Puts back what nobody was told. */
  giveBack(changes: readonly FileChange[]): void {
    for (const { path, kind } of changes) {
      const later = this.#entries.get(path);
      const { events = 0, last = kind } = later ?? {};
      this.#entries.set(path, { wasThere: kind !== "create", events: events + 1, last });
    }
  }
}

/** Checks whether a look has found more than the last event says; "rename" says either. */
function isAhead(isThere: boolean, last: Deno.FsEvent["kind"]): boolean {
  return isThere ? last === "remove" || last === "rename" : last === "create" || last === "modify";
}

/** Returns whether there is something at a path, be it a link to nowhere. */
async function exists(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    const { NotADirectory, NotFound } = Deno.errors;
    return !(error instanceof NotFound || error instanceof NotADirectory);
  }
}
