import { ClientResponseError, ClientSession, InvalidUrl } from "../../io.ts";
import { createTask, isCancelled, sleep } from "../../mod.ts";
import { type RequestOptions, SessionSettings } from "../../src/io/client_options.ts";
import { ClientRequest } from "../../src/io/client_request.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { caught } from "../futures/trial.ts";
import { servedTrial } from "./raw_server.ts";

/** Makes a request of a session with a base. */
function make(method: string, url: string, options: RequestOptions = {}): ClientRequest {
  const session = new SessionSettings({
    baseUrl: "http://a.example/base/",
    headers: { "X-Session": "1", Authorization: "secret" },
  });
  return ClientRequest.from(method, url, session, options);
}

/** Makes the head of a redirect. */
function redirect(status: number, location: string) {
  return { status, statusText: "", headers: new Headers({ location }) };
}

Deno.test("a ClientRequest's address is relative to the session's, or its own", () => {
  assertEquals(make("GET", "x?y#z").url, "http://a.example/base/x?y#z");
  assertEquals(make("GET", "/x").url, "http://a.example/x");
  assertEquals(make("GET", "https://b.example/x").url, "https://b.example/x");
  assertEquals(make("get", new URL("http://c.example/") as never).method, "GET");
});

Deno.test("a ClientRequest refuses addresses that are none, or not of HTTP, at once", () => {
  const none = new SessionSettings({});
  const error = assertThrows(() => ClientRequest.from("get", "x", none, {}), InvalidUrl, "GET x");
  assertEquals([error.method, error.url], ["GET", "x"]);
  assertThrows(() => ClientRequest.from("GET", "", none, {}), InvalidUrl, "NO baseUrl");
  const port = assertThrows(
    () => ClientRequest.from("GET", "http://h:99999/", none, {}),
    InvalidUrl,
  );
  assertEquals(port.message, "NOT AN ADDRESS: GET http://h:99999/");
  assertThrows(() => make("GET", "http://100%@h/"), InvalidUrl, "MALFORMED CREDENTIALS");
  for (const url of ["ftp://a/", "file:///etc/passwd", "data:,x", "blob:http://a/b"]) {
    assertThrows(() => make("GET", url), InvalidUrl, "NOT AN ADDRESS OF HTTP");
  }
  assertThrows(() => make("GET", "http://[bad"), InvalidUrl, "http://[bad");
  for (const url of [undefined, 5, null, {}]) {
    assertThrows(() => make("GET", url as never), TypeError, "url");
  }
});

Deno.test("a ClientRequest refuses methods that cannot be sent", () => {
  for (const method of ["", "a b", "CONNECT", "trace", "GET\r\n"]) {
    assertThrows(() => make(method, "x"), TypeError, "METHOD");
  }
  assertThrows(() => make(5 as never, "x"), TypeError, "method");
});

Deno.test("a ClientRequest has one body, and none with GET and HEAD", () => {
  assertThrows(() => make("POST", "x", { json: 1, body: "a" }), TypeError, "json, body");
  assertThrows(() => make("POST", "x", { body: "", form: {} }), TypeError, "body, form");
  for (const method of ["GET", "head"]) {
    assertThrows(() => make(method, "x", { body: "" }), TypeError, "NO BODY");
    assertThrows(() => make(method, "x", { json: null }), TypeError, "NO BODY");
  }
  assertEquals(make("DELETE", "x", { json: false }).body, "false");
  assertThrows(() => make("POST", "x", { json: () => {} }), TypeError, "json");
  assertThrows(() => make("POST", "x", { json: 1n }), TypeError);
  for (const body of [{}, 5, null, ["a"]]) {
    assertThrows(() => make("POST", "x", { body: body as never }), TypeError, "body");
  }
  for (const form of ["a=b", 5, null, { a: null }, { a: {} }]) {
    assertThrows(() => make("POST", "x", { form: form as never }), TypeError, "form");
  }
});

Deno.test("a ClientRequest's query takes lists, pairs and URLSearchParams", () => {
  const query = (params: RequestOptions["params"]) =>
    make("GET", "x?a=1", { params }).target.search;
  assertEquals(query({ b: 2, c: ["x", true], d: undefined }), "?a=1&b=2&c=x&c=true");
  assertEquals(query([["b", 1], ["b", "2"]]), "?a=1&b=1&b=2");
  assertEquals(query(new URLSearchParams("z=1&z=2")), "?a=1&z=1&z=2");
  assertEquals(query(new Map([["m", "+ "]])), "?a=1&m=%2B+");
  for (
    const params of ["a=b", 5, null, [1], ["ab"], [["a"]], { a: null }, { a: {} }, { a: [null] }]
  ) {
    assertThrows(() => query(params as never), TypeError, "params");
  }
});

