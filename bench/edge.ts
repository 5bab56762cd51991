/**
 * Measures the scripts of `edge/scripts/`: their sizes, and how long each takes until its first answer,
 * beside a script that only says hello: `-- ROUNDS`.
 *
 * @module
 */

import { bundleScript } from "../tests/edge/script_bundle.ts";
import { serveFolder, WITH_NODE_COMPAT } from "../tests/edge/workerd.ts";

const ROOT = new URL("../", import.meta.url);
const SCRIPTS = ["cloudflare", "deno_deploy", "service_worker"];
const HELLO = `export default { fetch() { return new Response("hello"); } };\n`;
const [rounds = 9] = Deno.args.filter((word) => word !== "--").map(Number);

const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[values.length >> 1].toFixed(1);
const inKilobytes = (bytes: number) => `${(bytes / 1024).toFixed(0)} KB`;

/** Bundles a script, and tells how large it is. */
async function measureSize(name: string): Promise<void> {
  const file = `${folder}/${name}.js`;
  await bundleScript(`edge/scripts/${name}.ts`, file, { minify: true });
  const bytes = await Deno.readFile(file);
  const gzip = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = (await new Response(gzip).arrayBuffer()).byteLength;
  console.log(`${name}: ${inKilobytes(bytes.length)} minified, ${inKilobytes(packed)} gzipped`);
}

/** Measures the first answer of workerd once it listens, in ms. */
async function measureWorkerd(script: string, hasCore: boolean): Promise<number> {
  const own = await Deno.makeTempDir();
  await Deno.writeTextFile(`${own}/worker.js`, script);
  await Deno.copyFile(new URL("edge/core.wasm", ROOT), `${own}/core.wasm`);
  const core = hasCore ? `, (name = "core.wasm", wasm = embed "core.wasm")` : "";
  await Deno.writeTextFile(
    `${own}/config.capnp`,
    `
using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")${core}],
  compatibilityDate = "${WITH_NODE_COMPAT}",
);
`,
  );
  await using workerd = await serveFolder(own);
  const before = performance.now();
  await (await fetch(workerd.address)).text();
  return performance.now() - before;
}

/** Measures a process of \`deno serve\` from its start to its first answer, in ms. */
async function measureDeno(file: string): Promise<number> {
  const before = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["serve", "--port=0", "--host=127.0.0.1", "--no-check", file],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = child.stderr.pipeThrough(new TextDecoderStream());
  let text = "";
  for await (const piece of said.values({ preventCancel: true })) {
    text += piece;
    if (/127\.0\.0\.1:\d+/.test(text)) break;
  }
  const [address] = /127\.0\.0\.1:\d+/.exec(text) ?? [];
  await (await fetch(`http://${address}/`)).text();
  const taken = performance.now() - before;
  child.kill("SIGKILL");
  await child.status;
  await said.cancel();
  return taken;
}

/** Lets two measurements take turns, and tells the medians. */
async function compare(
  what: string,
  bare: () => Promise<number>,
  weft: () => Promise<number>,
): Promise<void> {
  const samples: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    samples[0].push(await bare());
    samples[1].push(await weft());
  }
  console.log(`${what}: ${median(samples[0])} ms bare, ${median(samples[1])} ms with Weft`);
}

const folder = await Deno.makeTempDir({ prefix: "weft_edge_" });
try {
  for (const name of SCRIPTS) await measureSize(name);
  const script = await Deno.readTextFile(`${folder}/cloudflare.js`);
  await compare(
    "first answer in workerd",
    () => measureWorkerd(HELLO, false),
    () => measureWorkerd(script, true),
  );
  const hello = `${folder}/hello.ts`;
  await Deno.writeTextFile(hello, HELLO);
  await compare(
    "first answer of deno serve",
    () => measureDeno(hello),
    () => measureDeno("edge/scripts/deno_deploy.ts"),
  );
} finally {
  await Deno.remove(folder, { recursive: true });
}
