import { type DatagramOptions, type DatagramSocket, openDatagram } from "../../io.ts";
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
import { newDatagramSocket } from "../../src/net/datagram_socket.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught, failure, type Program, trial } from "../futures/trial.ts";
import { textOf } from "../streams/fed_source.ts";

/** Lets a body work with two sockets, which are closed. */
function* withTwo(
  body: (one: DatagramSocket, two: DatagramSocket) => Program,
  options: DatagramOptions = {},
): Program {
  const one: DatagramSocket = yield openDatagram(options);
  const two: DatagramSocket = yield openDatagram(options);
  try {
    yield* body(one, two);
  } finally {
    yield one[Symbol.asyncDispose]();
    yield two.close();
  }
}

/** Waits until so many datagrams are there that nobody took. */
function* arrival(socket: DatagramSocket, count: number): Program {
  while (socket.statistics().buffered < count) {
    yield until(new Promise((resolve) => setTimeout(resolve, 1)));
  }
}

for (const hostname of ["127.0.0.1", "::1"]) {
  trial(`datagrams go there and back: ${hostname}`, function* () {
    yield* withTwo(function* (one, two): Program {
      const receiving = createTask(function* () {
        return (yield* two.receive())!;
      });
      yield sleep(0);
      yield one.send("grüße", { port: two.port, hostname });
      const { data, ...from } = yield receiving;
      assertEquals([textOf(data), from], ["grüße", { hostname, port: one.port }]);
      yield two.send(new Uint8Array([1, 2]), from);
      assertEquals([...(yield one.receive()).data], [1, 2]);
      assertEquals(one.addr, { transport: "udp", hostname, port: one.port });
    }, { hostname });
  });
}

trial("datagrams are iterated over, and the loop may be left and gone on with", function* () {
  yield* withTwo(function* (one, two): Program {
    for (const text of ["a", "b", "c"]) yield one.send(text, { port: two.port });
    const steps = two[Symbol.asyncIterator]();
    assertEquals(textOf((yield steps.next()).value.data), "a");
    assertEquals(textOf((yield two.receive()).data), "b");
    assertEquals(textOf((yield two[Symbol.asyncIterator]().next()).value.data), "c");
    const step = createTask(function* () {
      return yield* steps.next();
    });
    yield sleep(0);
    yield two.close();
    assertEquals(yield step, { done: true, value: undefined });
  });
});

trial("a cancelled receive(), and one that lost a select(), take nothing", function* () {
  yield* withTwo(function* (one, two): Program {
    const task = createTask(function* () {
      yield* two.receive();
    });
    yield sleep(0);
    task.cancel();
    assert(isCancelled(yield* caught(task)));
    for (const text of ["a", "b"]) yield one.send(text, { port: two.port });
    yield* arrival(two, 2);
    const { value } = yield select({ first: two.receive(), second: two.receive() });
    assertEquals(textOf(value.data), "a");
    assertEquals(textOf((yield two.receive()).data), "b");
    const late = createTask(function* () {
      yield* two.receive();
    });
    yield sleep(0);
    yield one.send("c", { port: two.port });
    late.cancel();
    assert(isCancelled(yield* caught(late)));
    assertEquals(textOf((yield two.receive()).data), "c");
  });
});

trial(
  "a datagram goes to the next when who was given it is cancelled before it goes on",
  function* () {
    let tell: ((data: Uint8Array, from: { address: string; port: number }) => void) | undefined;
    let end: (() => void) | undefined;
    const socket = newDatagramSocket({
      bind() {},
      address: () => ({ address: "127.0.0.1", port: 1 }),
      send() {},
      setBroadcast() {},
      on: (event: string, listener: unknown) =>
        void (event === "message" && (tell = listener as never)),
      once: (_event: string, listener: () => void) => void (end = listener),
      close: () => end!(),
    }, 10);
    const [one, two] = [1, 2].map(() =>
      createTask(function* () {
        return textOf((yield* socket.receive())?.data);
      })
    );
    yield sleep(0);
    tell!(new TextEncoder().encode("a"), { address: "127.0.0.1", port: 2 });
    one.cancel();
    assert(isCancelled(yield* caught(one)));
    assertEquals(yield two, "a");
    const three = createTask(function* () {
      yield* socket.receive();
    });
    yield sleep(0);
    for (const text of ["b", "c"]) {
      tell!(new TextEncoder().encode(text), { address: "127.0.0.1", port: 2 });
    }
    three.cancel();
    assert(isCancelled(yield* caught(three)));
    assertEquals(textOf((yield socket.receive()).data), "b");
    assertEquals(textOf((yield socket.receive()).data), "c");
    yield socket.close();
  },
);

