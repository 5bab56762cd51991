/** Each task that a document names is run: here, by another test, or by CI. */
import { assert, assertEquals } from "../assert.ts";
import { readDocuments, ROOT } from "./documents.ts";

/** What is run here, with what the output holds. */
const RUN_HERE: readonly (readonly [task: string, args: readonly string[], holds: string])[] = [
  ["example", [], "lock_among_five"],
  ["example", ["main_program", "native"], "native async functions"],
  ["demo:turns", [], "step by step: yes"],
  ["docs:pictures", ["--check"], ""],
  ["docs:rosetta", ["--check"], ""],
  ["bench:figures", ["--check"], ""],
  ["bench", ["crossing"], "crossing"],
  ["conformance:fuzz", ["--", "1", "5"], "CPython"],
];

/** The name of the file that runs a task otherwise: CI, or a test of its own. */
const RUN_ELSEWHERE: Readonly<Record<string, string>> = {
  "test": ".ci/run",
  "check": ".ci/run",
  "test:doc": ".ci/run",
  "test:system": ".ci/run",
  "test:browser": ".ci/run",
  "test:cluster": ".ci/run",
  "size": ".ci/run",
  "build": ".ci/run",
  "demo": "tests/examples_network_test.ts",
  "demo:cluster": "tests/cluster/servers/demo.ts",
  "chat": "tests/examples_chat_test.ts",
  "bench:soak": "tests/system/soak.ts",
  "bench:soak:http": "tests/system/soak.ts",
  "build:npm": "tests/portable/npm_test.ts",
  "docs:site": "tests/docs/site_test.ts",
  "release": "tests/npm/release_test.ts",
};

/** Why a task is run by hand alone. */
const BY_HAND: Readonly<Record<string, string>> = {
  "ok": "it runs what CI runs",
  "test:quick": "it runs a part of what CI runs",
  "bench:cluster": "it measures for minutes, with Redis and NATS",
  "bench:cluster:memory": "it measures for minutes, with Redis or NATS",
  "bench:cluster:partitions": "it measures for minutes, with namespaces of the network",
  "bench:compare": "it measures for minutes",
  "bench:used": "it measures for minutes",
  "bench:edge": "it measures, and what it runs is tested by tests/edge/scripts_test.ts",
  "bench:growth": "it measures for minutes",
  "bench:http": "it measures for minutes, with wrk",
  "bench:peers": "it measures for minutes, with other toolchains",
  "bench:peers:install": "it installs toolchains",
};

/** Finds the tasks that the documents name. */
function namedTasks(): string[] {
  const names = readDocuments().flatMap(({ text }) =>
    [...text.matchAll(/\bdeno(?:@\S+)? task ([a-z]+(?::[a-z]+)*)/g)].map(([, name]) => name)
  );
  return [...new Set(names)].toSorted();
}

for (const [task, args, holds] of RUN_HERE) {
  Deno.test(`docs: deno task ${[task, ...args].join(" ")} works`, async () => {
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["task", "--quiet", task, ...args],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
    assertEquals(code, 0, err);
    assert((out + err).includes(holds), `"${holds}" must be in:\n${out}`);
  });
}

Deno.test("docs: every task that is named is run, or it is said why it is not", () => {
  const known = [...RUN_HERE.map(([task]) => task), ...Object.keys(RUN_ELSEWHERE)];
  const unknown = namedTasks().filter((name) => !known.includes(name) && !(name in BY_HAND));
  assertEquals(unknown, []);
  for (const [task, file] of Object.entries(RUN_ELSEWHERE)) {
    const text = Deno.readTextFileSync(new URL(file, ROOT));
    const isNamed = text.includes(task) || text.includes(task.split(":").at(-1)!);
    assert(isNamed, `${file} must run the task ${task}`);
  }
});
