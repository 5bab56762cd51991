import { StreamReader } from "../../io.ts";
import {
  createTask,
  each,
  IncompleteReadError,
  isCancelled,
  LimitOverrunError,
  RuntimeError,
  select,
  sleep,
  until,
  yieldNow,
} from "../../mod.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, type FrontEnd, type Program, trial } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";
import { fed, FedSource, textOf } from "./fed_source.ts";

/** Begins a read in a task of its own, and lets it wait. */
function* begin<T>(
  as: FrontEnd,
  read: () => PromiseLike<T>,
): Program<ReturnType<typeof createTask<T>>> {
  const task = createTask(as(function* (): Program<T> {
    return (yield read() as never) as T;
  }));
  yield yieldNow();
  yield yieldNow();
  return task;
}

trial(
  "StreamReader.read() gives what is there, at most so much, and undefined at the end",
  function* () {
    const reader = new StreamReader(fed("hello", " world"));
    assertEquals(textOf(yield reader.read(3)), "hel");
    assertEquals(textOf(yield reader.read()), "lo");
    assertEquals([textOf(yield reader.read(100)), reader.atEof], [" world", false]);
    assertEquals([yield reader.read(), reader.atEof, yield reader.read()], [
      undefined,
      true,
      undefined,
    ]);
    assertEquals((yield reader.read(0)).length, 0);
  },
);

trial("StreamReader.read(0) asks the host for nothing", function* () {
  const source = new FedSource();
  assertEquals([(yield new StreamReader(source).read(0)).length, source.reads], [0, 0]);
});

trial("StreamReader asks the host only when what it has is not enough", function* () {
  const source = fed("one\ntwo\nthree\n");
  const reader = new StreamReader(source);
  for (const line of ["one", "two", "three"]) assertEquals(yield reader.readLine(), line);
  assertEquals(source.reads, 1);
});

trial("StreamReader.readExactly() joins what comes", function* () {
  const reader = new StreamReader(fed("ab", "cd", "ef"));
  assertEquals(textOf(yield reader.readExactly(5)), "abcde");
  assertEquals((yield reader.readExactly(0)).length, 0);
  const error = yield* failure(
    reader.readExactly(3),
    IncompleteReadError,
    "Cannot read 3 bytes: the stream ended after 1",
  );
  assertEquals([textOf(error.partial), error.expected], ["f", 3]);
  assertEquals((yield* failure(reader.readExactly(1), IncompleteReadError)).partial.length, 0);
});

trial("StreamReader.readExactly() gives more than any one read of the host", function* () {
  const source = new FedSource();
  const all = Uint8Array.from({ length: 1_000_000 }, (_, i) => i % 251);
  source.give(all);
  assertEquals(yield new StreamReader(source).readExactly(all.length), all);
});

trial("StreamReader.readUntil() finds separators that come in parts", function* () {
  const reader = new StreamReader(fed("a\r", "\nb\r\r\n", "c;d\r"));
  assertEquals(textOf(yield reader.readUntil("\r\n")), "a\r\n");
  assertEquals(textOf(yield reader.readUntil(new Uint8Array([13, 10]))), "b\r\r\n");
  assertEquals(textOf(yield reader.readUntil(["\r\n", ";", "d"])), "c;");
  const { partial, expected } = yield* failure(reader.readUntil("\r\n"), IncompleteReadError);
  assertEquals([textOf(partial), expected, reader.atEof], ["d\r", undefined, true]);
});

trial("StreamReader.readUntil() takes the separator that ends first", function* () {
  const reader = new StreamReader(fed("aXYZb"));
  assertEquals(textOf(yield reader.readUntil(["XYZ", "YZ", "XY"])), "aXY");
});

trial(
  "StreamReader.readUntil() beyond the limit keeps everything, and says how much to skip",
  function* () {
    const reader = new StreamReader(fed("abcdefgh", "i\r\nrest"), { limit: 4 });
    const early = yield* failure(reader.readUntil("\r\n"), LimitOverrunError, "4 bytes", "7");
    assertEquals(early.consumed, 7);
    assertEquals(textOf(yield reader.readExactly(early.consumed)), "abcdefg");
    assertEquals(textOf(yield reader.readUntil("\r\n")), "hi\r\n");
    const found = new StreamReader(fed("abcdef\n"), { limit: 5 });
    assertEquals(
      (yield* failure(found.readUntil("\n"), LimitOverrunError, "further away than 5 bytes"))
        .consumed,
      6,
    );
    assertEquals(textOf(yield found.readExactly(7)), "abcdef\n");
  },
);

