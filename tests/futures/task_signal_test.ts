import {
  type Awaitable,
  cancelScope,
  createTask,
  currentTask,
  retry,
  sleep,
  taskGroup,
  timeout,
  timeoutAt,
  TimeoutError,
} from "../../mod.ts";
import { assert, assertEquals } from "../assert.ts";
import { foreign } from "./strands/foreign.ts";
import { assertError, caught, caughtBy, inWorld, trial } from "./trial.ts";

/** Stands for `fetch`: a promise of the host that is rejected when its signal is aborted. */
async function fetchLike(signal: AbortSignal, ms: number): Promise<string> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return await Promise.race([promise, foreign(ms, "ok")]);
}

Deno.test("a timeout that is over leaves the task's signal as good as new", async () => {
  await inWorld(() => async () => {
    let calls = 0;
    const task = createTask(() =>
      retry(
        () =>
          timeout(20, async () => await fetchLike(currentTask()!.signal, ++calls === 1 ? 30 : 1)),
        { delay: 1 },
      )
    );
    assertEquals([await task, calls, task.cancelling], ["ok", 2, 0]);
    await foreign(40);
  });
});

Deno.test("a task's signal is not aborted once what aborted it is over", async () => {
  await inWorld(({ loop }) => async () => {
    const task = currentTask()!;
    const before = task.signal;
    let inside: AbortSignal | undefined;
    const work = async () => {
      inside = task.signal;
      await sleep(1000);
    };
    assertError(await caughtBy(timeout(5, work)), TimeoutError);
    assert(inside!.aborted, "the signal of the body must be aborted");
    assert(!task.signal.aborted, "timeout() is over");
    await cancelScope(async (scope) => {
      loop.callLater(5, () => scope.cancel());
      await work();
    });
    assert(inside!.aborted && !task.signal.aborted, "cancelScope() is over");
    await taskGroup(async (group) => {
      loop.callLater(5, () => group.cancel());
      await work();
    });
    assert(inside!.aborted && !task.signal.aborted, "taskGroup() is over");
    assert(before instanceof AbortSignal);
  });
});

Deno.test("a task's signal stays aborted after a request that nobody has taken back", async () => {
  await inWorld(() => async () => {
    const task = createTask(async () => {
      const { signal } = currentTask()!;
      await caughtBy(sleep(1000));
      assert(signal.aborted && currentTask()!.signal.aborted);
      currentTask()!.uncancel();
      assert(!currentTask()!.signal.aborted);
      return await fetchLike(currentTask()!.signal, 5);
    });
    await sleep(1);
    task.cancel();
    assertEquals(await task, "ok");
  });
});

trial(
  "a signal is aborted with the scopes that it was asked for in, and no others",
  function* (as) {
    const task = currentTask()!;
    const outside = task.signal;
    let inside: AbortSignal[] = [];
    const work = as(function* () {
      inside.push(task.signal);
      yield sleep(1000);
    });
    const ways: (() => Awaitable<unknown>)[] = [
      () => timeout(5, work),
      () => timeoutAt(0, work),
      () => cancelScope(work, { deadline: 0 }),
      () =>
        cancelScope((scope) => {
          scope.cancel();
          return work();
        }),
      () =>
        taskGroup((group) => {
          group.createTask(function* () {
            yield* sleep(1);
            group.cancel();
          });
          return work();
        }),
    ];
    for (const way of ways) {
      for (const around of ways) {
        inside = [];
        yield* caught(timeout(
          undefined,
          as(function* () {
            const { signal } = task;
            yield* caught(way());
            assertEquals([signal.aborted, inside[0].aborted], [false, true]);
            yield* caught(around());
            assertEquals([signal.aborted, inside[1].aborted], [false, true]);
            assert(!task.signal.aborted);
          }),
        ));
      }
    }
    assert(!outside.aborted && outside === task.signal);
  },
);

trial(
  "a signal is aborted with a scope around, though code in another scope has one",
  function* (as) {
    const signals: AbortSignal[] = [];
    const note = () => signals.push(currentTask()!.signal);
    yield cancelScope(as(function* (scope) {
      note();
      yield cancelScope(
        as(function* () {
          note();
          scope.cancel();
          yield cancelScope(as(function* () {
            note();
            yield sleep(1);
          }));
          note();
        }),
        { shield: true },
      );
      note();
    }));
    assertEquals(signals.map(({ aborted }) => aborted), [true, false, false, false, true]);
    assert(!currentTask()!.signal.aborted);
  },
);
