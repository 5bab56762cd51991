import {
  type AsyncContext,
  type ContextHost,
  type ContextOwner,
  findAsyncContext,
  findDirect,
  findPublic,
  noAsyncContext,
} from "../../src/engine/async_context.ts";
import { assert, assertEquals } from "../assert.ts";
import { hostStorage, newHostStorage } from "../host_storage.ts";
import { runToEnd } from "../futures/child.ts";

const host = globalThis as ContextHost;
/** Find each means, on hosts that have it. */
const MEANS: Record<string, () => AsyncContext> = {
  direct: () => findDirect(host)!,
  public: () => findPublic(host)!,
  "public, by snapshot()": () => findPublic({ AsyncLocalStorage: hostStorage() as never })!,
};

for (const [name, find] of Object.entries(MEANS)) {
  const owner = (): ContextOwner => ({ hostContext: undefined });

  Deno.test(`an owner is found in its context, and not outside (${name})`, () => {
    const means = find();
    const one = owner();
    one.hostContext = means.contextFor(one);
    assertEquals(means.findOwner(), undefined);
    const found = means.callIn(one, (a, b) => [means.findOwner() === one, a, b], 1, 2);
    assertEquals([found, means.findOwner()], [[true, 1, 2], undefined]);
  });

  Deno.test(`an owner is found after native awaits (${name})`, async () => {
    const means = find();
    const one = owner();
    one.hostContext = means.contextFor(one);
    const found = means.callIn(
      one,
      async () => {
        await null;
        await new Promise((resolve) => void setTimeout(resolve, 0));
        return means.findOwner() === one;
      },
      undefined,
      undefined,
    );
    assertEquals([await found, means.findOwner()], [true, undefined]);
  });

  Deno.test(`a context has the values of where it was made, and keeps what is set (${name})`, () => {
    const means = find();
    const storage = newHostStorage<string>();
    const one = owner();
    storage.run("outer", () => {
      one.hostContext = means.contextFor(one);
    });
    const seen = (set?: string) =>
      means.callIn(
        one,
        () => {
          const before = storage.getStore();
          if (set !== undefined) storage.enterWith(set);
          return [before, means.findOwner() === one];
        },
        undefined,
        undefined,
      );
    assertEquals([seen("inner"), seen()], [["outer", true], ["inner", true]]);
    assertEquals(storage.getStore(), undefined);
  });

  Deno.test(`a context within another has its own owner and the values of both (${name})`, () => {
    const means = find();
    const storage = newHostStorage<string>();
    const [outer, inner] = [owner(), owner()];
    outer.hostContext = means.contextFor(outer);
    const capturedOwner = means.callIn(
      outer,
      () => {
        storage.run("value", () => {
          inner.hostContext = means.contextFor(inner);
        });
        const captured: ContextOwner = { hostContext: means.capture() };
        return () =>
          means.callIn(captured, () => means.findOwner() === outer, undefined, undefined);
      },
      undefined,
      undefined,
    );
    const seen = means.callIn(
      inner,
      () => [means.findOwner() === inner, storage.getStore()],
      undefined,
      undefined,
    );
    assertEquals([seen, capturedOwner()], [[true, "value"], true]);
  });

  Deno.test(`an error leaves the context that it was thrown in (${name})`, () => {
    const means = find();
    const one = owner();
    one.hostContext = means.contextFor(one);
    let error: unknown;
    try {
      means.callIn(
        one,
        () => {
          throw new Error("thrown");
        },
        undefined,
        undefined,
      );
    } catch (thrown) {
      error = thrown;
    }
    assertEquals([(error as Error).message, means.findOwner()], ["thrown", undefined]);
  });
}

Deno.test("findAsyncContext() takes Deno's own functions first", () => {
  assertEquals(findAsyncContext(host).means, "direct");
});

Deno.test("findAsyncContext() takes the public means of other hosts", () => {
  assertEquals(findAsyncContext({ process: host.process! }).means, "public");
});

Deno.test("findAsyncContext() finds none where a host has none, or refuses it", () => {
  const broken = {
    getBuiltinModule: () => {
      throw new Error("refused");
    },
  };
  for (const process of [{}, { getBuiltinModule: () => undefined }, broken]) {
    assertEquals(findAsyncContext({ process }), noAsyncContext);
  }
});

Deno.test("findDirect() refuses a core that does not do what is expected", () => {
  const internal = Symbol("internal");
  const core = {
    getAsyncContext: () => undefined,
    setAsyncContext: () => {},
    AsyncVariable: class {
      enter() {}
      get() {}
    },
  };
  for (const wrong of [core, {}, undefined]) {
    assertEquals(
      findDirect({ Deno: { internal, [internal]: { core: wrong } } as never }),
      undefined,
    );
  }
});

Deno.test("a host without async context runs programs of both front ends", async () => {
  const { stdout, stderr, code } = await runToEnd("without_async_context.ts");
  assertEquals([stderr, code], ["", 0]);
  const result = JSON.parse(stdout);
  assertEquals(result.hasAsyncContext, false);
  for (const name of ["generator", "native"]) {
    assertEquals(result[name], ["a", "b", "c in main", "CancelledError: cancelled"]);
    assertEquals(result[`${name} log`], ["a a", "b b", "a a", "b b", "c c", "c c"]);
  }
  assertEquals(result.foreign[0], "other went on");
  for (const text of [result.foreign[1], result.outside]) {
    const said = "RuntimeError: Cannot await sleep(1) here: this host has no AsyncLocalStorage";
    assert(text.startsWith(said), text);
  }
});
