/**
 * Ends the chat server again and again while people talk, and looks for what they said in a real
 * Postgres; not a part of `deno task test`, which needs npm only.
 *
 * @module
 */

import postgres from "postgres";
import {
  type ChildProcess,
  ClientConnectionError,
  connectWebSocket,
  spawn,
  WebSocketClosed,
  type WebSocketConnection,
} from "../../io.ts";
import { Event, run, sleep, taskGroup, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { Prng } from "../prng.ts";
import { startPostgres } from "./fixtures/postgres_server.ts";

const ROOT = new URL("../../", import.meta.url);
const SEED = Number(Deno.env.get("SEED") ?? 15);
const NAMES = ["Ada", "Bob", "Cyd", "Dan", "Eve", "Fay"];
const ROOMS = ["lobby", "attic"];
/** How the server is ended, again and again, and what it ends with. */
const ENDS = { SIGTERM: 143, SIGINT: 130, SIGKILL: 137 } as const;
const ROUNDS: readonly (keyof typeof ENDS)[] = [
  ...Array<"SIGTERM">(8).fill("SIGTERM"),
  "SIGINT",
  "SIGKILL",
  "SIGKILL",
];
/** After how many lines that somebody hears its connections are broken, and it is ended, at most. */
const LINES = 500;
/** The number of messages that somebody has sent and not heard of, at most. */
const UNHEARD = 10;
/** How many messages who comes is told. */
const PAST = 50;

/** Has the database take its time, as one on another machine: what is told too early is found out. */
const SLOW = `
  create function take_time() returns trigger as
    $$ begin perform pg_sleep(0.003); return new; end $$ language plpgsql;
  create trigger slowly before insert on said for each row execute function take_time();`;

/** Breaks the connections of all others. */
const BREAK = `
  select pg_terminate_backend(pid) from pg_stat_activity
    where backend_type = 'client backend' and pid <> pg_backend_pid()`;

/** The chat server, a process at a time. */
class ChatServer {
  readonly #env: Record<string, string>;
  #child: ChildProcess | undefined;
  #url = "";
  /** An event that is set while it runs. */
  readonly runs = new Event();

  /** Makes one that will keep what is said in the database of a folder. */
  constructor(folder: string) {
    this.#env = { NO_COLOR: "1", DATABASE_URL: "postgres:///postgres", PGHOST: folder };
    this.#env.PGUSER = "weft";
  }

  async start(): Promise<void> {
    const args = ["run", "--allow-all", "--no-check", "examples/chat_server.ts", "0"];
    const options = { cwd: ROOT, env: this.#env, stdin: "null", stdout: "piped" } as const;
    this.#child = spawn(Deno.execPath(), args, options);
    this.#url = /http\S+\d/.exec(await this.#child.stdout.readLine() ?? "")![0];
    this.runs.set();
  }

  /** Enters a room. */
  async enter(room: string, name: string): Promise<WebSocketConnection> {
    return await connectWebSocket(`${this.#url}/rooms/${room}?name=${name}`);
  }

  /** Ends it, and waits for that. */
  async end(signal: keyof typeof ENDS): Promise<void> {
    this.runs.clear();
    this.#child!.kill(signal);
    assertEquals((await this.#child!.wait()).code, ENDS[signal]);
  }
}

/** Talks in a room, and comes again when the server does. */
class Guest {
  readonly name: string;
  readonly room: string;
  /** All that it has sent. */
  readonly sent: string[] = [];
  /** What it was told, in order, each text once for each time that it has entered the room. */
  readonly told: Set<string>[] = [];
  /** What it has sent and not heard of, by its id. */
  readonly #unheard = new Map<string, string>();
  /** What it has sent again. */
  readonly repeated = new Set<string>();
  readonly #onLine: () => void;

  /** Makes one that calls back for each line that it hears. */
  constructor(name: string, room: string, onLine: () => void) {
    this.name = name;
    this.room = room;
    this.#onLine = onLine;
  }

  /** Talks until that is enough and all that it has sent was heard. */
  async talk(server: ChatServer, isEnough: () => boolean): Promise<void> {
    while (!isEnough() || this.#unheard.size > 0) {
      await server.runs.wait();
      try {
        await using socket = await server.enter(this.room, this.name);
        await this.#talkOver(socket, isEnough);
      } catch (error) {
        const isOver = error instanceof WebSocketClosed || error instanceof ClientConnectionError;
        if (!isOver) throw error;
        await sleep(1); // It is told sooner or later that the server has ended.
      }
    }
  }

  async #talkOver(socket: WebSocketConnection, isEnough: () => boolean): Promise<void> {
    const told = new Set<string>();
    this.told.push(told);
    for (const [id, text] of this.#unheard) {
      this.repeated.add(text);
      await socket.send(JSON.stringify({ id, text }));
    }
    for (;;) {
      while (this.#unheard.size < UNHEARD && !isEnough()) {
        const id = crypto.randomUUID();
        const text = `${this.name} ${this.sent.length}`;
        this.sent.push(text);
        this.#unheard.set(id, text);
        await socket.send(JSON.stringify({ id, text }));
      }
      if (this.#unheard.size === 0) return;
      const { id, text } = JSON.parse(String(await socket.receive()));
      this.#onLine();
      if (id === undefined) continue;
      told.add(text);
      this.#unheard.delete(id);
    }
  }
}

Deno.test("the chat has all that anybody heard in Postgres, whenever and however it ends", async () => {
  await using database = await startPostgres();
  const prng = new Prng(SEED);
  await run(async () => {
    const server = new ChatServer(database.folder);
    const heard = new Event();
    let left = 0;
    const guests = NAMES.map((name, n) =>
      new Guest(name, ROOMS[n % ROOMS.length], () => {
        if (--left <= 0) heard.set();
      })
    );
    const hear = async (lines: number) => {
      left = lines;
      heard.clear();
      if (lines > 0) await heard.wait();
    };
    let isOver = false;
    const sql = postgres({
      path: `${database.folder}/.s.PGSQL.5432`,
      username: "weft",
      database: "postgres",
      max: 1,
    });
    const read = async (room: string) => {
      const rows = await until(sql`select text from said where room = ${room} order by number`);
      return rows.map(({ text }) => text as string);
    };
    await server.start(); // Makes the table.
    await until(sql.unsafe(SLOW));
    await server.end("SIGTERM");
    await taskGroup(async (group) => {
      for (const guest of guests) group.createTask(() => guest.talk(server, () => isOver));
      for (const signal of prng.shuffle(ROUNDS)) {
        await server.start();
        await hear(prng.below(LINES));
        await until(sql.unsafe(BREAK));
        await hear(prng.below(LINES));
        await server.end(signal);
        for (const { name, room, told } of guests) {
          const kept = new Set(await read(room));
          const lost = told.flatMap((one) => [...one.difference(kept)]);
          assertEquals(lost, [], `what ${name} was told is kept after ${signal}, seed ${SEED}`);
        }
      }
      await server.start();
      isOver = true;
    });
    for (const room of ROOMS) {
      const kept = await read(room);
      const inside = guests.filter((guest) => guest.room === room);
      assertEquals(kept.toSorted(), inside.flatMap(({ sent }) => sent).toSorted());
      assert(kept.length > 4 * PAST, `${kept.length} messages`);
      const repeated = new Set(inside.flatMap((guest) => [...guest.repeated]));
      for (const { name, told } of inside) {
        for (const texts of told) {
          const places = [...texts.difference(repeated)].map((text) => kept.indexOf(text));
          assertEquals(places, places.toSorted((a, b) => a - b), `${name} heard all in order`);
        }
      }
      await using socket = await server.enter(room, "Zoe");
      for (const text of kept.slice(-PAST)) {
        assertEquals(JSON.parse(String(await socket.receive())).text, text);
      }
    }
    await server.end("SIGTERM");
    await until(sql.end());
  });
});
