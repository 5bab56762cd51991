import { assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);

/** A program of somebody who imports from where the tree is served. */
const PROGRAM = `
import { run } from "./mod.ts";
import { currentJob, WorkerPool } from "./workers.ts";

export function* describe(what) {
  currentJob().report("reported");
  return [what, (yield* granted()).join()];
}

function* granted() {
  const names = ["read", "write", "net", "env", "run", "sys", "ffi"];
  return names.filter((name) => Deno.permissions.querySync({ name }).state === "granted");
}

if (import.meta.main) {
  await run(async () => {
    await using pool = new WorkerPool({ size: 1 });
    const job = pool.job(import.meta.url, "describe", ["in a worker"]);
    for await (const report of job) console.log(report);
    console.log(JSON.stringify(await job));
  });
}
`;

/** A program that runs source text in a process, which may do nothing. */
const CONFINES = `
import { run } from "./mod.ts";
import { ProcessPool, sourceModule } from "./workers.ts";

const source = sourceModule(\`
  export async function main(addresses) {
    const said = [];
    for (const address of addresses) {
      said.push(await import(address).then(() => "imported", (error) => String(error)));
    }
    return said;
  }
\`, { language: "javascript" });

await run(async () => {
  await using pool = new ProcessPool({ size: 1, permissions: {} });
  const said = await pool.run(source, "main", ["https://esm.sh/none", "jsr:@weft/none", "npm:none"]);
  for (const [n, words] of ["import access", "import access", "--no-npm"].entries()) {
    console.log(said[n].includes(words) ? words : said[n]);
  }
});
`;

/** Serves the sources of the tree, to read only. */
async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const headers = { "content-type": "application/javascript" };
  if (pathname === "/program.js") return new Response(PROGRAM, { headers });
  if (pathname === "/confines.js") return new Response(CONFINES, { headers });
  if (!/^\/(mod|workers|src\/[\w/]+)(\.generated)?\.ts$/.test(pathname)) {
    return new Response("NOT A SOURCE", { status: 404 });
  }
  const text = await Deno.readTextFile(new URL(`.${pathname}`, ROOT));
  return new Response(text, { headers: { "content-type": "application/typescript" } });
}

/** Runs a program where the tree is served; gives what it prints. */
async function runServed(name: string, ...flags: string[]): Promise<string> {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  const cache = await Deno.makeTempDir();
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    const fixed = ["--no-prompt", "--no-lock", "--no-config", `--allow-import=${host}`];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...fixed, ...flags, `http://${host}/${name}.js`],
      cwd: cache,
      env: { DENO_DIR: cache, NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    return decoder.decode(stdout);
  } finally {
    await Deno.remove(cache, { recursive: true });
    await server.shutdown();
  }
}

Deno.test("a program that imports by URL runs workers with no permission", async () => {
  assertEquals(await runServed("program"), 'reported\n["in a worker",""]\n');
});

Deno.test("a program that imports by URL keeps source text from all other addresses", async () => {
  const printed = await runServed("confines", `--allow-run=${Deno.execPath()}`);
  assertEquals(printed, "import access\nimport access\n--no-npm\n");
});
