import {
  CancelledError,
  createTask,
  each,
  RuntimeError,
  sleep,
  type Task,
  until,
  wait,
} from "../../../mod.ts";
import {
  type ClientResponse,
  ClientResponseError,
  ClientSession,
  TooManyRedirects,
} from "../../../io.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { failure, rejection, trial } from "../../futures/trial.ts";
import { Prng } from "../../prng.ts";
import { answering, servedTrial } from "./raw_server.ts";

/** Sends back what came. */
const echo = answering(async (head, connection) => {
  const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
  await connection.answer(head + await connection.body(length));
});

/** Answers "ok" to everything. */
const ok = answering((_, connection) => connection.answer("ok"));

servedTrial("ClientSession has a method for each method", ok, function* (_, { server }) {
  using session = new ClientSession({ baseUrl: server.url });
  const methods = ["get", "head", "post", "put", "patch", "delete", "options"] as const;
  for (const method of methods) {
    const response: ClientResponse = yield session[method](method);
    assertEquals([response.status, response.method], [200, method.toUpperCase()]);
    response.release();
  }
  (yield session.request("report", "x")).release();
  const lines = methods.map((method) => `${method.toUpperCase()} /${method}`);
  assertEquals(server.seen, [...lines, "REPORT /x"]);
});

servedTrial("ClientSession sends headers and a query", echo, function* (_, { server }) {
  using session = new ClientSession({ baseUrl: server.url, headers: { "X-A": "1", "X-B": "2" } });
  const response: ClientResponse = yield session.get("a/b?z=0", {
    headers: { "x-b": "3" },
    params: { q: "ä&", n: [1, true], none: undefined },
  });
  const text: string = yield response.text();
  assert(text.startsWith("GET /a/b?z=0&q=%C3%A4%26&n=1&n=true HTTP/1.1"), text);
  assert(/x-a: 1\r\n/i.test(text) && /x-b: 3\r\n/i.test(text), text);
});

servedTrial("ClientSession sends each kind of body", echo, function* (_, { server }) {
  using session = new ClientSession({ baseUrl: server.url });
  const send = function* (options: Parameters<typeof session.post>[1]) {
    const response: ClientResponse = yield session.post("", options);
    const text: string = yield response.text();
    const end = text.indexOf("\r\n\r\n");
    const type = /content-type: (.*)/i.exec(text.slice(0, end))?.[1];
    return [type, text.slice(end + 4)];
  };
  assertEquals(yield* send({ json: { a: [1] } }), ["application/json", '{"a":[1]}']);
  assertEquals(yield* send({ json: null }), ["application/json", "null"]);
  assertEquals(yield* send({ body: "text" }), ["text/plain;charset=UTF-8", "text"]);
  assertEquals(yield* send({ body: new Uint8Array([65, 66]) }), [undefined, "AB"]);
  assertEquals(yield* send({ form: { a: "1&", b: 2 } }), [
    "application/x-www-form-urlencoded;charset=UTF-8",
    "a=1%26&b=2",
  ]);
  const own = yield* send({ json: 1, headers: { "Content-Type": "application/problem+json" } });
  assertEquals(own, ["application/problem+json", "1"]);
  const form = new FormData();
  form.set("file", new Blob(["content"]), "name.txt");
  const [type, body] = yield* send({ form });
  assert(type?.startsWith("multipart/form-data; boundary="), type);
  assert(body?.includes('filename="name.txt"') && body.includes("\r\n\r\ncontent\r\n"), body);
});

servedTrial(
  "ClientSession sends a stream",
  async (connection) => {
    await connection.head();
    await connection.answer(await connection.chunked());
  },
  function* (_, { server }) {
    using session = new ClientSession();
    const body = ReadableStream.from(["a", "bc"]).pipeThrough(new TextEncoderStream());
    const response: ClientResponse = yield session.put(server.url, { body });
    assertEquals(yield response.text(), "abc");
  },
);

trial("ClientSession tells a host that wants to know that a body is a stream", function* () {
  const inits: unknown[] = [];
  using session = new ClientSession({
    fetch: (_, init) => {
      inits.push((init as { duplex?: string }).duplex);
      return Promise.resolve(new Response(null));
    },
  });
  yield session.post("http://a/", { body: new ReadableStream() });
  yield session.post("http://a/", { body: "text" });
  assertEquals(inits, ["half", undefined]);
});

