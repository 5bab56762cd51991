import {
  createTask,
  each,
  LimitOverrunError,
  RuntimeError,
  select,
  sleep,
  type Task,
  timeout,
  TimeoutError,
  until,
} from "../../../mod.ts";
import {
  ClientConnectionError,
  ClientPayloadError,
  ClientResponseError,
  ClientSession,
  ContentTypeError,
  eventSource,
  type ServerEvent,
} from "../../../web.ts";
import type { LazyAwaitable } from "../../../lowlevel.ts";
import type { InnerLoop } from "../../../src/futures/event_loop.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { caught, failure, type Program } from "../../futures/trial.ts";
import { answering, type RawConnection, servedTrial } from "../client/raw_server.ts";

/** Is what can take back what it gave. */
interface Undoable {
  undo(value: unknown): void;
}

const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n";

/** Begins a stream of events that ends with its connection. */
async function begin(connection: RawConnection, text = ""): Promise<void> {
  await connection.write(`${HEAD}Connection: close\r\n\r\n${text}`);
}

/** Lets the host have a turn, or some time. */
const hostTurn = (ms = 0) => new Promise((resolve) => void setTimeout(resolve, ms));

/** Says that an event has come. */
const event = (id: number) => `id: ${id}\ndata: ${id}\n\n`;

/** Waits for a number of events, and gives their data. */
function* take(source: AsyncIterator<ServerEvent>, count: number): Program<string[]> {
  const seen: string[] = [];
  while (seen.length < count) {
    const step: IteratorResult<ServerEvent> = yield source.next() as never;
    if (step.done) return [...seen, "end"];
    seen.push(step.value.data);
  }
  return seen;
}

/** Streams events from the one after the last id on, so many per connection. */
const streaming = (perConnection: number, prelude = "") =>
  answering(async (head, connection) => {
    const last = Number(/last-event-id: (\d+)/i.exec(head)?.[1] ?? 0);
    const events = Array.from({ length: perConnection }, (_, n) => event(last + n + 1));
    await begin(connection, prelude + events.join(""));
    connection.close();
  });

servedTrial(
  "eventSource() goes on after the last id, once the server's delay has passed",
  streaming(2, "retry: 250\n\n"),
  function* (_, { server, clock }) {
    const source = eventSource(server.url);
    assertEquals(yield* take(source, 5), ["1", "2", "3", "4", "5"]);
    assertEquals(clock.now(), 500);
    assertEquals(server.seen, Array(3).fill("GET /"));
    source.close();
    assertEquals(yield* take(source, 1), ["end"]);
  },
);

servedTrial(
  "eventSource() is iterated over, and closes its connection when the loop is left",
  async (connection, server) => {
    await connection.head();
    await begin(connection, event(1) + event(2));
    await connection.gone();
    server.say("gone");
  },
  function* (as, { server }) {
    const seen: string[] = [];
    const stop = new Error("enough");
    const body = as(function* ({ data }: ServerEvent): Program {
      yield sleep(0);
      seen.push(data);
      if (data === "2") throw stop;
    });
    assert(stop === (yield* caught(each(eventSource(server.url), body))));
    yield until(server.heard("gone"));
    assertEquals(seen, ["1", "2"]);
  },
);

