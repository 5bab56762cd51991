import { ClientResponseError, ClientSession, InvalidUrl } from "../../../io.ts";
import { createTask, isCancelled, sleep } from "../../../mod.ts";
import { ClientRequest, type RequestOptions } from "../../../src/http/client/client_request.ts";
import {
  type ClientSessionOptions,
  SessionSettings,
} from "../../../src/http/client/session_options.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { caught } from "../../futures/trial.ts";
import { answering, servedTrial } from "./raw_server.ts";

/** Makes a request of a session with a base. */
function make(
  method: string,
  url: string,
  options: RequestOptions = {},
  more: ClientSessionOptions = {},
): ClientRequest {
  const session = new SessionSettings({
    baseUrl: "http://a.example/base/",
    headers: { "X-Session": "1", Authorization: "secret" },
    ...more,
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
  assertEquals(make("GET", "http://a.example:80/x").url, "http://a.example/x");
  assertEquals(make("get", new URL("http://a.example/") as never).method, "GET");
  const free = new SessionSettings({});
  assertEquals(ClientRequest.from("GET", "https://b.example/x", free, {}).target.port, "");
});

/** Lists addresses that lead away from the base. */
const ELSEWHERE = [
  "http://b.example/x",
  "https://a.example/x",
  "http://a.example:81/x",
  "//b.example/x",
  "\\\\b.example\\x",
  "/\\b.example/x",
  "\t//b.example/x",
  "http://a.example@b.example/x",
];

for (const url of ELSEWHERE) {
  Deno.test(`a ClientRequest does not leave its session's origin for ${JSON.stringify(url)}`, () => {
    const error = assertThrows(() => make("GET", url), InvalidUrl, "otherOrigins");
    assert(error.message.includes("http://a.example, the origin of baseUrl"), error.message);
    assert(!error.url.includes("@"), error.url);
    const { target, headers } = make("GET", url, {}, { otherOrigins: true });
    assert(target.origin !== "http://a.example", target.origin);
    assert(headers.get("authorization") !== "secret" && headers.get("x-session") === "1");
  });
}

Deno.test("a ClientRequest to another origin has the secrets that are its own", () => {
  const more = {
    otherOrigins: true,
    headers: { "X-Api-Key": "a", "private_token": "b", "Idempotency-Key": "c", "Accept": "d" },
  };
  const headersOf = (url: string, headers = {}) =>
    Object.fromEntries(make("GET", url, { headers }, more).headers);
  assertEquals(headersOf("//b.example/"), { "idempotency-key": "c", "accept": "d" });
  assertEquals(headersOf("//b.example/", { "x-api-key": "own" })["x-api-key"], "own");
  assertEquals(headersOf("x")["x-api-key"], "a");
});

Deno.test("a ClientRequest refuses addresses that are none, or not of HTTP, at once", () => {
  const none = new SessionSettings({});
  const error = assertThrows(() => ClientRequest.from("get", "x", none, {}), InvalidUrl, "GET x");
  assertEquals([error.method, error.url], ["GET", "x"]);
  assertThrows(() => ClientRequest.from("GET", "", none, {}), InvalidUrl, "baseUrl");
  const port = assertThrows(
    () => ClientRequest.from("GET", "http://h:99999/", none, {}),
    InvalidUrl,
  );
  assertEquals(port.message, "Cannot read the address: GET http://h:99999/");
  assertThrows(() => make("GET", "http://100%@h/"), InvalidUrl, "Cannot decode the credentials");
  for (const url of ["ftp://a/", "file:///etc/passwd", "data:,x", "blob:http://a/b"]) {
    assertThrows(() => make("GET", url), InvalidUrl, "not one of HTTP");
  }
  assertThrows(() => make("GET", "http://[bad"), InvalidUrl, "http://[bad");
  for (const url of [undefined, 5, null, {}]) {
    assertThrows(() => make("GET", url as never), TypeError, "url");
  }
});

Deno.test("a ClientRequest refuses methods that cannot be sent", () => {
  for (const method of ["", "a b", "CONNECT", "trace", "GET\r\n"]) {
    assertThrows(() => make(method, "x"), TypeError, "method");
  }
  assertThrows(() => make(5 as never, "x"), TypeError, "method");
});

Deno.test("a ClientRequest has one body, and none with GET and HEAD", () => {
  assertThrows(() => make("POST", "x", { json: 1, body: "a" }), TypeError, "json, body");
  assertThrows(() => make("POST", "x", { body: "", form: {} }), TypeError, "body, form");
  for (const method of ["GET", "head"]) {
    assertThrows(() => make(method, "x", { body: "" }), TypeError, "Cannot send a body");
    assertThrows(() => make(method, "x", { json: null }), TypeError, "Cannot send a body");
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
  const { headers, url } = ClientRequest.from(
    "GET",
    "http://us%65r:p%C3%A4@b.example/",
    new SessionSettings({}),
    {},
  );
  assertEquals([url, headers.get("authorization")], ["http://b.example/", "Basic dXNlcjpww6Q="]);
});

Deno.test("a ClientRequest's credentials are sent or refused, never ignored", () => {
  const authorization = (request: ClientRequest) => request.headers.get("authorization");
  assertEquals(authorization(make("GET", "http://u:p@a.example/")), "Basic dTpw");
  const own = { headers: { Authorization: "own" } };
  assertThrows(() => make("GET", "http://u:p@a.example/", own), TypeError, "leave one out");
  const base = { baseUrl: "http://u:p@a.example/", headers: {} };
  for (const url of ["x", "/x", "http://a.example/x"]) {
    const request = make("GET", url, {}, base);
    assertEquals([request.target.href.includes("@"), authorization(request)], [
      false,
      "Basic dTpw",
    ]);
    assertEquals(authorization(make("GET", url, own, base)), "own");
  }
  const elsewhere = make("GET", "http://b.example/", {}, { ...base, otherOrigins: true });
  assertEquals(authorization(elsewhere), null);
  const both = { baseUrl: "http://u:p@a.example/" };
  assertThrows(() => make("GET", "x", {}, both), TypeError, "credentials in baseUrl");
  const told = make("GET", "x").redirected(redirect(302, "http://u:p@a.example/"))!;
  assertEquals([told.url, authorization(told)], ["http://a.example/", "Basic dTpw"]);
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
  const key = make("GET", "x", { headers: { "X-Api-Key": "k" } });
  assertEquals(key.redirected(redirect(302, "/y"))!.headers.get("x-api-key"), "k");
  assertEquals(key.redirected(redirect(302, "//b.example"))!.headers.get("x-api-key"), null);
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
    "is a stream",
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

servedTrial(
  "ClientSession sends its secrets to no other server, though a path asks for it",
  answering((head, connection) => connection.answer(head)),
  function* (_, { server }) {
    const options = { baseUrl: "http://api.example/v1/", headers: { authorization: "SECRET" } };
    using pinned = new ClientSession(options);
    using free = new ClientSession({ ...options, otherOrigins: true });
    const { host } = new URL(server.url);
    for (const path of [`//${host}/x`, `\\\\${host}/x`, `${server.url}x`]) {
      assertThrows(() => pinned.get(path), InvalidUrl, "otherOrigins");
      const text: string = yield (yield free.get(path)).text();
      assert(text.startsWith("GET /x ") && !text.includes("SECRET"), text);
    }
  },
);
