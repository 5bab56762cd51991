/**
 * The commands for a terminal.
 *
 * @module
 */

import { createTask } from "../../../mod.ts";
import { assert, assertEquals } from "../../assert.ts";
import { caughtBy } from "../../futures/trial.ts";
import { eventually, JOBS, onEngines, poolOf, QUEUE } from "./fixtures/on_engines.ts";
import type { TestServer } from "./fixtures/server.ts";
import { TestWorker } from "./fixtures/worker.ts";

const CLI = new URL("../../../cli.ts", import.meta.url).href;

/** Runs a command; gives its status, and what it wrote. */
async function runCommand(
  ...args: string[]
): Promise<{ code: number; out: string; errors: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-net", "--ignore-env", CLI, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), errors: decoder.decode(stderr) };
}

const jobs = (server: TestServer, ...args: string[]) =>
  runCommand("jobs", "--engine", server.url(), "--queue", QUEUE, ...args);

onEngines(
  "The jobs of a queue are listed, put into it again, and dropped",
  async (server, folder) => {
    const args = ["--allow", "write", "--processes", "1", "--name", "the worker"];
    await using worker = await TestWorker.start(server, QUEUE, ...args);
    await using pool = poolOf(server);
    await caughtBy(pool.job(JOBS, "fail", ["too bad"], { label: "hopeless" }));
    const running = pool.job(JOBS, "noteAndWait", [`${folder}/notes`, 60_000]);
    const waiting = createTask(() => caughtBy(running));
    await running[Symbol.asyncIterator]().next();
    await pool.submit("next", JOBS, "double", [1]);
    const { code, out, errors } = await jobs(server);
    assertEquals([code, errors], [0, ""]);
    const [counts, ...rows] = out.trimEnd().split("\n");
    assertEquals(counts, "1 waiting, 0 delayed, 1 running, 1 failed");
    assert(
      /^running +\S+ {2}noteAndWait of job:\S+jobs.ts on the worker since 20\d\d/.test(rows[0]),
      rows[0],
    );
    assert(/^waiting +\S+ {2}double of job:/.test(rows[1]), rows[1]);
    assert(/^failed +\S+ {2}hopeless of .*: RangeError: too bad$/.test(rows[2]), rows[2]);
    const idOf = (row: string) => row.split(/ +/)[1];

    assertEquals((await jobs(server, "--drop", idOf(rows[1]))).out, `${idOf(rows[1])} is gone\n`);
    const refused = await jobs(server, "--drop", idOf(rows[0]));
    assertEquals([refused.code, refused.out], [1, ""]);
    assert(refused.errors.includes("Cannot drop"), refused.errors);
    assertEquals((await jobs(server, "--retry", idOf(rows[2]))).code, 0);
    running.cancel();
    await waiting;
    await new Promise((r) => setTimeout(r, 1500));
    await eventually(async () =>
      (await jobs(server)).out.startsWith("0 waiting, 0 delayed, 0 running, 1 failed")
    );
    const json = await jobs(server, "--state", "failed", "--json");
    assertEquals(JSON.parse(json.out).failure, "RangeError: too bad");
    worker.signal("SIGINT");
    assertEquals((await worker.end()).code, 0);
  },
);

onEngines(
  "What was typed wrongly is told, and so is a server that cannot be used",
  async (server) => {
    const wrong: [args: string[], words: string][] = [
      [["worker", "--engine", server.url()], "--queue must be given"],
      [
        ["worker", "--engine", server.url(), "--queue", QUEUE],
        "modules must name what the worker may run",
      ],
      [
        ["worker", "--engine", server.url(), "--queue", "a b", "--modules", "file:///a/"],
        "queue must have",
      ],
      [
        ["worker", "--engine", "http://x", "--queue", QUEUE, "--modules", "file:///a/"],
        "url must begin with",
      ],
      [["worker", "--lease", "soon"], "--engine must be given"],
      [
        ["worker", "--engine", server.url(), "--queue", QUEUE, "--lease", "soon"],
        "--lease must be a number",
      ],
      [["jobs", "--what"], 'Unknown argument "--what"'],
      [["jobs", "--engine"], "--engine needs a value"],
      [
        ["jobs", "--engine", `${server.kind}://127.0.0.1:1`, "--queue", QUEUE],
        "Cannot reach the server",
      ],
      [["job"], 'There is no command "job"'],
    ];
    const outcomes = await Promise.all(wrong.map(([args]) => runCommand(...args)));
    for (const [at, { code, errors }] of outcomes.entries()) {
      assert(
        code > 0 && errors.includes(wrong[at][1]),
        `${wrong[at][0].join(" ")}: ${code} ${errors}`,
      );
      assert(!errors.includes("    at "), errors);
    }
    const helps = await Promise.all(
      [["--help"], ["worker", "--help"], ["jobs", "--help"]].map((args) => runCommand(...args)),
    );
    for (const { code, out } of helps) assert(code === 0 && out.includes("queue"), out);
  },
);
