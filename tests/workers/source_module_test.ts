import { type Awaitable, CancelledError, Event, run, RuntimeError, until } from "../../mod.ts";
import {
  JobLostError,
  type Pool,
  ProcessPool,
  type ProcessPoolOptions,
  RemoteError,
  sourceModule,
  WorkerPool,
} from "../../workers.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { asGenerator, failure, inWorld, type Program, trial } from "../futures/trial.ts";

/** Makes a pool for code that is not to be trusted. */
function newPool(options: ProcessPoolOptions = {}): ProcessPool {
  return new ProcessPool({ size: 1, permissions: {}, maxJobs: 1, ...options });
}

/** Runs the body of an async function in a pool. */
function tryOut(pool: Pool, body: string, ...args: unknown[]): Awaitable<unknown> {
  const source = `export async function main(...args: any[]) { ${body} }`;
  return pool.run(sourceModule(source), "main", ...args);
}

/** Asserts that each of some bodies fails with an error that has some words. */
function* allFail(
  pool: Pool,
  bodies: Readonly<Record<string, string>>,
  ...args: unknown[]
): Program {
  for (const [body, words] of Object.entries(bodies)) {
    const source = `try { ${body}; return "IT WORKED"; } catch (error) { return String(error); }`;
    const said = (yield tryOut(pool, source, ...args)) as string;
    assert(said.includes(words), `${body}: ${said}`);
  }
}

trial("sourceModule() makes jobs of source text, in threads and processes", function* () {
  const source = `#!/usr/bin/env deno
    interface Point { x: number; y: number }
    const greeting: string = "grüß 👋";
    export const plain = ({ x, y }: Point) => x + y;
    export async function later(n: number) { await null; return 2 * n; }
    export const greet = () => greeting;
    // the end`;
  for (const pool of [new WorkerPool({ size: 1 }), newPool({ maxJobs: Infinity })]) {
    const module = sourceModule(source);
    assertEquals(yield pool.run(module, "plain", { x: 2, y: 3 }), 5);
    assertEquals(yield pool.map(module, "later", [1, 2]), [2, 4]);
    assertEquals(yield pool.run(module, "greet"), "grüß 👋");
    const script = sourceModule("export const f = () => <any> 5", { language: "javascript" });
    yield* failure(pool.run(script, "f"), RuntimeError, "Cannot import the module of the job");
    yield pool.close();
  }
});

trial("sourceModule() keeps the lines of the source, and messages short", function* () {
  const pool = newPool({ maxJobs: Infinity });
  const filler = "// a comment\n".repeat(500);
  const failing = sourceModule(
    `${filler}export const f = () => {\n  throw new RangeError("here"); };`,
  );
  const error = yield* failure(pool.run(failing, "f"), RangeError, "here");
  assert(/:502:\d+\)?$/m.test(error.stack!), error.stack);
  const missing = yield* failure(pool.run(failing, "g"), TypeError, "Cannot find g", "exports f");
  assert(missing.message.length < 200, missing.message);
  const broken = sourceModule(`${filler}export const = 5`);
  yield* failure(pool.run(broken, "f"), RuntimeError, "Cannot import the module of the job");
  yield pool.close();
});

trial("source text calls back without an import", function* () {
  const pool = newPool({ maxJobs: Infinity });
  const calls = { double: (n: number) => 2 * n };
  const body = `const currentJob = () => "its own"; return currentJob();`;
  assertEquals(yield tryOut(pool, body), "its own");
  const sources = [
    "export const main = (n: number) => currentJob().call('double', n)",
    "export const main = async (n: number) => await currentJob().call('double', n)",
    "export function* main(n: number) { return yield* currentJob().call('double', n); }",
  ];
  for (const source of sources) {
    assertEquals(yield pool.job(sourceModule(source), "main", [21], { calls }), 42);
  }
  yield pool.close();
});

