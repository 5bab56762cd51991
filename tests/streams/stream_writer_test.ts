import { StreamWriter } from "../../io.ts";
import { createTask, isCancelled, RuntimeError, sleep, until, yieldNow } from "../../mod.ts";
import { outflowOf } from "../../src/streams/stream_writer.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, type FrontEnd, type Program, trial } from "../futures/trial.ts";
import { HeldSink } from "./held_sink.ts";
import { eventually } from "../http/server/serving.ts";

/** Waits until the sink is asked to take something. */
function* asked(sink: HeldSink): Program {
  yield until(eventually("a write", () => sink.isAsked));
}

/** Begins a wait in a task of its own. */
function* begin(
  as: FrontEnd,
  wait: () => PromiseLike<void>,
): Program<ReturnType<typeof createTask<void>>> {
  const task = createTask(as(function* (): Program {
    yield wait() as never;
  }));
  yield yieldNow();
  yield yieldNow();
  return task;
}

trial(
  "StreamWriter.write() returns at once, and what is written together goes out together",
  function* () {
    const sink = new HeldSink();
    const writer = new StreamWriter(sink);
    writer.write("a");
    writer.write(new Uint8Array([98]));
    writer.writeLine("\u00fc");
    writer.writeLine();
    assertEquals([writer.buffered, sink.log], [6, []]);
    yield* asked(sink);
    assertEquals(sink.log, ["write 6"]);
    sink.take();
    yield until(eventually("the end of it", () => writer.buffered === 0));
    assertEquals(sink.text, "ab\u00fc\n\n");
  },
);

trial("StreamWriter.write() takes a copy", function* () {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  const bytes = new Uint8Array([97]);
  writer.write(bytes);
  bytes[0] = 98;
  yield* asked(sink);
  writer.write(bytes);
  bytes[0] = 99;
  sink.take();
  yield* asked(sink);
  sink.take();
  assertEquals(sink.text, "ab");
});

trial("a sink that takes a part is given the rest", function* () {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  writer.write("abcdef");
  for (const count of [1, 2, 3]) {
    yield* asked(sink);
    if (count === 1) writer.write("g");
    sink.take(count);
  }
  yield* asked(sink);
  sink.take();
  assertEquals([sink.text, sink.log], ["abcdefg", ["write 6", "write 5", "write 3", "write 1"]]);
});

trial(
  "StreamWriter.drain() waits from the high mark to the low one, for any number of tasks",
  function* (as) {
    const sink = new HeldSink();
    const writer = new StreamWriter(sink, { highWater: 4, lowWater: 1 });
    writer.write("abcd");
    yield writer.drain();
    writer.write("e");
    const drains = [
      yield* begin(as, () => writer.drain()),
      yield* begin(as, () => writer.drain()),
    ] as const;
    yield* asked(sink);
    sink.take(3);
    yield* asked(sink);
    assertEquals([writer.buffered, drains.some(({ done }) => done)], [2, false]);
    sink.take(1);
    for (const drain of drains) yield drain;
    yield* asked(sink);
    sink.take();
  },
);

trial("StreamWriter.drain() that is cancelled changes nothing", function* (as) {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink, { highWater: 1 });
  writer.write("abc");
  const drain = yield* begin(as, () => writer.drain());
  drain.cancel();
  assert(isCancelled(yield* caught(drain)));
  yield* asked(sink);
  sink.take();
  yield writer.drain();
  assertEquals(sink.text, "abc");
});

trial("virtual time waits for a drain, and for the end", function* (_as, { clock }) {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink, { highWater: 1 });
  const slept = createTask(() => sleep(1000));
  for (const wait of [() => writer.drain(), () => writer.waitClosed()]) {
    writer.write("abc");
    setTimeout(() => sink.take(), 1);
    if (wait().toString().includes("Closed")) writer.close();
    yield wait();
  }
  assertEquals([clock.now(), slept.done], [0, false]);
  yield slept;
});

