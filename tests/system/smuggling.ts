/**
 * Says on bare sockets what proxies and servers may understand differently. What the host makes of it
 * is the host's: the library's server must hear and answer the same, to the last byte.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { get, RawClient } from "../http/server/raw_client.ts";
import { Served } from "./fixtures/served.ts";

/** A request that must not be taken for a part of another one, or the other way round. */
const HIDDEN = get("/hidden", "x: hidden");
/** What is said last: its answer, or the end of the connection, is the end of a conversation. */
const LAST = get("/last", "connection: close");

/** Makes the text of a request with a body. */
const post = (headers: readonly string[], body: string) =>
  ["POST /first HTTP/1.1", "host: test", ...headers, "", body].join("\r\n");

/** Makes the text of a request without a body. */
const ask = (line: string, ...headers: string[]) => [line, ...headers, "", ""].join("\r\n");

const CHUNKED = "transfer-encoding: chunked";

/** What is said before the last request. */
const SAID: Readonly<Record<string, string>> = {
  "a length and chunks": post(["content-length: 6", CHUNKED], `0\r\n\r\n${HIDDEN}`),
  "chunks and a length": post(
    [CHUNKED, `content-length: ${HIDDEN.length + 5}`],
    `0\r\n\r\n${HIDDEN}`,
  ),
  "chunks, twice": post([CHUNKED, CHUNKED], `0\r\n\r\n${HIDDEN}`),
  "chunks that are identity, too": post([`${CHUNKED}, identity`], `0\r\n\r\n${HIDDEN}`),
  "chunks that are compressed": post(["transfer-encoding: gzip, chunked"], `0\r\n\r\n${HIDDEN}`),
  "an unknown coding": post(["transfer-encoding: xchunked"], `0\r\n\r\n${HIDDEN}`),
  "a coding in capitals": post(["Transfer-Encoding: CHUNKED"], `0\r\n\r\n${HIDDEN}`),
  "a coding after a tab": post(["transfer-encoding:\tchunked"], `0\r\n\r\n${HIDDEN}`),
  "a coding before a vertical tab": post(["transfer-encoding: chunked\v"], `0\r\n\r\n${HIDDEN}`),
  "a space before the colon": post(["transfer-encoding : chunked"], `0\r\n\r\n${HIDDEN}`),
  "a coding on a line that is folded": post(
    ["transfer-encoding:", " chunked"],
    `0\r\n\r\n${HIDDEN}`,
  ),
  "chunks in HTTP/1.0": post([CHUNKED], `0\r\n\r\n${HIDDEN}`).replace("1.1", "1.0"),
  "the same length twice": post(["content-length: 2", "content-length: 2"], `ab${HIDDEN}`),
  "two lengths": post(["content-length: 2", "content-length: 3"], `abc${HIDDEN}`),
  "two lengths in a line": post(["content-length: 2, 2"], `ab${HIDDEN}`),
  "a length with a plus": post(["content-length: +2"], `ab${HIDDEN}`),
  "a length in hexadecimal": post(["content-length: 0x2"], `ab${HIDDEN}`),
  "a length with a zero before": post(["content-length: 02"], `ab${HIDDEN}`),
  "a length with a fraction": post(["content-length: 2.0"], `ab${HIDDEN}`),
  "a length beyond 64 bits": post(["content-length: 18446744073709551618"], `ab${HIDDEN}`),
  "no length of what follows": post([], HIDDEN),
  "a GET with a body": post(["content-length: 2"], `ab${HIDDEN}`).replace("POST", "GET"),
  "a chunk's size that is negative": post([CHUNKED], `-1\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk's size with a prefix": post([CHUNKED], `0x1\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk's size that overflows": post([CHUNKED], `10000000000000001\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk's size after a space": post([CHUNKED], ` 1\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk's size before a space": post([CHUNKED], `1 \r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk's size that is none": post([CHUNKED], `\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk with an extension": post([CHUNKED], `1;a=b\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk with an endless extension": post(
    [CHUNKED],
    `1;${"a".repeat(100_000)}\r\na\r\n0\r\n\r\n`,
  ),
  "an extension with a line feed": post([CHUNKED], `1;a\nb\r\na\r\n0\r\n\r\n${HIDDEN}`),
  "a chunk that is longer than it says": post([CHUNKED], `1\r\nabc\r\n0\r\n\r\n${HIDDEN}`),
  "chunks between bare line feeds": post([CHUNKED], `1\na\n0\n\n${HIDDEN}`),
  "a trailer": post([CHUNKED], `1\r\na\r\n0\r\nx: trailing\r\n\r\n${HIDDEN}`),
  "a long trailer": post([CHUNKED], `0\r\nx: ${"a".repeat(10_000)}\r\n\r\n${HIDDEN}`),
  "a header on two lines": ask("GET /first HTTP/1.1", "host: test", "x: a", " b"),
  "a first header that is folded": ask("GET /first HTTP/1.1", " x: a", "host: test"),
  "a zero byte in a value": ask("GET /first HTTP/1.1", "host: test", "x: a\0b"),
  "a zero byte in a name": ask("GET /first HTTP/1.1", "host: test", "x\0: a"),
  "a zero byte in the path": ask("GET /first\0 HTTP/1.1", "host: test"),
  "a bare carriage return": ask("GET /first HTTP/1.1", "host: test", "x: a\rb: c"),
  "bare line feeds": "GET /first HTTP/1.1\nhost: test\n\n",
  "empty lines before": `\r\n\r\n${ask("GET /first HTTP/1.1", "host: test")}`,
  "letters beyond ASCII in a value": ask("GET /first HTTP/1.1", "host: test", "x: ä"),
  "letters beyond ASCII in the path": ask("GET /fürst HTTP/1.1", "host: test"),
  "no host": ask("GET /first HTTP/1.1"),
  "two hosts": ask("GET /first HTTP/1.1", "host: test", "host: other"),
  "an empty host": ask("GET /first HTTP/1.1", "host:"),
  "a host with a user": ask("GET /first HTTP/1.1", "host: user@test"),
  "a host with a path": ask("GET /first HTTP/1.1", "host: test/path?"),
  "a host with a space": ask("GET /first HTTP/1.1", "host: te st"),
  "a host that is no host": ask("GET /first HTTP/1.1", "host: [::1"),
  "the whole address": ask("GET http://other/first HTTP/1.1", "host: test"),
  "the address of something else": ask("GET ftp://other/first HTTP/1.1", "host: test"),
  "no path": ask("GET  HTTP/1.1", "host: test"),
  "a path without a slash": ask("GET first HTTP/1.1", "host: test"),
  "two slashes": ask("GET //other/first HTTP/1.1", "host: test"),
  "the star": ask("OPTIONS * HTTP/1.1", "host: test"),
  "a tunnel": ask("CONNECT other:443 HTTP/1.1", "host: other:443"),
  "two spaces": ask("GET  /first  HTTP/1.1", "host: test"),
  "a fragment": ask("GET /first#part HTTP/1.1", "host: test"),
  "percents that are none": ask("GET /%zz%00%/..%2f HTTP/1.1", "host: test"),
  "a method of one's own": ask("HELLO /first HTTP/1.1", "host: test"),
  "a method in small letters": ask("get /first HTTP/1.1", "host: test"),
  "a method that fetch() forbids": ask("TRACE /first HTTP/1.1", "host: test"),
  "an endless method": ask(`${"A".repeat(100_000)} /first HTTP/1.1`, "host: test"),
  "an endless path": ask(`GET /${"a".repeat(100_000)} HTTP/1.1`, "host: test"),
  "a long header": ask("GET /first HTTP/1.1", "host: test", `x: ${"a".repeat(100_000)}`),
  "two hundred headers": ask("GET /first HTTP/1.1", "host: test", ...Array(200).fill("y: z")),
  "an expectation that nobody knows": post(["expect: miracles", "content-length: 2"], "ab"),
  "HTTP/2 over an upgrade": ask(
    "GET /first HTTP/1.1",
    "host: test",
    "connection: upgrade, http2-settings",
    "upgrade: h2c",
    "http2-settings: AAMAAABkAAQAAP__",
  ),
  "the beginning of HTTP/2, and no more of it": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
};

/** Bounds, in ms, how long a conversation may take. */
const LONGEST = 20_000;

/** What comes of a conversation. */
interface Outcome {
  /** All that came back, but for the time of day; nothing is known if the connection was reset. */
  readonly text: string | undefined;
  /** What the handler was asked. */
  readonly asked: readonly string[];
}

/** Says something to a server, and the last request after it; gives what came of it. */
async function converse(server: Served, said: string): Promise<Outcome> {
  using client = await RawClient.open(server);
  const watchdog = setTimeout(() => client.close(), LONGEST);
  let isCut = false;
  const sending = client.send(said + LAST).catch((error) => {
    const { BrokenPipe, ConnectionReset, BadResource } = Deno.errors;
    isCut = [BrokenPipe, ConnectionReset, BadResource].some((kind) => error instanceof kind);
    if (!isCut) throw error;
  });
  const { text, isReset } = await client.all();
  clearTimeout(watchdog);
  await sending;
  // What a handler is asked is told before its answer; a last question finds what was told till then.
  using asking = await RawClient.ask(server, "/asked", "connection: close");
  await asking.all();
  const asked: string[] = [];
  for (let line; !(line = await server.next()).includes("/asked");) asked.push(line);
  const here = asked.map((line) => line.replaceAll(`:${server.port}`, ":PORT"));
  // Who is refused in the middle of what it says may lose the answer.
  if (isCut || isReset) return { text: undefined, asked: here };
  return { text: text.replaceAll(/^date: .*\r\n/gm, ""), asked: here };
}

Deno.test("the server hears and answers what the host alone does, whatever is said", async (t) => {
  await using ours = await Served.start("either_server.ts");
  await using bare = await Served.start("either_server.ts", "bare");
  for (const [what, said] of Object.entries(SAID)) {
    await t.step(what, async () => {
      const expected = await converse(bare, said);
      const outcome = await converse(ours, said);
      assertEquals(outcome.asked, expected.asked);
      if (outcome.text === undefined || expected.text === undefined) return;
      assertEquals(outcome.text, expected.text);
      assert(!/"body":"[^"]*hidden/.test(expected.text), "a request in a body");
    });
  }
  for (const server of [ours, bare]) server.terminate();
  assertEquals(await ours.end(), { code: 143, stderr: "", lines: [] });
});
