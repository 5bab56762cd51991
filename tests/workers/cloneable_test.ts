import { explainUnclonable, isCloneable, isPlain } from "../../src/workers/cloneable.ts";
import { assert, assertEquals } from "../assert.ts";

/** Explains why a value cannot be sent; gives the words after the colon. */
function explain(value: unknown): string {
  const cause = new Error("the host's words");
  const error = explainUnclonable("RESULT", "result", value, cause);
  assert(error instanceof TypeError && error.cause === cause);
  const [action, ...detail] = error.message.split(": ");
  assertEquals(action, "RESULT CANNOT BE SENT TO ANOTHER THREAD OR PROCESS");
  return detail.join(": ");
}

Deno.test("a value that cannot be sent is named, wherever it is", () => {
  function named() {}
  class Pair {
    left = 1;
    right = named;
  }
  assertEquals(explain(named), "result IS function named");
  assertEquals(explain([1, [() => {}]]), "result[1][0] IS a function");
  assertEquals(explain({ a: { "b c": named } }), 'result.a["b c"] IS function named');
  assertEquals(explain(new Map([["k", Symbol("s")]])), 'result.get("k") IS Symbol(s)');
  assertEquals(explain(new Map([[named, 1]])), "result.keys() IS function named");
  assertEquals(explain(new Set([1, new WeakMap()])), "result.values() IS an instance of WeakMap");
  assertEquals(explain([new Pair()]), "result[0].right IS function named");
  assertEquals(explain(Promise.resolve()), "result IS an instance of Promise");
});

Deno.test("a getter that throws is named", () => {
  const value = {
    get broken() {
      throw new Error("no");
    },
  };
  assertEquals(explain({ value }), "result.value.broken THROWS Error: no");
});

Deno.test("a value that contains itself is searched once", () => {
  const value: Record<string, unknown> = { list: [] };
  value.self = value;
  (value.list as unknown[]).push(value);
  value.last = () => {};
  assertEquals(explain(value), "result.last IS a function");
});

Deno.test("what belongs to the host is named as a whole", () => {
  const { port1, port2 } = new MessageChannel();
  assertEquals(explain({ port1 }), "result.port1 IS an instance of MessagePort");
  port1.close();
  port2.close();
  const view = new Uint8Array(new SharedArrayBuffer(4));
  assertEquals(explain([view]), "result[0].buffer IS an instance of SharedArrayBuffer");
  assertEquals(explain([new Blob([])]), "result[0] IS an instance of Blob");
  assertEquals(
    explain(new Error("e", { cause: new URL("http://a/") })),
    "result IS an instance of Error",
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
