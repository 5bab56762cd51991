import { CookieJar } from "../../../io.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";

/** Makes a jar of cookies that came from an address. */
function jarOf(from: string, ...headers: string[]): CookieJar {
  const jar = new CookieJar();
  for (const header of headers) jar.set(header, from);
  return jar;
}

Deno.test("CookieJar sends a cookie to its host alone, unless it names a domain", () => {
  const own = jarOf("http://a.example/", "c=1");
  assertEquals(own.headerFor("http://a.example/x"), "c=1");
  assertEquals(own.headerFor("http://b.a.example/"), undefined);
  assertEquals(own.headerFor("http://a.example:8080/"), "c=1");
  const wide = jarOf("http://a.b.example/", "c=1; Domain=.B.example");
  assertEquals(wide.headerFor("http://b.example/"), "c=1");
  assertEquals(wide.headerFor("http://z.b.example/"), "c=1");
  assertEquals(wide.headerFor("http://evilb.example/"), undefined);
});

Deno.test("CookieJar takes nothing for hosts that are not the server's", () => {
  const jar = new CookieJar();
  for (const domain of ["other.example", "b.a.example", "example", "le"]) {
    assert(!jar.set(`c=1; Domain=${domain}`, "http://a.example/"), domain);
  }
  assert(!jar.set("c=1; Domain=0.0.1", "http://127.0.0.1/"));
  assert(jar.set("c=1; Domain=127.0.0.1", "http://127.0.0.1/"));
  assert(jar.set("d=1; Domain=localhost", "http://localhost/"));
  assertEquals(jar.headerFor("http://127.0.0.1:99/"), "c=1");
  assertEquals(jar.size, 2);
});

Deno.test("CookieJar goes by the path", () => {
  const jar = jarOf("http://a/shop/cart", "own=1", "root=1; Path=/", "deep=1; Path=/shop/cart/x");
  assertEquals(jar.headerFor("http://a/shop/pay"), "own=1; root=1");
  assertEquals(jar.headerFor("http://a/shop"), "own=1; root=1");
  assertEquals(jar.headerFor("http://a/shopping"), "root=1");
  assertEquals(jar.headerFor("http://a/shop/cart/x/y"), "deep=1; own=1; root=1");
  assertEquals([...jarOf("http://a/x", "c=1; Path=nonsense")][0].path, "/");
});

Deno.test("CookieJar keeps secure cookies to HTTPS", () => {
  const jar = new CookieJar();
  assert(!jar.set("c=1; Secure", "http://a/"));
  assert(jar.set("c=1; secure; HttpOnly", "https://a/"));
  assertEquals(jar.headerFor("http://a/"), undefined);
  assertEquals(jar.headerFor("https://a/"), "c=1");
  assert([...jar][0].httpOnly);
});