trial("a part may be as long as the limit", function* () {
  const reader = new StreamReader(fed("abcde\n"), { limit: 5 });
  assertEquals(yield reader.readLine(), "abcde");
});

trial("StreamReader.readLine() drops a line beyond the limit, as far as it has come", function* () {
  const reader = new StreamReader(fed("abcdef\nnext\n", "0123456"), { limit: 5 });
  assertEquals((yield* failure(reader.readLine(), LimitOverrunError)).consumed, 6);
  assertEquals(yield reader.readLine(), "next");
  yield* failure(reader.readLine(), LimitOverrunError, "Cannot find a separator");
  assertEquals([yield reader.readLine(), reader.atEof], [undefined, true]);
});

trial("StreamReader.readLine() gives text without its end; the last line needs none", function* () {
  const reader = new StreamReader(fed("\uFEFFgr\u00fc\u00df\r\n\n", "\r\n", "la\rst\r"));
  const lines = [];
  for (let line = yield reader.readLine(); line !== undefined; line = yield reader.readLine()) {
    lines.push(line);
  }
  assertEquals(lines, ["\uFEFFgr\u00fc\u00df", "", "", "la\rst\r"]);
});

trial("StreamReader.readAll() gives all that is left", function* () {
  const reader = new StreamReader(fed("ab", "c", "d"), { limit: 1 });
  yield reader.readExactly(1);
  assertEquals(textOf(yield reader.readAll()), "bcd");
  assertEquals((yield reader.readAll()).length, 0);
});

trial("a StreamReader reads a ReadableStream", function* () {
  const reader = new StreamReader(new Blob(["a\nb\n", "c".repeat(200_000)]).stream());
  assertEquals([yield reader.readLine(), yield reader.readLine()], ["a", "b"]);
  assertEquals((yield reader.readAll()).length, 200_000);
});

trial(
  "a cancelled read loses no byte, and what it asked for is there for the next",
  function* (as) {
    const source = new FedSource();
    const reader = new StreamReader(source);
    source.give("ab");
    const task = yield* begin(as, () => reader.readExactly(4));
    yield until(eventually("the second read", () => source.reads === 2));
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    assertEquals(reader.statistics(), { buffered: 2, isReading: false });
    source.give("cd");
    assertEquals(textOf(yield reader.readExactly(4)), "abcd");
    assertEquals(source.reads, 2);
  },
);

trial("a read that is cancelled after the bytes have come leaves them", function* (as) {
  let give = (_count: number): void => {};
  const settled = { then: (resolve: (count: number) => void) => void (give = resolve) };
  const reader = new StreamReader({ read: () => settled as never });
  const task = yield* begin(as, () => reader.read());
  give(4); // It is woken.
  task.cancel();
  assert(isCancelled(yield* caught(task)));
  assertEquals((yield reader.read()).length, 4);
});

trial("select() puts back what a read that lost has taken", function* () {
  const reader = new StreamReader(fed("line\nrest"));
  const first = yield select({ now: yieldNow(), line: reader.readLine() });
  if (first.name === "now") assertEquals(yield reader.readLine(), "line");
  else assertEquals(first.value, "line");
  assertEquals(textOf(yield reader.readAll()), "rest");
});

trial("undo() of a read gives its bytes to the next", function* () {
  const reader = new StreamReader(fed("one\ntwo\n"));
  const read = reader.readLine() as unknown as { undo(value: unknown): void };
  const line = yield read as never;
  read.undo(line);
  assertEquals([line, yield reader.readLine(), yield reader.readLine()], ["one", "one", "two"]);
});

trial("a second read at once is refused, and does the first no harm", function* (as) {
  const source = new FedSource();
  const reader = new StreamReader(source);
  const first = yield* begin(as, () => reader.readLine());
  assert(reader.statistics().isReading);
  yield* failure(reader.read(), RuntimeError, "another task is reading", "read()");
  source.give("fine\n");
  assertEquals(yield first, "fine");
});

