import { assert, assertEquals } from "./assert.ts";

const ROOT = new URL("../", import.meta.url);

/** Is served beside the tree, and runs as a program of somebody who imports from there. */
const PROGRAM = `
import { newCore, Total, Word } from "./core.ts";
import { run, sleep } from "./mod.ts";

const core = newCore();
const late = core.claimArmed(4, 20);
const soon = core.claimArmed(4, 10);
const expired = core.expire(core.totals[Total.NEAREST]);
const leased = core.begin();
const granted = [];
for (const name of ["read", "write", "net", "env", "run", "sys", "ffi"]) {
  if (Deno.permissions.querySync({ name }).state === "granted") granted.push(name);
}
console.log(JSON.stringify({
  engine: core.engine,
  result: await run(() => sleep(0, "a result")),
  expired,
  leased,
  isSoon: core.lease[0] === soon,
  left: core.words[Word.TIMERS],
  isLateArmed: core.state(late) === 3,
  granted,
}));
`;

/** Serves the sources of the tree, to read only. */
async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  if (request.method !== "GET") return new Response("read only", { status: 405 });
  const headers = { "content-type": "application/typescript" };
  if (pathname === "/program.ts") return new Response(PROGRAM, { headers });
  const isSource = /^\/(\w+|(src|examples)\/[\w/]+)(\.generated)?\.ts$/.test(pathname);
  if (!isSource) return new Response("NOT A SOURCE", { status: 404 });
  return new Response(await Deno.readTextFile(new URL(`.${pathname}`, ROOT)), { headers });
}

/** Are examples, with all the permissions that they need beside that to import. */
const EXAMPLES: readonly (readonly [file: string, ...permissions: string[]])[] = [
  ["hello.ts"],
  ["cpu_in_a_thread.ts"], // Its workers are imported by URL, too.
  ["gather_pages.ts", "--allow-net=127.0.0.1"],
  ["service_and_scraper.ts", "--allow-net=127.0.0.1"],
  ["demo.ts", "--allow-net=127.0.0.1"],
];

/** Runs a module by its address, with a cache of its own and no permission but to import. */
async function runRemote(
  address: string,
  permissions: readonly string[] = [],
  args: readonly string[] = [],
): Promise<{ code: number; out: string; error: string }> {
  const cache = await Deno.makeTempDir();
  try {
    const command = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--no-lock",
        "--no-config",
        `--allow-import=${new URL(address).host}`,
        ...permissions,
        address,
        ...args,
      ],
      cwd: cache,
      env: { DENO_DIR: cache, NO_COLOR: "1" },
    });
    const { code, stdout, stderr } = await command.output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), error: decoder.decode(stderr) };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}

Deno.test("a program that imports by URL runs on WASM with no permission", async () => {
  const fetched: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    fetched.push(new URL(request.url).pathname);
    return serve(request);
  });
  try {
    const base = `http://127.0.0.1:${server.addr.port}`;
    const { code, out, error } = await runRemote(`${base}/program.ts`);
    assertEquals(code, 0, error);
    assertEquals(JSON.parse(out), {
      engine: "wasm",
      result: "a result",
      expired: 1,
      leased: 1,
      isSoon: true,
      left: 1,
      isLateArmed: true,
      granted: [],
    });
    const isSource = (path: string) => /^\/(mod|core|src\/.*)\.ts$/.test(path);
    assertEquals(fetched.filter((path) => !isSource(path)), ["/program.ts"]);
    for (const entry of ["/mod.ts", "/core.ts"]) assert(fetched.includes(entry), entry);
  } finally {
    await server.shutdown();
  }
});

for (const [file, ...permissions] of EXAMPLES) {
  Deno.test(`examples/${file} runs by URL with an empty cache, and no more than it needs`, async () => {
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
    try {
      const address = `http://127.0.0.1:${server.addr.port}/examples/${file}`;
      const { code, out, error } = await runRemote(address, permissions, ["native"]);
      assertEquals(code, 0, error);
      assert(out.trim().split("\n").length > 1, `it printed: ${out}`);
    } finally {
      await server.shutdown();
    }
  });
}
