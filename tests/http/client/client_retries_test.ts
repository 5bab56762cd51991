import { createTask, gather, RuntimeError, TimeoutError, until } from "../../../mod.ts";
import {
  ClientConnectionError,
  type ClientResponse,
  ClientResponseError,
  ClientSession,
} from "../../../io.ts";
import { RetryBudget } from "../../../resilience.ts";
import { readRetryAfter } from "../../../src/http/client/client_retries.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { Boom, failure, type FrontEnd, type Program } from "../../futures/trial.ts";
import { answering, servedTrial } from "./raw_server.ts";

/** Answers the statuses in turn, then 200, counting for each path alone. */
function statuses(...all: string[]) {
  const counts = new Map<string, number>();
  return answering(async (head, connection, server) => {
    if (/transfer-encoding: chunked/i.test(head)) await connection.chunked();
    await connection.body(Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0));
    const key = `${server.url} ${head.split(" ")[1]}`;
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const [status, ...headers] = (all[count] ?? "200 OK").split("\n");
    await connection.answer(`body ${count}`, status, ...headers);
  });
}

servedTrial(
  "retries ask again after a failure, and wait longer each time",
  statuses("500 A", "503 B", "429 C"),
  function* (_, { server, clock }) {
    using session = new ClientSession({
      baseUrl: server.url,
      retries: { attempts: 5, delay: 100, factor: 3 },
    });
    const response: ClientResponse = yield session.get("");
    assertEquals([response.status, yield response.text(), clock.now()], [200, "body 3", 1300]);
    assertEquals([server.seen.length, server.opened], [4, 1]);
  },
);

servedTrial(
  "retries give the last response of a storm of 500s, or throw it if asked to",
  statuses(...new Array(1000).fill("500 Storm")),
  function* (as: FrontEnd, { server, clock }) {
    using session = new ClientSession({ baseUrl: server.url, limit: 10, retries: 4 });
    const ask = as(function* (path: string) {
      const response: ClientResponse = yield session.get(path);
      const text: string = yield response.text();
      return `${response.status} ${text}`;
    });
    const paths = Array.from({ length: 50 }, (_, at) => `${at}`);
    const answers: string[] = yield gather(paths.map((path) => createTask(() => ask(path))));
    assertEquals(new Set(answers), new Set(["500 body 3"]));
    assertEquals([server.seen.length, clock.now()], [200, 700]);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
    const raised = session.get("raised", { raiseForStatus: true });
    const error = yield* failure(raised, ClientResponseError, "500");
    assertEquals([error.status, server.seen.length], [500, 204]);
  },
);

servedTrial(
  "retries wait as long as the server asks for, unless that is too long",
  statuses("503 A\nRetry-After: 2", "500 B", "429 C\nRetry-After: 60"),
  function* (_, { server, clock }) {
    using session = new ClientSession({
      baseUrl: server.url,
      timeout: 10_000,
      retries: { attempts: 9, delay: 100, jitter: 0 },
    });
    const response: ClientResponse = yield session.get("");
    // 2,000 as the server asks, then 200; a minute would be too late.
    assertEquals([response.status, clock.now()], [429, 2200]);
    response.release();
  },
);

/** Runs a body while every random number is the same. */
function* withRandom(value: number, body: () => Program): Program {
  const original = Math.random;
  Math.random = () => value;
  try {
    yield* body();
  } finally {
    Math.random = original;
  }
}

for (
  const [name, retries, timeout, expected] of [
    ["by default", {}, Infinity, 2250],
    ["as told", { jitter: 1 }, Infinity, 3000],
    ["within the total time", { jitter: 1 }, 2400, 2100],
  ] as const
) {
  servedTrial(
    `retries do not all come at the moment that a server asks for (${name})`,
    statuses("503 A\nRetry-After: 2"),
    function* (_, { server, clock }) {
      using session = new ClientSession({ baseUrl: server.url, timeout });
      yield* withRandom(0.5, function* () {
        const response: ClientResponse = yield session.get("", {
          retries: { attempts: 2, delay: 0, ...retries },
        });
        assertEquals([response.status, clock.now()], [200, expected]);
        response.release();
      });
    },
  );
}