trial("what has come is given before a failure, which every read then throws", function* () {
  const source = new FedSource();
  const reader = new StreamReader(source);
  source.give("a\npart");
  source.fail(new Boom("cut"));
  assertEquals(yield reader.readLine(), "a");
  yield* failure(reader.readLine(), Boom);
  yield* failure(reader.readExactly(10), Boom);
  yield* failure(reader.readUntil("x"), Boom);
  yield* failure(reader.readAll(), Boom);
  assertEquals(textOf(yield reader.read()), "part");
  yield* failure(reader.read(), Boom);
  assert(!reader.atEof);
});

trial("a source that throws, rather than to reject, fails the read", function* () {
  const reader = new StreamReader({
    read: () => {
      throw new Boom();
    },
  });
  yield* failure(reader.read(), Boom);
});

trial("lines are iterated over, and reading goes on after the loop", function* (as) {
  const reader = new StreamReader(fed("a\nb\n", "c\nd"));
  const seen: string[] = [];
  const loop = each(
    reader,
    as(function* (line: string): Program {
      seen.push(line);
      if (line === "b") throw new Boom();
      yield yieldNow();
    }),
  );
  yield* failure(loop, Boom);
  yield each(
    reader,
    as(function* (line: string): Program {
      seen.push(line);
      yield yieldNow();
    }),
  );
  assertEquals(seen, ["a", "b", "c", "d"]);
});

trial("lines and pieces are iterated over natively", function* () {
  const main = async () => {
    const seen: (string | undefined)[] = [];
    const reader = new StreamReader(fed("a\nb\nc", "d", "e"));
    for await (const line of reader) {
      seen.push(line);
      if (line === "b") break;
    }
    for await (const piece of reader.pieces()) seen.push(textOf(piece));
    assertEquals(seen, ["a", "b", "c", "d", "e"]);
  };
  yield until(() => main());
});

trial("virtual time waits for a read, and passes when it is cancelled", function* (as, { clock }) {
  const source = new FedSource();
  const reader = new StreamReader(source);
  const slept = createTask(() => sleep(1000));
  setTimeout(() => source.give("x"), 1);
  yield reader.read();
  assertEquals([clock.now(), slept.done], [0, false]);
  const task = yield* begin(as, () => reader.read());
  task.cancel();
  yield slept;
  assertEquals(clock.now(), 1000);
});

trial("a StreamReader over what is no stream of bytes says so, after what has come", function* () {
  const chunks = [new Uint8Array([97]), "b"];
  const reader = new StreamReader(ReadableStream.from(chunks) as never);
  assertEquals(textOf(yield reader.read()), "a");
  for (const read of [() => reader.read(), () => reader.readAll()]) {
    yield* failure(read(), TypeError, 'chunks of Uint8Array: "b"');
  }
  assert(!reader.atEof);
});

trial("a carriage return at the end of a last line without an end stays", function* () {
  const reader = new StreamReader(fed("a\r\nb\r"));
  assertEquals([yield reader.readLine(), yield reader.readLine()], ["a", "b\r"]);
});

trial("a StreamReader refuses what makes no sense", function* () {
  assertThrows(() => new StreamReader({} as never), TypeError, "[object Object]");
  const reader = new StreamReader(fed());
  assertThrows(() => new StreamReader(fed(), { limt: 1 } as never), TypeError, '"limt"');
  assertThrows(() => new StreamReader(fed(), { limit: 0 }), RangeError, "limit");
  assertThrows(() => new StreamReader(fed(), { limit: "9" as never }), TypeError, "limit");
  assertThrows(() => reader.read(-1), RangeError, "most");
  assertThrows(() => reader.readExactly(1.5), RangeError, "count");
  assertThrows(() => reader.readExactly(Infinity), RangeError, "count");
  assertThrows(() => reader.readExactly("1" as never), TypeError, "count");
  assertThrows(() => reader.readUntil(""), RangeError, "must not be empty");
  assertThrows(() => reader.readUntil([]), RangeError, "must not be empty");
  assertThrows(() => reader.readUntil(7 as never), TypeError, "7");
  yield yieldNow();
});
