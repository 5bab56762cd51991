/**
 * Serves behind nginx, as the page "A service" configures it.
 *
 * @module
 */

import { connectWebSocket, eventSource, sendEvents, serve, upgradeWebSocket } from "../../io.ts";
import { run, sleep, until } from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { get, RawClient } from "../http/server/raw_client.ts";

const PAGE = new URL("../../docs/service.md", import.meta.url);

/** Is nginx before two sockets, in a folder of its own. */
class Nginx implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #folder: string;
  readonly port: number;

  private constructor(child: Deno.ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.port = port;
  }

  /** Starts it with what the page says, but for places and times. */
  static async start(folder: string): Promise<Nginx> {
    const [, written] = /```nginx\n([^]*?)```/.exec(await Deno.readTextFile(PAGE))!;
    const port = freePort();
    const site = written
      .replaceAll("/run/app/", `${folder}/`)
      .replace("listen 443 ssl;", `listen 127.0.0.1:${port};`)
      .replaceAll(/^( *(?:client_header|client_body|send|keepalive)_timeout) \d+s;/gm, "$1 1s;");
    assertEquals(site.match(/_timeout 1s;/g)?.length, 4, site);
    for (const changed of [folder, `:${port};`]) {
      assert(site.includes(changed), `${changed} must be in:\n${site}`);
    }
    await Deno.writeTextFile(
      `${folder}/nginx.conf`,
      `daemon off; pid ${folder}/pid; error_log ${folder}/error.log;
events {}
http { access_log ${folder}/access.log; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy;
fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
${site} }`,
    );
    const child = new Deno.Command("/usr/sbin/nginx", {
      args: ["-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
      stdout: "null",
      stderr: "null",
    }).spawn();
    const nginx = new Nginx(child, folder, port);
    for (;;) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return nginx;
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

/** Finds a port that nobody listens at. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test("two servers behind nginx share what comes, WebSockets and events included", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_nginx_" });
  await Deno.chmod(folder, 0o777);
  await run(async () => {
    const handler = (name: string) => (request: Request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/ws") {
        return upgradeWebSocket(request, async (socket) => {
          for await (const message of socket) await socket.send(`${name}: ${message}`);
        });
      }
      if (pathname !== "/events") return new Response(name);
      const ticks = async function* () {
        for (let n = 1;; n++) {
          yield `tick ${n}`;
          await sleep(10);
        }
      };
      return sendEvents(ticks());
    };
    await using _first = serve(handler("first"), { path: `${folder}/1.sock` });
    await using _second = serve(handler("second"), { path: `${folder}/2.sock` });
    for (const name of ["1", "2"]) await Deno.chmod(`${folder}/${name}.sock`, 0o777);
    await using nginx = await Nginx.start(folder);
    const seen = new Set<string>();
    for (let n = 0; n < 4; n++) {
      const response = await until(fetch(nginx.url));
      seen.add(await until(response.text()));
    }
    assertEquals([...seen].toSorted(), ["first", "second"]);
    {
      await using socket = await connectWebSocket(`${nginx.url}/ws`);
      await socket.send("hello");
      assert(/^(first|second): hello$/.test(String(await socket.receive())));
    }
    const ticks: string[] = [];
    for await (const { data } of eventSource(`${nginx.url}/events`)) {
      ticks.push(data);
      if (ticks.length === 3) break;
    }
    assertEquals(ticks, ["tick 1", "tick 2", "tick 3"]);
  }, { signals: [] });
});

/** What clients say that then say no more, and what they hear before they are cut off. */
const STALLING: Readonly<Record<string, readonly [said: string, heard: RegExp]>> = {
  "half a head": ["GET / HTTP/1.1\r\nhost: te", /^(HTTP\/1.1 408 [^]*)?$/],
  "half a body": [
    "POST / HTTP/1.1\r\nhost: test\r\ncontent-length: 10\r\n\r\nhalf",
    /^(HTTP\/1.1 408 [^]*)?$/,
  ],
  "a request, and then nothing": [get("/"), /^HTTP\/1.1 200 [^]*\r\n\r\nhello$/],
};

Deno.test("nginx ends what the host leaves open, and the service sees none of it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_nginx_" });
  await Deno.chmod(folder, 0o777);
  await run(async () => {
    const seen: string[] = [];
    const handler = (request: Request) => {
      const { pathname } = new URL(request.url);
      seen.push(pathname);
      return new Response(pathname === "/large" ? new Uint8Array(50_000_000) : "hello");
    };
    await using _first = serve(handler, { path: `${folder}/1.sock` });
    await using _second = serve(handler, { path: `${folder}/2.sock` });
    for (const name of ["1", "2"]) await Deno.chmod(`${folder}/${name}.sock`, 0o777);
    await using nginx = await Nginx.start(folder);
    for (const [what, [said, expected]] of Object.entries(STALLING)) {
      using client = await RawClient.open(nginx, said);
      const { text } = await client.all();
      assert(expected.test(text), `${what}: ${text}`);
    }
    using client = await RawClient.open(nginx, get("/large"));
    while (!(await Deno.readTextFile(`${folder}/access.log`)).includes("/large")) await sleep(20);
    const { text } = await client.all();
    assert(text.length < 50_000_000, "it was given up before all was taken");
    assertEquals(seen, ["/", "/large"]);
  }, { signals: [] });
});
