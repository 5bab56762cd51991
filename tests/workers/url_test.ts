import { assertEquals } from "../assert.ts";

const ROOT = new URL("../../", import.meta.url);

/** Is served beside the tree, and runs as a program of somebody who imports from there. */
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

/** Serves the sources of the tree, to read only. */
async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  const headers = { "content-type": "application/javascript" };
  if (pathname === "/program.js") return new Response(PROGRAM, { headers });
  if (!/^\/(mod|workers|src\/[\w/]+)(\.generated)?\.ts$/.test(pathname)) {
    return new Response("NOT A SOURCE", { status: 404 });
  }
  const text = await Deno.readTextFile(new URL(`.${pathname}`, ROOT));
  return new Response(text, { headers: { "content-type": "application/typescript" } });
}

Deno.test("a program that imports by URL runs workers with no permission", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  const cache = await Deno.makeTempDir();
  try {
    const host = `127.0.0.1:${server.addr.port}`;
    const flags = ["--no-prompt", "--no-lock", "--no-config", `--allow-import=${host}`];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", ...flags, `http://${host}/program.js`],
      cwd: cache,
      env: { DENO_DIR: cache, NO_COLOR: "1" },
    }).output();
    const decoder = new TextDecoder();
    assertEquals(code, 0, decoder.decode(stderr));
    assertEquals(decoder.decode(stdout), 'reported\n["in a worker",""]\n');
  } finally {
    await Deno.remove(cache, { recursive: true });
    await server.shutdown();
  }
});
