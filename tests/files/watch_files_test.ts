import { type FileChange, type FileWatcher, watchFiles, writeFile } from "../../io.ts";
import { createTask, isCancelled, run, select, sleep, until } from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { inFolder, replaced } from "./in_folder.ts";

/** A watcher of the host that tells what a test wants. */
class FedWatcher implements AsyncIterableIterator<Deno.FsEvent> {
  isClosed = false;
  #events: Deno.FsEvent[] = [];
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  tell(kind: Deno.FsEvent["kind"], ...paths: string[]): void {
    this.#events.push({ kind, paths });
    this.#wake?.();
  }

  rescan(): void {
    this.#events.push({ kind: "other", paths: [], flag: "rescan" });
    this.#wake?.();
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<Deno.FsEvent, undefined>> {
    while (this.#events.length === 0 && !this.isClosed) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const value = this.#events.shift();
    return value ? { done: false, value } : { done: true, value: undefined };
  }

  close(): void {
    this.isClosed = true;
    this.#wake?.();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

/** Lets a body watch what a test tells, with these paths there. */
function* watching(
  there: Set<string>,
  body: (watcher: FileWatcher, host: FedWatcher) => Program,
): Program {
  const host = new FedWatcher();
  const lstat = async (path: string) => {
    await Promise.resolve();
    if (!there.has(path)) throw new Deno.errors.NotFound(path);
  };
  yield* replaced("watchFs", () => host, function* (): Program {
    yield* replaced("lstat", lstat, function* (): Program {
      const watcher = watchFiles("/root", { debounce: 50, most: 120 });
      yield* body(watcher, host);
      watcher.close();
      assert(host.isClosed);
    });
  });
}

/** Waits until what the host tells has arrived. */
function* arrival(): Program {
  yield until(new Promise((resolve) => setTimeout(resolve)));
}

const kinds = (changes: readonly FileChange[] | undefined) =>
  changes!.map(({ path, kind }) => `${kind} ${path}`);

trial("changes are told once each, by what they lead to", function* () {
  const there = new Set(["/new", "/old", "/replaced"]);
  yield* watching(there, function* (watcher, host): Program {
    host.tell("create", "/new");
    host.tell("modify", "/new");
    host.tell("modify", "/old");
    host.tell("remove", "/gone");
    host.tell("create", "/brief");
    host.tell("remove", "/brief");
    host.tell("remove", "/replaced");
    host.tell("create", "/replaced");
    host.tell("access", "/read");
    const { value } = yield watcher.next();
    assertEquals(kinds(value), ["create /new", "modify /old", "remove /gone", "modify /replaced"]);
    host.rescan();
    assertEquals(kinds((yield watcher.next()).value), ["remove /root"]);
  });
});

trial("what was found before the host told of it is not told as if nobody knew", function* () {
  const there = new Set(["/a"]);
  yield* watching(there, function* (watcher, host): Program {
    const told = function* (): Program<string[]> {
      return kinds((yield watcher.next()).value);
    };
    host.tell("remove", "/a"); // And it was made again, of which the host tells late.
    assertEquals(yield* told(), ["modify /a"]);
    host.tell("create", "/a");
    host.tell("remove", "/a");
    there.delete("/a");
    assertEquals(yield* told(), ["remove /a"]);
    host.tell("create", "/b"); // And it was removed, of which the host tells late.
    host.tell("create", "/c");
    there.add("/c");
    assertEquals(yield* told(), ["create /c"]);
    host.tell("remove", "/b");
    host.tell("modify", "/c");
    assertEquals(yield* told(), ["modify /c"]);
  });
});

trial("changes are told when it has been quiet, or after so long", function* (_as, { clock }) {
  yield* watching(new Set(["/a"]), function* (watcher, host): Program {
    const step = createTask(function* () {
      return yield* watcher.next();
    });
    const told: number[] = [];
    step.addDoneCallback(() => told.push(clock.now()));
    for (let n = 0; n < 4; n++) { // At 0, and then every 40 ms.
      host.tell("modify", "/a");
      yield* arrival();
      yield sleep(40);
    }
    yield step;
    assertEquals(told, [120]);
    assertEquals(clock.now(), 160);
    host.tell("modify", "/a");
    yield* arrival();
    yield watcher.next();
    assertEquals(clock.now(), 210);
  });
});

trial("a cancelled step, and one that lost a select(), lose nothing", function* (_as, { clock }) {
  yield* watching(new Set(["/a"]), function* (watcher, host): Program {
    const task = createTask(function* () {
      yield* watcher.next();
    });
    yield sleep(0);
    host.tell("create", "/a");
    yield* arrival();
    yield sleep(20);
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    const start = clock.now();
    const lost = yield select({ now: sleep(0), changes: watcher.next() });
    assertEquals([lost.name, clock.now()], ["now", start]);
    assertEquals(kinds((yield watcher.next()).value), ["create /a"]);
    host.tell("modify", "/a");
    yield* arrival();
    assertEquals(kinds((yield watcher.next()).value), ["modify /a"]);
  });
  const hosts: FedWatcher[] = [];
  const lstat = () => Promise.resolve();
  yield* replaced("watchFs", () => hosts[hosts.push(new FedWatcher()) - 1], function* (): Program {
    yield* replaced("lstat", lstat, function* (): Program {
      const [one, two] = ["/1", "/2"].map((path) => watchFiles(path, { debounce: 0 }));
      for (const host of hosts) host.tell("create", "/a");
      yield* arrival();
      assertEquals((yield select({ one: one.next(), two: two.next() })).name, "one");
      assertEquals(kinds((yield two.next()).value), ["create /a"]);
      one.close();
      two.close();
    });
  });
});

trial("what comes while the host is asked is told the next time", function* () {
  const there = new Set(["/a"]);
  const host = new FedWatcher();
  const asked = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  const lstat = async () => {
    asked.resolve();
    await go.promise;
    assert(there.has("/a"));
  };
  yield* replaced("watchFs", () => host, function* (): Program {
    yield* replaced("lstat", lstat, function* (): Program {
      const watcher = watchFiles("/a", { debounce: 0 });
      const step = createTask(function* () {
        return yield* watcher.next();
      });
      yield sleep(0);
      host.tell("create", "/a");
      yield until(asked.promise);
      host.tell("modify", "/a");
      yield sleep(0);
      go.resolve();
      assertEquals(kinds((yield step).value), ["create /a"]);
      assertEquals(kinds((yield watcher.next()).value), ["modify /a"]);
      watcher.close();
      assertEquals(yield watcher.next(), { done: true, value: undefined });
    });
  });
});

trial("to close it ends the wait, and a failure of the host is thrown", function* () {
  yield* watching(new Set(), function* (watcher): Program {
    const step = createTask(function* () {
      return yield* watcher.next();
    });
    yield sleep(0);
    watcher[Symbol.dispose]();
    assertEquals(yield step, { done: true, value: undefined });
  });
  yield* watching(new Set(), function* (watcher, host): Program {
    host.fail(new Error("no more watches"));
    yield* failure(watcher.next(), Error, "no more watches");
  });
});

trial("real files are watched, and the host's watcher is gone at the end", function* () {
  yield* inFolder(function* (folder): Program {
    Deno.mkdirSync(`${folder}/sub`);
    Deno.writeTextFileSync(`${folder}/old`, "1");
    const watcher = watchFiles(new URL(`file://${folder}/`), { debounce: 5 });
    const seen = new Map<string, string>();
    yield writeFile(`${folder}/sub/new`, "x");
    Deno.removeSync(`${folder}/old`);
    while (!seen.has(`${folder}/sub/new`) || !seen.has(`${folder}/old`)) {
      for (const { path, kind } of (yield watcher.next()).value!) seen.set(path, kind);
    }
    assertEquals(seen.get(`${folder}/old`), "remove");
    watcher.close();
  });
});

Deno.test("a watcher that is left when run() ends is closed there", async () => {
  const folder = await Deno.makeTempDir();
  await run(async () => {
    for await (const _changes of watchFiles(folder)) break;
  }, { signal: AbortSignal.timeout(1) }).catch(() => {});
  await run(function* () {
    watchFiles(folder);
    yield* sleep(0);
  });
  await Deno.remove(folder);
});

trial("watchFiles() refuses what makes no sense", function* () {
  const watch = (...args: unknown[]) => () => watchFiles(...args as Parameters<typeof watchFiles>);
  assertThrows(watch(5), TypeError, "paths must be a string or a URL: 5");
  assertThrows(watch([]), RangeError, "paths must not be empty: []");
  assertThrows(watch("/", { recursive: 1 }), TypeError, "recursive");
  assertThrows(watch("/", { debounce: -1 }), RangeError, "debounce must be 0 or more: -1");
  assertThrows(watch("/", { debounce: 10, most: 5 }), RangeError, "most must be 10 or more: 5");
  assertThrows(watch("/", { wait: 1 }), TypeError, '"wait"');
  assertThrows(watch("/nonexistent"), Deno.errors.NotFound);
  yield sleep(0);
});
