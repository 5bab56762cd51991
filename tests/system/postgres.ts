/**
 * Shares connections to a real Postgres; not a part of `deno task test`, which needs npm only.
 *
 * @module
 */

import postgres from "postgres";
import {
  type Awaitable,
  type Coroutine,
  createTask,
  ResourcePool,
  run,
  sleep,
  timeout,
  TimeoutError,
  until,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { caughtBy, FRONT_ENDS, type FrontEnd } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { callMany } from "./fixtures/callers.ts";
import type { DatabaseServer } from "./fixtures/database_server.ts";
import { startPostgres } from "./fixtures/postgres_server.ts";

const CALLS = 1500;
const MOST = 6;
/** How long, in ms, the server may take to end what nobody asks for. */
const LONGEST = 20_000;

type Rows = Record<string, unknown>[];

/** Opens a connection, which is closed if that is called off. */
async function connect({ folder }: DatabaseServer, name: string): Promise<postgres.Sql> {
  const sql = postgres({
    path: `${folder}/.s.PGSQL.5432`,
    username: "weft",
    database: "postgres",
    max: 1,
    fetch_types: false, // Its failure would be nobody's.
    connection: { application_name: name },
    onnotice: () => {},
  });
  try {
    await ask(sql`select 1`);
    return sql;
  } catch (error) {
    await sql.end({ timeout: 0 });
    throw error;
  }
}

/** Asks, so that the server stops what it does when the wait is cancelled. */
function ask(query: postgres.PendingQuery<postgres.Row[]>): Awaitable<Rows> {
  return until<Rows>((signal) => {
    signal.addEventListener("abort", () => {
      try {
        query.cancel();
      } catch {
        // Its connection has gone before.
      }
    });
    return query.execute();
  }, { label: "Postgres" });
}

/** Makes a pool of connections that bear a name. */
function poolOf(server: DatabaseServer, name: string): ResourcePool<postgres.Sql> {
  return new ResourcePool<postgres.Sql>({
    create: () => connect(server, name),
    destroy: (sql) => sql.end({ timeout: 0 }),
    max: MOST,
  });
}

/** Waits until no process of the server works for connections of a name. */
async function untilGone(watcher: postgres.Sql, name: string): Promise<void> {
  const count = async () => {
    const [{ count }] = await ask(watcher`
      select count(*)::int as count from pg_stat_activity where application_name = ${name}`);
    return count;
  };
  await timeout(LONGEST, async () => {
    while (await count() !== 0) await sleep(5);
  });
}

/** Writes a number within a transaction, and leaves traces that the next one over it would see. */
function transactionOf(as: FrontEnd): (sql: postgres.Sql, id: number) => Coroutine<number> {
  const prng = new Prng(7);
  return as(function* (sql: postgres.Sql, id: number) {
    const [before]: Rows = yield ask(
      sql`select current_setting('weft.caller', true) as caller, count(*)::int as locks
          from pg_locks where pid = pg_backend_pid() and locktype = 'advisory'`,
    );
    assert(
      !before.caller && before.locks === 0,
      `what ${before.caller} was doing was given to ${id}`,
    );
    yield ask(sql`begin`);
    yield ask(sql`select set_config('weft.caller', ${`${id}`}, false), pg_advisory_lock(${id})`);
    yield ask(sql`insert into calls (id) values (${id})`);
    const pause = prng.below(4) / 1000;
    const [row]: Rows = yield ask(sql`select ${id}::int as id, pg_sleep(${pause})`);
    const [after]: Rows = yield ask(sql`select current_setting('weft.caller') as caller`);
    assertEquals(after.caller, `${id}`);
    yield ask(sql`commit`);
    yield ask(sql`select set_config('weft.caller', '', false), pg_advisory_unlock(${id})`);
    return row.id as number;
  }) as never;
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`Postgres answers each with what was asked, whoever is called off (${name})`, async () => {
    await using server = await startPostgres();
    await run(async () => {
      const watcher = await connect(server, "watcher");
      await watcher`create table calls (id int primary key)`;
      const pool = poolOf(server, "pooled");
      const transact = transactionOf(as);
      const { answered, calledOff } = await createTask(callMany({
        count: CALLS,
        limit: 2 * MOST,
        ask: (id) => pool.use((sql) => transact(sql, id)),
      }));
      assert(calledOff.size > CALLS / 6, `${calledOff.size} were called off`);
      assertEquals(answered.size + calledOff.size, CALLS);
      assert(answered.size > CALLS / 3, `${answered.size} were answered`);
      const { size, leased, waiting } = pool.statistics();
      assert(size <= MOST && leased === 0 && waiting === 0);
      await pool.close();
      await untilGone(watcher, "pooled");
      const written = new Set((await watcher`select id from calls`).map(({ id }) => id));
      assertEquals([...answered].filter((id) => !written.has(id)), []);
      await watcher.end();
    });
  });

  Deno.test(`Postgres stops what ran out of time (${name})`, async () => {
    await using server = await startPostgres();
    await run(async () => {
      const watcher = await connect(server, "watcher");
      const pool = poolOf(server, "pooled");
      const endless = as(function* (sql: postgres.Sql) {
        yield ask(sql`begin`);
        yield ask(sql`select pg_sleep(600)`);
      });
      const error = await caughtBy(timeout(50, () => pool.use(endless)));
      assert(error instanceof TimeoutError, `${error}`);
      await untilGone(watcher, "pooled");
      assertEquals(await pool.use(async (sql) => (await ask(sql`select 5 as n`))[0].n), 5);
      await pool.close();
      await watcher.end();
    });
  });
}
