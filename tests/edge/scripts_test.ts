import { assert, assertEquals } from "../assert.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { bundleScript } from "./script_bundle.ts";
import { serveFolder, WITH_NODE_COMPAT } from "./workerd.ts";

const ROOT = new URL("../../", import.meta.url);

/** Writes the configuration of the script for Cloudflare. */
const configure = (upstream: string) => `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "network", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
  ],
  bindings = [(name = "UPSTREAM", text = "${upstream}")],
  globalOutbound = "network",
  compatibilityDate = "${WITH_NODE_COMPAT}",
  compatibilityFlags = ["enable_request_signal"],
);
`;

/** Reads a stream up to some words, and leaves it. */
async function readUntil(response: Response, words: string): Promise<string> {
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes(words)) break;
  }
  return text;
}

Deno.test("the script for Cloudflare answers in workerd, many requests at once", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_script_" });
  await bundleScript("edge/scripts/cloudflare.ts", `${folder}/worker.js`);
  await Deno.copyFile(new URL("edge/core.wasm", ROOT), `${folder}/core.wasm`);
  await using counterpart = startCounterpart();
  await Deno.writeTextFile(`${folder}/config.capnp`, configure(counterpart.url));
  await using workerd = await serveFolder(folder);
  const url = workerd.address;
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    return [response.status, await response.text()];
  };
  const hello = await fetch(url);
  assertEquals([hello.status, hello.headers.get("content-length")], [200, "5"]);
  assertEquals(await hello.text(), "hello");
  assertEquals(await ask("/else"), [404, "There is no /else"]);
  const pages = await Promise.all(
    Array.from({ length: 50 }, (_, n) => ask(`/pages?name=lines/1&name=status/200&n=${n}`)),
  );
  const expected = JSON.stringify(["line 0\n", "status 200"]);
  assertEquals(pages.filter(([status, text]) => status !== 200 || text !== expected), []);
  assertEquals(await ask("/pages?name=status/404"), [502, "The other server does not answer"]);
  const ticks = await fetch(`${url}/ticks`);
  assertEquals(ticks.headers.get("content-type"), "text/event-stream");
  const text = await readUntil(ticks, "tick 3");
  assert(text.startsWith("id: 1\ndata: tick 1\n\nid: 2\n"), text);
  assertEquals(await ask("/"), [200, "hello"]);
});

Deno.test("the script for Deno Deploy tells all who listen, as deno serve runs it", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["serve", "--port=0", "--host=127.0.0.1", "--no-check", "edge/scripts/deno_deploy.ts"],
    cwd: ROOT.pathname,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  try {
    const said = child.stderr.pipeThrough(new TextDecoderStream());
    let port: string | undefined;
    let text = "";
    for await (const piece of said.values({ preventCancel: true })) {
      text += piece;
      port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1];
      if (port !== undefined) break;
    }
    const url = `http://127.0.0.1:${port}/news`;
    const listening = await Promise.all([1, 2].map(() => fetch(url)));
    const heard = listening.map((response) => readUntil(response, "hello"));
    const publish = async (body: string) => {
      const response = await fetch(url, { method: "POST", body });
      return [response.status, await response.text()];
    };
    for (;;) { // A listener counts once its client reads.
      const [status, text] = await publish('{ "text": "hello" }');
      assertEquals(status, 200, `${text}`);
      if (text === '{"listeners":2}') break;
    }
    for (const text of await Promise.all(heard)) assert(text.includes("data: hello\n\n"), text);
    assertEquals((await publish("{oh"))[0], 400);
    assertEquals(await publish("{}"), [422, "text must be a string"]);
    const other = await fetch(url, { method: "PUT" });
    assertEquals([other.status, other.headers.get("allow")], [405, "GET, POST"]);
    await other.body?.cancel();
    for (;;) { // Those who have left are forgotten.
      if ((await publish('{ "text": "anybody?" }'))[1] === '{"listeners":0}') break;
    }
    await said.cancel();
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
});
