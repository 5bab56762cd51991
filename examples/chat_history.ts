/**
 * What was said in the rooms of the chat server, for those who come later.
 *
 * @module
 */

/** A message, as it was said. */
export interface Said {
  /** The author's own name for it: what is sent again has the same. */
  readonly id: string;
  readonly from: string;
  readonly text: string;
}

/** A place where messages are kept. */
export interface History extends AsyncDisposable {
  /** Keeps a message of a room; one that is there already stays as it is. */
  keep(room: string, said: Said): PromiseLike<void>;
  /** Gives the last messages of a room, the oldest first. */
  last(room: string, count: number): PromiseLike<readonly Said[]>;
}

/** Keeps the last messages of each room in memory, as long as the program runs. */
export class MemoryHistory implements History {
  readonly #rooms = new Map<string, Said[]>();
  readonly #most: number;

  constructor(most = 100) {
    this.#most = most;
  }

  keep(room: string, said: Said): Promise<void> {
    const all = this.#rooms.get(room) ?? [];
    this.#rooms.set(room, all);
    const isThere = all.some(({ id, from }) => id === said.id && from === said.from);
    if (!isThere && all.push(said) > this.#most) all.shift();
    return Promise.resolve();
  }

  last(room: string, count: number): Promise<readonly Said[]> {
    return Promise.resolve((this.#rooms.get(room) ?? []).slice(-count));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
