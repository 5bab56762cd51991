import { type HostFile, openFile, type OpenFileOptions } from "../../io.ts";
import {
  createTask,
  gather,
  isCancelled,
  run,
  RuntimeError,
  select,
  sleep,
  until,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { textOf } from "../streams/fed_source.ts";
import { inFolder, replaced } from "./in_folder.ts";

const BOTH: OpenFileOptions = { read: true, write: true, create: true };

/** Lets a body work with a file of its own. */
function* withFile(
  body: (file: HostFile, path: string) => Program,
  options: OpenFileOptions = BOTH,
  content = "",
): Program {
  yield* inFolder(function* (folder): Program {
    const path = `${folder}/file`;
    Deno.writeTextFileSync(path, content);
    const file: HostFile = yield openFile(path, options);
    try {
      yield* body(file, path);
    } finally {
      yield file[Symbol.asyncDispose]();
    }
  });
}

trial("lines, pieces and the rest are read from one place", function* () {
  yield* withFile(
    function* (file): Program {
      assertEquals(yield file.readLine(), "one");
      assertEquals(textOf(yield file.read(2)), "tw");
      assertEquals(textOf(yield file.readExactly(2)), "o\n");
      const steps = file[Symbol.asyncIterator]();
      assertEquals(yield steps.next(), { done: false, value: "three" });
      assertEquals(textOf((yield file.pieces().next()).value), "rest");
      assertEquals(yield file.read(), undefined);
      assertEquals(yield steps.next(), { done: true, value: undefined });
      assertEquals(textOf(yield file.readAll()), "");
    },
    {},
    "one\ntwo\nthree\nrest",
  );
});

trial("writing goes on where reading has come to, though the host has read ahead", function* () {
  yield* withFile(
    function* (file, path): Program {
      assertEquals(yield file.readLine(), "one");
      yield file.write("TWO");
      assertEquals(yield file.readLine(), "");
      assertEquals(yield file.readLine(), "three");
      assertEquals(yield file.seek(-6, "current"), 8);
      assertEquals(yield file.readLine(), "three");
      assertEquals(yield file.seek(-1, "end"), 13);
      yield file.write("!\nfour\n");
      assertEquals(yield file.seek(0), 0);
      yield file.truncate(4);
      assertEquals(textOf(yield file.readAll()), "one\n");
      yield file.sync();
      assertEquals([(yield file.stat()).size, Deno.readTextFileSync(path)], [4, "one\n"]);
    },
    BOTH,
    "one\ntwo\nthree\n",
  );
});

trial("a file that has grown is read on", function* () {
  yield* withFile(
    function* (file, path): Program {
      assertEquals(yield file.readLine(), "a");
      assertEquals(yield file.readLine(), undefined);
      Deno.writeTextFileSync(path, "b\n", { append: true });
      assertEquals(yield file.readLine(), "b");
    },
    {},
    "a\n",
  );
});

trial("what is appended goes to the end", function* () {
  yield* withFile(
    function* (file, path): Program {
      yield file.write("b");
      Deno.writeTextFileSync(path, "c", { append: true });
      yield file.write("d");
      assertEquals(Deno.readTextFileSync(path), "abcd");
    },
    { append: true },
    "a",
  );
});

trial("what several tasks write is written as a whole each, in order", function* () {
  yield* withFile(function* (file, path): Program {
    const parts = ["a", "b", "c"].map((letter) => letter.repeat(1_200_000));
    yield gather(parts.map((part) => file.write(part)));
    assert(Deno.readTextFileSync(path) === parts.join(""));
  });
});

/** Makes the writes of files that are opened meanwhile wait until they are let go. */
function* held(body: (writes: (() => void)[]) => Program): Program {
  const writes: (() => void)[] = [];
  const { open } = Deno;
  const opened = async (...args: Parameters<typeof open>) => {
    const file = await open(...args);
    const write = file.write.bind(file);
    file.write = async (bytes) => {
      await new Promise<void>((resolve) => writes.push(resolve));
      return await write(bytes);
    };
    return file;
  };
  yield* replaced("open", opened, () => body(writes));
}

trial(
  "a cancelled write ends at once; what was begun is written, and the next comes after",
  function* () {
    yield* held(function* (writes): Program {
      yield* withFile(function* (file, path): Program {
        const bytes = new Uint8Array(2_500_000).fill(97);
        const task = createTask(function* () {
          yield* file.write(bytes);
        });
        while (writes.length === 0) yield sleep(0);
        task.cancel();
        assert(isCancelled(yield* caught(task)));
        bytes.fill(98);
        const next = createTask(function* () {
          yield* file.write("next");
        });
        yield sleep(0);
        writes.shift()!();
        while (writes.length === 0) yield until(new Promise((resolve) => setTimeout(resolve)));
        writes.shift()!();
        yield next;
        assert(Deno.readTextFileSync(path) === "a".repeat(1 << 20) + "next");
      });
    });
  },
);

trial("what is cancelled before its turn is not done", function* () {
  yield* held(function* (writes): Program {
    yield* withFile(function* (file, path): Program {
      const [first, second, seek] = [
        () => file.write("first"),
        () => file.write("second"),
        () => file.seek(0),
      ].map((ask) =>
        createTask(function* () {
          yield* ask() as ReturnType<typeof file.write>;
        })
      );
      while (writes.length === 0) yield sleep(0);
      for (const task of [second, seek]) {
        task.cancel();
        assert(isCancelled(yield* caught(task)));
      }
      writes.shift()!();
      yield first;
      const last = createTask(function* () {
        yield* file.write("last");
      });
      while (writes.length === 0) yield until(new Promise((resolve) => setTimeout(resolve)));
      writes.shift()!();
      yield last;
      assertEquals(Deno.readTextFileSync(path), "firstlast");
    });
  });
});

trial("a read that is cancelled, or that loses a select(), loses nothing", function* () {
  yield* withFile(
    function* (file): Program {
      const task = createTask(function* () {
        yield* file.readLine();
      });
      yield sleep(0);
      task.cancel();
      assert(isCancelled(yield* caught(task)));
      assertEquals(yield file.readLine(), "one");
      yield select({ line: file.readLine(), now: sleep(0) });
      const lines: string[] = [yield file.readLine()];
      assert(["two", "three"].includes(lines[0]), `${lines}`);
    },
    {},
    "one\ntwo\nthree\n",
  );
});

trial("seek() while another task reads is refused", function* () {
  yield* withFile(
    function* (file): Program {
      const task = createTask(function* () {
        return yield* file.readAll();
      });
      yield sleep(0);
      yield* failure(file.seek(0), RuntimeError, "another task is reading it");
      assertEquals((yield task).length, 3);
    },
    {},
    "abc",
  );
});

trial("a pipe is read and written without a place", function* () {
  yield* inFolder(function* (folder): Program {
    const path = `${folder}/pipe`;
    yield until(new Deno.Command("mkfifo", { args: [path] }).output());
    const file: HostFile = yield openFile(path, { read: true, write: true });
    yield file.write("through\nleft");
    assertEquals(yield file.readLine(), "through");
    yield file.write(" over\n");
    assertEquals(yield file.readLine(), "left over");
    yield file.close();
  });
});

trial("what is closed refuses, and reads to the end", function* () {
  yield* withFile(function* (file): Program {
    assert(!file.closed);
    yield file.close();
    yield file.close();
    assert(file.closed);
    assertThrows(() => file.read(), RuntimeError, "Cannot read from file");
    assertThrows(() => file.write("x"), RuntimeError, "it was closed");
    assertThrows(() => file.seek(0), RuntimeError, "it was closed");
  });
});

trial("what was asked for before close() is done", function* () {
  yield* withFile(function* (file, path): Program {
    const write = createTask(function* () {
      yield* file.write("x".repeat(3_000_000));
    });
    yield sleep(0);
    yield file.close();
    yield write;
    assertEquals(Deno.statSync(path).size, 3_000_000);
  });
});

trial("a file that is opened too late is closed", function* () {
  yield* inFolder(function* (folder): Program {
    const { open } = Deno;
    const go = Promise.withResolvers<void>();
    let file: Deno.FsFile | undefined;
    const late = async (...args: Parameters<typeof open>) => {
      await go.promise;
      return file = await open(...args);
    };
    yield* replaced("open", late, function* (): Program {
      const task = createTask(function* () {
        yield* openFile(`${folder}/a`, { write: true, create: true });
      });
      yield sleep(0);
      yield sleep(0);
      task.cancel();
      assert(isCancelled(yield* caught(task)));
    });
    go.resolve();
    while (file === undefined) yield until(new Promise((resolve) => setTimeout(resolve)));
    let isClosed = false;
    while (!isClosed) {
      yield until(new Promise((resolve) => setTimeout(resolve)));
      try {
        file.statSync();
      } catch {
        isClosed = true;
      }
    }
  });
});

Deno.test("a file that is open when run() ends is closed there", async () => {
  let file: HostFile | undefined;
  await run(async () => {
    file = await openFile("/dev/null");
  });
  assert(file!.closed);
});

trial("openFile() refuses what makes no sense, and throws what the host fails with", function* () {
  const open = (...args: unknown[]) => () => openFile(...args as Parameters<typeof openFile>);
  assertThrows(open(5), TypeError, "path must be a string or a URL: 5");
  assertThrows(open("a", { read: 1 }), TypeError, "read must be a boolean: 1");
  assertThrows(open("a", { mode: 0.5 }), RangeError, "mode");
  assertThrows(open("a", { limit: 0 }), RangeError, "limit");
  assertThrows(open("a", { flag: "r" }), TypeError, '"flag"');
  yield* failure(openFile("/nonexistent"), Deno.errors.NotFound);
  yield* withFile(function* (file): Program {
    assertThrows(() => file.seek(0.5), RangeError, "offset must be a whole number: 0.5");
    assertThrows(() => file.seek(0, "top" as never), RangeError, '"top"');
    assertThrows(() => file.truncate(-1), RangeError, "size");
    assertThrows(() => file.write(5 as never), TypeError, "data");
    yield sleep(0);
  });
});
