import {
  ContextVar,
  createTask,
  EventLoop,
  type ExceptionContext,
  Future,
  gather,
  getRunningLoop,
  run,
  type RunOptions,
  shield,
  sleep,
  type Task,
  timeout,
  VirtualClock,
  wait,
  waitFor,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { runToEnd } from "./child.ts";
import { Boom, caught, FRONT_ENDS, type FrontEnd, type Program } from "./trial.ts";

/** Runs a program that fails somewhere, and gives what was reported. */
async function reportsOf(
  as: FrontEnd,
  program: () => Program,
  options: RunOptions = {},
): Promise<ExceptionContext[]> {
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  await run(as(program), { clock: new VirtualClock(), signals: [], onError, ...options });
  return reports;
}

/** Starts a task that fails. */
function failing(as: FrontEnd, message: string): Task<unknown> {
  return createTask(as(function* () {
    yield sleep(1);
    throw new Boom(message);
  }));
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`failures nobody looked at are reported once, in order (${name})`, async () => {
    const reports = await reportsOf(as, function* () {
      const future = new Future<void>();
      future.setException(new Boom("future"));
      failing(as, "first");
      failing(as, "second");
      yield sleep(10);
    });
    assertEquals(reports.map(({ exception }) => (exception as Error).message), [
      "future",
      "first",
      "second",
    ]);
    assert(reports[0].message === "Future exception was never retrieved", reports[0].message);
    assert(reports[1].message === "Task exception was never retrieved", reports[1].message);
    assert(reports[0].future instanceof Future && "task" in reports[1]);
    assert(!("source_traceback" in reports[0]));
  });

  Deno.test(`failures that somebody looked at are not reported (${name})`, async () => {
    const reports = await reportsOf(as, function* () {
      const tasks = Array.from({ length: 8 }, (_, n) => failing(as, String(n)));
      yield* caught(tasks[0]);
      yield* caught(gather([tasks[1], tasks[2]]));
      yield gather([tasks[3]], { returnExceptions: true });
      yield* caught(waitFor(tasks[4], 100));
      yield wait(tasks, { returnWhen: "exception" });
      tasks[5].exception();
      try {
        tasks[6].result();
      } catch {
        // That is looking at it.
      }
      tasks[7].cancel(); // As in asyncio, so is cancelling what has failed.
      yield* caught(failing(as, "cancelled").cancel() ? sleep(1) : sleep(1));
    });
    assertEquals(reports.map(({ exception }) => String(exception)), []);
  });

  Deno.test(`failures are reported with where they were made in debug mode (${name})`, async () => {
    const reports = await reportsOf(
      as,
      function* () {
        failing(as, "b");
        yield sleep(5);
      },
      { debug: true },
    );
    assertEquals(reports.length, 1);
    assert(String(reports[0].source_traceback).includes("unretrieved_test.ts"));
  });
}

for (const [name, as] of FRONT_ENDS) {
  Deno.test(`the handler of an error has the context of what failed (${name})`, async () => {
    const who = new ContextVar("who", { default: "nobody" });
    const seen: string[] = [];
    const onError = (context: ExceptionContext) =>
      void seen.push(`${context.exception} of ${who.get()}`);
    const fail = (value: string, ms: number) =>
      createTask(as(function* () {
        who.set(value);
        getRunningLoop().callLater(ms, () => {
          throw new Boom(`callback`);
        });
        yield sleep(ms);
        throw new Boom(`task`);
      }));
    await run(
      as(function* () {
        who.set("main");
        fail("a", 2);
        fail("b", 1);
        const shielded = fail("c", 3);
        yield* caught(timeout(1, () => shield(shielded)));
        yield sleep(10);
        assertEquals(who.get(), "main");
      }),
      { clock: new VirtualClock(), signals: [], onError },
    );
    const [b, a, c] = ["b", "a", "c"].map((
      of,
    ) => [`Boom: callback of ${of}`, `Boom: task of ${of}`]);
    assertEquals(seen.sort(), [...a, ...b, ...c].sort());
  });
}

Deno.test("failures nobody looked at are bounded: the oldest are reported early", async () => {
  let during = 0;
  const reports = await reportsOf(FRONT_ENDS[0][1], function* () {
    const future = () => {
      const future = new Future<void>();
      future.setException(new Boom());
      return future;
    };
    for (let n = 0; n < 1500; n++) future();
    during = reports2.length;
    yield sleep(0);
  }, { onError: (context: ExceptionContext) => void reports2.push(context) });
  assertEquals([reports.length, during, reports2.length], [0, 500, 1500]);
});
const reports2: ExceptionContext[] = [];

Deno.test("closing a loop by hand reports too, and only once", () => {
  const reports: ExceptionContext[] = [];
  const onError = (context: ExceptionContext) => void reports.push(context);
  const loop = new EventLoop({ onError });
  loop.createFuture().setException(new Boom());
  loop.close();
  loop.close();
  assertEquals(reports.length, 1);
});

Deno.test("no rejection of the library's own promises ever goes unhandled", async () => {
  const { code, stdout, stderr } = await runToEnd("unhandled.ts");
  assertEquals(stderr, "");
  assertEquals([code, JSON.parse(stdout)], [0, { unhandled: [], reported: true }]);
});
