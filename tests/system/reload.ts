/**
 * Renews a server's certificate while curl and openssl talk to it.
 *
 * @module
 */

import { serve, type Server } from "../../io.ts";
import { Event, gather, run, sleep } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../net/fixtures/certificate.ts";
import { OTHER_AUTHORITY, RENEWED } from "../net/fixtures/renewed_certificate.ts";
import { curl } from "./fixtures/curl.ts";
import { startProgram, writeProgram } from "./fixtures/of_page.ts";

const PIECE = new Uint8Array(10_000).fill(120);

/** A server whose `/drip` sends one piece, and the others once it is let go. */
class Dripping {
  readonly go = new Event();
  begun = 0;

  readonly handler = (request: Request): Response => {
    if (!request.url.endsWith("/drip")) return new Response("hello\n");
    let sent = 0;
    const body = new ReadableStream({
      pull: async (controller): Promise<void> => {
        if (sent === 1) {
          this.begun++;
          await this.go.wait();
        }
        if (sent++ < 50) return controller.enqueue(PIECE);
        controller.close();
      },
    }, { highWaterMark: 0 });
    return new Response(body);
  };
}

/** Lets a body use a server, with the authorities of both certificates in files. */
async function encrypted(
  body: (server: Server, dripping: Dripping, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "weft_reload_" });
  try {
    await Deno.writeTextFile(`${folder}/first.pem`, AUTHORITY);
    await Deno.writeTextFile(`${folder}/renewed.pem`, OTHER_AUTHORITY);
    await run(async () => {
      const dripping = new Dripping();
      await using server = serve(dripping.handler, { port: 0, cert: CERTIFICATE, key: KEY });
      await body(server, dripping, folder);
    }, { signals: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const version of ["--http1.1", "--http2"]) {
  Deno.test(`a download by curl ${version} goes on while the certificate is renewed`, () =>
    encrypted(async (server, dripping, folder) => {
      const ask = (authority: string, path: string) =>
        curl(
          version,
          "--cacert",
          `${folder}/${authority}.pem`,
          "--write-out",
          " %{http_version} %{size_download}",
          `https://localhost:${server.port}${path}`,
        );
      const download = ask("first", "/drip");
      while (dripping.begun === 0) await sleep(1);
      await server.reload(RENEWED);
      const spoken = version === "--http2" ? "2" : "1.1";
      assertEquals((await ask("renewed", "/hello")).stdout, `hello\n ${spoken} 6`);
      const refused = await ask("first", "/hello");
      assertEquals(refused.code, 60, "the old authority knows nothing of it");
      dripping.go.set();
      const { code, stdout, stderr } = await download;
      assertEquals([code, stdout.endsWith(` ${spoken} 500000`)], [0, true], stderr);
    }));
}

/** Asks openssl for the certificate shown at a port; gives who has made it, if there is one. */
async function issuerOf({ port }: { port: number }): Promise<string | undefined> {
  const args = ["s_client", "-connect", `127.0.0.1:${port}`, "-servername", "localhost"];
  const { stdout } = await new Deno.Command("openssl", { args, stdin: "null" }).output();
  return /^issuer=(.*)$/m.exec(new TextDecoder().decode(stdout))?.[1];
}

Deno.test("openssl sees the certificate of the moment", () =>
  encrypted(async (server) => {
    assertEquals(await issuerOf(server), "CN = weft test authority");
    await server.reload(RENEWED);
    assertEquals(await issuerOf(server), "CN = weft other authority");
    await server.reload({ cert: CERTIFICATE, key: KEY });
    assertEquals(await issuerOf(server), "CN = weft test authority");
  }));

Deno.test("each client that comes all the while is answered, if it was heard at all", () =>
  encrypted(async (server, _dripping, folder) => {
    let isOver = false;
    let answered = 0;
    const client = async () => {
      while (!isOver) {
        const { code, stdout, stderr } = await curl(
          "--cacert",
          `${folder}/both.pem`,
          `https://localhost:${server.port}/hello`,
        );
        if (code === 0 && stdout === "hello\n") answered++;
        // Refused, or closed in the handshake or after it, before the server has read anything.
        else assert([7, 35, 52, 56].includes(code), `${code}: ${stderr}`);
      }
    };
    await Deno.writeTextFile(`${folder}/both.pem`, AUTHORITY + OTHER_AUTHORITY);
    const renew = async () => {
      for (let times = 0; times < 10; times++) {
        const before = answered;
        await server.reload(times % 2 === 0 ? RENEWED : { cert: CERTIFICATE, key: KEY });
        while (answered < before + 3) await sleep(1);
      }
      isOver = true;
    };
    await gather([renew, client, client]);
    assertEquals(server.statistics().completed, answered);
  }));

/** Writes a certificate and its key to where the program of the page looks for them. */
async function write(folder: string, { cert, key }: { cert: string; key: string }): Promise<void> {
  await Deno.writeTextFile(`${folder}/cert.pem`, cert);
  await Deno.writeTextFile(`${folder}/key.pem`, key);
}

Deno.test("the program of the page renews its certificate by SIGHUP", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_reload_" });
  const server = await writeProgram(folder, "SIGHUP");
  await write(folder, { cert: CERTIFICATE, key: KEY });
  const child = startProgram(folder);
  try {
    while (await issuerOf(server) !== "CN = weft test authority");
    await write(folder, RENEWED);
    child.kill("SIGHUP");
    while (await issuerOf(server) !== "CN = weft other authority");
  } finally {
    child.kill("SIGTERM");
    assertEquals((await child.status).code, 143);
    await Deno.remove(folder, { recursive: true });
  }
});