Deno.test("CookieJar forgets what has expired, and what it is told to", () => {
  const jar = jarOf("http://a/", "a=1", "b=1; Max-Age=1000", "c=1; Expires=Thu, 01 Jan 2099");
  assertEquals(jar.headerFor("http://a/"), "a=1; b=1; c=1");
  jar.set("a=; Max-Age=0", "http://a/");
  jar.set("c=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a/");
  assertEquals(jar.headerFor("http://a/"), "b=1");
  jar.set("b=2; Max-Age=nonsense; Expires=whenever", "http://a/");
  assertEquals([...jar].map(({ value, expires }) => [value, expires]), [["2", Infinity]]);
  jar.set("d=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "http://a/");
  assertEquals(jar.size, 2);
  jar.clear();
  assertEquals([jar.size, jar.headerFor("http://a/")], [0, undefined]);
});

Deno.test("CookieJar reads dates as browsers do, wherever it runs", () => {
  const end = (expires: string) => {
    const [cookie] = jarOf("http://a/", `c=1; Expires=${expires}`);
    return cookie && new Date(cookie.expires).toJSON();
  };
  for (
    const date of [
      "Wed, 09 Jun 2094 10:18:14 GMT",
      "Wednesday, 09-Jun-2094 10:18:14 GMT",
      "Wed Jun  9 10:18:14 2094",
      "Wed, 09 Jun 2094 10:18:14",
      "09 june 2094 10:18:14 +0200",
      "2094 10:18:14 jun 9",
    ]
  ) assertEquals([date, end(date)], [date, "2094-06-09T10:18:14.000Z"]);
  assertEquals(end("Wed, 09-Jun-69 10:18:14 GMT"), "2069-06-09T10:18:14.000Z");
  assertEquals(end("Thu, 09-Jun-94 10:18:14 GMT"), undefined); // It is over.
  for (
    const date of [
      "0",
      "-1",
      "1",
      "Session 99",
      "Wed, 09 Jun 2020",
      "Wed, 09 Jun 2020 10:18 GMT",
      "Wed, 31 Jun 2020 10:18:14 GMT",
      "Wed, 00 Jun 2020 10:18:14 GMT",
      "Wed, 09 Jun 2020 24:18:14 GMT",
      "Wed, 09 Jun 2020 10:60:14 GMT",
      "Wed, 09 Jun 2020 10:18:60 GMT",
      "Wed, 09 Jun 1600 10:18:14 GMT",
      "2020-06-09T10:18:14Z",
    ]
  ) assertEquals([date, end(date)], [date, null]); // Nonsense: it lasts as long as the jar.
});

Deno.test("CookieJar drops what expires while it holds it", () => {
  const jar = new CookieJar();
  const real = Date.now;
  try {
    Date.now = () => 1_000_000;
    jar.set("c=1; Max-Age=60", "http://a/");
    Date.now = () => 1_059_999;
    assertEquals(jar.headerFor("http://a/"), "c=1");
    Date.now = () => 1_060_000;
    assertEquals([jar.headerFor("http://a/"), jar.size], [undefined, 0]);
  } finally {
    Date.now = real;
  }
});

Deno.test("CookieJar replaces a cookie of the same name, host and path in its place", () => {
  const jar = jarOf("http://a/", "x=1", "y=1", "x=2", "x=3; Path=/p");
  assertEquals(jar.headerFor("http://a/p"), "x=3; x=2; y=1");
});

Deno.test("CookieJar refuses what is no cookie", () => {
  const jar = new CookieJar();
  for (const header of ["", "=1", "name", ";", "a\x00=1", "a=1\r\nX: y", `a=${"x".repeat(4096)}`]) {
    assert(!jar.set(header, "http://a/"), header);
  }
  assert(!jar.set("__Secure-a=1", "https://a/"));
  assert(!jar.set("__Host-a=1; Secure; Path=/x", "https://a/"));
  assert(!jar.set("__Host-a=1; Secure; Path=/; Domain=a.example", "https://a.example/"));
  assert(jar.set("__host-a=1; Secure; Path=/", "https://a/"));
  assert(jar.set(`a=${"x".repeat(4095)}`, "http://a/"));
  assert(jar.set('q="a b=c"; Path=/', "http://a/"));
  assert(jar.headerFor("http://a/")!.endsWith('q="a b=c"'));
  assertThrows(() => jar.set("a=1", "not an address"), TypeError);
});

Deno.test("CookieJar protects a secure cookie from what comes over plain HTTP", () => {
  const secure = "https://shop.example/";
  const insecure = "http://shop.example/";
  for (
    const [header, from] of [
      ["sid=evil; Path=/", insecure],
      ["sid=; Max-Age=0; Path=/", insecure],
      ["sid=evil; Path=/deeper", insecure],
      ["sid=evil; Domain=shop.example; Path=/", insecure],
      ["sid=evil; Domain=shop.example; Path=/", "http://evil.shop.example/"],
      ["sid=evil; Path=/", "http://below.shop.example/"],
    ]
  ) {
    const jar = jarOf(secure, "sid=good; Secure; Path=/");
    assert(!jar.set(header, from), header);
    assertEquals([jar.headerFor("https://shop.example/deeper"), jar.size], ["sid=good", 1], header);
  }
  const jar = jarOf(secure, "sid=good; Secure; Path=/a");
  assert(jar.set("other=1; Path=/a", insecure));
  assert(jar.set("sid=1; Path=/", insecure), "it is sent after the one that is secure");
  assert(jar.set("sid=1; Path=/ab", insecure), "it is sent elsewhere");
  assert(jar.set("sid=1; Path=/a", "http://other.example/"));
  assertEquals(jar.headerFor("https://shop.example/a"), "sid=good; other=1; sid=1");
  assert(jar.set("sid=; Max-Age=0; Path=/a", secure));
  assert(jar.set("sid=plain; Path=/a", insecure), "there is none any more");
});

Deno.test("CookieJar keeps so many cookies of a host, and drops the oldest", () => {
  const jar = new CookieJar();
  jar.set("kept=1; Secure", "https://a.example/");
  jar.set("kept=1", "http://b.example/");
  for (let at = 0; at < 5000; at++) assert(jar.set(`c${at}=1`, "http://a.example/"));
  const all = jar.headerFor("https://a.example/")!.split("; ");
  assertEquals([all.length, all[0], all[1], all[49]], [50, "kept=1", "c4951=1", "c4999=1"]);
  assertEquals([jar.size, jar.headerFor("http://b.example/")], [51, "kept=1"]);
  const small = new CookieJar({ maxPerHost: 2 });
  for (const name of ["a", "b", "a", "c"]) small.set(`${name}=1; Secure`, "https://a.example/");
  assertEquals(small.headerFor("https://a.example/"), "b=1; c=1");
});

Deno.test("CookieJar keeps so many cookies in all, and drops the oldest", () => {
  const jar = new CookieJar();
  for (let at = 0; at < 3100; at++) jar.set("c=1", `http://h${at}.example/`);
  assertEquals(jar.size, 3000);
  assertEquals(jar.headerFor("http://h99.example/"), undefined);
  assertEquals(jar.headerFor("http://h100.example/"), "c=1");
  const small = new CookieJar({ maxCookies: 1 });
  small.set("c=1; Max-Age=60", "http://a.example/");
  small.set("c=2", "http://b.example/");
  assertEquals([...small].map(({ value }) => value), ["2"]);
});

Deno.test("CookieJar counts the bytes of a cookie, and ignores attributes that are too long", () => {
  const jar = new CookieJar();
  assert(!jar.set(`a=${"\u00e4".repeat(2048)}`, "http://a/"));
  assert(jar.set(`a=${"\u00e4".repeat(2047)}`, "http://a/"));
  assert(jar.set(`b=1; Path=/${"x".repeat(1024)}`, "http://a/p/q"));
  assertEquals([...jar][1].path, "/p");
});

Deno.test("CookieJar refuses a cookie for all hosts below a public suffix", () => {
  const asked: string[] = [];
  const isPublicSuffix = (domain: string) => {
    asked.push(domain);
    return ["co.uk", "pages.example"].includes(domain);
  };
  const jar = new CookieJar({ isPublicSuffix });
  for (const domain of ["co.uk", ".CO.UK", "uk", "uk."]) {
    assert(!jar.set(`c=1; Domain=${domain}`, "http://shop.co.uk/"), domain);
  }
  assert(!jar.set("c=1; Domain=uk.", "http://shop.co.uk./"));
  assert(jar.set("c=1; Domain=shop.co.uk", "http://shop.co.uk/"));
  assertEquals(asked, ["co.uk", "co.uk", "shop.co.uk"]);
  assert(jar.set("own=1; Domain=pages.example", "http://pages.example/"));
  assertEquals(jar.headerFor("http://pages.example/"), "own=1");
  assertEquals(jar.headerFor("http://a.pages.example/"), undefined);
  assert(jar.set("own=1; Domain=localhost", "http://localhost/"));
  assertEquals(jar.headerFor("http://a.localhost/"), undefined);
});

Deno.test("CookieJar refuses options that it does not know, or that cannot be", () => {
  const make = (options: unknown) => () => new CookieJar(options as never);
  assertThrows(make({ maxSize: 5 }), TypeError, '"maxSize"');
  for (const name of ["maxPerHost", "maxCookies"]) {
    assertThrows(make({ [name]: "5" }), TypeError, name);
    assertThrows(make({ [name]: 0 }), RangeError, name);
  }
  assertThrows(make({ isPublicSuffix: ["co.uk"] }), TypeError, "isPublicSuffix");
});
