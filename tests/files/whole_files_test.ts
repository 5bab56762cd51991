import { readFile, readTextFile, writeFile } from "../../io.ts";
import {
  cancelScope,
  createTask,
  gather,
  isCancelled,
  RuntimeError,
  sleep,
  until,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { Prng } from "../prng.ts";
import { inFolder, namesIn, replaced } from "./in_folder.ts";

/** Lets others have a few turns. */
function* turns(count: number): Program {
  for (let turn = 0; turn < count; turn++) yield sleep(0);
}

trial("what is written is read", function* () {
  yield* inFolder(function* (folder): Program {
    const path = `${folder}/a.txt`;
    yield writeFile(path, "grüße\n");
    assertEquals(yield readTextFile(path), "grüße\n");
    yield writeFile(new URL(`file://${path}`), new Uint8Array([1, 2, 255]));
    assertEquals([...(yield readFile(new URL(`file://${path}`)))], [1, 2, 255]);
    yield writeFile(new URL(`file://${folder}/with%20space`), "", { sync: true });
    assertEquals(namesIn(folder), ["a.txt", "with space"]);
  });
});

trial("readFile() throws what the host fails with", function* () {
  yield* failure(readFile("/nonexistent/file"), Deno.errors.NotFound);
  yield* failure(readTextFile("/nonexistent/file"), Deno.errors.NotFound);
});

trial("a read that is cancelled ends at once", function* () {
  yield* inFolder(function* (folder): Program {
    const path = `${folder}/large`;
    Deno.writeFileSync(path, new Uint8Array());
    Deno.truncateSync(path, 64 * 1024 * 1024); // It takes no room on the disk.
    for (const read of [readFile, readTextFile]) {
      const task = createTask(function* () {
        yield* read(path);
      });
      yield* turns(3);
      task.cancel();
      assert(isCancelled(yield* caught(task)));
    }
  });
});

trial(
  "writeFile() keeps the permissions of a file, and gives a new one those asked for",
  function* () {
    yield* inFolder(function* (folder): Program {
      const path = `${folder}/a`;
      const mode = (of: string) => Deno.statSync(of).mode! & 0o777;
      yield writeFile(path, "1", { mode: 0o600 });
      assertEquals(mode(path), 0o600);
      Deno.chmodSync(path, 0o646); // More than the system's mask leaves.
      yield writeFile(path, "2", { mode: 0o600 });
      assertEquals([mode(path), Deno.readTextFileSync(path)], [0o646, "2"]);
    });
  },
);

trial("writeFile() writes what a link leads to, and leaves the link", function* () {
  yield* inFolder(function* (folder): Program {
    Deno.mkdirSync(`${folder}/deep`);
    Deno.writeTextFileSync(`${folder}/deep/file`, "old");
    Deno.symlinkSync("deep/file", `${folder}/link`);
    yield writeFile(`${folder}/link`, "new");
    assert(Deno.lstatSync(`${folder}/link`).isSymlink);
    assertEquals(Deno.readTextFileSync(`${folder}/deep/file`), "new");
    assertEquals(namesIn(`${folder}/deep`), ["file"]);
  });
});

trial("writeFile() makes what a link leads to where there is nothing yet", function* () {
  yield* inFolder(function* (folder): Program {
    Deno.mkdirSync(`${folder}/deep`);
    Deno.symlinkSync("deep/second", `${folder}/first`);
    Deno.symlinkSync("../deep/file", `${folder}/deep/second`);
    Deno.symlinkSync(`${folder}/deep/other`, `${folder}/absolute`);
    for (const [link, target] of [["first", "file"], ["absolute", "other"]]) {
      for (const text of ["new", "newer"]) {
        yield writeFile(`${folder}/${link}`, text);
        assert(Deno.lstatSync(`${folder}/${link}`).isSymlink);
        assertEquals(Deno.readTextFileSync(`${folder}/deep/${target}`), text);
      }
    }
    Deno.removeSync(`${folder}/deep/file`);
    yield writeFile(new URL(`file://${folder}/first`), "by URL");
    assertEquals(Deno.readTextFileSync(`${folder}/deep/file`), "by URL");
    Deno.symlinkSync("none/file", `${folder}/lost`);
    yield* failure(writeFile(`${folder}/lost`, "x"), Deno.errors.NotFound);
    assert(Deno.lstatSync(`${folder}/lost`).isSymlink);
    assertEquals(namesIn(`${folder}/deep`), ["file", "other", "second"]);
  });
});

trial("writeFile() refuses what is no file, and leaves nothing where it fails", function* () {
  yield* inFolder(function* (folder): Program {
    yield* failure(writeFile("/dev/null", "x"), RuntimeError, '"/dev/null"', "openFile()");
    Deno.mkdirSync(`${folder}/sub`);
    assert((yield* caught(writeFile(`${folder}/sub`, "x"))) instanceof Error);
    yield* failure(writeFile(`${folder}/none/x`, "x"), Deno.errors.NotFound);
    assertEquals(namesIn(folder), ["sub"]);
  });
});

trial("a reader sees the old content or the new one, never a part", function* () {
  yield* inFolder(function* (folder): Program {
    const path = `${folder}/a`;
    yield writeFile(path, "0".repeat(1_200_000));
    let isOver = false;
    const writer = createTask(function* () {
      for (const digit of "123") yield* writeFile(path, digit.repeat(1_200_000));
      isOver = true;
    });
    while (!isOver) {
      const text: string = yield readTextFile(path);
      assert(text === text[0].repeat(1_200_000), `${text.length} characters`);
    }
    yield writer;
  });
});

for (const stage of ["open", "chmod", "write", "rename"]) {
  trial(`a write that is cancelled in the middle leaves nothing behind: ${stage}`, function* () {
    yield* inFolder(function* (folder): Program {
      const path = `${folder}/a`;
      Deno.writeTextFileSync(path, "old");
      const arrived = Promise.withResolvers<void>();
      const go = Promise.withResolvers<void>();
      const stop = async (name: string) => {
        if (name !== stage) return;
        arrived.resolve();
        await go.promise;
      };
      const { open, chmod, rename } = Deno;
      const opened = async (...args: Parameters<typeof open>) => {
        await stop("open");
        const file = await open(...args);
        const write = file.write.bind(file);
        file.write = async (bytes) => {
          await stop("write");
          return await write(bytes);
        };
        return file;
      };
      const instead = {
        open: opened,
        chmod: async (...args: Parameters<typeof chmod>) => (await stop("chmod"), chmod(...args)),
        rename: async (...args: Parameters<typeof rename>) => (
          await stop("rename"), rename(...args)
        ),
      };
      yield* replaced("open", instead.open, function* (): Program {
        yield* replaced("chmod", instead.chmod, function* (): Program {
          yield* replaced("rename", instead.rename, function* (): Program {
            const task = createTask(function* () {
              yield* writeFile(path, new Uint8Array(1_200_000));
            });
            yield until(arrived.promise);
            task.cancel("first");
            yield* turns(3);
            assert(!task.done, "it must wait for the host");
            task.cancel("second");
            yield* turns(3);
            assert(!task.done, "it must wait for the host, whoever else cancels");
            go.resolve();
            const error = yield* caught(task);
            assert(isCancelled(error) && (error as Error).message === "second", `${error}`);
          });
        });
      });
      assertEquals(namesIn(folder), ["a"]);
      const { size } = Deno.statSync(path);
      assertEquals(size, stage === "rename" ? 1_200_000 : 3);
    });
  });
}

trial("a write in a scope that was cancelled before does nothing", function* (as) {
  yield* inFolder(function* (folder): Program {
    yield cancelScope(as(function* (scope: { cancel(): void }): Program {
      scope.cancel();
      yield writeFile(`${folder}/a`, "x");
    }));
    assertEquals(namesIn(folder), []);
  });
});

/** Lists the files of a folder that this process has open; others of its tests may open others. */
function openIn(folder: string): string[] {
  const open: string[] = [];
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      open.push(Deno.readLinkSync(`/proc/self/fd/${name}`));
    } catch {
      // It was closed meanwhile.
    }
  }
  return open.filter((path) => path.startsWith(folder));
}

