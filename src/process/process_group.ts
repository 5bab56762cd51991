/**
 * A process and all that it has started, and that in turn.
 *
 * @module
 */

/** How often, in ms of the host, it is looked for what is left. */
export const LOOK_EVERY = 10;

/**
 * The group that a process leads, which was started as the leader of one.
 *
 * Invariant: the number of a group is not given to a new process as long as anybody is in the group. A
 * process with that number, when the leader is over, is a stranger, and so is its group.
 */
export class ProcessGroup {
  readonly #pid: number;
  #isLeaderOver = false;

  /** Takes the number of the leader, which runs. */
  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Notes that the leader is over. */
  noteLeaderEnd(): void {
    this.#isLeaderOver = true;
  }

  /** Whether anybody is in it, be it one who is over and was not waited for. */
  get exists(): boolean {
    if (this.#isLeaderOver && isKnown(this.#pid)) return false;
    return isKnown(-this.#pid);
  }

  /** Sends a signal to all of it; harmless when nobody is left. */
  signal(name: Deno.Signal): void {
    if (!this.exists) return;
    try {
      Deno.kill(-this.#pid, name);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }

  /** Checks whether anybody in it runs, as far as the system shows that. */
  async isAlive(): Promise<boolean> {
    if (!this.exists) return false;
    if (Deno.build.os !== "linux") return true;
    try {
      for await (const { name } of Deno.readDir("/proc")) {
        if (/^\d+$/.test(name) && await this.#has(name)) return true;
      }
      return false;
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) return true; // It may be over, and known still.
      throw error;
    }
  }

  /** Checks whether a process runs, and belongs to it. */
  async #has(pid: string): Promise<boolean> {
    let stat: string;
    try {
      stat = await Deno.readTextFile(`/proc/${pid}/stat`);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) throw error;
      return false; // It has gone just now.
    }
    // proc(5): the number, the name in parentheses, which may have any in it, state, parent, group.
    const [state, _parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(group) === this.#pid && state !== "Z" && state !== "X";
  }
}

/** Checks whether the system knows a process, or a group, which has the number below 0. */
function isKnown(pid: number): boolean {
  try {
    Deno.kill(pid, 0 as unknown as Deno.Signal); // Sends nothing: kill(2).
    return true;
  } catch (error) {
    return !(error instanceof Deno.errors.NotFound);
  }
}
