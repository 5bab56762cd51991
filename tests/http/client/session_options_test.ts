import { ClientSession, CookieJar, InvalidUrl } from "../../../io.ts";
import { SessionSettings } from "../../../src/http/client/session_options.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

/** Makes a session of options that the compiler would refuse. */
const make = (options: unknown) => () => new ClientSession(options as never);
/** Asks with options that the compiler would refuse. */
const ask = (options: unknown) => () =>
  new ClientSession().get("http://127.0.0.1/", options as never);

Deno.test("ClientSession refuses options that mean nothing, by their names", () => {
  assertThrows(make({ timeOut: 5 }), TypeError, '"timeOut"');
  assertThrows(make({ timeout: { total: 5, sock_read: 5 } }), TypeError, '"sock_read"');
  assertThrows(ask({ query: {} }), TypeError, '"query"');
  assertThrows(ask({ retries: { tries: 5 } }), TypeError, '"tries"');
  for (const options of [5, null, "x"]) {
    assertThrows(make(options), TypeError, "ClientSession");
    assertThrows(ask(options), TypeError, "request");
  }
});

Deno.test("ClientSession refuses options of the wrong type", () => {
  for (
    const [name, value] of Object.entries({
      baseUrl: 5,
      otherOrigins: "yes",
      timeout: "5",
      limit: "5",
      limitPerHost: null,
      raiseForStatus: 1,
      cookies: {},
      maxBytes: "5",
      maxRedirects: true,
      fetch: {},
    })
  ) {
    assertThrows(make({ [name]: value }), TypeError, name);
  }
  assertThrows(make({ timeout: "5" }), TypeError, "timeout must be a number or an object");
  assertThrows(make({ cookies: {} }), TypeError, "cookies must be a boolean or a CookieJar");
  assertThrows(make({ headers: 5 }), TypeError);
  assertThrows(make({ headers: { "bad name": "x" } }), TypeError);
  for (const name of ["raiseForStatus", "maxBytes", "redirect", "timeout"]) {
    assertThrows(ask({ [name]: {}.constructor }), TypeError);
  }
  assertThrows(ask({ redirect: "twice" }), RangeError, '"twice"');
  assertThrows(ask({ timeout: { total: "5" } }), TypeError, "timeout.total");
});

Deno.test("ClientSession refuses numbers out of range", () => {
  for (const value of [0, -1, 1.5, NaN]) {
    assertThrows(make({ limit: value }), RangeError, "limit");
    assertThrows(make({ limitPerHost: value }), RangeError, "limitPerHost");
  }
  for (const value of [-1, 1.5, NaN]) {
    assertThrows(make({ maxBytes: value }), RangeError, "maxBytes");
    assertThrows(make({ maxRedirects: value }), RangeError, "maxRedirects");
    assertThrows(ask({ maxBytes: value }), RangeError, "maxBytes");
  }
  for (const value of [0, -1, NaN]) {
    assertThrows(make({ timeout: value }), RangeError, "timeout.total");
    assertThrows(ask({ timeout: { read: value } }), RangeError, "timeout.read");
    assertThrows(ask({ timeout: { connect: value } }), RangeError, "timeout.connect");
  }
});

Deno.test("ClientSession refuses a base that is no folder of HTTP", () => {
  assertThrows(make({ baseUrl: "x" }), InvalidUrl, "Cannot read the address");
  assertThrows(make({ baseUrl: "ftp://h/" }), InvalidUrl, "not one of HTTP");
  assertThrows(make({ baseUrl: "http://a/b" }), InvalidUrl, "slash");
  assertThrows(make({ baseUrl: "http://100%@a/" }), InvalidUrl, "Cannot decode the credentials");
  assertEquals(new SessionSettings({ baseUrl: "http://a" }).baseUrl?.href, "http://a/");
  assertEquals(new SessionSettings({ baseUrl: new URL("http://a/b/") }).baseUrl?.pathname, "/b/");
});

Deno.test("SessionSettings has the defaults of aiohttp", () => {
  const { bounds, limit, limitPerHost, maxRedirects, maxBytes } = new SessionSettings({});
  assertEquals(bounds, { total: 300_000, connect: Infinity, read: Infinity });
  assertEquals([limit, limitPerHost, maxRedirects, maxBytes], [100, Infinity, 10, Infinity]);
});

Deno.test("SessionSettings completes what a request leaves out", () => {
  const jar = new CookieJar();
  const session = new SessionSettings({
    timeout: { total: 100, read: 10 },
    maxBytes: 5,
    raiseForStatus: true,
    cookies: jar,
  });
  assert(session.cookies === jar && new SessionSettings({ cookies: true }).cookies !== undefined);
  assertEquals(new SessionSettings({ cookies: false }).cookies, undefined);
  const plain = session.with({});
  assertEquals(plain.bounds, { total: 100, connect: Infinity, read: 10 });
  assertEquals([plain.maxBytes, plain.raiseForStatus, plain.redirect], [5, true, "follow"]);
  assert(plain.retries === session.retries);
  const own = session.with({ timeout: 7, maxBytes: 0, raiseForStatus: false, redirect: "manual" });
  assertEquals(own.bounds, { total: 7, connect: Infinity, read: 10 });
  assertEquals([own.maxBytes, own.raiseForStatus, own.redirect], [0, false, "manual"]);
  const none = session.with({ timeout: { total: Infinity, connect: undefined } });
  assertEquals(none.bounds, { total: Infinity, connect: Infinity, read: 10 });
});
