/**
 * Says on bare sockets what no client of HTTP would say; the server must outlive all of it.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { get, isComplete, RawClient, statusOf } from "../http/server/raw_client.ts";
import { Served } from "./fixtures/served.ts";

/** Asserts that a server answers as ever, and ends well without having told anything more. */
async function assertWell(server: Served): Promise<void> {
  using client = await RawClient.ask(server, "/hello", "connection: close");
  assert((await client.all()).text.endsWith("\r\n\r\nhello\n"));
  server.terminate();
  assertEquals(await server.end(), { code: 143, stderr: "", lines: [] });
}

/** Are requests that are none, by what is wrong with them. */
const MALFORMED: Readonly<Record<string, string>> = {
  "no HTTP at all": "HELO example.org\r\n\r\n",
  "the bytes of TLS": "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "a version that is none": "GET /hello HTTP/9.9\r\nhost: test\r\n\r\n",
  "a header without a colon": "GET /hello HTTP/1.1\r\nhost test\r\n\r\n",
  "a header's name with a space": "GET /hello HTTP/1.1\r\nhost: test\r\nx y: z\r\n\r\n",
  "a header with a zero byte": "GET /hello HTTP/1.1\r\nhost: te\0st\r\n\r\n",
  "a length that is no number": "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: x\r\n\r\n",
  "a negative length": "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: -1\r\n\r\n",
  "two lengths": "POST /upload HTTP/1.1\r\nhost: test\r\ncontent-length: 1\r\n" +
    "content-length: 2\r\n\r\nab",
  "an endless head": `GET /hello HTTP/1.1\r\nhost: test\r\nx: ${"y".repeat(2_000_000)}\r\n\r\n`,
  "ten thousand headers": `GET /hello HTTP/1.1\r\n${"x: y\r\n".repeat(10_000)}\r\n`,
};

for (const [what, text] of Object.entries(MALFORMED)) {
  Deno.test(`the server refuses ${what}, and goes on`, async () => {
    await using server = await Served.start();
    let heard = "";
    try {
      using client = await RawClient.open(server, text);
      heard = (await client.all()).text;
    } catch (error) {
      // It was refused before all of it was said.
      const { BrokenPipe, ConnectionReset } = Deno.errors;
      assert(error instanceof BrokenPipe || error instanceof ConnectionReset, `${error}`);
    }
    if (heard !== "") assert(/^HTTP\/1.1 4\d\d /.test(heard), heard.slice(0, 300));
    await assertWell(server);
  });
}

Deno.test("a body whose chunks are malformed fails where it is read", async () => {
  await using server = await Served.start();
  const head = "POST /upload HTTP/1.1\r\nhost: test\r\ntransfer-encoding: chunked\r\n\r\n";
  {
    using client = await RawClient.open(server, `${head}4\r\ngood\r\n`);
    assertEquals(await server.next(), "upload begins");
    await client.send("zz\r\nno size\r\n");
    const heard = await client.all();
    assert(heard.text === "" || statusOf(heard) === 400, heard.text);
  }
  const end = await server.next();
  assert(/^upload (fails: .*invalid HTTP|is cancelled: the client has gone)/.test(end), end);
  await assertWell(server);
});

Deno.test("requests that come in one packet are answered in their order", async () => {
  await using server = await Served.start();
  const asked = get("/hello") + get("/status?code=404") + get("/hello", "connection: close");
  {
    using client = await RawClient.open(server, asked);
    const { text } = await client.all();
    const statuses = Array.from(text.matchAll(/^HTTP\/1\.1 (\d+)/gm), ([, status]) => status);
    assertEquals(statuses, ["200", "404", "200"]);
  }
  await assertWell(server);
});

Deno.test("a request that comes byte by byte is answered", async () => {
  await using server = await Served.start();
  {
    using client = await RawClient.open(server);
    for (const letter of get("/hello", "connection: close")) await client.send(letter);
    const heard = await client.all();
    assert(isComplete(heard) && statusOf(heard) === 200, heard.text);
  }
  await assertWell(server);
});

Deno.test("clients that hang up at any byte of a request leave nothing behind", async () => {
  await using server = await Served.start();
  const text = "POST /status?code=200 HTTP/1.1\r\nhost: test\r\ncontent-length: 4\r\n\r\nbody";
  for (let length = 0; length <= text.length; length++) {
    using _client = await RawClient.open(server, text.slice(0, length));
  }
  await assertWell(server);
});

Deno.test("a client that goes away cancels its handler, whichever way it goes", async () => {
  await using server = await Served.start();
  for (const end of ["before its answer", "with another request in the line"]) {
    const client = await RawClient.ask(server, "/wait");
    assertEquals(await server.next(), "wait begins");
    if (end.startsWith("with")) await client.send(get("/hello"));
    client.close();
    assertEquals(await server.next(), "wait is cancelled: the client has gone", end);
  }
  await assertWell(server);
});
