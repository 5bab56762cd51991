// deno-lint-ignore-file require-yield -- some bodies only look
import {
  CancelledError,
  createTask,
  each,
  LimitOverrunError,
  RuntimeError,
  until,
} from "../../../mod.ts";
import {
  ClientPayloadError,
  type ClientResponse,
  ClientSession,
  ContentTypeError,
} from "../../../io.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { start } from "../../futures/child.ts";
import { Boom, failure, trial } from "../../futures/trial.ts";
import { answering, type Script, servedTrial } from "./raw_server.ts";

const JSON_HEADER = "Content-Type: application/json";

/** Answers the body that is asked for in the query, with the headers that are. */
const answers = answering(async (head, connection) => {
  const { searchParams } = new URL(head.split(" ")[1], "http://server/");
  await connection.answer(
    searchParams.get("body") ?? "",
    "200 OK",
    ...searchParams.getAll("header"),
  );
});

/** Sends pieces, each when the test says so, and ends the body when it says "end". */
function pieces(...texts: string[]): Script {
  return async (connection, server) => {
    await connection.head();
    const send = async () => {
      await connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (const [at, text] of texts.entries()) {
        await server.heard(`piece ${at}`);
        await connection.write(`${text.length.toString(16)}\r\n${text}\r\n`);
      }
      await server.heard("end");
      await connection.write("0\r\n\r\n");
    };
    send().catch(() => {});
    await connection.gone();
    server.say("gone");
  };
}

servedTrial("ClientResponse gives its body as often as asked", answers, function* (_, { server }) {
  using session = new ClientSession({ baseUrl: server.url });
  const response: ClientResponse = yield session.get("", {
    params: { body: '{"a":1}', header: JSON_HEADER },
  });
  assertEquals(yield response.json(), { a: 1 });
  assertEquals(yield response.text(), '{"a":1}');
  assertEquals((yield response.bytes()).length, 7);
  response.release();
  assertEquals(yield response.json(), { a: 1 });
  assertEquals(String(response), `GET ${response.url} 200`);
});

servedTrial(
  "ClientResponse.json() refuses what is not JSON, and what is malformed",
  answers,
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, limit: 1 });
    const page: ClientResponse = yield session.get("", {
      params: { body: "[1]", header: "Content-Type: text/html" },
    });
    const error = yield* failure(page.json(), ContentTypeError, '"text/html"', page.url);
    assertEquals([error.status, error.headers.get("content-type")], [200, "text/html"]);
    assertEquals(yield page.json({ anyType: true }), [1]);
    for (const type of ["application/json; charset=utf-8", "application/problem+json"]) {
      const params = { body: "[1]", header: `Content-Type: ${type}` };
      assertEquals(yield (yield session.get("", { params })).json(), [1]);
    }
    for (const body of ["{", ""]) {
      const broken: ClientResponse = yield session.get("", {
        params: { body, header: JSON_HEADER },
      });
      const fault = yield* failure(broken.json(), ClientPayloadError, "malformed JSON", broken.url);
      assert(fault.cause instanceof SyntaxError, String(fault.cause));
      assertEquals(yield broken.text(), body);
    }
  },
);

servedTrial(
  "ClientResponse.text() goes by the charset of the response",
  answering((head, connection) => {
    const [, path] = head.split(" ");
    const bytes = new Uint8Array([0xe4, 0x0a]);
    const type = `Content-Type: text/plain; charset=${path.slice(1)}`;
    return connection.write(`HTTP/1.1 200 OK\r\nContent-Length: 2\r\n${type}\r\n\r\n`)
      .then(() => connection.write(bytes));
  }),
  function* (as, { server }) {
    using session = new ClientSession({ baseUrl: server.url });
    assertEquals(yield (yield session.get("latin1")).text(), "ä\n");
    assertEquals(yield (yield session.get("utf-8")).text(), "\ufffd\n");
    const lines: string[] = [];
    yield each(
      (yield session.get("ISO-8859-1")).lines(),
      as(function* (line: string) {
        lines.push(line);
      }),
    );
    assertEquals(lines, ["ä"]);
    using odd: ClientResponse = yield session.get("klingon");
    yield* failure(odd.text(), ClientPayloadError, "klingon");
    assertEquals((yield odd.bytes()).length, 2);
  },
);

servedTrial("ClientResponse gives pieces as they come", pieces("ab", "c"), function* (as, world) {
  const { server } = world;
  using session = new ClientSession();
  const response: ClientResponse = yield session.get(server.url);
  const texts: string[] = [];
  server.say("piece 0");
  yield each(
    response,
    as(function* (piece: Uint8Array) {
      texts.push(new TextDecoder().decode(piece));
      server.say(texts.length === 1 ? "piece 1" : "end");
    }),
  );
  assertEquals(texts, ["ab", "c"]);
  assertEquals(session.statistics().active, 0);
  yield* failure(response.text(), RuntimeError, "in pieces");
});

servedTrial(
  "ClientResponse.lines() puts lines together",
  pieces("a\r", "\n", "b", "c\n\nd"),
  function* (as, { server }) {
    using session = new ClientSession();
    const response: ClientResponse = yield session.get(server.url);
    for (const mark of ["piece 0", "piece 1", "piece 2", "piece 3", "end"]) server.say(mark);
    const lines: string[] = [];
    yield each(
      response.lines(),
      as(function* (line: string) {
        lines.push(line);
      }),
    );
    assertEquals(lines, ["a", "bc", "", "d"]);
  },
);