servedTrial("ClientSession sends a name and password as a header", echo, function* (_, world) {
  using session = new ClientSession();
  const url = new URL(world.server.url);
  url.username = "Aladdin";
  url.password = "open sesame";
  const response: ClientResponse = yield session.get(url);
  assertEquals(response.url, world.server.url);
  assert((yield response.text()).includes("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
  assertEquals(url.username, "Aladdin");
});

servedTrial(
  "ClientSession lets so many requests be under way, in the order they came",
  answering((_, connection, server) => server.heard("go").then(() => connection.answer("x"))),
  function* (as, { server }) {
    using session = new ClientSession({ baseUrl: server.url, limit: 2 });
    const done: number[] = [];
    const tasks: Task<void>[] = [0, 1, 2, 3, 4].map((n) =>
      createTask(as(function* () {
        const response: ClientResponse = yield session.get(`${n}`);
        yield response.bytes();
        done.push(n);
      }))
    );
    yield sleep(0);
    assertEquals(session.statistics(), { active: 2, waiting: 3 });
    tasks[2].cancel();
    yield* failure(tasks[2], CancelledError);
    assertEquals(session.statistics(), { active: 2, waiting: 2 });
    server.say("go");
    for (const n of [0, 1, 3, 4]) yield tasks[n];
    assertEquals(server.seen.slice(0, 2).sort(), ["GET /0", "GET /1"]);
    assertEquals(server.seen.slice(2).sort(), ["GET /3", "GET /4"]);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
  },
);

servedTrial("ClientSession holds a place until the body is read", ok, function* (_, { server }) {
  using session = new ClientSession({ limit: 1 });
  for (const end of ["text", "release", "dispose"] as const) {
    const first: ClientResponse = yield session.get(server.url);
    const second = createTask(() => session.get(server.url));
    yield sleep(1);
    assertEquals([second.done, session.statistics().waiting], [false, 1]);
    if (end === "text") yield first.text();
    else if (end === "release") first.release();
    else first[Symbol.dispose]();
    (yield second).release();
  }
});

servedTrial(
  "ClientSession gives the place of a response without a body back at once",
  answering((head, connection) =>
    head.startsWith("HEAD")
      ? connection.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n")
      : head.includes("/none")
      ? connection.write("HTTP/1.1 204 No Content\r\n\r\n")
      : connection.answer("")
  ),
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, limit: 1, maxBytes: 5 });
    for (const response of [session.head("a"), session.get("none"), session.get("empty")]) {
      const { status }: ClientResponse = yield response;
      assert(status === 200 || status === 204);
      assertEquals(session.statistics().active, 0);
    }
    assertEquals(yield (yield session.head("a")).text(), "");
    assertEquals((yield (yield session.get("empty")).bytes()).length, 0);
    assertEquals(server.opened, 1);
  },
);

servedTrial(
  "ClientSession follows redirects, and tells them",
  answering((head, connection) => {
    const [, path] = head.split(" ");
    const to: Record<string, string> = { "/a": "b", "/b": "/c#d" };
    if (!(path in to)) return connection.answer("end");
    return connection.answer("elsewhere", "302 Found", `Location: ${to[path]}`);
  }),
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, limit: 1 });
    const response: ClientResponse = yield session.get("a");
    assertEquals([response.url, response.redirected], [`${server.url}c#d`, true]);
    assertEquals(response.history.map(({ url, status }) => [url, status]), [
      [`${server.url}a`, 302],
      [`${server.url}b`, 302],
    ]);
    assertEquals(yield response.text(), "end");
    const manual: ClientResponse = yield session.get("a", { redirect: "manual" });
    assertEquals([manual.status, manual.headers.get("location")], [302, "b"]);
    assertEquals([yield manual.text(), manual.redirected], ["elsewhere", false]);
    const refused = session.get("a", { redirect: "error" });
    const error = yield* failure(
      refused,
      ClientResponseError,
      "Cannot follow the redirect",
      `${server.url}a`,
    );
    assertEquals([error.status, session.statistics().active], [302, 0]);
  },
);

servedTrial(
  "ClientSession gives up on a redirect loop",
  answering((_, connection) => connection.answer("x", "307 Again", "Location: /")),
  function* (_, { server }) {
    using session = new ClientSession({ maxRedirects: 4 });
    const error = yield* failure(session.get(server.url), TooManyRedirects, "4", server.url);
    assertEquals([error.status, server.seen.length], [307, 5]);
    assertEquals(session.statistics(), { active: 0, waiting: 0 });
    using strict = new ClientSession({ maxRedirects: 0 });
    yield* failure(strict.get(server.url), TooManyRedirects, "0");
  },
);

