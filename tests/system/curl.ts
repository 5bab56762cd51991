/**
 * Talks to the server with curl; not a part of `deno task test`, which needs npm only.
 *
 * @module
 */

import { assert, assertEquals } from "../assert.ts";
import { curl, type Fetched } from "./fixtures/curl.ts";
import { served } from "./fixtures/served.ts";

/** How large an upload is: more than any buffer on the way. */
const LARGE = 64 * 1024 * 1024;

/** Asserts that curl was content, and gives what came. */
function stdoutOf({ code, stdout, stderr }: Fetched): string {
  assertEquals(code, 0, stderr);
  return stdout;
}

/** Lists the status lines in what curl printed. */
function statusesOf(text: string): string[] {
  return Array.from(text.matchAll(/^HTTP\/(\S+ \d{3})/gm), ([, status]) => status);
}

/** Makes a large file, and tells its digest. */
async function withFile(
  body: (path: string, sha256: string) => Promise<void>,
): Promise<void> {
  const path = await Deno.makeTempFile({ prefix: "weft_upload_" });
  try {
    const bytes = new Uint8Array(LARGE);
    for (let at = 0; at < LARGE; at += 4099) bytes[at] = at % 251;
    await Deno.writeFile(path, bytes);
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    await body(path, new Uint8Array(digest).toHex());
  } finally {
    await Deno.remove(path);
  }
}

served("curl gets a page, with its length and its type", async ({ url }) => {
  const said = stdoutOf(await curl("--include", `${url}/hello`));
  assertEquals(statusesOf(said), ["1.1 200"]);
  assert(/^content-length: 6\r$/mi.test(said), said);
  assert(/^x-method: GET\r$/m.test(said), said);
  assert(said.endsWith("\r\n\r\nhello\n"), said);
});

served("curl's HEAD gets the head alone, also of a stream", async (server) => {
  const said = stdoutOf(await curl("--head", `${server.url}/hello`));
  assertEquals(statusesOf(said), ["1.1 200"]);
  assert(/^x-method: HEAD\r$/m.test(said) && said.endsWith("\r\n\r\n"), said);
  const stream = stdoutOf(await curl("--head", `${server.url}/drip?pieces=1000000&pause=0`));
  assertEquals(statusesOf(stream), ["1.1 200"]);
  assert(stream.endsWith("\r\n\r\n"), stream);
  assertEquals(await server.next(), "body is cancelled: undefined");
});

served("curl uploads a large file, byte by byte the same", async (server) => {
  await withFile(async (path, sha256) => {
    const said = stdoutOf(await curl("--data-binary", `@${path}`, `${server.url}/upload`));
    assertEquals(JSON.parse(said), { size: LARGE, sha256, length: `${LARGE}`, coding: null });
  });
  assertEquals([await server.next(), await server.next()], ["upload begins", "upload ends"]);
});

served("curl uploads a large file in chunks, of no length known before", async (server) => {
  await withFile(async (path, sha256) => {
    const chunked = ["--header", "transfer-encoding: chunked", "--request", "POST"];
    const said = stdoutOf(await curl(...chunked, "--upload-file", path, `${server.url}/upload`));
    assertEquals(JSON.parse(said), { size: LARGE, sha256, length: null, coding: "chunked" });
  });
  assertEquals([await server.next(), await server.next()], ["upload begins", "upload ends"]);
});

served("curl that expects 100-continue is told to go on", async (server) => {
  const args = ["--verbose", "--expect100-timeout", "50", "--header", "expect: 100-continue"];
  const fetched = await curl(...args, "--data", "words", `${server.url}/upload`);
  const { size } = JSON.parse(stdoutOf(fetched));
  assertEquals(size, 5);
  const answers = Array.from(fetched.stderr.matchAll(/^< HTTP\/1.1 (\d+)/gm), ([, code]) => code);
  assertEquals(answers, ["100", "200"]);
  assertEquals([await server.next(), await server.next()], ["upload begins", "upload ends"]);
});

served("curl speaks HTTP/1.0, and gets a stream that ends with the connection", async (server) => {
  const page = stdoutOf(await curl("--http1.0", "--include", `${server.url}/hello`));
  assertEquals(statusesOf(page), ["1.0 200"]);
  assert(page.endsWith("\r\n\r\nhello\n"), page);
  const stream = await curl("--http1.0", "--include", `${server.url}/drip?pieces=3&pause=1`);
  const said = stdoutOf(stream);
  assert(!/^transfer-encoding/mi.test(said), said.slice(0, 300));
  assertEquals(said.slice(said.indexOf("\r\n\r\n") + 4).length, 30_000);
  assertEquals([await server.next(), await server.next()], ["body begins", "body ends"]);
});

served("curl asks for several pages over one connection", async (server) => {
  const paths = ["hello", "status?code=404", "drip?pieces=2&pause=1", "whole?bytes=9", "hello"];
  const urls = paths.map((path) => `${server.url}/${path}`);
  const format = "\n%{http_code} %{num_connects} %{size_download}\n";
  const fetched = await curl("--write-out", format, "--verbose", ...urls);
  const told = Array.from(stdoutOf(fetched).matchAll(/^(\d+) (\d) (\d+)$/gm), ([line]) => line);
  assertEquals(told, ["200 1 6", "404 0 4", "200 0 20000", "200 0 9", "200 0 6"]);
  assertEquals([await server.next(), await server.next()], ["body begins", "body ends"]);
});

served("curl unpacks what a handler has packed", async ({ url }) => {
  const fetched = await curl("--compressed", "--verbose", `${url}/packed`);
  assertEquals(stdoutOf(fetched), "abcdefghi\n".repeat(10_000));
  assert(/^< content-encoding: gzip\r$/mi.test(fetched.stderr), fetched.stderr);
});

served("curl gets every status as it was given", async ({ url }) => {
  const codes = [200, 201, 202, 204, 300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404]
    .concat([405, 409, 410, 413, 418, 422, 429, 451, 500, 501, 502, 503, 504, 599]);
  const urls = codes.map((code) => `${url}/status?code=${code}`);
  const said = stdoutOf(await curl("--write-out", "= %{http_code}\n", ...urls));
  assertEquals(Array.from(said.matchAll(/= (\d+)$/gm), ([, code]) => Number(code)), codes);
  const bodies = Array.from(said.matchAll(/^(\d+)$/gm), ([, code]) => Number(code));
  assertEquals(bodies, codes.filter((code) => code !== 204 && code !== 304));
});

served("curl sees 500 without details, and the program reports the error", async (server) => {
  const said = stdoutOf(await curl("--include", `${server.url}/fail`));
  assertEquals(statusesOf(said), ["1.1 500"]);
  assert(said.endsWith("\r\n\r\nInternal Server Error") && !said.includes("secret"), said);
  const report = "report: The handler of a request failed: Error: a secret";
  assertEquals(await server.next(), report);
});

served("curl sees that a body which breaks is not complete", async (server) => {
  const { code, stdout, stderr } = await curl(`${server.url}/broken`);
  assertEquals([code, stdout.length], [18, 10_000], stderr);
  const report = "report: The body of a response failed: Error: half of a body";
  assertEquals(await server.next(), report);
});