servedTrial(
  "retries leave alone what might do harm twice, what helps nothing, and streams",
  statuses("500 A"),
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, retries: 2 });
    const status = function* (path: string, options: Parameters<typeof session.request>[2] = {}) {
      const method = path.split("-")[0];
      const response: ClientResponse = yield session.request(method, path, options);
      response.release();
      return response.status;
    };
    assertEquals(yield* status("post-1"), 500);
    assertEquals(yield* status("patch-1"), 500);
    for (const method of ["get", "head", "options", "put", "delete"]) {
      assertEquals(yield* status(`${method}-1`), 200);
    }
    assertEquals(yield* status("post-2", { retries: { methods: ["post"] } }), 200);
    assertEquals(yield* status("get-2", { retries: { methods: [] } }), 500);
    assertEquals(yield* status("get-3", { retries: 1 }), 500);
    assertEquals(yield* status("put-2", { body: "again" }), 200);
    const body = ReadableStream.from([new Uint8Array(0)]);
    assertEquals(yield* status("put-3", { body }), 500);
    assertEquals(yield* status("get-4", { retries: { when: () => false } }), 500);
    const told: unknown[] = [];
    const when = (error: unknown, attempt: number) => {
      told.push((error as ClientResponseError).status, attempt);
      return true;
    };
    assertEquals(yield* status("get-5", { retries: { when } }), 200);
    assertEquals(told, [500, 1]);
  },
);

servedTrial(
  "retries leave a 404 alone, and can be told not to",
  statuses("404 A"),
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, retries: { delay: 0 } });
    const first: ClientResponse = yield session.get("a");
    assertEquals(first.status, 404);
    const when = (error: Error) => error instanceof ClientResponseError && error.status === 404;
    const second: ClientResponse = yield session.get("b", { retries: { when } });
    assertEquals(second.status, 200);
    first.release();
    second.release();
  },
);

