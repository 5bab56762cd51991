import {
  CancelledError,
  createTask,
  each,
  gather,
  sleep,
  type Task,
  TimeoutError,
} from "../../mod.ts";
import {
  ClientConnectionError,
  ClientPayloadError,
  type ClientResponse,
  ClientResponseError,
  ClientSession,
} from "../../web.ts";
import { assert, assertEquals } from "../assert.ts";
import { failure, type Program } from "../futures/trial.ts";
import { served } from "./served.ts";

/** Is what the counterpart says of a request. */
interface Echo {
  readonly method: string;
  readonly path: string;
  readonly query: Record<string, string>;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** Asks, and gives what the counterpart says of that. */
function* echo(...args: [ClientSession, ...Parameters<ClientSession["request"]>]): Program<Echo> {
  const [session, method, url, options] = args;
  const response: ClientResponse = yield session.request(method, url, options);
  return yield response.json();
}

served("ClientSession asks with headers, a query and each kind of body", function* (url) {
  using session = new ClientSession({ baseUrl: url, headers: { "x-session": "1" } });
  const plain = yield* echo(session, "GET", "echo/a?x=1", {
    headers: { "x-own": "2" },
    params: { y: "ü" },
  });
  assertEquals([plain.method, plain.path, plain.query], ["GET", "/echo/a", { x: "1", y: "ü" }]);
  assertEquals([plain.headers["x-session"], plain.headers["x-own"]], ["1", "2"]);
  const json = yield* echo(session, "POST", "echo", { json: { a: [1] } });
  assertEquals([json.body, json.headers["content-type"]], ['{"a":[1]}', "application/json"]);
  const form = yield* echo(session, "PUT", "echo", { form: { b: "2&3" } });
  assertEquals(form.body, "b=2%263");
  assertEquals((yield* echo(session, "DELETE", "echo", { body: "text" })).body, "text");
});

served("ClientSession follows redirects, and says where it came", function* (url) {
  using session = new ClientSession({ baseUrl: url });
  const response: ClientResponse = yield session.get("redirect");
  assertEquals([response.status, response.url, response.redirected], [
    200,
    `${url}/echo/there`,
    true,
  ]);
  const there: Echo = yield response.json();
  assertEquals(there.path, "/echo/there");
  const error = yield* failure(session.get("redirect", { redirect: "error" }), Error);
  assert(
    error instanceof ClientResponseError || error instanceof ClientConnectionError,
    `${error}`,
  );
});

served("ClientSession throws what goes wrong", function* (url) {
  using session = new ClientSession({ baseUrl: url, raiseForStatus: true });
  const missing = yield* failure(session.get("status/404"), ClientResponseError);
  assertEquals([missing.status, missing.url], [404, `${url}/status/404`]);
  const cut: ClientResponse = yield session.get("cut");
  yield* failure(cut.bytes(), ClientPayloadError);
  const large: ClientResponse = yield session.get("large/1000", { maxBytes: 100 });
  yield* failure(large.bytes(), ClientPayloadError, "larger than 100 bytes");
  const refused = new ClientSession();
  yield* failure(refused.get("http://127.0.0.1:9/"), ClientConnectionError);
  refused.close();
});

served("ClientSession reads lines as they come, and stops where it is left", function* (url, as) {
  using session = new ClientSession({ baseUrl: url });
  const seen: string[] = [];
  const all: ClientResponse = yield session.get("lines/3");
  yield each(
    all.lines(),
    as(function* (line: string): Program {
      yield sleep(0);
      seen.push(line);
    }),
  );
  assertEquals(seen, ["line 0", "line 1", "line 2"]);
  const open: ClientResponse = yield session.get("waiting");
  assertEquals(yield open.lines().next(), { done: false, value: "begun" });
  open.release();
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
});

served(
  "ClientSession ends a request that takes too long, or whose task is cancelled",
  function* (url) {
    using session = new ClientSession({ baseUrl: url });
    yield* failure(session.get("never", { timeout: 20 }), TimeoutError, "20 ms (total)");
    const asking: Task<unknown> = createTask(() => session.get("never"));
    yield sleep(20);
    asking.cancel();
    yield* failure(asking, CancelledError);
    const reading: Task<unknown> = createTask(function* () {
      const response = yield* session.get("waiting");
      yield* response.bytes();
    });
    yield sleep(50);
    reading.cancel();
    yield* failure(reading, CancelledError);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

served(
  "ClientSession sends no more than its limit at once, in the order of asking",
  function* (url) {
    using session = new ClientSession({ baseUrl: url, limit: 2, limitPerHost: 2 });
    const order: number[] = [];
    let most = 0;
    const ask = function* (n: number) {
      const response = yield* session.get(`echo/${n}`);
      most = Math.max(most, session.statistics().active);
      yield* response.bytes();
      order.push(n);
    };
    yield gather([1, 2, 3, 4, 5, 6].map((n) => ask(n)));
    assertEquals([order.toSorted(), most], [[1, 2, 3, 4, 5, 6], 2]);
  },
);

served("ClientSession tries again, as long as that may help", function* (url) {
  using session = new ClientSession({ baseUrl: url, retries: { attempts: 3, delay: 1 } });
  const response: ClientResponse = yield session.get("status/503");
  assertEquals(response.status, 503);
  response.release();
});