trial(
  "what may do nothing reaches no file, program, variable or secret of the system",
  function* () {
    const pool = newPool({ maxJobs: Infinity });
    const file = import.meta.filename!;
    yield* allFail(pool, {
      "Deno.readTextFileSync(args[0])": "NotCapable",
      "(await import('node:fs')).readFileSync(args[0])": "NotCapable",
      "(await import('node:module')).createRequire(args[0])('./a.cjs')": "NotCapable",
      "Deno.writeTextFileSync(args[0] + '.new', '')": "NotCapable",
      "Deno.makeTempFileSync()": "NotCapable",
      "localStorage.setItem('a', 'b')": "Not a directory",
      "await caches.open('a')": "Failed to create cache storage",
      "new (await import('node:sqlite')).DatabaseSync(args[0])": "NotCapable",
      "Deno.env.get('HOME')": "NotCapable",
      "process.env.HOME.length": "NotCapable",
      "new Deno.Command(Deno.execPath()).outputSync()": "NotCapable",
      "(await import('node:child_process')).execSync('true')": "NotCapable",
      "Deno.kill(Deno.ppid, 'SIGTERM')": "NotCapable",
      "Deno.dlopen('libc.so.6', {})": "NotCapable",
      "Deno.hostname()": "NotCapable",
    }, file);
    const asked = "return (await Deno.permissions.request({ name: 'read' })).state";
    assertEquals(yield tryOut(pool, asked), "denied");
    yield pool.close();
  },
);

trial("what may do nothing imports nothing but text that it has itself", function* () {
  const pool = newPool({ maxJobs: Infinity });
  const inText = "data:text/javascript,import ";
  yield* allFail(pool, {
    "await import(args[0])": "Requires read access",
    [`await import(${JSON.stringify(inText)} + JSON.stringify(args[0]))`]: "Requires read access",
    "await import('https://jsr.io/@weft/none.ts')": "--no-remote",
    "await import('https://' + 'esm.sh/none')": "--no-remote",
    "await import('jsr:@weft/none')": "--no-remote",
    "await import('npm:' + 'none')": "--no-npm",
    "await import('http://127.0.0.1:1/none.ts')": "Requires import access",
    [
      "await new Promise((_, reject) => new Worker('https://esm.sh/none', { type: 'module' })" +
      ".onerror = (event) => { event.preventDefault(); reject(event.message); })"
    ]: "--no-remote",
  }, import.meta.url);
  const own = "return (await import('data:text/javascript,export const five = 5')).five";
  assertEquals(yield tryOut(pool, own), 5);
  yield pool.close();
  const reader = newPool({ permissions: { read: true, import: false } });
  yield* allFail(reader, { "await import('https://esm.sh/none')": "--no-remote" });
  yield reader.close();
});

/** Ways to a port. */
const WAYS = [
  "(port) => fetch(`http://127.0.0.1:${port}`)",
  "(port) => Deno.connect({ port })",
  "() => Deno.listen({ port: 0 })",
  "(port) => new WebSocket(`ws://127.0.0.1:${port}`)",
  "(port) => import(`http://127.0.0.1:${port}/a.js`)",
  "() => Deno.resolveDns('localhost', 'A')",
  "(port) => import('node:http').then((http) => new Promise((done, fail) => " +
  "http.get({ port, host: '127.0.0.1' }, done).on('error', fail)))",
  "(port) => import('node:net').then((net) => new Promise((done, fail) => " +
  "net.connect(port, '127.0.0.1', done).on('error', fail)))",
];

Deno.test("what may do nothing reaches no server, by whichever way", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    requests++;
    return new Response("export {}", { headers: { "content-type": "text/javascript" } });
  });
  const { port } = server.addr;
  try {
    await run(function* () {
      const pool = newPool({ maxJobs: Infinity });
      for (const way of WAYS) {
        const said = yield* until(
          tryOut(pool, `return await (${way})(args[0])`, port).then(
            (value) => `${value}`,
            (error) => `${error}`,
          ),
        );
        assert(/Requires (net|import) access/.test(said), `${way}: ${said}`);
      }
      yield* pool.close();
    }, { signals: [] });
    assertEquals(requests, 0);
  } finally {
    await server.shutdown();
  }
});

const BEGIN = "await currentJob().call('begin');";

