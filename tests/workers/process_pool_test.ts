import { CancelledError, RuntimeError, TimeoutError } from "../../mod.ts";
import { JobLostError, ProcessPool } from "../../workers.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { failure, trial } from "../futures/trial.ts";
import { callsContract } from "./calls_contract.ts";
import { begun, JOBS, poolContract } from "./pool_contract.ts";

poolContract("ProcessPool", (options) => new ProcessPool(options));
callsContract("ProcessPool", (options) => new ProcessPool({ permissions: "all", ...options }));

trial("ProcessPool ends a busy process at once", function* () {
  const pool = new ProcessPool({ size: 1, grace: 60_000 });
  const job = yield* begun(pool, "spinForEver");
  job.cancel();
  yield* failure(job, CancelledError);
  assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
  yield* failure(pool.job(JOBS, "spinForEver", [], { timeout: 200 }), TimeoutError, "200 ms");
  assertEquals(yield pool.run(JOBS, "countCalls"), 1); // In another process.
  yield pool.close();
});

trial("ProcessPool lets a process be busy as long as its program is there", function* () {
  const pool = new ProcessPool({ size: 1 });
  // Longer than the process takes to notice that its program is gone, and to end.
  assertEquals(yield pool.run(JOBS, "spinFor", 1500), "spun");
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  yield pool.close();
});

trial("ProcessPool says what a module needs whose names are in an import map", function* () {
  const module = "data:text/javascript,import 'mapped'; export const f = () => 5;";
  const map = `data:application/json,{"imports":{"mapped":"data:text/javascript,"}}`;
  const bare = new ProcessPool({ size: 1 });
  yield* failure(bare.run(module, "f"), RuntimeError, `"mapped" not a dependency`, "--config=");
  yield bare.close();
  const told = new ProcessPool({ size: 1, args: [`--import-map=${map}`] });
  assertEquals(yield told.run(module, "f"), 5);
  yield told.close();
});

trial("ProcessPool ends a process that listens and goes on after its grace", function* () {
  const pool = new ProcessPool({ size: 1, grace: 5 });
  const job = yield* begun(pool, "ignoreAbort");
  job.cancel();
  yield* failure(job, CancelledError);
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  yield pool.close();
});

trial("ProcessPool lets a process take the time to end that it has, however long", function* () {
  const path = Deno.makeTempFileSync();
  const permissions = { read: true, write: [path] };
  const pool = new ProcessPool({ size: 1, grace: Infinity, permissions });
  yield pool.run(JOBS, "endSlowly", path);
  yield pool.close();
  assertEquals(Deno.readTextFileSync(path), "ended");
  Deno.removeSync(path);
});

trial("ProcessPool says how a process ended and what it wrote", function* () {
  const pool = new ProcessPool({ size: 1 });
  const lost = yield* failure(pool.run(JOBS, "exit", 7), JobLostError, "status 7", "last words");
  assertEquals([lost.code, lost.signal, lost.stderr], [7, undefined, "last words"]);
  for (const name of ["throwAside", "rejectAside"]) {
    const { code, stderr } = yield* failure(pool.run(JOBS, name), JobLostError, "status 1");
    assertEquals(code, 1);
    assert(stderr!.includes("RangeError") && stderr!.includes("aside"), stderr);
  }
  const killed = yield* failure(pool.run(JOBS, "killSelf"), JobLostError, "was ended by SIGKILL");
  assertEquals(killed.signal, "SIGKILL");
  yield pool.close();
});

trial("ProcessPool names what belongs to this process and cannot be sent", function* () {
  const pool = new ProcessPool({ size: 1 });
  const refused: [value: unknown, words: string][] = [
    [new SharedArrayBuffer(4), "args[0] is an instance of SharedArrayBuffer"],
    [{ list: [new Blob(["text"])] }, "args[0].list[0] is an instance of Blob"],
    [new Map([[1, new File([], "name")]]), "args[0].get(1) is an instance of File"],
    [{ body: new ReadableStream() }, "args[0].body is an instance of ReadableStream"],
  ];
  for (const [value, words] of refused) {
    yield* failure(pool.run(JOBS, "giveBack", value), TypeError, words);
  }
  yield* failure(
    pool.run(JOBS, "giveBlob"),
    TypeError,
    "the result",
    "result.blob is an instance of",
  );
  assertEquals(yield pool.run(JOBS, "add", 1, 1), 2);
  yield pool.close();
});

trial("ProcessPool gives its processes what it was told to, and no more", function* () {
  const states = ["read", "net", "env", "write"];
  const expected: [ProcessPool, string[]][] = [
    [new ProcessPool({ size: 1 }), ["granted", "prompt", "prompt", "prompt"]],
    [
      new ProcessPool({ size: 1, permissions: { read: true, env: true, net: [], write: false } }),
      ["granted", "prompt", "granted", "prompt"],
    ],
    [new ProcessPool({ size: 1, permissions: "all" }), states.map(() => "granted")],
    [
      new ProcessPool({ size: 1, args: ["--allow-net"] }),
      ["granted", "granted", "prompt", "prompt"],
    ],
  ];
  for (const [pool, wanted] of expected) {
    assertEquals(yield pool.map(JOBS, "readState", states), wanted);
    yield pool.close();
  }
});

trial("ProcessPool gives a job that came too late to another process", function* (_, world) {
  const pool = new ProcessPool({ size: 1 });
  yield pool.run(JOBS, "exitAfterwards", false); // Loads the module: the next call ends at once.
  yield pool.run(JOBS, "exitAfterwards", true);
  assertEquals(yield pool.run(JOBS, "countCalls"), 1);
  world.reports.splice(0); // That an idle one ended, if this was seen before the job came.
  yield pool.close();
});

trial("ProcessPool keeps its messages from a job that reads the standard input", function* () {
  const pool = new ProcessPool({ size: 1, grace: 300 });
  assertEquals(yield pool.run(JOBS, "readInput"), null);
  for (let n = 0; n < 3; n++) assertEquals(yield pool.run(JOBS, "add", n, 1), n + 1);
  yield pool.close();
});

trial("ProcessPool sends and gets large messages", function* () {
  const pool = new ProcessPool({ size: 1 });
  const bytes = new Uint8Array(3_000_000).fill(7);
  const [back] = yield pool.run(JOBS, "giveBack", bytes);
  assertEquals([back.length, back[0], back.at(-1)], [3_000_000, 7, 7]);
  yield pool.close();
});

Deno.test("ProcessPool refuses options that make no sense", () => {
  assertThrows(() => new ProcessPool({ permissions: "some" as never }), TypeError, "permissions");
  assertThrows(() => new ProcessPool({ args: "--flag" as never }), TypeError, "args");
  assertThrows(() => new ProcessPool({ name: "x" } as never), TypeError, '"name"');
  for (const wrong of [[], null, { raed: true }, { read: "/etc" }, { read: 1 }, { read: [5] }]) {
    assertThrows(() => new ProcessPool({ permissions: wrong as never }), TypeError, "permissions");
  }
  for (const read of [["/tmp/x,/etc"], [""]]) {
    assertThrows(() => new ProcessPool({ permissions: { read } }), RangeError, "permissions.read");
  }
});
