/**
 * Asks for what a service has, by curl: TLS, a Unix socket, events, errors that are responses.
 *
 * @module
 */

import { HttpError, sendEvents, serve, type Server } from "../../io.ts";
import { run, sleep, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { curl } from "./fixtures/curl.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../net/fixtures/certificate.ts";

/** Runs curl to its end; gives its status and what it printed. */
async function ask(...args: string[]): Promise<[code: number, out: string]> {
  const { code, stdout } = await until(curl(...args));
  return [code, stdout];
}

/** Runs a test in a folder of its own. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "weft_curl_" });
  try {
    await run(() => body(folder), { signals: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const hello = () => new Response("hello");

Deno.test("curl asks over TLS, by HTTP/2, and trusts the certificate's authority alone", () =>
  inFolder(async (folder) => {
    await using server = serve(hello, { port: 0, cert: CERTIFICATE, key: KEY });
    await until(Deno.writeTextFile(`${folder}/ca.pem`, AUTHORITY));
    const url = `https://localhost:${server.port}/`;
    const asked = await ask("--cacert", `${folder}/ca.pem`, "-w", " by %{http_version}", url);
    assertEquals(asked, [0, "hello by 2"]);
    assertEquals((await ask(url))[0], 60); // It knows no such authority.
  }));

Deno.test("curl asks over a Unix socket", () =>
  inFolder(async (folder) => {
    const path = `${folder}/socket`;
    await using _server = serve(hello, { path });
    assertEquals(await ask("--unix-socket", path, "http://localhost/"), [0, "hello"]);
  }));

Deno.test("curl hears events, and the server sees it go", () =>
  inFolder(async () => {
    const log: string[] = [];
    const events = async function* () {
      try {
        for (let n = 1;; n++) {
          yield { data: `${n}`, id: `${n}` };
          await sleep(10);
        }
      } finally {
        log.push("closed");
      }
    };
    await using server: Server = serve(() => sendEvents(events(), { retry: 5 }), { port: 0 });
    const [code, out] = await ask("--no-buffer", "--max-time", "0.5", server.url);
    assertEquals(code, 28); // Its time was over.
    assert(out.startsWith("retry: 5\n\nid: 1\ndata: 1\n\nid: 2\ndata: 2\n\n"), out);
    while (server.active > 0 || log.length === 0) await sleep(1);
    assertEquals(log, ["closed"]);
  }));

Deno.test("curl sees errors that are responses, bodies that are malformed or too large", () =>
  inFolder(async () => {
    const handler = async (request: Request) => {
      if (request.method === "GET") throw new HttpError(404, "none", { "x-why": "none" });
      return Response.json(await until(() => request.json()));
    };
    await using server = serve(handler, { port: 0, maxBody: 100 });
    const status = ["-w", " %{http_code}"];
    const [, missing] = await ask("-i", server.url);
    assert(/^HTTP\/1.1 404 .*\r\n[^]*x-why: none\r\n[^]*\r\n\r\nnone$/i.test(missing), missing);
    assertEquals(await ask(...status, "-d", '{"a":1}', server.url), [0, '{"a":1} 200']);
    assert((await ask(...status, "-d", "{oh", server.url))[1].endsWith(" 400"));
    const large = `"${"x".repeat(100)}"`;
    assert((await ask(...status, "-d", large, server.url))[1].endsWith(" 413"));
    const chunked = ["-H", "transfer-encoding: chunked"];
    assert((await ask(...status, ...chunked, "-d", large, server.url))[1].endsWith(" 413"));
  }));
