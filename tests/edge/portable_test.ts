import { bundleSuite } from "../portable/bundle.ts";
import { checkSuite, namesOnDeno } from "../portable/run_suite.ts";
import { type Ability, portableFiles, ROOT } from "../portable/suite.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { serveFolder, WITH_NODE_COMPAT } from "./workerd.ts";

/** The name of the header that says where the counterpart is. */
const COUNTERPART = "x-counterpart";

/** What a worker has. */
const ABILITIES: readonly Ability[] = ["WebSocket", "async context"];

/** Lists the modules that the suite consists of. */
function modulesOf(folder: string): string[] {
  const shared = ["chunks", "src/engine"].flatMap((path) =>
    Array.from(Deno.readDirSync(`${folder}/${path}`), ({ name }) => `${path}/${name}`)
  );
  return ["suite.mjs", ...portableFiles().map((path) => `${path}.mjs`), ...shared];
}

/** The worker that runs the tests when it is asked to. */
const WORKER = `
import core from "core.wasm";
globalThis.areTestsHeld = true;
export default {
  async fetch(request) {
    const told = [];
    globalThis.counterpart = request.headers.get("${COUNTERPART}");
    globalThis.tellOutcome = (line) => void told.push(line);
    try {
      (await import("./src/engine/core_pool.ts.mjs")).provideModule(core);
      await (await import("./suite.mjs")).run();
    } catch (error) {
      told.push(String(error?.stack ?? error));
    }
    return new Response(told.join("\\n"));
  },
};
`;

/** Writes the configuration of the worker. */
function configure(modules: readonly string[]): string {
  const list = modules.map((path) => `(name = "${path}", esModule = embed "${path}")`);
  return `
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
    ${list.join(",\n    ")},
    (name = "core.wasm", wasm = embed "core.wasm"),
  ],
  globalOutbound = "network",
  compatibilityDate = "${WITH_NODE_COMPAT}",
);
`;
}

Deno.test("the portable tests pass in workerd, and are those of Deno", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_workerd_" });
  const [names] = await Promise.all([namesOnDeno(), bundleSuite(folder, ABILITIES)]);
  await Deno.copyFile(new URL("edge/core.wasm", ROOT), `${folder}/core.wasm`);
  await Deno.writeTextFile(`${folder}/worker.js`, WORKER);
  const modules = ["worker.js", ...modulesOf(folder)];
  await Deno.writeTextFile(`${folder}/config.capnp`, configure(modules));
  await using counterpart = startCounterpart();
  await using workerd = await serveFolder(folder);
  const headers = { [COUNTERPART]: counterpart.url };
  const told = await fetch(workerd.address, { headers });
  checkSuite("workerd", ABILITIES, names, await told.text());
});
