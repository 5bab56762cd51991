/**
 * Clients that mean no good, in large numbers: the server goes on to answer everybody else, as the
 * host alone does, loses nothing that it has accepted, and ends when it is told to.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { get, RawClient } from "../http/server/raw_client.ts";
import { resetAfter } from "./fixtures/resetting.ts";
import { Served } from "./fixtures/served.ts";

/** How many clients a flood has. */
const FLOOD = 2_000;

/** Asks on a connection of its own, and asserts that there is an answer. */
async function assertAnswers(server: Served): Promise<void> {
  using client = await RawClient.ask(server, "/hello", "connection: close");
  assert((await client.all()).text.endsWith("\r\n\r\nhello\n"));
}

/** Asserts that a server answers as ever, and ends well without having told anything. */
async function assertWell(server: Served): Promise<void> {
  await assertAnswers(server);
  server.terminate();
  assertEquals(await server.end(), { code: 143, stderr: "", lines: [] });
}

/** Does the same to the library's server and to the host's alone. */
function hostile(name: string, body: (server: Served) => Promise<void>): void {
  Deno.test(`${name}, with the host's own server`, async () => {
    await using bare = await Served.start("either_server.ts", "bare");
    await body(bare);
    await assertAnswers(bare);
  });
  Deno.test(name, async () => {
    await using server = await Served.start("either_server.ts");
    await body(server);
    await assertWell(server);
  });
}

/** Opens connections, all at once. */
function open(server: Served, count: number, said = ""): Promise<RawClient[]> {
  return Promise.all(Array.from({ length: count }, () => RawClient.open(server, said)));
}

/** Closes connections at the end of a block. */
function closing(clients: readonly RawClient[]): Disposable {
  return {
    [Symbol.dispose]: () => {
      for (const client of clients) client.close();
    },
  };
}

/** Waits until each has heard its answer, and forgets it. */
async function hearAll(clients: readonly RawClient[], words: string): Promise<void> {
  await Promise.all(clients.map(async (client) => {
    await client.until(words);
    client.text = "";
  }));
}

hostile("heads that come a line at a time hold up nobody else", async (server) => {
  const clients = await open(server, 300, "GET /hello HTTP/1.1\r\nhost: test\r\n");
  using _clients = closing(clients);
  for (let round = 0; round < 10; round++) {
    await Promise.all(clients.map((client) => client.send(`x-${round}: y\r\n`)));
    await assertAnswers(server);
  }
  const patient = clients.slice(0, 150);
  await Promise.all(patient.map((client) => client.send("\r\n")));
  await hearAll(patient, "\r\n\r\nhello\n");
});

hostile("bodies that come a byte at a time hold up nobody else", async (server) => {
  const head = "POST /hello HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\n";
  const clients = await open(server, 300, head);
  using _clients = closing(clients);
  for (let round = 0; round < 10; round++) {
    await Promise.all(clients.map((client) => client.send("x")));
    await assertAnswers(server);
  }
  await hearAll(clients, "\r\n\r\nhello\n");
});

hostile(
  `a flood of ${FLOOD} connections is answered, and those at rest hold up nobody`,
  async (server) => {
    const clients = await open(server, FLOOD, get("/hello"));
    using _clients = closing(clients);
    await hearAll(clients, "\r\n\r\nhello\n");
    await assertAnswers(server);
    await Promise.all(clients.map((client) => client.send(get("/hello"))));
    await hearAll(clients, "\r\n\r\nhello\n");
  },
);

hostile(`a flood of ${FLOOD} connections that say nothing holds up nobody`, async (server) => {
  using _clients = closing(await open(server, FLOOD));
  await assertAnswers(server);
});

Deno.test("a body without an end is refused, however its client goes on", async () => {
  await using server = await Served.start("either_server.ts");
  const head = "POST /hello HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n";
  const chunk = `10000\r\n${"x".repeat(65_536)}\r\n`;
  {
    using client = await RawClient.open(server, head);
    const answer = client.until("\r\n\r\n").catch(() => client.text);
    let isRefused = false;
    const flood = async () => {
      while (!isRefused) await client.send(chunk);
    };
    // The host may close the connection while it is sent more.
    const flooding = flood().catch(() => undefined);
    const text = await answer;
    isRefused = true;
    client.close();
    await flooding;
    assert(text === "" || text.startsWith("HTTP/1.1 413 "), text);
  }
  await assertWell(server);
});

/** What is said before a connection is reset. */
const BEFORE_RESET: Readonly<Record<string, string>> = {
  "nothing was said": "",
  "half a head": "GET /hello HTTP/1.1\r\nhost: te",
  "half a body": "POST /hello HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf",
  "a request": get("/hello"),
  "many requests": get("/hello").repeat(100),
};