servedTrial(
  "ClientResponse.lines() gives what is whole before it refuses what is too long",
  pieces("one\ntwo\nthree and more\n"),
  function* (as, { server }) {
    using session = new ClientSession();
    const response: ClientResponse = yield session.get(server.url);
    server.say("piece 0");
    const lines: string[] = [];
    const reading = each(
      response.lines({ maxLength: 5 }),
      as(function* (line: string) {
        lines.push(line);
      }),
    );
    const error = yield* failure(reading, LimitOverrunError, "5");
    assertEquals([error.consumed, lines], [14, ["one", "two"]]);
    yield until(server.heard("gone"));
    assertEquals(session.statistics().active, 0);
    assertThrows(() => response.lines({ maxLength: 0 }), RangeError, "maxLength");
    assertThrows(() => response.lines({ maxLength: "5" as never }), TypeError, "maxLength");
  },
);

servedTrial(
  "ClientResponse releases what is left when a loop over it ends early",
  pieces("a\nb\n"),
  function* (as, { server }) {
    using session = new ClientSession();
    const response: ClientResponse = yield session.get(server.url);
    server.say("piece 0");
    const reading = each(
      response.lines(),
      as(function* () {
        throw new Boom("b");
      }),
    );
    yield* failure(reading, Boom);
    yield until(server.heard("gone"));
    assertEquals(session.statistics().active, 0);
    yield* failure(response.bytes(), RuntimeError);
  },
);

trial("ClientResponse.lines() puts characters together that came in pieces", function* (as) {
  const pieces = [[0xc3], [0xa4, 0x0a, 0xe2, 0x82], [0xac], [0xe2]].map((it) => new Uint8Array(it));
  using session = new ClientSession({
    fetch: () => Promise.resolve(new Response(ReadableStream.from(pieces))),
  });
  const lines: string[] = [];
  yield each(
    (yield session.get("http://a/")).lines(),
    as(function* (line: string) {
      lines.push(line);
    }),
  );
  assertEquals(lines, ["ä", "€\ufffd"]);
});

Deno.test("ClientResponse can be iterated natively, and broken out of", async () => {
  const { run } = await import("../../../mod.ts");
  const { RawServer } = await import("./raw_server.ts");
  await using server = new RawServer(pieces("a\nb\nc\n"));
  server.say("piece 0");
  const lines: string[] = [];
  await run(async () => {
    await using session = new ClientSession();
    for await (const line of (await session.get(server.url)).lines()) {
      if (lines.push(line) === 2) break;
    }
    await until(server.heard("gone"));
    assertEquals(session.statistics().active, 0);
  });
  assertEquals(lines, ["a", "b"]);
});

for (const how of ["text", "lines"] as const) {
  servedTrial(
    `ClientResponse aborts at the socket when a task is cancelled in ${how}()`,
    pieces("a"),
    function* (as, { server }) {
      using session = new ClientSession();
      const response: ClientResponse = yield session.get(server.url);
      const task = createTask(as(function* () {
        if (how === "text") yield response.text();
        else yield each(response.lines(), as(function* () {}));
      }));
      server.say("piece 0");
      const polite = createTask(() => until(server.heard("piece 0")));
      yield polite;
      assert(
        String(task.waitingOn).includes(`the body of GET ${server.url}`),
        String(task.waitingOn),
      );
      task.cancel("enough");
      yield* failure(task, CancelledError, "enough");
      yield until(server.heard("gone"));
      assertEquals(session.statistics().active, 0);
      yield* failure(response.bytes(), RuntimeError);
    },
  );
}

servedTrial(
  "ClientResponse is read by one task at a time",
  pieces("a"),
  function* (as, { server }) {
    using session = new ClientSession();
    const response: ClientResponse = yield session.get(server.url);
    const first = createTask(as(function* () {
      return yield response.text();
    }));
    const second = createTask(as(function* () {
      yield response.bytes();
    }));
    const third = createTask(as(function* () {
      yield each(response, as(function* () {}));
    }));
    yield* failure(second, RuntimeError, "another task is reading");
    yield* failure(third, RuntimeError, "as a whole");
    server.say("piece 0");
    server.say("end");
    assertEquals(yield first, "a");
  },
);

servedTrial("ClientResponse.release() can be repeated", pieces("a"), function* (_, { server }) {
  using session = new ClientSession();
  const response: ClientResponse = yield session.get(server.url);
  response.release();
  response.release();
  yield until(server.heard("gone"));
  yield* failure(response.text(), RuntimeError, "released", server.url);
});

Deno.test("ClientResponse that is forgotten gives its place back, and is reported", async () => {
  const program = new URL("fixtures/forgotten.ts", import.meta.url);
  const { stdout, stderr } = await start(program, [], ["--v8-flags=--expose-gc"]).ended;
  assertEquals(stderr, "");
  assertEquals(stdout.trim().split("\n"), [
    "A response was dropped before its body was read or released: GET http://127.0.0.1/endless",
    "short",
  ]);
});

Deno.test("ClientResponse is not kept once it is over, however it ended", async () => {
  const program = new URL("fixtures/released.ts", import.meta.url);
  const { stdout, stderr } = await start(program, [], ["--v8-flags=--expose-gc"]).ended;
  assertEquals(stderr, "");
  assertEquals(stdout.trim().split("\n"), [
    "release: none kept",
    "cancel: none kept",
    "break: none kept",
  ]);
});
