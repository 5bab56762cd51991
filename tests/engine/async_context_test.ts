import { newStorage } from "../../src/engine/async_context.ts";
import { assert, assertEquals } from "../assert.ts";
import { runToEnd } from "../futures/child.ts";

/** Replaces the ways to `AsyncLocalStorage` while a body runs. */
function withHost(body: () => void, replaced: Record<string, unknown>): void {
  const before = Object.getOwnPropertyDescriptors(globalThis) as PropertyDescriptorMap;
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  try {
    body();
  } finally {
    for (const name of Object.keys(replaced)) {
      if (before[name]) Object.defineProperty(globalThis, name, before[name]);
      else delete (globalThis as Record<string, unknown>)[name];
    }
  }
}

Deno.test("newStorage() keeps a value across native awaits", async () => {
  const storage = newStorage<string>()!;
  assertEquals(storage.getStore(), undefined);
  const seen = await storage.run("kept", async () => {
    await null;
    await new Promise((resolve) => void setTimeout(resolve, 0));
    return storage.getStore();
  });
  assertEquals([seen, storage.getStore()], ["kept", undefined]);
});

Deno.test("newStorage() finds a global one, and gives nothing where there is none", () => {
  class Global {}
  const broken = {
    getBuiltinModule: () => {
      throw new Error("refused");
    },
  };
  withHost(() => assert(newStorage() instanceof Global), {
    process: undefined,
    AsyncLocalStorage: Global,
  });
  for (const process of [undefined, {}, { getBuiltinModule: () => undefined }, broken]) {
    withHost(() => assertEquals(newStorage(), undefined), {
      process,
      AsyncLocalStorage: undefined,
    });
  }
});

Deno.test("a host without async context runs programs of both front ends", async () => {
  const { stdout, stderr, code } = await runToEnd("without_async_context.ts");
  assertEquals([stderr, code], ["", 0]);
  const result = JSON.parse(stdout);
  assert(result.storage, "the host must have no async context");
  for (const name of ["generator", "native"]) {
    assertEquals(result[name], ["a", "b", "c in main", "CancelledError: cancelled"]);
    assertEquals(result[`${name} log`], ["a a", "b b", "a a", "b b", "c c", "c c"]);
  }
  assertEquals(result.foreign[0], "other went on");
  for (const text of [result.foreign[1], result.outside]) {
    assert(text.includes("RuntimeError: AWAITED OUTSIDE OF A TASK: sleep(1)"), text);
  }
});