trial("two strands of one task receive one each", function* () {
  yield* withTwo(function* (one, two): Program {
    const both = createTask(() => gather([two.receive(), two.receive()]) as never);
    yield sleep(0);
    for (const text of ["a", "b"]) yield one.send(text, { port: two.port });
    const received: { data: Uint8Array }[] = yield both;
    assertEquals(received.map(({ data }) => textOf(data)), ["a", "b"]);
  });
});

trial("what nobody takes is dropped above the capacity, and counted", function* () {
  yield* withTwo(function* (one, two): Program {
    for (const text of ["a", "b", "c"]) yield one.send(text, { port: two.port });
    while (two.statistics().dropped === 0) {
      yield until(new Promise((resolve) => setTimeout(resolve, 1)));
    }
    assertEquals(two.statistics(), { buffered: 2, dropped: 1 });
    assertEquals(textOf((yield two.receive()).data), "a");
  }, { capacity: 2 });
});

trial("a port that is taken, and a datagram that is too long, fail as the host says", function* () {
  yield* withTwo(function* (one, two): Program {
    const error = yield* caught(openDatagram({ port: one.port }));
    assert(error instanceof Error && /EADDRINUSE|in use/.test(String(error)), `${error}`);
    const long = yield* caught(one.send(new Uint8Array(70_000), { port: two.port }));
    assert(long instanceof Error, `${long}`);
    yield one.send("still there", { port: two.port });
    assertEquals(textOf((yield two.receive()).data), "still there");
  });
});

trial("a socket whose opening was cancelled is closed", function* () {
  const task = createTask(function* () {
    yield* openDatagram({});
  });
  yield sleep(0);
  task.cancel();
  assert(isCancelled(yield* caught(task)));
});

trial("what is closed gives undefined, and sends nothing", function* () {
  const socket: DatagramSocket = yield openDatagram();
  yield socket.close();
  yield socket.close();
  assert(socket.closed);
  assertEquals(yield socket.receive(), undefined);
  assertThrows(() => socket.send("x", { port: 1 }), RuntimeError, "it was closed");
});

trial("who is sending when a socket is closed is told, and need not wait for ever", function* (as) {
  const socket: DatagramSocket = yield openDatagram();
  const target = { port: socket.port };
  const sends = [1, 2].map((n) =>
    createTask(
      as(function* (): Program {
        yield socket.send(`${n}`, target);
      }),
      { eager: true },
    )
  );
  const late = socket.send("late", target);
  yield socket.close(); // The host has been asked, and has had no time to answer.
  for (const send of sends) yield* failure(send, RuntimeError, "it was closed");
  yield* failure(late, RuntimeError, "it was closed");
});

Deno.test("a socket that is open when run() ends is closed there", async () => {
  let socket: DatagramSocket | undefined;
  await run(async () => {
    socket = await openDatagram();
  });
  assert(socket!.closed);
});

trial("datagrams refuse what makes no sense", function* () {
  const open = (options: unknown) => () => openDatagram(options as DatagramOptions);
  assertThrows(open({ port: -1 }), RangeError, "port must be from 0 to 65535: -1");
  assertThrows(open({ hostname: 5 }), TypeError, "hostname must be a string: 5");
  assertThrows(open({ capacity: 0 }), RangeError, "capacity");
  assertThrows(open({ broadcast: 1 }), TypeError, "broadcast must be a boolean: 1");
  assertThrows(open({ path: "x" }), TypeError, '"path"');
  yield* withTwo(function* (one): Program {
    assertThrows(() => one.send(5 as never, { port: 1 }), TypeError, "data");
    assertThrows(() => one.send("x", { port: 0 }), RangeError, "port must be from 1 to 65535: 0");
    assertThrows(() => one.send("x", { to: 1 } as never), TypeError, '"to"');
    yield sleep(0);
  });
  yield* failure(openDatagram({ hostname: "203.0.113.1" }), Error);
});
