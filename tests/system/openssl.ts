/**
 * Encrypted connections with openssl at the other end.
 *
 * @module
 */

import {
  type ChildProcess,
  type Connection,
  openConnection,
  spawn,
  startServer,
} from "../../io.ts";
import { createTask, run } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { AUTHORITY, CERTIFICATE, KEY } from "../net/fixtures/certificate.ts";

/** Lets a body use files with the certificate, its key and the authority. */
async function withFiles(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/cert.pem`, CERTIFICATE);
    await Deno.writeTextFile(`${folder}/key.pem`, KEY);
    await Deno.writeTextFile(`${folder}/authority.pem`, AUTHORITY);
    await run(() => body(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Starts openssl's server, which sends each line back in reverse; returns it with its port. */
async function startOpenssl(folder: string, ...more: string[]): Promise<[ChildProcess, number]> {
  const args = ["s_server", "-accept", "127.0.0.1:0", "-rev"];
  args.push("-cert", `${folder}/cert.pem`, "-key", `${folder}/key.pem`, ...more);
  const server = spawn("openssl", args, { stdin: "piped", stdout: "piped", stderr: "null" });
  for await (const line of server.stdout) {
    const [, port] = /^ACCEPT .*:(\d+)$/.exec(line) ?? [];
    if (port !== undefined) return [server, Number(port)];
  }
  throw new Error("openssl has not begun to listen");
}

Deno.test("a client is encrypted with openssl, from the start and by the name of the server", () =>
  withFiles(async (folder) => {
    const [openssl, port] = await startOpenssl(folder);
    await using _server = openssl;
    for (const options of [{ hostname: "localhost" }, { hostname: "127.0.0.1" }]) {
      const tls = { caCerts: [AUTHORITY], serverName: "localhost" };
      await using connection = await openConnection({ ...options, port, tls });
      connection.writer.writeLine("olleh");
      assertEquals(await connection.reader.readLine(), "hello");
    }
  }));

Deno.test("a client shows openssl its certificate, and is refused without one", () =>
  withFiles(async (folder) => {
    const verify = ["-Verify", "2", "-verify_return_error", "-CAfile", `${folder}/authority.pem`];
    const [openssl, port] = await startOpenssl(folder, ...verify);
    await using _server = openssl;
    const options = { hostname: "localhost", port };
    const trust = { caCerts: [AUTHORITY] };
    {
      const tls = { ...trust, cert: CERTIFICATE, key: KEY };
      await using connection = await openConnection({ ...options, tls });
      connection.writer.writeLine("olleh");
      assertEquals(await connection.reader.readLine(), "hello");
    }
    let error: unknown;
    try { // With TLS 1.3, the client learns of it by its first read.
      const connection = await openConnection({ ...options, tls: trust });
      await connection.reader.readLine();
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof Error, "it must be refused");
  }));

Deno.test("a connection is encrypted in the middle, with openssl behind STARTTLS", () =>
  withFiles(async (folder) => {
    const [openssl, port] = await startOpenssl(folder);
    await using _openssl = openssl;
    await using server = startServer(async ({ reader, writer }) => {
      assertEquals(await reader.readLine(), "STARTTLS");
      writer.writeLine("220 go ahead");
      await using behind = await openConnection({ port });
      const back = createTask(() => pass(behind, writer));
      await pass({ reader }, behind.writer);
      behind.close();
      await back;
    }, { port: 0 });
    await using connection = await openConnection({ hostname: "localhost", port: server.port });
    connection.writer.writeLine("STARTTLS");
    assertEquals(await connection.reader.readLine(), "220 go ahead");
    await connection.startTls({ caCerts: [AUTHORITY] });
    connection.writer.writeLine("olleh");
    assertEquals(await connection.reader.readLine(), "hello");
  }));

/** Passes on what is read, to its end. */
async function pass(
  { reader }: Pick<Connection, "reader">,
  writer: Connection["writer"],
): Promise<void> {
  for await (const piece of reader.pieces()) writer.write(piece);
}

Deno.test("openssl's client talks to a server, and checks its certificate", () =>
  withFiles(async (folder) => {
    await using server = startServer(async ({ reader, writer }) => {
      writer.writeLine(`hello, ${await reader.readLine()}`);
    }, { port: 0, cert: CERTIFICATE, key: KEY });
    const args = ["s_client", "-connect", `127.0.0.1:${server.port}`, "-servername", "localhost"];
    args.push("-verify_hostname", "localhost", "-verify_return_error", "-quiet");
    args.push("-CAfile", `${folder}/authority.pem`);
    await using client = spawn("openssl", args, {
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    });
    client.stdin.writeLine("world");
    assertEquals(await client.stdout.readLine(), "hello, world");
  }));