trial(
  "a failure is thrown by drain() and waitClosed(), and what is written after it is dropped",
  function* (as) {
    const sink = new HeldSink();
    const writer = new StreamWriter(sink, { highWater: 1 });
    writer.write("abc");
    const drain = yield* begin(as, () => writer.drain());
    yield* asked(sink);
    sink.fail(new Boom("broken"));
    yield* failure(drain, Boom, "broken");
    writer.write("more");
    yield* failure(writer.drain(), Boom);
    assertEquals(writer.buffered, 0);
    writer.close();
    yield* failure(writer.waitClosed(), Boom);
    assertEquals(sink.log, ["write 3", "close"]);
  },
);

trial("a failure while it closes closes it all the same", function* (as) {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  writer.write("abc");
  writer.close();
  const closed = yield* begin(as, () => writer.waitClosed());
  yield* asked(sink);
  sink.fail(new Boom());
  yield* failure(closed, Boom);
  assertEquals(sink.log, ["write 3", "close"]);
  const another = new HeldSink();
  another.closeFailure = new Boom("at the end");
  const late = new StreamWriter(another);
  late.close();
  yield* failure(late.waitClosed(), Boom, "at the end");
});

trial("StreamWriter.close() lets go of everything first, abort() of nothing", function* (as) {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  writer.write("abc");
  assert(!writer.closing);
  writer.close();
  writer.close();
  assert(writer.closing);
  assertThrows(() => writer.write("d"), RuntimeError, "close() was called");
  const closed = yield* begin(as, () => writer.waitClosed());
  yield* asked(sink);
  sink.take(1);
  yield* asked(sink);
  sink.take();
  yield closed;
  yield writer.waitClosed();
  yield writer.drain();
  assertEquals([sink.text, sink.log], ["abc", ["write 3", "write 2", "close"]]);
  const other = new HeldSink();
  const aborted = new StreamWriter(other);
  aborted.write("abc");
  aborted.abort();
  yield aborted.waitClosed();
  yield yieldNow();
  assertEquals(other.log, ["abort"]);
});

trial("StreamWriter.writeEof() ends it after what was written; it is closed later", function* () {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  writer.write("abc");
  writer.writeEof();
  writer.writeEof();
  assertThrows(() => writer.write("d"), RuntimeError, "writeEof() was called");
  yield* asked(sink);
  sink.take();
  yield until(eventually("the end", () => sink.log.includes("end")));
  assert(!writer.closing);
  writer.close();
  yield writer.waitClosed();
  assertEquals(sink.log, ["write 3", "end", "close"]);
  const endless = new StreamWriter({ write: () => Promise.resolve(0) });
  assertThrows(() => endless.writeEof(), RuntimeError, "call close()");
});

trial("the end of an await using closes a writer; cancelled, it drops the rest", function* () {
  const sink = new HeldSink();
  const use = async () => {
    await using writer = new StreamWriter(sink);
    writer.write("abc");
  };
  const task = createTask(use);
  yield* asked(sink);
  task.cancel();
  assert(isCancelled(yield* caught(task)));
  assertEquals(sink.log, ["write 3", "abort"]);
});

trial("the end of an await using throws a failure, unless that was thrown before", function* () {
  const untold = new HeldSink();
  const unaware = createTask(async () => {
    await using writer = new StreamWriter(untold);
    writer.write("abc");
  });
  yield* asked(untold);
  untold.fail(new Boom("untold"));
  yield* failure(unaware, Boom, "untold");
  const told = new HeldSink();
  const aware = createTask(async () => {
    await using writer = new StreamWriter(told, { highWater: 1 });
    writer.write("abc");
    await writer.drain();
  });
  yield* asked(told);
  told.fail(new Boom("told"));
  yield* failure(aware, Boom, "told");
});

