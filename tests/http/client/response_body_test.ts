import { each, run, RuntimeError, until } from "../../../mod.ts";
import {
  ClientConnectionError,
  ClientPayloadError,
  type ClientResponse,
  ClientSession,
} from "../../../io.ts";
import { assert, assertEquals } from "../../assert.ts";
import { failure, rejection, trial } from "../../futures/trial.ts";
import { answering, RawServer, type Script, servedTrial } from "./raw_server.ts";

/** Sends a head and a part of its body, and closes. */
const cutOff = (head: string): Script => async (connection) => {
  await connection.head();
  await connection.write(`HTTP/1.1 200 OK\r\n${head}\r\n\r\n3\r\nabc\r\n`);
};

for (const head of ["Content-Length: 100", "Transfer-Encoding: chunked"]) {
  servedTrial(
    `ClientResponse says that its body was cut off (${head})`,
    cutOff(head),
    function* (as, { server }) {
      using session = new ClientSession();
      const read = function* (how: (response: ClientResponse) => Parameters<typeof failure>[0]) {
        const response: ClientResponse = yield session.get(server.url);
        const error = yield* failure(how(response), ClientPayloadError, "cut off", server.url);
        assert(error.cause instanceof TypeError, String(error.cause));
        assertEquals(session.statistics().active, 0);
        yield* failure(response.text(), Error);
      };
      yield* read((response) => response.text());
      yield* read((response) => each(response, as(function* () {})));
    },
  );
}

servedTrial(
  "ClientResponse reads no more than maxBytes, whatever the length is said to be",
  async (connection, server) => {
    const head = await connection.head();
    const isChunked = head!.includes("/chunked");
    const length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 1000000000";
    await connection.write(`HTTP/1.1 200 OK\r\n${length}\r\n\r\n`);
    const piece = isChunked ? `3e8\r\n${"x".repeat(1000)}\r\n` : "x".repeat(1000);
    let sent = 0;
    const flood = async () => {
      for (; sent < 1e8; sent += 1000) await connection.write(piece);
    };
    await Promise.race([flood().catch(() => {}), connection.gone()]);
    server.say(sent < 1e8 ? "stopped" : "all sent");
  },
  function* (as, { server }) {
    using session = new ClientSession({ baseUrl: server.url, maxBytes: 10_000 });
    for (const path of ["chunked", "length"]) {
      const response: ClientResponse = yield session.get(path);
      yield* failure(response.text(), ClientPayloadError, "larger than 10000 bytes", path);
      yield* failure(response.text(), ClientPayloadError, "larger than 10000 bytes");
      assertEquals(session.statistics().active, 0);
    }
    const response: ClientResponse = yield session.get("chunked", { maxBytes: 1 });
    const reading = each(response.lines(), as(function* () {}));
    yield* failure(reading, ClientPayloadError, "larger than 1 bytes");
    yield until(server.heard("stopped"));
  },
);

servedTrial(
  "ClientResponse counts bytes after decompression",
  answering(async (_, connection) => {
    const zeros = new Blob([new Uint8Array(100_000)]).stream();
    const packed = await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).bytes();
    await connection.write(
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`,
    );
    await connection.write(packed);
  }),
  function* (_, { server }) {
    using session = new ClientSession();
    assertEquals((yield (yield session.get(server.url)).bytes()).length, 100_000);
    const exact: ClientResponse = yield session.get(server.url, { maxBytes: 100_000 });
    assertEquals((yield exact.bytes()).length, 100_000);
    const bomb: ClientResponse = yield session.get(server.url, { maxBytes: 99_999 });
    yield* failure(bomb.bytes(), ClientPayloadError, "99999");
  },
);

servedTrial(
  "ClientResponse refuses a body that says it is too long before any of it has come",
  async (connection, server) => {
    await connection.head();
    await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 11\r\nX-A: b\r\n\r\n");
    await connection.gone();
    server.say("gone");
  },
  function* (_, { server }) {
    using session = new ClientSession({ maxBytes: 10 });
    const response: ClientResponse = yield session.get(server.url);
    assertEquals([response.headers.get("x-a"), session.statistics().active], ["b", 0]);
    yield* failure(
      response.bytes(),
      ClientPayloadError,
      "larger than 10 bytes",
      "Content-Length: 11",
    );
    yield until(server.heard("gone"));
  },
);

trial("ClientResponse does not mind how long a body was before decompression", function* () {
  const headers = { "Content-Encoding": "gzip", "Content-Length": "23" };
  using session = new ClientSession({
    maxBytes: 10,
    fetch: () => Promise.resolve(new Response("abc", { headers })),
  });
  assertEquals(yield (yield session.get("http://a/")).text(), "abc");
});

Deno.test("a response that is left when its loop ends gives its place back", async () => {
  await using server = new RawServer(async (connection) => {
    await connection.head();
    await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
    await connection.gone();
  });
  using session = new ClientSession({ limit: 1 });
  const left = await run(() => session.get(server.url));
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
  await run(async () => {
    await rejection(left.text(), RuntimeError, "The loop has ended during GET", server.url);
    using response = await session.get(server.url);
    assertEquals(response.status, 200);
  });
});

trial(
  "ClientResponse tells of a body, and ClientSession of a fetch, that failed with nothing",
  function* () {
    const body = () => new ReadableStream({ start: (controller) => controller.error() });
    using session = new ClientSession({ fetch: () => Promise.resolve(new Response(body())) });
    const response: ClientResponse = yield session.get("http://a/");
    yield* failure(response.text(), ClientPayloadError, "cut off: GET http://a/: undefined");
    using deaf = new ClientSession({ fetch: () => Promise.reject() });
    yield* failure(
      deaf.get("http://a/"),
      ClientConnectionError,
      "Cannot get an answer: GET http://a/: undefined",
    );
  },
);
