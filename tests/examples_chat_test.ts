/**
 * The chat server does what it says, and ends gracefully.
 *
 * @module
 */

import { MemoryHistory, type Said } from "../examples/chat_history.ts";
import { startChat } from "../examples/chat_server.ts";
import {
  ClientConnectionError,
  connectWebSocket,
  type Server,
  WebSocketClosed,
  type WebSocketConnection,
} from "../io.ts";
import { type ExceptionContext, run, sleep, until, yieldNow } from "../mod.ts";
import { assert, assertEquals } from "./assert.ts";
import { rejection } from "./futures/trial.ts";

const ROOT = new URL("../", import.meta.url);

/** Is somebody in a room. */
class Guest {
  readonly #socket: WebSocketConnection;

  private constructor(socket: WebSocketConnection) {
    this.#socket = socket;
  }

  /** Enters a room. */
  static async enter(url: string, room: string, name: string): Promise<Guest> {
    return new Guest(await connectWebSocket(`${url}/rooms/${room}?name=${name}`));
  }

  /** Hears the next line. */
  async hear(): Promise<string> {
    const { from, text, people } = JSON.parse(String(await this.#socket.receive()));
    return `${from}: ${text} [${people}]`;
  }

  async say(text: string, id: string = crypto.randomUUID()): Promise<void> {
    await this.send(JSON.stringify({ id, text }));
  }

  async send(message: string): Promise<void> {
    await this.#socket.send(message);
  }

  /** Waits until the server has closed it; gives the code. */
  async closed(): Promise<number> {
    const { by, code } = await this.#socket.waitClosed();
    assertEquals(by, "peer");
    return code;
  }

  async leave(): Promise<void> {
    this.#socket.close();
    await this.#socket.waitClosed();
  }
}

/** Runs a test beside a server; gives what was reported. */
async function reported(
  body: (server: Server) => Promise<void>,
  history = new MemoryHistory(),
): Promise<string[]> {
  const reports: string[] = [];
  await run(async () => {
    await using server = startChat(0, history);
    await body(server);
  }, {
    signals: [],
    onError: ({ message, exception }: ExceptionContext) =>
      void reports.push(`${message}: ${exception}`),
  });
  return reports;
}

/** Runs a test beside a server; nothing may be reported. */
async function chatting(
  body: (server: Server) => Promise<void>,
  history?: MemoryHistory,
): Promise<void> {
  assertEquals(await reported(body, history), []);
}

/** A history that takes its time, and writes down when it has kept what. */
class SlowHistory extends MemoryHistory {
  readonly log: string[] = [];
  /** The number of messages that were to be kept. */
  asked = 0;

  override async keep(room: string, said: Said): Promise<void> {
    this.asked++;
    for (let turn = 0; turn < 100; turn++) await yieldNow();
    if (said.text === "unlucky") throw new Error("The disk is full");
    await super.keep(room, said);
    this.log.push(`kept ${said.text}`);
  }
}

Deno.test("the chat tells everybody in a room, and nobody else, who says what", () =>
  chatting(async ({ url }) => {
    const ada = await Guest.enter(url, "lobby", "Ada");
    assertEquals(await ada.hear(), ": Ada has come [Ada]");
    const bob = await Guest.enter(url, "lobby", "Bob");
    const cyd = await Guest.enter(url, "attic", "Cyd");
    for (const one of [ada, bob]) assertEquals(await one.hear(), ": Bob has come [Ada,Bob]");
    assertEquals(await cyd.hear(), ": Cyd has come [Cyd]");
    await ada.say("hello");
    for (const one of [ada, bob]) assertEquals(await one.hear(), "Ada: hello [Ada,Bob]");
    const counted = await until(fetch(`${url}/rooms`));
    assertEquals(await until(counted.json()), { lobby: 2, attic: 1 });
    await bob.leave();
    assertEquals(await ada.hear(), ": Bob has left [Ada]");
    await cyd.say("anybody?");
    assertEquals(await cyd.hear(), "Cyd: anybody? [Cyd]");
    await cyd.leave();
    await ada.leave();
    for (;;) { // The last to leave closes the room.
      const rooms = await until(fetch(`${url}/rooms`));
      if (JSON.stringify(await until(rooms.json())) === "{}") break;
    }
  }));

Deno.test("the chat refuses who is there already, and what is no name or no room", () =>
  chatting(async ({ url }) => {
    const ada = await Guest.enter(url, "lobby", "Ada");
    await rejection(Guest.enter(url, "lobby", "Ada"), ClientConnectionError, "409");
    await rejection(Guest.enter(url, "lobby", ""), ClientConnectionError, "400");
    await rejection(Guest.enter(url, "lobby", "<b>"), ClientConnectionError, "400");
    const page = await until(fetch(`${url}/`));
    assert((await until(page.text())).includes("<title>Chat</title>"));
    const missing = await until(fetch(`${url}/none`));
    assertEquals([missing.status, await until(missing.text())], [404, "Not Found"]);
    const plain = await until(fetch(`${url}/rooms/lobby?name=Bob`));
    assertEquals([plain.status, await until(plain.text())], [426, "Ask for a WebSocket"]);
    await ada.leave();
  }));

Deno.test("the chat tells who comes what was said in the room, once", () =>
  chatting(async ({ url }) => {
    const ada = await Guest.enter(url, "lobby", "Ada");
    const cyd = await Guest.enter(url, "attic", "Cyd");
    await cyd.say("anybody?");
    await ada.hear();
    for (const [text, id] of [["one", "1"], ["two", "2"], ["one", "1"], ["three\0", "3"]]) {
      await ada.say(text, id);
    }
    const heard = ["Ada: one [Ada]", "Ada: two [Ada]", "Ada: one [Ada]", "Ada: three [Ada]"];
    for (const line of heard) assertEquals(await ada.hear(), line);
    await ada.leave();
    const bob = await Guest.enter(url, "lobby", "Bob"); // Nobody was there meanwhile.
    for (const text of ["one", "two", "three"]) {
      assertEquals(await bob.hear(), `Ada: ${text} [Bob]`);
    }
    assertEquals(await bob.hear(), ": Bob has come [Bob]");
    for (let n = 0; n < 60; n++) {
      await bob.say(`more ${n}`);
      assertEquals(await bob.hear(), `Bob: more ${n} [Bob]`);
    }
    const dan = await Guest.enter(url, "lobby", "Dan");
    for (let n = 10; n < 60; n++) assertEquals(await dan.hear(), `Bob: more ${n} [Bob,Dan]`);
    assertEquals(await dan.hear(), ": Dan has come [Bob,Dan]");
    for (const guest of [bob, cyd, dan]) await guest.leave();
  }));

Deno.test("the chat tells nobody of a message before it is kept", async () => {
  const history = new SlowHistory();
  await chatting(async ({ url }) => {
    const [ada, bob] = [
      await Guest.enter(url, "lobby", "Ada"),
      await Guest.enter(url, "lobby", "Bob"),
    ];
    for (const one of [ada, ada, bob]) await one.hear(); // Who has come.
    await ada.say("one");
    await bob.say("two");
    for (let n = 0; n < 2; n++) {
      const line = await ada.hear();
      assertEquals(await bob.hear(), line, "all hear the same, in the same order");
      history.log.push(`heard ${/: (\w+)/.exec(line)![1]}`);
    }
    await ada.leave();
    await bob.leave();
  }, history);
  for (const text of ["one", "two"]) {
    const [kept, heard] = ["kept", "heard"].map((what) => history.log.indexOf(`${what} ${text}`));
    assert(kept >= 0 && kept < heard, history.log.join());
  }
});

Deno.test("the chat keeps what has come when it shuts down", async () => {
  const history = new SlowHistory();
  const texts = Array.from({ length: 20 }, (_, n) => `${n}`);
  await chatting(async (server) => {
    const guests = [];
    for (const name of ["Ada", "Bob"]) guests.push(await Guest.enter(server.url, "lobby", name));
    const [ada, bob] = guests;
    for (const text of texts) await ada.say(text);
    while (!(await bob.hear()).startsWith("Ada: 0"));
    while (history.asked < 2) await sleep(1); // Another has come, and is not kept yet.
    await server.shutdown();
    for (const guest of guests) assertEquals(await guest.closed(), 1001);
  }, history);
  const kept = (await history.last("lobby", 100)).map(({ text }) => text);
  assertEquals(kept, texts.slice(0, kept.length), "none is left out in between");
  assert(kept.length > 1, "more is kept than was told");
});

Deno.test("the chat closes the WebSocket of whose message cannot be kept, and tells nobody", async () => {
  const reports = await reported(async ({ url }) => {
    const ada = await Guest.enter(url, "lobby", "Ada");
    const bob = await Guest.enter(url, "lobby", "Bob");
    await ada.say("unlucky");
    assertEquals(await ada.closed(), 1011);
    for (const line of [": Bob has come [Ada,Bob]", ": Ada has left [Bob]"]) {
      assertEquals(await bob.hear(), line);
    }
    await bob.leave();
  }, new SlowHistory());
  assertEquals(reports.length, 1);
  assert(reports[0].includes("The handler of a WebSocket failed"), reports[0]);
});

for (
  const message of [
    "hello",
    "null",
    '"text"',
    '{"text":"a"}',
    '{"id":"<","text":"a"}',
    '{"id":"a"}',
  ]
) {
  Deno.test(`the chat takes ${message} for no message`, () =>
    chatting(async ({ url }) => {
      const ada = await Guest.enter(url, "lobby", "Ada");
      await ada.send(message);
      assertEquals(await ada.closed(), 1007);
      const bob = await Guest.enter(url, "lobby", "Bob");
      assertEquals(await bob.hear(), ": Bob has come [Bob]");
      await bob.leave();
    }));
}

Deno.test("the chat closes a WebSocket that sends too much at once, and goes on", () =>
  chatting(async ({ url }) => {
    const ada = await Guest.enter(url, "lobby", "Ada");
    const bob = await Guest.enter(url, "lobby", "Bob");
    await ada.say("x".repeat(5_000));
    const error = await rejection(
      (async () => {
        for (;;) await ada.hear();
      })(),
      WebSocketClosed,
    );
    assertEquals([error.by, error.code], ["peer", 1009]);
    assertEquals(await bob.hear(), ": Bob has come [Ada,Bob]");
    assertEquals(await bob.hear(), ": Ada has left [Bob]");
    await bob.leave();
  }));

Deno.test("deno task chat tells everybody that it goes, on SIGTERM", async () => {
  const { tasks } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const [, ...command] = tasks.chat.command.split(" "); // A task would not pass the signal on.
  const child = new Deno.Command(Deno.execPath(), {
    args: [...command, "0"],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_PROMPT: "1" },
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const [, url] = /chatting at (\S+)\//.exec((await said.read()).value!)!;
  await run(async () => {
    const guests = await Promise.all(
      ["Ada", "Bob", "Cyd"].map((name) => connectWebSocket(`${url}/rooms/lobby?name=${name}`)),
    );
    await guests[0].send(JSON.stringify({ id: "1", text: "hello" }));
    child.kill("SIGTERM");
    for (const guest of guests) {
      const { by, code } = await guest.waitClosed();
      assertEquals([by, code], ["peer", 1001]);
    }
  }, { signals: [] });
  assertEquals((await child.status).code, 143);
  await said.cancel();
});
