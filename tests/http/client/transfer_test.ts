// deno-lint-ignore-file require-yield -- some bodies only look
import {
  CancelledError,
  createTask,
  each,
  RuntimeError,
  sleep,
  TimeoutError,
  until,
} from "../../../mod.ts";
import { ClientConnectionError, type ClientResponse, ClientSession } from "../../../io.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { failure, trial } from "../../futures/trial.ts";
import { answering, type Script, servedTrial } from "./raw_server.ts";

/** Never answers, and says when the client has gone. */
const silent = answering(async (_, connection, server) => {
  server.say("asked");
  await connection.gone();
  server.say("gone");
});

servedTrial(
  "ClientSession aborts the request of a task that is cancelled",
  silent,
  function* (_, { server }) {
    using session = new ClientSession();
    const task = createTask(() => session.get(server.url));
    yield until(server.heard("asked"));
    assert(String(task.waitingOn).includes(`GET ${server.url}`), String(task.waitingOn));
    task.cancel("enough");
    yield* failure(task, CancelledError, "enough");
    yield until(server.heard("gone"));
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

servedTrial(
  "ClientSession drops a response that comes as its task is cancelled",
  answering((_, connection, server) => {
    server.say("asked");
    return connection.answer("x".repeat(1000));
  }),
  function* (_, { server }) {
    for (let at = 0; at < 20; at++) {
      using session = new ClientSession();
      const task = createTask(() => session.get(server.url));
      yield until(server.heard("asked"));
      for (let turn = 0; turn < at; turn++) yield sleep(0);
      const won = !task.cancel();
      if (won) (yield task).release();
      else yield* failure(task, CancelledError);
      assertEquals(session.statistics(), { active: 0, waiting: 0 });
    }
  },
);

servedTrial("ClientSession.close() ends what is under way", silent, function* (_, { server }) {
  const session = new ClientSession({ limit: 1 });
  const tasks = [1, 2].map(() => createTask(() => session.get(server.url)));
  yield until(server.heard("asked"));
  assertEquals(session.statistics(), { active: 1, waiting: 1 });
  session.close();
  session.close();
  for (const task of tasks) yield* failure(task, RuntimeError, "The session was closed");
  yield until(server.heard("gone"));
  assert(session.closed);
  assertThrows(() => session.get(server.url), RuntimeError, "the session is closed");
});

servedTrial("ClientSession.close() ends the reading of a body", async (connection, server) => {
  await connection.head();
  await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
  await connection.gone();
  server.say("gone");
}, function* (as, { server }) {
  const session = new ClientSession();
  const response: ClientResponse = yield session.get(server.url);
  const reading = createTask(as(function* () {
    yield response.text();
  }));
  yield sleep(0);
  const lazy = session.get(server.url);
  session.close();
  yield* failure(reading, RuntimeError, "The session was closed");
  yield* failure(response.text(), RuntimeError, "The session was closed");
  yield* failure(lazy, RuntimeError, "the session is closed");
  yield until(server.heard("gone"));
});

trial("ClientSession says why there is no answer", function* () {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  using session = new ClientSession();
  const refused = `http://127.0.0.1:${port}/`;
  const error = yield* failure(
    session.get(refused),
    ClientConnectionError,
    `Cannot get an answer: GET ${refused}: `,
    "refused",
  );
  assert(error.cause instanceof TypeError, String(error.cause));
  assertEquals([error.method, error.url], ["GET", refused]);
  const unknown = session.post("http://name.invalid/?q#f");
  yield* failure(unknown, ClientConnectionError, "POST http://name.invalid/?q#f", "dns error");
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
});

servedTrial(
  "ClientSession says that a server closed, or spoke no HTTP",
  async (connection) => {
    const head = await connection.head();
    if (head?.includes("/garbage")) await connection.write("SMTP ready\r\n\r\n");
  },
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url });
    for (const path of ["closed", "garbage"]) {
      yield* failure(
        session.get(path),
        ClientConnectionError,
        "Cannot get an answer",
        server.url + path,
      );
    }
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

/** Lets the host have a turn. */
function hostTurn(): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, 0));
}

/** Sends a head and then pieces when the test says so; says when it is asked and left. */
const slow: Script = async (connection, server) => {
  await connection.head();
  server.say("asked");
  const send = async () => {
    await server.heard("head");
    await connection.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n");
    for (const piece of ["a", "b", "c"]) {
      await server.heard(piece);
      await connection.write(piece);
    }
  };
  send().catch(() => {});
  await connection.gone();
  server.say("gone");
};

for (const bound of ["total", "connect"] as const) {
  servedTrial(`timeout.${bound} ends the wait for an answer`, slow, function* (_, world) {
    const { server, clock } = world;
    using session = new ClientSession({ timeout: { total: 900, [bound]: 50 } });
    const task = createTask(() => session.get(server.url));
    yield until(server.heard("asked"));
    clock.advance(49);
    yield sleep(0);
    assertEquals(task.done, false);
    clock.advance(1);
    const words = `Timed out after 50 ms (${bound}): GET ${server.url}`;
    yield* failure(task, TimeoutError, words);
    yield until(server.heard("gone"));
    assertEquals([session.statistics().active, task.cancelling], [0, 0]);
  });

  servedTrial(`timeout.${bound} counts the wait for a place`, slow, function* (_, world) {
    const { server, clock } = world;
    using session = new ClientSession({ limit: 1, timeout: Infinity });
    const first = createTask(() => session.get(server.url));
    yield until(server.heard("asked"));
    const second = createTask(() => session.get(server.url, { timeout: { [bound]: 50 } }));
    yield sleep(0);
    clock.advance(50);
    yield* failure(second, TimeoutError, `50 ms (${bound})`);
    assertEquals([first.done, session.statistics()], [false, { active: 1, waiting: 0 }]);
    server.say("head");
    (yield first).release();
    assertEquals(server.opened, 1);
  });
}

