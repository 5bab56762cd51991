/**
 * What was said in the rooms of the chat server, in a database of Postgres.
 *
 * @module
 */

import postgres from "postgres";
import { ResourcePool, retry, until } from "../mod.ts";
import type { History, Said } from "./chat_history.ts";

/** The number of connections, at most. */
const MOST = 5;
/** How each connection is made; asking for types of arrays fails where nobody handles it. */
const OPTIONS = { max: 1, fetch_types: false, onnotice: () => {} };

/** Keeps messages in a table. */
export class PostgresHistory implements History {
  readonly #pool: ResourcePool<postgres.Sql>;

  /** Connects to a database, when it is needed. */
  private constructor(url: string) {
    this.#pool = new ResourcePool({
      create: () => postgres(url, OPTIONS),
      destroy: (sql) => sql.end({ timeout: 0 }),
      max: MOST,
    });
  }

  /** Opens a database, and makes the table if it is not there. */
  static async open(url: string): Promise<PostgresHistory> {
    const history = new PostgresHistory(url);
    await history.#ask((sql) =>
      sql`create table if not exists said (
        number bigint generated always as identity,
        room text, author text, id text, text text not null,
        primary key (room, author, id)
      )`
    );
    await history.#ask((sql) =>
      sql`create index if not exists said_in_room on said (room, number)`
    );
    return history;
  }

  async keep(room: string, { id, from, text }: Said): Promise<void> {
    await this.#ask((sql) =>
      sql`insert into said (room, author, id, text) values (${room}, ${from}, ${id}, ${text})
          on conflict do nothing`
    );
  }

  async last(room: string, count: number): Promise<readonly Said[]> {
    const rows = await this.#ask<Said>((sql) =>
      sql`select id, author as "from", text from said
          where room = ${room} order by number desc limit ${count}`
    );
    return rows.reverse();
  }

  /**
   * Asks the database, over a connection that nobody else has. What fails is tried again, over
   * another one: all that is asked here does no harm twice.
   */
  #ask<T = unknown>(
    query: (sql: postgres.Sql) => PromiseLike<readonly postgres.Row[]>,
  ): PromiseLike<T[]> {
    return retry(() => this.#pool.use(async (sql) => [...await until(query(sql))] as T[]), {
      attempts: 5,
      jitter: 0.5,
    });
  }

  /** Closes the connections, once what is under way is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }
}