trial("a StreamWriter writes to a WritableStream, and ends it", function* () {
  const pieces: number[] = [];
  let isClosed = false;
  const writer = new StreamWriter(
    new WritableStream({
      write: (piece: Uint8Array) => void pieces.push(piece.length),
      close: () => void (isClosed = true),
    }),
  );
  for (let n = 0; n < 10; n++) {
    writer.write(new Uint8Array(50_000));
    yield writer.drain();
  }
  writer.close();
  yield writer.waitClosed();
  assertEquals([pieces.reduce((a, b) => a + b), isClosed], [500_000, true]);
});

trial("a WritableStream may keep what it is given", function* () {
  const kept: Uint8Array[] = [];
  const writer = new StreamWriter(
    new WritableStream({ write: (piece: Uint8Array) => void kept.push(piece) }),
    { highWater: 0 },
  );
  for (const letter of "abc") {
    writer.write(letter);
    yield writer.drain();
  }
  assertEquals(kept.map((piece) => new TextDecoder().decode(piece)), ["a", "b", "c"]);
});

trial("a WritableStream that fails tells, and so does one that is aborted", function* () {
  const broken = new StreamWriter(
    new WritableStream({
      write: () => {
        throw new Boom();
      },
    }),
  );
  broken.write("a");
  broken.close();
  yield* failure(broken.waitClosed(), Boom);
  let reason: unknown = "not aborted";
  const aborted = new StreamWriter(new WritableStream({ abort: (why) => void (reason = why) }));
  aborted.abort();
  yield aborted.waitClosed();
  assertEquals(reason, undefined);
});

trial("a sink that throws at once, rather than later, fails like any other", function* () {
  const fail = (): never => {
    throw new Boom();
  };
  const write = (bytes: Uint8Array) => Promise.resolve(bytes.length);
  const closing = new StreamWriter({ write, close: fail });
  closing.write("abc");
  closing.close();
  yield* failure(closing.waitClosed(), Boom);
  const ending = new StreamWriter({ write, closeWrite: fail });
  ending.writeEof();
  yield until(eventually("the failure", () => outflowOf(ending).failure !== undefined));
  yield* failure(ending.drain(), Boom);
  const aborted = new StreamWriter({ write, abort: fail });
  aborted.abort();
  yield aborted.waitClosed();
});

trial("StreamWriter.writeEof() after a failure says no end, and hides nothing", function* () {
  const sink = new HeldSink();
  const writer = new StreamWriter(sink);
  writer.write("abc");
  writer.writeEof();
  yield* asked(sink);
  sink.fail(new Boom());
  yield until(eventually("the failure", () => outflowOf(writer).failure !== undefined));
  yield* failure(writer.drain(), Boom);
  assertEquals(sink.log, ["write 3"]);
});

trial("a sink that does not tell how many bytes it took is a failure", function* () {
  for (const count of [0, -1, NaN, 4, undefined]) {
    const writer = new StreamWriter({ write: () => Promise.resolve(count as number) });
    writer.write("abc");
    writer.close();
    yield* failure(writer.waitClosed(), TypeError, `how many of 3 bytes it took: ${count}`);
  }
});

trial("a StreamWriter refuses what makes no sense", function* () {
  const make = (options: object) => () => new StreamWriter(new HeldSink(), options);
  assertThrows(make({ highWater: -1 }), RangeError, "highWater");
  assertThrows(make({ highWater: "1" }), TypeError, "highWater");
  assertThrows(make({ highwater: 1 }), TypeError, '"highwater"');
  assertThrows(make({ highWater: 5, lowWater: 6 }), RangeError, "lowWater must not be above");
  assertThrows(() => new StreamWriter({} as never), TypeError, "sink");
  const writer = new StreamWriter(new HeldSink());
  assertThrows(() => writer.write(5 as never), TypeError, "data");
  assertThrows(() => writer.writeLine(5 as never), TypeError, "text");
  yield yieldNow();
});