servedTrial(
  "eventSource() goes on after a break, a refusal and a server that is busy",
  async (connection, server) => {
    const head = (await connection.head())!;
    server.seen.push(/last-event-id: (.*)\r/i.exec(head)?.[1] ?? "none");
    switch (connection.index) {
      case 0:
        await connection.write(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`);
        await connection.write(`f\r\n${event(1)}id\r\n`); // Cut off within a chunk.
        return;
      case 1:
        return; // No answer.
      case 2:
        return await connection.answer("", "503 Busy", "Retry-After: 60");
      case 3:
        return await connection.answer("", "204 No Content");
    }
  },
  function* (_, { server, clock }) {
    const source = eventSource(server.url, { delay: 1000 });
    assertEquals(yield* take(source, 1), ["1"]);
    assertEquals(clock.now(), 0);
    assertEquals(yield* take(source, 1), ["end"]);
    // After the first failure 1 s, after the second about 2 s, and then what the server wants.
    assert(clock.now() > 62_400 && clock.now() <= 63_000, `${clock.now()}`);
    assertEquals(server.seen, ["none", "1", "1", "1"]);
  },
);

servedTrial(
  "eventSource() throws what asking again cannot help",
  answering((head, connection) => {
    const [, path] = /^GET (\S+)/.exec(head)!;
    if (path === "/404") return connection.answer("", "404 Not Found");
    if (path === "/type") return connection.answer("x", "200 OK", "Content-Type: text/html");
    return connection.answer(
      `data: ${"x".repeat(100)}\n\n`,
      "200 OK",
      "Content-Type: text/event-stream",
    );
  }),
  function* (_, { server }) {
    const first = function* (path: string) {
      const source = eventSource(server.url + path, { maxLength: 50 });
      const error = yield* caught(source.next());
      assertEquals(yield* take(source, 1), ["end"]);
      return error as Error;
    };
    const missing = yield* first("404");
    assert(missing instanceof ClientResponseError && missing.status === 404, `${missing}`);
    const other = yield* first("type");
    assert(other instanceof ContentTypeError && other.message.includes('"text/html"'), `${other}`);
    assert((yield* first("long")) instanceof LimitOverrunError);
  },
);

servedTrial(
  "eventSource() gives up after so many failures in a row",
  async (connection) => {
    await connection.head();
    if (connection.index === 1) await begin(connection, event(1));
  },
  function* (_, { server, clock }) {
    const source = eventSource(server.url, { attempts: 3, delay: 100 });
    assertEquals(yield* take(source, 1), ["1"]);
    assertEquals(clock.now(), 100);
    yield* failure(source.next(), ClientConnectionError);
    assertEquals(server.opened, 5);
    assertEquals(yield* take(source, 1), ["end"]);
  },
);

servedTrial(
  "eventSource() sends a body once, and ends with its response",
  async (connection, server) => {
    const head = (await connection.head())!;
    const body = await connection.body(Number(/content-length: (\d+)/i.exec(head)?.[1]));
    server.seen.push(`${head.split(" ")[0]} ${body} ${/accept: (.*)\r/i.exec(head)?.[1]}`);
    if (connection.index === 0) return await begin(connection, event(1) + event(2));
    await connection.write(`${HEAD}Content-Length: 1000\r\n\r\n${event(1)}`);
  },
  function* (_, { server }) {
    const ask = () => eventSource(server.url, { json: { prompt: "hi" } });
    assertEquals(yield* take(ask(), 5), ["1", "2", "end"]);
    assertEquals(server.seen, ['POST {"prompt":"hi"} text/event-stream']);
    const broken = ask();
    assertEquals(yield* take(broken, 1), ["1"]);
    yield* failure(broken.next(), ClientPayloadError, "The events were cut off");
  },
);

servedTrial(
  "eventSource() takes a connection for broken that says nothing for too long",
  async (connection) => {
    await connection.head();
    await begin(connection, event(connection.index + 1));
    await connection.gone();
  },
  function* (_, { server, clock }) {
    const source = eventSource(server.url, { timeout: { read: 50 }, delay: 10, attempts: 2 });
    const task: Task<string[]> = createTask(function* () {
      const seen: string[] = [];
      while (seen.length < 2) seen.push((yield* source.next()).value!.data);
      return seen;
    });
    while (!task.done) {
      yield until(hostTurn());
      clock.advance(5);
    }
    assertEquals([yield task, server.opened], [["1", "2"], 2]);
    source.close();
  },
);

servedTrial(
  "eventSource() keeps its connection when a wait is cancelled, and loses nothing",
  async (connection, server) => {
    await connection.head();
    await begin(connection);
    await server.heard("cancelled");
    await connection.write(event(1) + event(2));
    await connection.gone();
  },
  function* (_, { server, clock }) {
    using source = eventSource(server.url);
    const waits: Task<unknown>[] = [0, 1].map(() => createTask(() => source.next()));
    yield* failure(waits[1], RuntimeError, "another task does");
    const late = createTask(() => timeout(20, () => source.next()));
    yield* failure(late, RuntimeError, "another task does");
    while (server.opened === 0) yield until(hostTurn());
    yield until(hostTurn(20)); // The head comes.
    waits[0].cancel();
    yield* caught(waits[0]);
    const losing = createTask(() => select({ event: source.next(), other: sleep(5, "other") }));
    while (!losing.done) {
      yield until(hostTurn());
      clock.advance(1);
    }
    assertEquals((yield losing).name, "other");
    server.say("cancelled");
    assertEquals(yield* take(source, 2), ["1", "2"]);
    assertEquals(server.opened, 1);
  },
);

servedTrial(
  "eventSource() takes an event back that a select() does not want after all",
  streaming(2),
  function* (_, { server }) {
    using source = eventSource(server.url);
    const step = source.next() as unknown as LazyAwaitable<unknown> & Undoable;
    step.undo(yield step);
    assertEquals(yield* take(source, 2), ["1", "2"]);
  },
);

for (const phase of ["connecting", "reading", "resting"]) {
  servedTrial(
    `EventIterator.close() ends who waits, ${phase}`,
    async (connection, server) => {
      await connection.head();
      server.say("asked");
      if (phase === "resting") return await connection.answer("", "503 Busy", "Retry-After: 60");
      if (phase === "reading") await begin(connection, ": hello\n\n");
      await connection.gone();
    },
    function* (_, { server, loop }) {
      for (const session of [undefined, new ClientSession()]) {
        const source = eventSource(server.url, { session });
        (loop as InnerLoop).beginHostOperation(); // Time does not pass.
        const waiting: Task<IteratorResult<ServerEvent>> = createTask(() => source.next());
        yield until(server.heard("asked"));
        yield until(hostTurn(20));
        source.close();
        assertEquals((yield waiting).done, true);
        (loop as InnerLoop).endHostOperation();
        if (session === undefined) continue;
        assertEquals([session.closed, session.statistics().active], [false, 0]);
        session.close();
      }
    },
  );
}

servedTrial(
  "eventSource() fails when its session is closed",
  async (connection) => {
    await connection.head();
    await begin(connection, event(1));
    await connection.gone();
  },
  function* (_, { server }) {
    const session = new ClientSession();
    const source = eventSource(server.url, { session });
    assertEquals(yield* take(source, 1), ["1"]);
    const waiting: Task<unknown> = createTask(() => source.next());
    yield sleep(0);
    session.close();
    yield* failure(waiting, RuntimeError, "The session was closed");
    assertEquals(yield* take(source, 1), ["end"]);
  },
);

servedTrial(
  "eventSource() bounds the wait for the head of a response",
  async (connection) => {
    await connection.head();
    await connection.gone();
  },
  function* (_, { server, clock }) {
    const source = eventSource(server.url, { timeout: { connect: 10 }, attempts: 1 });
    const waiting: Task<unknown> = createTask(() => source.next());
    yield until(hostTurn(20));
    clock.advance(10);
    yield* failure(waiting, TimeoutError, "10 ms (connect)");
  },
);

Deno.test("eventSource() refuses what cannot be, at once", () => {
  const make = (options: unknown, url = "http://127.0.0.1/") => () =>
    eventSource(url, options as never);
  assertThrows(make({ retries: 5 }), TypeError, '"retries"');
  assertThrows(make({ delay: -1 }), RangeError, "delay");
  assertThrows(make({ delay: 10, maxDelay: 5 }), RangeError, "maxDelay");
  assertThrows(make({ attempts: 0 }), RangeError, "attempts");
  assertThrows(make({ maxLength: 0 }), RangeError, "maxLength");
  assertThrows(make({ session: {} }), TypeError, "session must be a ClientSession");
  assertThrows(make({ lastEventId: 5 }), TypeError, "lastEventId");
  assertThrows(make({ timeout: 5 }), TypeError, "timeout");
  assertThrows(make({ timeout: { read: 0 } }), RangeError, "timeout.read");
  assertThrows(make({ method: "GET", json: 1 }), TypeError, "Cannot send a body with a GET");
  assertThrows(make({}, "nothing"), Error, "Cannot resolve a relative address");
});