servedTrial(
  "ClientSession throws for a status of 400 and more, if asked to",
  answering((_, connection) => connection.answer("body", "404 Not Found", "X-A: b")),
  function* (_, { server }) {
    using session = new ClientSession({ raiseForStatus: true, limit: 1 });
    const error = yield* failure(session.get(server.url), ClientResponseError, "404 Not Found");
    assertEquals([
      error.status,
      error.statusText,
      error.headers.get("x-a"),
      error.url,
      error.method,
    ], [
      404,
      "Not Found",
      "b",
      server.url,
      "GET",
    ]);
    const response: ClientResponse = yield session.get(server.url, { raiseForStatus: false });
    assertEquals([response.ok, yield response.text()], [false, "body"]);
    assertThrows(() => response.raiseForStatus(), ClientResponseError, server.url);
  },
);

servedTrial(
  "ClientSession keeps cookies, of redirects too",
  answering((head, connection) => {
    const [, path] = head.split(" ");
    const sent = /cookie: (.*)\r/i.exec(head)?.[1] ?? "none";
    if (path === "/out") return connection.answer("", "200 OK", "Set-Cookie: id=; Max-Age=0");
    if (path !== "/login") return connection.answer(sent);
    const headers = ["Set-Cookie: id=7; HttpOnly", "Set-Cookie: s=1; Secure", "Location: /home"];
    return connection.answer("", "303 See Other", ...headers);
  }),
  function* (_, { server }) {
    using session = new ClientSession({ baseUrl: server.url, cookies: true });
    const home: ClientResponse = yield session.post("login", { form: { user: "u" } });
    assertEquals([home.method, yield home.text()], ["GET", "id=7"]);
    const own: ClientResponse = yield session.get("x", { headers: { Cookie: "a=b" } });
    assertEquals(yield own.text(), "a=b; id=7");
    assertEquals([...session.cookies!].map(({ name, httpOnly }) => [name, httpOnly]), [[
      "id",
      true,
    ]]);
    yield session.get("out");
    assertEquals([yield (yield session.get("x")).text(), session.cookies!.size], ["none", 0]);
    using shared = new ClientSession({ baseUrl: server.url, cookies: session.cookies });
    (yield shared.get("login")).release();
    assertEquals(yield (yield session.get("x")).text(), "id=7");
    using off = new ClientSession({ baseUrl: server.url });
    assertEquals(yield (yield off.get("login")).text(), "none");
    assertEquals(off.cookies, undefined);
  },
);

servedTrial("ClientSession sends nothing before it is awaited", ok, function* (_, { server }) {
  using session = new ClientSession();
  const request = session.get(server.url);
  assertEquals(session.statistics(), { active: 0, waiting: 0 });
  (yield request).release();
  yield* failure(request, RuntimeError, `GET ${server.url}`);
});

Deno.test("ClientSession's requests need a task", async () => {
  const session = new ClientSession();
  await rejection(session.get("http://127.0.0.1/"), RuntimeError, "GET");
  session.close();
});

servedTrial(
  "ClientSession loses no place to random cancellations of redirects, retries and reading",
  answering((head, connection) => {
    const [, path] = head.split(" ");
    if (path.endsWith("/redirect")) {
      return connection.answer("x", "302 Found", "Location: /end", "Set-Cookie: a=b");
    }
    const isBusy = path.endsWith("/busy") && connection.requests % 3 > 0;
    return connection.answer("line\n".repeat(200), isBusy ? "503 Busy" : "200 OK");
  }),
  function* (as, { server }) {
    const random = new Prng(11);
    using session = new ClientSession({
      baseUrl: server.url,
      limit: 5,
      limitPerHost: 4,
      cookies: true,
      timeout: { read: 1e6 },
      retries: { attempts: 9, delay: 0 },
    });
    const ask = as(function* (path: string) {
      using response: ClientResponse = yield session.get(path);
      if (random.chance(70)) yield random.chance(50) ? response.text() : each(response, ignore);
    });
    const ignore = as(function* () {
      yield sleep(0);
    });
    const paths = ["plain", "redirect", "busy"];
    let finished = 0;
    for (let round = 0; round < 15; round++) {
      const tasks = Array.from(
        { length: 20 },
        () => createTask(() => ask(paths[random.below(3)])),
      );
      for (let at = 0; at < 12; at++) {
        for (let wait = random.below(3); wait > 0; wait--) {
          yield until(new Promise((resolve) => setTimeout(resolve, 0)));
        }
        tasks[random.below(20)].cancel();
      }
      yield wait(tasks);
      finished += tasks.filter((task) => !task.cancelled && task.exception() === undefined).length;
      assertEquals(session.statistics(), { active: 0, waiting: 0 });
    }
    assert(finished > 100 && finished < 300, String(finished));
  },
);