Deno.test("a ClientRequest keeps names and passwords out of messages", () => {
  const request = make("GET", "http://us%65r:p%40ss@b.example/", {
    headers: { Authorization: "own" },
  });
  assertEquals([request.url, request.headers.get("authorization")], ["http://b.example/", "own"]);
  const session = new SessionSettings({});
  const { headers, url } = ClientRequest.from(
    "GET",
    "http://us%65r:p%C3%A4@b.example/",
    session,
    {},
  );
  assertEquals([url, headers.get("authorization")], ["http://b.example/", "Basic dXNlcjpww6Q="]);
});

Deno.test("a redirected ClientRequest keeps its method, or becomes a GET, as fetch has it", () => {
  const next = (method: string, status: number) => {
    const body = method === "GET" || method === "HEAD" ? {} : { json: 1 };
    const request = make(method, "x", body).redirected(redirect(status, "y"))!;
    return `${request.method} ${request.body ?? "-"} ${request.headers.get("content-type") ?? "-"}`;
  };
  const whole = "1 application/json";
  for (const status of [301, 302]) {
    assertEquals(next("POST", status), "GET - -");
    assertEquals(next("PUT", status), `PUT ${whole}`);
    assertEquals(next("HEAD", status), "HEAD - -");
  }
  assertEquals([next("PUT", 303), next("HEAD", 303)], ["GET - -", "HEAD - -"]);
  assertEquals([next("POST", 307), next("POST", 308)], [`POST ${whole}`, `POST ${whole}`]);
});

Deno.test("a redirected ClientRequest keeps secrets from another origin", () => {
  const request = make("GET", "x#part", { headers: { Cookie: "a=b" } });
  const same = request.redirected(redirect(302, "/y"))!;
  assertEquals([same.url, same.headers.get("cookie")], ["http://a.example/y#part", "a=b"]);
  assertEquals(same.headers.get("authorization"), "secret");
  for (const to of ["https://a.example/", "http://b.example/", "http://a.example:81/"]) {
    const other = request.redirected(redirect(302, to))!;
    assertEquals(other.headers.get("authorization"), null, to);
    assertEquals([other.headers.get("cookie"), other.headers.get("x-session")], [null, "1"]);
  }
  const told = request.redirected(redirect(302, "http://u:p@b.example/#own"))!;
  assertEquals([told.url, told.headers.get("authorization")], [
    "http://b.example/#own",
    "Basic dTpw",
  ]);
});

Deno.test("a redirect that cannot be followed says why", () => {
  const request = make("GET", "x");
  for (const to of ["ftp://a/", "javascript:alert(1)", "http://[bad", "http://u:100%@h/"]) {
    assertThrows(() => request.redirected(redirect(302, to)), ClientResponseError, to);
  }
  const stream = make("PUT", "x", { body: new ReadableStream() });
  assert(!stream.isReplayable);
  const error = assertThrows(
    () => stream.redirected(redirect(307, "y")),
    ClientResponseError,
    "A STREAM",
  );
  assertEquals(error.status, 307);
  assertEquals(stream.redirected(redirect(303, "y"))?.method, "GET");
  assertEquals(request.redirected(redirect(304, "y")), undefined);
  const nowhere = { status: 302, statusText: "", headers: new Headers() };
  assertEquals(request.redirected(nowhere), undefined);
});

servedTrial(
  "a ClientRequest's stream is cancelled with a request that waits for a place",
  async (connection) => await connection.gone(),
  function* (as, { server }) {
    using session = new ClientSession({ limit: 1 });
    const reasons: unknown[] = [];
    const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
    const tasks = [() => session.get(server.url), () => session.post(server.url, { body })]
      .map((ask) =>
        createTask(as(function* () {
          yield ask();
        }))
      );
    while (session.statistics().waiting === 0) yield sleep(0);
    tasks[1].cancel();
    const error = yield* caught(tasks[1]);
    assert(isCancelled(error) && reasons.length === 1 && isCancelled(reasons[0]), `${reasons}`);
    tasks[0].cancel();
    yield* caught(tasks[0]);
  },
);
