/**
 * Starts workerd with a worker made of sources of the tree.
 *
 * @module
 */

import * as esbuild from "esbuild";
import { install, type Runtime } from "../portable/runtimes.ts";

/** The workerd that the tests know. */
const WORKERD: Runtime = {
  name: "workerd 1.20261117.1",
  package: "workerd@1.20261117.1",
  locate: ["sh", "-c", "command -v workerd"],
};
/** Fix the behavior of workers: from 2026-08-04 on they have what `nodejs_compat` gives. */
export const WITH_NODE_COMPAT = "2026-08-04";
export const WITHOUT_NODE_COMPAT = "2026-08-03";

const ROOT = new URL("../../", import.meta.url);

/** Is workerd, running. */
export interface Workerd extends AsyncDisposable {
  /** The address of the worker. */
  readonly address: string;
}

/** Bundles the worker; its core stays a module of its own. */
async function bundle(folder: string): Promise<void> {
  await esbuild.build({
    entryPoints: [new URL("tests/edge/worker.ts", ROOT).pathname],
    outfile: `${folder}/worker.js`,
    bundle: true,
    format: "esm",
    target: "es2022",
    external: ["*.wasm"],
    logLevel: "error",
  });
  await esbuild.stop();
  await Deno.copyFile(new URL("edge/core.wasm", ROOT), `${folder}/core.wasm`);
  await Deno.copyFile(new URL("tests/edge/upstream.js", ROOT), `${folder}/upstream.js`);
}

/** Writes the configuration of the worker. */
function configure(date: string, flags: readonly string[]): string {
  const list = flags.map((flag) => JSON.stringify(flag)).join(", ");
  return `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "upstream", worker = .upstream)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const main :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
  ],
  bindings = [(name = "UPSTREAM", service = "upstream")],
  compatibilityDate = "${date}",
  compatibilityFlags = [${list}],
);

const upstream :Workerd.Worker = (
  modules = [(name = "upstream.js", esModule = embed "upstream.js")],
  compatibilityDate = "${date}",
);
`;
}

/** Starts workerd with the worker, as of a date, with flags. */
export async function startWorkerd(
  date: string,
  flags: readonly string[] = [],
): Promise<Workerd> {
  const folder = await Deno.makeTempDir({ prefix: "weft_workerd_" });
  await bundle(folder);
  await Deno.writeTextFile(`${folder}/config.capnp`, configure(date, flags));
  return await serveFolder(folder);
}

/** Starts workerd with the configuration in a folder, which is removed at the end. */
export async function serveFolder(folder: string): Promise<Workerd> {
  const child = new Deno.Command(await install(WORKERD), {
    args: ["serve", `${folder}/config.capnp`, "--control-fd=1"],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  const control = child.stdout.pipeThrough(new TextDecoderStream());
  const stop = async () => {
    child.kill("SIGKILL");
    await child.status;
    await control.cancel();
    await Deno.remove(folder, { recursive: true });
    // In debug mode a loop warns of steps that take long, as all do on a machine that is busy.
    const errors = (await said).replaceAll(/^Executing .+ took \d+ ms$/gm, "");
    if (errors.trim() !== "") throw new Error(`workerd complained: ${errors}`);
  };
  const port = await readPort(control);
  if (port === undefined) throw new Error(`workerd ended before it listened: ${await said}`);
  return { address: `http://127.0.0.1:${port}`, [Symbol.asyncDispose]: stop };
}

/** Reads from the control channel the port that workerd listens on; none if it ends before. */
async function readPort(control: ReadableStream<string>): Promise<number | undefined> {
  let text = "";
  for await (const part of control.values({ preventCancel: true })) {
    text += part;
    const end = text.indexOf("\n");
    if (end >= 0) return JSON.parse(text.slice(0, end)).port;
  }
  return undefined;
}
