/**
 * A chat server with rooms, over WebSockets: people come and go, who comes sees what was said, a slow
 * reader misses lines and holds nobody up, and a signal ends it gracefully.
 *
 *     deno task chat            then open http://127.0.0.1:8000/ in two windows
 *
 * What was said is kept in memory, or in Postgres:
 *
 *     DATABASE_URL=postgres://user:password@host/name deno run -A examples/chat_server.ts
 *
 * No message is lost: everybody is told of one only when it is kept, and who sent one that did not
 * come back sends it again, with the same id.
 *
 * @module
 */

import {
  HttpError,
  serve,
  type Server,
  upgradeWebSocket,
  WebSocketClosed,
  type WebSocketConnection,
} from "../io.ts";
import { Broadcast, Lock, run, type Subscription, taskGroup } from "../mod.ts";
import { type History, MemoryHistory, type Said } from "./chat_history.ts";
import { PAGE } from "./chat_page.ts";

/** The number of lines that a slow reader may be behind. */
const BEHIND = 100;
/** The number of messages that who comes is told. */
const PAST = 50;
/** The form of the names of people and rooms, and of the ids of messages. */
const NAME = /^[\w -]{1,20}$/;
const ID = /^[\w-]{1,40}$/;

/** A room, and who is in it. */
class Room {
  readonly people = new Set<string>();
  readonly #name: string;
  readonly #history: History;
  readonly #lines = new Broadcast<string>({ capacity: BEHIND, slow: "skip" });
  /** Lets one message after the other be kept and told, so that all hear them in one order. */
  readonly #turn = new Lock();

  constructor(name: string, history: History) {
    this.#name = name;
    this.#history = history;
  }

  /** Makes a line of who says what; nobody does where the server tells something. */
  #lineOf(said: Partial<Said> & { readonly text: string }): string {
    return JSON.stringify({ from: "", ...said, people: [...this.people].toSorted() });
  }

  /** Tells everybody in the room. */
  #tell(text: string): void {
    this.#lines.sendNowait(this.#lineOf({ text }));
  }

  /** Keeps a message, and then tells everybody in the room. */
  async #say(said: Said): Promise<void> {
    using _turn = await this.#turn.acquire();
    await this.#history.keep(this.#name, said);
    this.#lines.sendNowait(this.#lineOf(said));
  }

  /** Begins to listen; returns what was said before, too. */
  async #listen(): Promise<readonly [readonly Said[], Subscription<string>]> {
    using _turn = await this.#turn.acquire();
    return [await this.#history.last(this.#name, PAST), this.#lines.subscribe()];
  }

  /** Lets somebody talk and listen until the WebSocket is closed. */
  async enter(name: string, socket: WebSocketConnection): Promise<void> {
    this.people.add(name);
    try {
      const [past, subscription] = await this.#listen();
      using lines = subscription;
      this.#tell(`${name} has come`);
      await taskGroup(async (group) => {
        group.createTask(async () => {
          try {
            for (const said of past) await socket.send(this.#lineOf(said));
            for await (const line of lines) await socket.send(line);
          } catch (error) {
            if (!(error instanceof WebSocketClosed)) throw error; // What had come before is kept.
          }
        });
        for await (const message of socket) {
          const said = read(String(message));
          if (said === undefined) {
            socket.close(1007, "This is no message");
            break;
          }
          await this.#say({ ...said, from: name });
        }
        group.cancel(); // Who has left need not be told any more.
      });
    } finally {
      this.people.delete(name);
      this.#tell(`${name} has left`);
    }
  }
}

/** Reads what somebody sent. */
function read(message: string): Omit<Said, "from"> | undefined {
  try {
    const { id, text } = JSON.parse(message);
    if (typeof id !== "string" || !ID.test(id) || typeof text !== "string") return undefined;
    return { id, text: text.replaceAll("\0", "") }; // Postgres keeps no text with a zero in it.
  } catch {
    return undefined; // It is not even JSON.
  }
}

/** The rooms that somebody is in, by their names. */
class Rooms {
  readonly #rooms = new Map<string, Room>();
  readonly #history: History;

  constructor(history: History) {
    this.#history = history;
  }

  /** Answers a request to enter a room, by a WebSocket. */
  join(request: Request, place: string, name: string): Response {
    if (!NAME.test(place) || !NAME.test(name)) {
      throw new HttpError(400, "A name has 1 to 20 letters, digits, spaces or dashes");
    }
    if (this.#rooms.get(place)?.people.has(name)) {
      throw new HttpError(409, `There is a ${name} in ${place} already`);
    }
    return upgradeWebSocket(request, async (socket) => {
      const room = this.#rooms.get(place) ?? new Room(place, this.#history);
      if (room.people.has(name)) return socket.close(4009, `${name} came first`); // Just now.
      this.#rooms.set(place, room);
      try {
        await room.enter(name, socket);
      } finally {
        if (room.people.size === 0) this.#rooms.delete(place);
      }
    }, { maxMessage: 4_000 });
  }

  /** Counts the people in each room. */
  count(): Record<string, number> {
    return Object.fromEntries([...this.#rooms].map(([name, { people }]) => [name, people.size]));
  }
}

/** Starts the server: its page is at `/`, a room at `/rooms/NAME?name=NAME`. */
export function startChat(port: number, history: History = new MemoryHistory()): Server {
  const rooms = new Rooms(history);
  return serve((request) => {
    const { pathname, searchParams } = new URL(request.url);
    const [, , place] = pathname.split("/");
    if (pathname === "/") {
      return new Response(PAGE, { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    if (pathname === "/rooms") return Response.json(rooms.count());
    if (!pathname.startsWith("/rooms/")) throw new HttpError(404);
    return rooms.join(request, decodeURIComponent(place), searchParams.get("name") ?? "");
  }, { port, grace: 5_000, limit: 10_000 });
}

/** Opens the place where messages are kept. */
async function openHistory(url: string | undefined): Promise<History> {
  if (url === undefined) return new MemoryHistory();
  const address = import.meta.resolve("./chat_postgres.ts"); // Written in place, it would always be loaded.
  const { PostgresHistory } = await import(address) as typeof import("./chat_postgres.ts");
  return await PostgresHistory.open(url);
}

if (import.meta.main) {
  await run(async () => {
    await using history = await openHistory(Deno.env.get("DATABASE_URL"));
    await using server = startChat(Number(Deno.args[0] ?? 8000), history);
    console.log(`chatting at ${server.url}/`);
    await server.finished; // A signal ends this wait; the server ends with its scope, and then the history.
  });
}
