/**
 * Shares connections to a real Redis; not a part of `deno task test`, which needs npm only.
 *
 * @module
 */

import { Redis } from "ioredis";
import {
  type Awaitable,
  createTask,
  ResourcePool,
  run,
  timeout,
  TimeoutError,
  until,
} from "../../mod.ts";
import { operation } from "../../lowlevel.ts";
import { assert, assertEquals } from "../assert.ts";
import { caughtBy, FRONT_ENDS } from "../futures/trial.ts";
import { callMany } from "./fixtures/callers.ts";
import type { DatabaseServer } from "./fixtures/database_server.ts";
import { startRedis } from "./fixtures/redis_server.ts";
import { Wire } from "./fixtures/wire.ts";

const CALLS = 2000;
const MOST = 6;

const pathOf = ({ folder }: DatabaseServer) => `${folder}/redis.sock`;

/** Opens a connection that does not come back by itself. */
async function connect(server: DatabaseServer): Promise<Redis> {
  const client = new Redis({ path: pathOf(server), lazyConnect: true, retryStrategy: () => null });
  client.on("error", () => {});
  await client.connect();
  return client;
}

/** Asks over a bare connection; cancelled in between, the answer is left for the next. */
function askOver(wire: Wire, ...words: string[]): Awaitable<string | undefined> {
  return operation(words.join(" "), function* () {
    yield* wire.send(...words);
    return yield* wire.read();
  });
}

/** Asks by a client; the wait ends when it is cancelled, and what was asked goes on. */
const ask = <T>(answer: Promise<T>) => until(answer, { label: "Redis" });

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`Redis answers each with what was asked over bare connections (${name})`, async () => {
    await using server = await startRedis();
    await run(async () => {
      const pool = new ResourcePool<Wire>({
        create: () => Wire.open(pathOf(server)),
        destroy: (wire) => wire.close(),
        check: (wire) => askOver(wire, "PING"),
        max: MOST,
      });
      const work = as(function* (wire: Wire, id: number) {
        const key = `key ${id}`;
        assertEquals(yield askOver(wire, "SET", key, `${id}`), "+OK");
        assertEquals(yield askOver(wire, "STRLEN", key), `:${`${id}`.length}`);
        assertEquals(yield askOver(wire, "ECHO", key), key);
        return Number(yield askOver(wire, "GET", key));
      });
      const { answered, calledOff } = await createTask(callMany({
        count: CALLS,
        limit: 2 * MOST,
        ask: (id) => pool.use((wire) => work(wire, id) as never),
      }));
      assert(calledOff.size > CALLS / 6, `${calledOff.size} were called off`);
      assertEquals(answered.size + calledOff.size, CALLS);
      assert(answered.size > CALLS / 3, `${answered.size} were answered`);
      await pool.close();
    });
  });

  Deno.test(`Redis answers each with what was asked through ioredis (${name})`, async () => {
    await using server = await startRedis();
    await run(async () => {
      const watcher = await connect(server);
      const pool = new ResourcePool<Redis>({
        create: () => connect(server),
        destroy: (client) => client.disconnect(),
        max: MOST,
      });
      const work = as(function* (client: Redis, id: number) {
        const key = `key ${id}`;
        // What one leaves behind in the middle would be seen by the next.
        assertEquals(yield ask(client.call("CLIENT", "GETNAME")), null);
        yield ask(client.call("CLIENT", "SETNAME", `${id}`));
        yield ask(client.watch(key));
        yield ask(client.set(key, id));
        const value = yield ask(client.get(key));
        assertEquals(yield ask(client.call("CLIENT", "GETNAME")), `${id}`);
        yield ask(client.unwatch());
        yield ask(client.call("CLIENT", "SETNAME", ""));
        return Number(value);
      });
      const { answered, calledOff } = await createTask(callMany({
        count: CALLS,
        limit: 2 * MOST,
        ask: (id) => pool.use((client) => work(client, id) as never),
      }));
      assert(calledOff.size > CALLS / 6, `${calledOff.size} were called off`);
      assertEquals(answered.size + calledOff.size, CALLS);
      assert(answered.size > CALLS / 3, `${answered.size} were answered`);

      // One that waits for what never comes would make the next one wait, too.
      const blocked = as(function* (client: Redis) {
        yield ask(client.blpop("nothing", 0));
      });
      const error = await caughtBy(
        timeout(20, () => pool.use((client) => blocked(client) as never)),
      );
      assert(error instanceof TimeoutError, `${error}`);
      assertEquals(await pool.use((client) => client.echo("free")), "free");
      await pool.close();
      while (`${await watcher.call("CLIENT", "LIST")}`.trim().split("\n").length > 1) {
        await until(new Promise((resolve) => setTimeout(resolve, 5)));
      }
      await watcher.quit();
    });
  });
}