trial("random cancels leave whole files only, and nothing open", function* () {
  const random = new Prng(20_260);
  yield* inFolder(function* (folder): Program {
    for (let round = 0; round < 20; round++) {
      const tasks = [1, 2, 3].map((n) =>
        createTask(function* () {
          yield* writeFile(`${folder}/${n}`, `${round % 10}`.repeat(200_000));
        })
      );
      yield* turns(random.below(30));
      for (const task of tasks) if (random.below(3) > 0) task.cancel();
      yield gather(tasks, { returnExceptions: true });
    }
    assert(namesIn(folder).every((name) => /^[123]$/.test(name)), `${namesIn(folder)}`);
    for (const name of namesIn(folder)) {
      const text = Deno.readTextFileSync(`${folder}/${name}`);
      assertEquals([text.length, new Set(text).size], [200_000, 1]);
    }
    assertEquals(openIn(folder), []);
  });
});

trial("whole files refuse what makes no sense", function* () {
  const write = (...args: unknown[]) => () => writeFile(...args as Parameters<typeof writeFile>);
  assertThrows(() => readFile(5 as never), TypeError, "path must be a string or a URL: 5");
  assertThrows(() => readTextFile(5 as never), TypeError, "path must be a string or a URL: 5");
  assertThrows(write(5, ""), TypeError, "path must be a string or a URL: 5");
  assertThrows(write("a", 5), TypeError, "data must be an Uint8Array: 5");
  assertThrows(write("a", "", { mode: -1 }), RangeError, "mode");
  assertThrows(write("a", "", { sync: 1 }), TypeError, "sync must be a boolean: 1");
  assertThrows(write("a", "", { append: true }), TypeError, '"append"');
  yield sleep(0);
});