servedTrial("timeout.read bounds the wait for each piece", slow, function* (as, world) {
  const { server, clock } = world;
  using session = new ClientSession({ timeout: { read: 50 } });
  server.say("head");
  const response: ClientResponse = yield session.get(server.url);
  yield sleep(1000); // Nobody waits for the server.
  const texts: string[] = [];
  const task = createTask(() =>
    each(
      response,
      as(function* (piece: Uint8Array) {
        texts.push(new TextDecoder().decode(piece));
        server.say(`got ${texts.length}`);
      }),
    )
  );
  yield sleep(0);
  for (const [at, piece] of ["a", "b"].entries()) {
    clock.advance(40);
    server.say(piece);
    yield until(server.heard(`got ${at + 1}`));
  }
  yield sleep(0);
  clock.advance(50);
  const error = yield* failure(task, TimeoutError, "50 ms (read)", server.url);
  assertEquals([texts, clock.now()], [["a", "b"], 1130]);
  yield until(server.heard("gone"));
  assertEquals(error.cause, undefined);
  yield* failure(response.text(), Error);
});

servedTrial("timeout.read bounds text() too", slow, function* (as, { server, clock }) {
  using session = new ClientSession({ timeout: { read: 50 } });
  server.say("head");
  const response: ClientResponse = yield session.get(server.url);
  const task = createTask(as(function* () {
    yield response.text();
  }));
  yield sleep(0);
  clock.advance(50);
  yield* failure(task, TimeoutError, "50 ms (read)");
  yield* failure(response.text(), TimeoutError, "50 ms (read)");
});

servedTrial("timeout.read leaves text() alone while pieces come", slow, function* (as, world) {
  const { server, clock } = world;
  using session = new ClientSession({ timeout: { read: 50 } });
  server.say("head");
  const response: ClientResponse = yield session.get(server.url);
  const task = createTask(as(function* () {
    return yield response.text();
  }));
  yield sleep(0);
  let wait = task.waitingOn;
  for (const piece of ["a", "b"]) {
    clock.advance(40);
    server.say(piece);
    while (task.waitingOn === wait) yield until(hostTurn());
    wait = task.waitingOn;
  }
  clock.advance(40);
  server.say("c");
  assertEquals([yield task, clock.now()], ["abc", 120]);
});

for (const how of ["text", "pieces"] as const) {
  servedTrial(`timeout.total bounds reading a body (${how})`, slow, function* (as, world) {
    const { server, clock } = world;
    using session = new ClientSession({ timeout: 100 });
    server.say("head");
    server.say("a");
    const response: ClientResponse = yield session.get(server.url);
    const task = createTask(as(function* () {
      if (how === "text") yield response.text();
      else yield each(response, as(function* () {}));
    }));
    yield sleep(0);
    clock.advance(100);
    yield* failure(task, TimeoutError, "100 ms (total)", server.url);
    yield until(server.heard("gone"));
    assertEquals([session.statistics().active, clock.now()], [0, 100]);
  });
}

servedTrial("timeout.total frees the place of a response that nobody reads", slow, function* (
  _,
  { server, clock },
) {
  using session = new ClientSession({ timeout: 100, limit: 1 });
  server.say("head");
  const response: ClientResponse = yield session.get(server.url);
  yield sleep(99);
  assertEquals(session.statistics().active, 1);
  yield sleep(2);
  assertEquals([session.statistics().active, clock.now()], [0, 101]);
  yield until(server.heard("gone"));
  yield* failure(response.text(), TimeoutError, "100 ms (total)");
});

servedTrial("timeout of a request goes before the session's", slow, function* (_, world) {
  const { server, clock } = world;
  using session = new ClientSession({ timeout: { total: 500, connect: 100 } });
  const longer = createTask(() => session.get(server.url, { timeout: { connect: Infinity } }));
  yield until(server.heard("asked"));
  clock.advance(499);
  yield sleep(0);
  assert(!longer.done);
  clock.advance(1);
  yield* failure(longer, TimeoutError, "500 ms (total)");
});

servedTrial("timeout and a cancellation at one moment is a cancellation", slow, function* (
  _,
  { server, clock },
) {
  using session = new ClientSession({ timeout: 100 });
  const task = createTask(() => session.get(server.url));
  yield until(server.heard("asked"));
  clock.advance(100);
  task.cancel("both");
  const error = yield* failure(task, Error);
  assertEquals([error.name, task.cancelled], ["CancelledError", true]);
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
});

for (const part of ["head", "body"] as const) {
  servedTrial(
    `timeout, cancel and close() end the wait for a ${part} that heeds no signal`,
    slow,
    function* (
      as,
      { clock },
    ) {
      const never = new Promise<never>(() => {});
      const deaf = () =>
        part === "head"
          ? never
          : Promise.resolve(new Response(new ReadableStream({ pull: () => never })));
      const session = new ClientSession({ fetch: deaf, timeout: 100 });
      const tasks = [1, 2].map(() =>
        createTask(as(function* () {
          const response: ClientResponse = yield session.get("http://a/");
          yield response.text();
        }))
      );
      yield sleep(0);
      yield until(hostTurn());
      tasks[0].cancel();
      yield* failure(tasks[0], CancelledError);
      clock.advance(100);
      yield* failure(tasks[1], TimeoutError, "100 ms (total)");
      const last = createTask(as(function* () {
        yield (yield session.get("http://a/")).text();
      }));
      yield sleep(0);
      yield until(hostTurn());
      session.close();
      yield* failure(last, RuntimeError, "The session was closed during GET http://a/");
    },
  );
}
