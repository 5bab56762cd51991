import { type ChildProcess, type SpawnOptions, spawnShell } from "../../io.ts";
import { createTask, isCancelled, run, sleep, until } from "../../mod.ts";
import { ProcessGroup } from "../../src/process/process_group.ts";
import { assert, assertEquals } from "../assert.ts";
import { caught, type Program, trial } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";

/** Whether a process runs: one that was not waited for does not. */
function runs(pid: number): boolean {
  try {
    const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
    return !/\) [ZX] /.test(stat);
  } catch {
    return false;
  }
}

/** Starts a shell that leads a group, and gives it with the processes that it has named. */
function* started(
  script: string,
  options: SpawnOptions = {},
): Program<[ChildProcess, number[]]> {
  const process = spawnShell(script, { stdout: "piped", group: true, ...options });
  const pids = ((yield process.stdout.readLine()) as string).split(" ").map(Number);
  assert(pids.every(runs), `${pids}`);
  return [process, pids];
}

/** Waits until none of them runs. */
function* assertGone(pids: readonly number[]): Program {
  yield until(eventually(`the end of ${pids}`, () => !pids.some(runs)));
}

const TREE =
  `sleep 1000 & a=$!; sh -c 'sleep 1000 & echo $$ $!; wait' | { read b c; echo $a $b $c; `;

trial("a whole tree ends with the process that has started it", function* () {
  const [process, pids] = yield* started(`${TREE} cat; }`, { stdin: "piped" });
  yield process[Symbol.asyncDispose]();
  assertEquals(process.status!.signal, "SIGTERM");
  assert(!pids.some(runs), `${pids}`);
});

trial("what is left of a tree is ended, when its first process has ended itself", function* () {
  const [process, pids] = yield* started("sleep 1000 >&- & echo $!; exit 3");
  assertEquals((yield process.wait()).code, 3);
  assert(pids.every(runs));
  yield process[Symbol.asyncDispose]();
  assert(!pids.some(runs), `${pids}`);
});

trial("who does not listen is killed after the grace", function* () {
  const script = "(trap '' TERM; sh -c 'echo $PPID'; while :; do sleep 1000; done) & wait";
  const [process, pids] = yield* started(script, { grace: 100 });
  yield process[Symbol.asyncDispose]();
  yield* assertGone(pids);
});

trial("a cancelled end kills all of it at once", function* () {
  const script = "(trap '' TERM; sh -c 'echo $PPID'; while :; do sleep 1000; done) & wait";
  const [process, pids] = yield* started(script, { grace: 1e9 });
  const end = createTask(function* () {
    yield* process[Symbol.asyncDispose]();
  });
  yield until(eventually("the end of the first", () => process.status !== undefined));
  assert(pids.every(runs));
  end.cancel();
  assert(isCancelled(yield* caught(end)));
  yield* assertGone(pids);
});

trial("kill() reaches all of it, and does no harm when all is gone", function* () {
  const [process, pids] = yield* started(`${TREE} cat; }`, { stdin: "piped" });
  process.kill();
  assertEquals((yield process.wait()).signal, "SIGKILL");
  yield* assertGone(pids);
  process.kill();
  yield process[Symbol.asyncDispose]();
});

trial("an aborted signal ends all of it", function* () {
  const controller = new AbortController();
  const options: SpawnOptions = { stdin: "piped", signal: controller.signal };
  const [process, pids] = yield* started(`${TREE} cat; }`, options);
  controller.abort();
  assertEquals((yield process.wait()).signal, "SIGTERM");
  yield* assertGone(pids);
  yield process[Symbol.asyncDispose]();
});

Deno.test("a tree that is left when run() ends is ended there", async () => {
  const pids: number[] = [];
  await run(async () => {
    const process = spawnShell("sleep 1000 & echo $!; exit 0", { stdout: "piped", group: true });
    pids.push(Number(await process.stdout.readLine()));
    await process.wait();
    await sleep(0);
  });
  assertEquals(pids.map(runs), [false]);
});

trial("a group whose number was given to another process is none", function* () {
  const [process, pids] = yield* started("echo $$; exec sleep 1000");
  const group = new ProcessGroup(process.pid);
  assert(group.exists);
  group.noteLeaderEnd(); // From here on, the process is a stranger.
  assert(!group.exists);
  assertEquals(yield until(group.isAlive()), false);
  group.signal("SIGKILL");
  assert(pids.every(runs));
  yield process[Symbol.asyncDispose]();
  assertEquals(process.status!.signal, "SIGTERM");
});
