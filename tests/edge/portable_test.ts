import { assert, assertEquals } from "../assert.ts";
import { bundleSuite } from "../portable/bundle.ts";
import { readOutcomes } from "../portable/registry.ts";
import { checkOutcomes, FEWEST, namesOnDeno } from "../portable/run_suite.ts";
import { type Ability, portableFiles, ROOT } from "../portable/suite.ts";
import { startCounterpart } from "../web/counterpart_server.ts";
import { serveFolder, WITH_NODE_COMPAT } from "./workerd.ts";

/** The name of the header that says where the counterpart is. */
const COUNTERPART = "x-counterpart";

/** What a worker has. */
const ABILITIES: readonly Ability[] = ["WebSocket", "async context"];

/** Lists the modules that the bundled tests share. */
function sharedModules(folder: string): string[] {
  return ["chunks", "src/engine"].flatMap((path) =>
    Array.from(Deno.readDirSync(`${folder}/${path}`), ({ name }) => `${path}/${name}`)
  );
}

/** Writes the worker that runs one file of tests when it is asked to. */
function writeWorker(file: string): string {
  return `
import core from "core.wasm";
globalThis.areTestsHeld = true;
export default {
  async fetch(request) {
    const told = [];
    globalThis.counterpart = request.headers.get("${COUNTERPART}");
    globalThis.tellOutcome = (line) => void told.push(line);
    try {
      (await import("./src/engine/core_pool.ts.mjs")).provideModule(core);
      await (await import("./${file}.mjs")).run();
    } catch (error) {
      told.push(String(error?.stack ?? error));
    }
    return new Response(told.join("\\n"));
  },
};
`;
}

/** Writes the configuration: a service and a socket per file. */
function configure(files: readonly string[], shared: readonly string[]): string {
  const sockets = files.map((_, at) =>
    `(name = "${at}", address = "127.0.0.1:0", http = (), service = "${at}")`
  );
  const workers = files.map((file, at) => {
    const modules = [...shared, `${file}.mjs`]
      .map((path) => `(name = "${path}", esModule = embed "${path}")`);
    return `const worker${at} :Workerd.Worker = (
  modules = [
    (name = "worker.js", esModule = embed "worker${at}.js"),
    (name = "core.wasm", wasm = embed "core.wasm"),
    ${modules.join(",\n    ")},
  ],
  globalOutbound = "network",
  compatibilityDate = "${WITH_NODE_COMPAT}",
);`;
  });
  const services = files.map((_, at) => `(name = "${at}", worker = .worker${at})`);
  services.push(`(name = "network", network = (allow = ["private", "local"]))`);
  return `
using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [${services.join(", ")}],
  sockets = [${sockets.join(", ")}],
);

${workers.join("\n\n")}
`;
}

Deno.test("the portable tests pass in workerd, and are those of Deno", async () => {
  const folder = await Deno.makeTempDir({ prefix: "weft_workerd_" });
  const files = portableFiles();
  const [names] = await Promise.all([namesOnDeno(files), bundleSuite(folder, ABILITIES)]);
  await Deno.copyFile(new URL("edge/core.wasm", ROOT), `${folder}/core.wasm`);
  for (const [at, file] of files.entries()) {
    await Deno.writeTextFile(`${folder}/worker${at}.js`, writeWorker(file));
  }
  await Deno.writeTextFile(`${folder}/config.capnp`, configure(files, sharedModules(folder)));
  await using counterpart = startCounterpart();
  await using workerd = await serveFolder(folder, files.length);
  const found: string[] = [];
  let count = 0;
  for (const [at, file] of files.entries()) {
    const told = fetch(`http://127.0.0.1:${workerd.ports[at]}`, {
      headers: { [COUNTERPART]: counterpart.url },
    }).then((answer) => answer.text());
    const { ran, problems } = await checkOutcomes(
      file,
      ABILITIES,
      names[file],
      told.then(readOutcomes),
    );
    count += ran;
    found.push(...problems);
  }
  assertEquals(found, []);
  assert(count >= FEWEST, `${count} tests ran, of ${FEWEST} or more`);
  console.log(`${count} tests of ${files.length} files passed in workerd`);
});