for (const [what, said] of Object.entries(BEFORE_RESET)) {
  hostile(`clients that reset after ${what} hold up nobody`, async (server) => {
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 50 }, () => resetAfter(server, said)));
      await assertAnswers(server);
    }
  });
}

Deno.test("clients that reset cancel what is done for them", async () => {
  await using server = await Served.start();
  const count = 50;
  const waiting = Array.from({ length: count }, () => resetAfter(server, get("/wait")));
  // Some are gone before anybody looks at what they have asked.
  await Promise.all(waiting);
  await assertAnswers(server);
  server.terminate();
  const { code, stderr, lines } = await server.end();
  assertEquals({ code, stderr }, { code: 143, stderr: "" });
  const begun = lines.filter((line) => line === "wait begins").length;
  const ended = lines.filter((line) => line === "wait is cancelled: the client has gone").length;
  assertEquals([ended, lines.length], [begun, 2 * begun], lines.join("\n"));
});

Deno.test("clients that do not take what they have asked for hold up nobody", async () => {
  await using server = await Served.start();
  const count = 100;
  {
    const path = "/drip?pieces=1000000&pause=0";
    const streams = await open(server, count, get(path));
    using _streams = closing(streams);
    const whole = await open(server, count, get("/whole?bytes=5000000"));
    using _whole = closing(whole);
    await Promise.all([...streams, ...whole].map((client) => client.until("\r\n\r\n")));
    for (let n = 0; n < count; n++) assertEquals(await server.next(), "body begins");
    await assertAnswers(server);
  }
  for (let n = 0; n < count; n++) {
    assertEquals(await server.next(), "body is cancelled: the client has gone");
  }
  await assertWell(server);
});

Deno.test("SIGTERM ends a server that nobody leaves alone", async () => {
  await using server = await Served.start();
  using _silent = closing(await open(server, 500));
  using _slow = closing(await open(server, 500, "GET /hello HTTP/1.1\r\nhost: te"));
  const resting = await open(server, 500, get("/hello"));
  using _resting = closing(resting);
  await hearAll(resting, "\r\n\r\nhello\n");
  server.terminate();
  assertEquals(await server.end(), { code: 143, stderr: "", lines: [] });
});

/** What one client saw of a server that ends. */
interface Seen {
  answered: number;
  refused: number;
}

/** Asks one thing after the other until nobody listens any more. */
async function askUntilRefused(server: Served, name: number, seen: Seen): Promise<void> {
  const { ConnectionRefused, ConnectionReset, BrokenPipe } = Deno.errors;
  const isClosed = (error: unknown) =>
    [ConnectionReset, BrokenPipe].some((kind) => error instanceof kind);
  for (let serial = 0;;) {
    let client: RawClient;
    try {
      client = await RawClient.open(server);
    } catch (error) {
      if (error instanceof ConnectionRefused) return;
      if (!isClosed(error)) throw error;
      continue;
    }
    using _client = client;
    for (let isOpen = true; isOpen; serial++) {
      const path = `/${name}/${serial}`;
      await client.send(get(path)).catch((error) => {
        if (!isClosed(error)) throw error;
      });
      const answer = await client.until(`${path}\n`).catch(() => undefined);
      if (answer?.startsWith("HTTP/1.1 200 OK\r\n")) seen.answered++;
      else {
        // It was not heard: there is no answer, or that of a server that hears nobody any more.
        assert(client.text === "" || client.text.startsWith("HTTP/1.1 503 "), client.text);
        seen.refused++;
        isOpen = false;
      }
      client.text = "";
    }
  }
}

Deno.test("SIGTERM under load loses no request that was heard", async () => {
  await using server = await Served.start("counting_program.ts");
  const seen: Seen = { answered: 0, refused: 0 };
  const clients = Array.from({ length: 60 }, (_, name) => askUntilRefused(server, name, seen));
  const terminate = async () => {
    while (seen.answered < 1_000) await new Promise((resolve) => setTimeout(resolve, 1));
    server.terminate();
  };
  await Promise.all([terminate(), ...clients]);
  const { code, stderr, lines } = await server.end();
  assertEquals({ code, stderr, told: lines.length }, { code: 143, stderr: "", told: 1 });
  const { completed, rejected, ...rest } = JSON.parse(lines[0]);
  assertEquals(rest, { active: 0, waiting: 0, failed: 0 });
  assert(rejected <= seen.refused, `${rejected} were turned away`);
  assertEquals(completed, seen.answered, `of ${seen.refused} nothing was heard`);
  assert(completed >= 1_000);
});