servedTrial(
  "retries ask again when there is no answer",
  async (connection, server) => {
    server.seen.push(String(await connection.head()));
    if (connection.index === 2) await connection.answer("at last");
  },
  function* (_, { server, clock }) {
    using session = new ClientSession({ baseUrl: server.url, retries: 3 });
    assertEquals([yield (yield session.get("")).text(), clock.now()], ["at last", 300]);
    const more = session.get("", { retries: { attempts: 2, delay: 50 } });
    yield* failure(more, ClientConnectionError, "Cannot get an answer");
    assertEquals([clock.now(), server.opened], [350, 5]);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

servedTrial(
  "retries ask again when a head takes too long, within the total",
  answering(async (_, connection, server) => {
    server.say(`asked ${connection.index}`);
    await connection.gone();
  }),
  function* (_, { server, clock }) {
    using session = new ClientSession({
      timeout: { total: 250, connect: 100 },
      retries: { attempts: 9, delay: 0 },
    });
    const task = createTask(() => session.get(server.url));
    for (const [at, wait] of [100, 100, 50].entries()) {
      yield until(server.heard(`asked ${at}`));
      clock.advance(wait);
    }
    yield* failure(task, TimeoutError, "250 ms (total)", server.url);
    assertEquals(clock.now(), 250);
  },
);

servedTrial(
  "retries whose when() fails throw that, and give the place back",
  statuses("500 A"),
  function* (_, { server }) {
    using session = new ClientSession({ limit: 1 });
    const when = () => {
      throw new Boom();
    };
    yield* failure(session.get(server.url, { retries: { when } }), Boom);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

servedTrial(
  "retries end when the session is closed or the task is cancelled",
  statuses(...new Array(9).fill("500 A")),
  function* (as, { server, clock }) {
    const session = new ClientSession({
      baseUrl: server.url,
      retries: { attempts: 9, delay: 1e6 },
    });
    const tasks = ["a", "b"].map((path) =>
      createTask(as(function* () {
        yield session.get(path, { timeout: Infinity });
      }))
    );
    while (tasks.some((task) => !String(task.waitingOn).includes("sleep"))) {
      yield until(new Promise((resolve) => setTimeout(resolve, 0)));
    }
    tasks[0].cancel();
    yield* failure(tasks[0], Error);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
    session.close();
    yield* failure(tasks[1], RuntimeError, "The session was closed during GET", "/b");
    assertEquals([server.seen.length, clock.now()], [2, 0]);
  },
);

servedTrial(
  "retries of all requests of a session share its budget",
  statuses(...new Array(1000).fill("500 Storm")),
  function* (as: FrontEnd, { server }) {
    const budget = new RetryBudget({ ratio: 0.25, most: 5 });
    using session = new ClientSession({
      baseUrl: server.url,
      limit: 10,
      retries: { attempts: 4, budget },
    });
    const ask = as(function* (path: string) {
      const response: ClientResponse = yield session.get(path);
      yield response.text();
      return response.status;
    });
    const paths = Array.from({ length: 40 }, (_, at) => `${at}`);
    const answers: number[] = yield gather(paths.map((path) => createTask(() => ask(path))));
    assertEquals(new Set(answers), new Set([500]), "what cannot be paid for is given as it is");
    // Without a budget there would be 160. What is earned while it is full is lost.
    assert(server.seen.length >= 45 && server.seen.length <= 55, `${server.seen.length}`);
    assertEquals(budget.balance, 0);
  },
);

servedTrial(
  "retries within a budget are paid for once each, and earned by every request",
  statuses("500 A", "503 B\nRetry-After: 1", "500 C"),
  function* (_, { server, clock }) {
    const log: string[] = [];
    let isSpent = false;
    const budget = {
      earn: () => void log.push("earn"),
      spend: () => log.push("spend") > 0 && !isSpent,
    };
    using session = new ClientSession({
      baseUrl: server.url,
      timeout: 10_000,
      retries: { attempts: 4, delay: 10, jitter: 0, budget },
    });
    const ask = function* (method: string, path: string, options = {}): Program<number> {
      const response: ClientResponse = yield session.request(method, path, options);
      response.release();
      return response.status;
    };
    assertEquals(yield* ask("GET", "a"), 200);
    assertEquals(log.splice(0), ["earn", "spend", "spend", "spend"]);
    assertEquals(clock.now(), 10 + 1000 + 40);
    assertEquals(yield* ask("POST", "b"), 500);
    assertEquals(log.splice(0), ["earn"], "what may not be repeated is asked once");
    assertEquals(yield* ask("GET", "c", { retries: 2 }), 503);
    assertEquals(log.splice(0), ["earn", "spend"], "the budget is the session's");
    assertEquals(yield* ask("GET", "d", { retries: { budget: new RetryBudget() } }), 500);
    assertEquals(log.splice(0), [], "but for a request that brings its own");
    isSpent = true;
    assertEquals(yield* ask("GET", "e"), 500);
    yield* failure(session.get("f", { raiseForStatus: true }), ClientResponseError, "500");
    assertEquals(log, ["earn", "spend", "earn", "spend"]);
  },
);

servedTrial(
  "retries within a budget that is spent throw what there was in place of an answer",
  (connection) => connection.head(),
  function* (_, { server }) {
    const budget = { earn: () => {}, spend: () => false };
    using session = new ClientSession({ baseUrl: server.url, retries: { attempts: 4, budget } });
    yield* failure(session.get(""), ClientConnectionError);
    assertEquals(server.opened, 1);
  },
);

Deno.test("retries refuse what they cannot be configured with", () => {
  const make = (retries: unknown) => () => new ClientSession({ retries: retries as never });
  for (
    const retries of [0, -1, 1.5, NaN, { attempts: 0 }, { jitter: 2 }, { delay: -1 }, {
      factor: -1,
    }]
  ) {
    assertThrows(make(retries), RangeError);
  }
  for (
    const retries of [
      "3",
      null,
      { attempts: "3" },
      { delay: "1" },
      { methods: "GET" },
      { when: 5 },
      { budget: 10 },
      { budget: { earn: () => {} } },
      {
        methods: [1],
      },
    ]
  ) {
    assertThrows(make(retries), TypeError);
  }
  assertThrows(make({ tries: 3 }), TypeError, '"tries"');
  assertThrows(make("3"), TypeError, 'retries must be a number or an object: "3"');
});

Deno.test("Retry-After is seconds or a date, and nonsense is nothing", () => {
  const read = (value: string) => readRetryAfter(new Headers({ "Retry-After": value }));
  assertEquals([read("2"), read("0"), read("soon"), read("-1")], [2000, 0, undefined, 0]);
  assertEquals(readRetryAfter(new Headers()), undefined);
  const date = read(new Date(Date.now() + 60_000).toUTCString());
  assert(date !== undefined && date > 50_000 && date <= 60_000, String(date));
  assertEquals(read("Thu, 01 Jan 1970 00:00:00 GMT"), 0);
});