for (
  const [what, source] of Object.entries({
    "loops for ever": `export const main = async () => { ${BEGIN} for (;;); }`,
    "loops while it is loaded": `${BEGIN} for (;;);`,
    "waits for ever": `export const main = async () => { ${BEGIN} await new Promise(() => {}); }`,
    "holds signals off": `export const main = async () => {
      Deno.addSignalListener("SIGTERM", () => {});
      currentJob().signal;
      ${BEGIN}
      for (;;);
    }`,
  })
) {
  trial(`source text that ${what} is ended`, function* () {
    const begun = new Event();
    const pool = newPool({ grace: 50, calls: { begin: () => begun.set() } });
    const job = pool.job(sourceModule(source), "main");
    yield job.start();
    yield begun.wait();
    job.cancel();
    yield* failure(job, CancelledError);
    yield pool.close(); // It waits for the end of the process.
    assertEquals(pool.statistics().seats, 0);
  });
}

trial("source text leaves nothing to a later job, of which each has a process", function* () {
  const pool = newPool();
  const spoil = `
    JSON.stringify = () => "spoiled";
    Object.prototype.spoiled = true;
    globalThis.left = "behind";
    return "spoiled"`;
  assertEquals(yield tryOut(pool, spoil), "spoiled");
  const look = `return [JSON.stringify(5), ({} as any).spoiled, globalThis.left]`;
  assertEquals(yield tryOut(pool, look), ["5", undefined, undefined]);
  yield pool.close();
});

/** Writes packets that only the library should write, as a job can that looks into it. */
const FORGE = `
  const { Serializer } = process.getBuiltinModule("node:v8");
  const mark = Uint8Array.fromHex(Deno.args[0]);
  const forge = (message: unknown) => {
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(message);
    const body = serializer.releaseBuffer();
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, body.length, true);
    for (const part of [mark, length, body]) Deno.stdout.writeSync(part);
  };
`;

for (
  const message of [
    `{ type: "result", value: "forged" }`,
    `{ type: "error", error: null }`,
    `{ type: "none" }`,
    `null`,
    `{ type: "ask", id: 1, name: "add", args: 5 }`,
    `{ type: "ask", id: 1, name: "add", args: new Array(2 ** 32 - 1) }`,
    `{ type: "ask", id: 1, name: { toString: 5 }, args: [] }`,
    `{ type: "withdraw", id: "x" }`,
    `{ type: "exit", begun: 0.5 }`,
    `{ type: "stray", name: "x", error: { name: "Error", message: "forged" } }`,
  ]
) {
  Deno.test(`source text that forges ${message} harms no other job`, async () => {
    await inWorld((world) =>
      asGenerator(function* () {
        const pool = newPool({ grace: 50, calls: { add: (a: number, b: number) => a + b } });
        const body = `${FORGE} for (let n = 0; n < 3; n++) forge(${message});
          await new Promise((resolve) => setTimeout(resolve, 200)); // It lives to see the answers.
          Deno.kill(Deno.pid, "SIGKILL");`;
        try {
          assertEquals(yield tryOut(pool, body), "forged");
        } catch (error) {
          assert(error instanceof JobLostError, `${error}`);
        }
        assertEquals(yield tryOut(pool, "return currentJob().call('add', 2, 3)"), 5);
        for (const { message } of world.reports.splice(0)) assert(message.endsWith("failed: x"));
        yield pool.close();
      })
    );
  });
}

trial("source text that throws anything at all fails as a job does", function* () {
  const pool = newPool({ maxJobs: Infinity });
  yield* failure(
    tryOut(pool, "class Own extends Error { name = 'Own' } throw new Own('own')"),
    RemoteError,
    "own",
  );
  const trap = "throw Object.defineProperty(new Error(), 'message', { get() { throw 5 } })";
  yield* failure(tryOut(pool, trap), RuntimeError, "Cannot read what the job has thrown");
  yield* failure(tryOut(pool, "Deno.stdout.close(); return 5"), JobLostError);
  assertEquals(yield tryOut(pool, "return 5"), 5);
  yield pool.close();
});

Deno.test("sourceModule() refuses what is no text", () => {
  assertThrows(() => sourceModule(5 as never), TypeError, "source must be a string");
  assertThrows(() => sourceModule("", { language: "python" as never }), RangeError, "language");
  assertThrows(() => sourceModule("", { type: "ts" } as never), TypeError, '"type"');
});
