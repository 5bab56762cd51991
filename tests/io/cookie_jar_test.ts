import { CookieJar } from "../../io.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

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
