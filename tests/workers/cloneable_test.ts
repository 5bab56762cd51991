import { explainUnclonable, isCloneable, isPlain } from "../../src/workers/cloneable.ts";
import { assert, assertEquals } from "../assert.ts";

/** Explains why a value cannot be sent; gives the words after the colon. */
function explain(value: unknown): string {
  const cause = new Error("the host's words");
  const error = explainUnclonable("the result", "result", value, cause);
  assert(error instanceof TypeError && error.cause === cause);
  const [action, ...detail] = error.message.split(": ");
  assertEquals(action, "Cannot send the result to another thread or process");
  return detail.join(": ");
}

Deno.test("a value that cannot be sent is named, wherever it is", () => {
  function named() {}
  class Pair {
    left = 1;
    right = named;
  }
  assertEquals(explain(named), "result is function named");
  assertEquals(explain([1, [() => {}]]), "result[1][0] is a function");
  assertEquals(explain({ a: { "b c": named } }), 'result.a["b c"] is function named');
  assertEquals(explain(new Map([["k", Symbol("s")]])), 'result.get("k") is Symbol(s)');
  assertEquals(explain(new Map([[named, 1]])), "result.keys() is function named");
  assertEquals(explain(new Set([1, new WeakMap()])), "result.values() is an instance of WeakMap");
  assertEquals(explain([new Pair()]), "result[0].right is function named");
  assertEquals(explain(Promise.resolve()), "result is an instance of Promise");
});

Deno.test("a getter that throws is named", () => {
  const value = {
    get broken() {
      throw new Error("no");
    },
  };
  assertEquals(explain({ value }), "result.value.broken throws Error: no");
});

Deno.test("a value that contains itself is searched once", () => {
  const value: Record<string, unknown> = { list: [] };
  value.self = value;
  (value.list as unknown[]).push(value);
  value.last = () => {};
  assertEquals(explain(value), "result.last is a function");
});

Deno.test("what belongs to the host is named as a whole", () => {
  const { port1, port2 } = new MessageChannel();
  assertEquals(explain({ port1 }), "result.port1 is an instance of MessagePort");
  port1.close();
  port2.close();
  const view = new Uint8Array(new SharedArrayBuffer(4));
  assertEquals(explain([view]), "result[0].buffer is an instance of SharedArrayBuffer");
  assertEquals(explain([new Blob([])]), "result[0] is an instance of Blob");
  assertEquals(
    explain(new Error("e", { cause: new URL("http://a/") })),
    "result is an instance of Error",
  );
});

Deno.test("values without a part of the host are known", () => {
  class Blob {
    size = 1;
  }
  const own = {
    get [Symbol.toStringTag]() {
      return "Headers";
    },
  };
  const shared = { self: {} };
  shared.self = shared;
  const views = [new Float64Array(2), new DataView(new ArrayBuffer(2))];
  const plain = [
    new Blob(),
    own,
    shared,
    views,
    new Map([[{}, new Set([1n])]]),
    Object(1n),
    /a/,
    new Date(),
    new DOMException("e"),
    [, 1],
    Object.create(null),
  ];
  assert(isPlain(plain));
  for (
    const value of [new globalThis.Blob([]), new Set([new Headers()]), new SharedArrayBuffer(1)]
  ) {
    assert(!isPlain({ value }));
  }
  let deep: unknown = new Headers();
  for (let n = 0; n < 100_000; n++) deep = { deep };
  assert(!isPlain(deep));
});

Deno.test("what only the host refuses is explained in its words", () => {
  assertEquals(explain([1]), "result: Error: the host's words");
});

Deno.test("cloneable values are known", () => {
  for (const value of [1, "a", null, undefined, { a: [new Map(), new Date()] }, new Error("e")]) {
    assert(isCloneable(value));
  }
  for (const value of [() => {}, Symbol("s"), [new WeakSet()]]) assert(!isCloneable(value));
});
