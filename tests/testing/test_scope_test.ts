import {
  createTask,
  DeadlockError,
  Event,
  ExceptionGroup,
  getRunningLoop,
  RuntimeError,
  sleep,
  yieldNow,
} from "../../mod.ts";
import { LeakError, runTest, type TestBody, TestScope, UnhandledError } from "../../testing.ts";
import { CallSite } from "../../src/testing/call_site.ts";
import { runAt } from "../../src/testing/trial.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { Boom, caught, failure, FRONT_ENDS, type Program, rejection } from "../futures/trial.ts";

/** Waits for what never comes. */
function* stuck(): Program {
  yield new Event().wait();
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`what is deferred runs last first, each to its end (${name})`, async () => {
    const log: string[] = [];
    const result = await runTest(as(function* (scope): Program<string> {
      assert(scope instanceof TestScope);
      scope.defer(() => log.push(`plain at ${scope.clock.now()}`));
      scope.defer(as(function* () {
        yield sleep(5);
        log.push(`coroutine at ${getRunningLoop().time()}`);
      }));
      yield sleep(1);
      log.push("body");
      return "result";
    }) as TestBody<string>);
    assertEquals(log, ["body", "coroutine at 6", "plain at 6"]);
    assertEquals(result, "result");
  });

  Deno.test(`what is deferred runs when the body fails, and all errors are told (${name})`, async () => {
    const log: string[] = [];
    const error = await rejection(
      runTest(as(function* ({ defer }): Program {
        defer(() => log.push("first"));
        defer(() => {
          throw new Boom("plain");
        });
        defer(as(function* () {
          yield sleep(1);
          throw new Boom("coroutine");
        }));
        yield sleep(1);
        throw new Boom("body");
      }) as TestBody),
      ExceptionGroup,
    );
    assertEquals(error.errors.map(({ message }) => message), ["body", "coroutine", "plain"]);
    assertEquals(log, ["first"]);
  });

  Deno.test(`a failing cleanup alone fails the test with its error (${name})`, async () => {
    await rejection(
      runTest(as(function* ({ defer }): Program {
        defer(() => Promise.reject(new Boom("cleanup")));
        createTask(() => sleep(5)); // That it is left behind is a consequence.
        yield sleep(1);
      }) as TestBody),
      Boom,
      "cleanup",
    );
  });

  Deno.test(`what a cleanup defers runs, too (${name})`, async () => {
    const log: string[] = [];
    await runTest(as(function* ({ defer }): Program {
      defer(() => log.push("first"));
      defer(() => defer(() => log.push("nested")));
      yield sleep(1);
    }) as TestBody);
    assertEquals(log, ["nested", "first"]);
  });

  Deno.test(`what is deferred runs though the body and others of it are stuck (${name})`, async () => {
    const log: string[] = [];
    for (const isBodyStuck of [true, false]) {
      const error = await rejection(
        runTest(as(function* ({ defer }): Program {
          defer(() => log.push("first"));
          for (let n = 0; n < 2; n++) defer(as(() => stuck()));
          yield isBodyStuck ? new Event().wait() : sleep(1);
        }) as TestBody),
        ExceptionGroup,
      );
      const times = isBodyStuck ? 3 : 2;
      assertEquals(error.errors.map(({ name }) => name), Array(times).fill("DeadlockError"));
    }
    assertEquals(log, ["first", "first"]);
  });

  Deno.test(`a cleanup that alone is stuck is told once (${name})`, async () => {
    await rejection(
      runTest(as(function* ({ defer }): Program {
        defer(as(() => stuck()));
        yield sleep(1);
      }) as TestBody),
      DeadlockError,
    );
  });

  Deno.test(`a body that is stuck for ever is told of once more at most (${name})`, async () => {
    const error = await rejection(
      runTest(as(function* (): Program {
        for (;;) yield* caught(new Event().wait());
      }) as TestBody),
      ExceptionGroup,
    );
    assertEquals(error.errors.map(({ name }) => name), ["DeadlockError", "DeadlockError"]);
  });

  Deno.test(`what is used is disposed of, in the loop (${name})`, async () => {
    const log: string[] = [];
    const plain = { [Symbol.dispose]: () => void log.push("plain") };
    const both = {
      log,
      [Symbol.dispose]: () => void log.push("never"),
      async [Symbol.asyncDispose]() {
        await sleep(3);
        this.log.push(`async at ${getRunningLoop().time()}`);
      },
    };
    await runTest(as(function* ({ use }): Program {
      assert(use(plain) === plain && use(both) === both);
      yield sleep(1);
      log.push("body");
    }) as TestBody);
    assertEquals(log, ["body", "async at 4", "plain"]);
  });
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`a step runs in place where nobody reports it (${name})`, async () => {
    const result = await runTest(as(function* ({ step, clock }): Program<unknown[]> {
      const value: string = yield step(
        "works",
        as(function* () {
          yield sleep(5);
          return "value";
        }),
      );
      yield* failure(step("fails", () => Promise.reject(new Boom("in the step"))), Boom, "in the");
      return [value, clock.now()];
    }) as TestBody<unknown[]>);
    assertEquals(result, ["value", 5]);
  });
}

Deno.test("a step is reported to the host, with its failure, until it has ended", async () => {
  const log: string[] = [];
  const host = {
    async step({ name, fn }: { name: string; fn: () => Promise<void> }) {
      log.push(`${name} begins`);
      await fn().then(() => log.push("it is well"), (error) => log.push(String(error)));
      await new Promise((resolve) => setTimeout(resolve, 0));
      log.push(`${name} is reported`);
    },
  };
  const body: TestBody = async ({ step, clock }) => {
    await step("good", () => sleep(1000));
    log.push(`on at ${clock.now()}`);
    await step("bad", async () => {
      await sleep(1000);
      throw new Boom("in the step");
    });
  };
  await rejection(runAt(new CallSite(), body, {}, host), Boom, "in the step");
  assertEquals(log, [
    "good begins",
    "it is well",
    "good is reported",
    "on at 1000",
    "bad begins",
    "Boom: in the step",
    "bad is reported",
  ]);
});

Deno.test("a step that is not awaited fails the test, and does not begin", async () => {
  let runs = 0;
  const body: TestBody = async ({ step }) => {
    step("forgotten", () => Promise.resolve(void runs++));
    await step("done", () => sleep(1));
  };
  const { leaks } = await rejection(runTest(body), LeakError);
  assertEquals([leaks, runs], [["step(forgotten) was never awaited, and did nothing"], 0]);
});

Deno.test("a cleanup that comes too late is refused", async () => {
  const error = await rejection(
    runTest(async (scope) => {
      createTask(async () => {
        await yieldNow();
        scope.defer(() => {});
      });
      await yieldNow();
    }),
    UnhandledError,
    "Cannot defer a cleanup: the test has ended",
  );
  assert(error.cause instanceof RuntimeError);
});

Deno.test("what cannot be deferred, used or a step is refused", async () => {
  await runTest(function* ({ defer, step, use }) {
    assertThrows(() => defer(5 as never), TypeError, "5");
    assertThrows(() => step(5 as never, () => sleep(0)), TypeError, "5");
    assertThrows(() => step("name", 5 as never), TypeError, "5");
    assertThrows(() => use({} as never), TypeError, "[Symbol.asyncDispose]: [object");
    assertThrows(() => use(undefined as never), TypeError, "undefined");
    yield* sleep(0);
  });
});
