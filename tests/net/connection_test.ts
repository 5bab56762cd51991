import { type Connection, openConnection, startServer } from "../../io.ts";
import { createTask, isCancelled, run, until, VirtualClock, yieldNow } from "../../mod.ts";
import { isOwnFailure } from "../../src/net/own_failure.ts";
import { assert, assertEquals } from "../assert.ts";
import { caught, type Program, trial } from "../futures/trial.ts";
import { eventually } from "../http/server/serving.ts";

/** Is both ends of a connection: one is the library's, the other the host's. */
interface Pair {
  readonly near: Connection;
  readonly far: Deno.Conn;
}

/** Runs a body with both ends of a connection, and closes them. */
function* paired(body: (pair: Pair) => Program): Program {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const near: Connection = yield openConnection({ port: listener.addr.port });
  const far: Deno.Conn = yield until(accepted);
  listener.close();
  try {
    yield* body({ near, far });
  } finally {
    near.abort();
    try {
      far.close();
    } catch {
      // The body has closed it.
    }
  }
}

/** Reads at the far end until there are so many bytes, or the end. */
async function readFar(far: Deno.Conn, count: number): Promise<number> {
  const buffer = new Uint8Array(65_536);
  let total = 0;
  while (total < count) {
    const got = await far.read(buffer);
    if (got === null) break;
    total += got;
  }
  return total;
}

trial("a Connection closes when all was written, and its reader ends there", function* () {
  yield* paired(function* ({ near, far }) {
    near.writer.write("bye");
    near.close();
    assert(near.closing);
    yield near.waitClosed();
    assertEquals(yield until(readFar(far, Infinity)), 3);
    assertEquals([yield near.reader.read(), near.reader.atEof], [undefined, true]);
  });
});

trial("a pending read ends when the connection is closed here", function* () {
  yield* paired(function* ({ near }) {
    const read = createTask(function* () {
      return yield* near.reader.readLine();
    });
    yield yieldNow();
    yield yieldNow();
    near.abort();
    assertEquals(yield read, undefined);
    yield until(new Promise((resolve) => setTimeout(resolve, 1))); // The host's read fails by now.
    assertEquals([yield near.reader.read(), near.reader.atEof], [undefined, true]);
  });
});

trial("half-close: the far end ends, and goes on to be answered", function* () {
  yield* paired(function* ({ near, far }) {
    yield until(far.write(new TextEncoder().encode("question")));
    yield until(far.closeWrite());
    assertEquals((yield near.reader.readAll()).length, 8);
    near.writer.write("answer");
    near.close();
    assertEquals(yield until(readFar(far, Infinity)), 6);
  });
});

trial("half-close: the near end ends, and goes on to read", function* () {
  yield* paired(function* ({ near, far }) {
    near.writer.write("question");
    near.writer.writeEof();
    assertEquals(yield until(readFar(far, Infinity)), 8);
    yield until(far.write(new TextEncoder().encode("answer\n")));
    assertEquals(yield near.reader.readLine(), "answer");
  });
});

trial(
  "a peer that does not read keeps drain() waiting; a cancelled one loses nothing",
  function* () {
    yield* paired(function* ({ near, far }) {
      let written = 0;
      const work = createTask(function* () {
        for (;;) {
          near.writer.write(new Uint8Array(100_000));
          written += 100_000;
          yield* near.writer.drain();
        }
      });
      let before = -1;
      yield until(eventually("back-pressure", () => {
        const isStill = written === before && near.writer.buffered > 65_536;
        before = written;
        return isStill;
      }));
      work.cancel();
      assert(isCancelled(yield* caught(work)));
      near.close();
      assertEquals(yield until(readFar(far, Infinity)), written);
      yield near.waitClosed();
    });
  },
);

trial("a peer that is too fast waits, as long as nobody reads", function* () {
  yield* paired(function* ({ near, far }) {
    const writing = far.write(new TextEncoder().encode("x".repeat(1000) + "\n"));
    yield until(writing);
    assertEquals((yield near.reader.readLine()).length, 1000);
    const flood = new Uint8Array(50_000_000);
    let hasEnded = false;
    const sent = far.write(flood).then((count) => {
      hasEnded = true;
      return count;
    });
    const count = yield until(sent); // The system takes what it has room for, and no more.
    assert(hasEnded && count < flood.length && near.reader.statistics().buffered === 0);
    assertEquals((yield near.reader.readExactly(count)).length, count);
  });
});

trial("disposal that is cancelled aborts", function* () {
  yield* paired(function* ({ near, far }) {
    const task = createTask(async () => {
      await using connection = near;
      connection.writer.write(new Uint8Array(50_000_000));
    });
    yield until(eventually("the end of the scope", () => near.closing));
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    const got: number = yield until(readFar(far, Infinity).catch(() => 0));
    assert(got < 50_000_000);
  });
});

trial("disposal does not throw again what the scope is being left with", function* () {
  yield* paired(function* ({ near, far }) {
    far.close();
    const task = createTask(async () => {
      await using connection = near;
      for (;;) {
        connection.writer.write(new Uint8Array(100_000));
        await connection.writer.drain();
      }
    });
    const error = yield* caught(task);
    const kinds = [Deno.errors.BrokenPipe, Deno.errors.ConnectionReset];
    assert(kinds.some((kind) => error instanceof kind), `${error}`);
    assert(isOwnFailure(error, near) && !isOwnFailure(new Error("another's"), near));
  });
});

Deno.test("what was written is sent, though nobody waits for it before run() ends", async () => {
  let got = "";
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = listener.accept().then(async (conn) => {
    got = await new Response(conn.readable).text();
  });
  await run(async () => {
    const { writer } = await openConnection({ port: listener.addr.port });
    writer.write("x".repeat(3_000_000));
  }, { signals: [] });
  await served;
  listener.close();
  assertEquals(got.length, 3_000_000);
});

Deno.test("a connection whose read was cancelled does not outlive run()", async () => {
  const clock = new VirtualClock();
  await run(async () => {
    await using server = startServer(({ reader }) => reader.readAll(), { port: 0, grace: 0 });
    const { reader } = await openConnection({ port: server.port });
    createTask(() => reader.read());
    await yieldNow();
    await yieldNow();
  }, { clock, signals: [] });
});
